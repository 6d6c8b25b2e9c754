//! What a shell may complete: the apps and environments of the service.

use std::ffi::OsStr;
use std::time::Duration;

use clap_complete::engine::CompletionCandidate;
use mendix_deploy::Client;

use crate::credentials;
use crate::interrupt::Interrupt;

/// A person waits for a completion only so long.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// The apps that begin so. Where they cannot be had there are none.
pub(crate) fn apps(begun: &OsStr) -> Vec<CompletionCandidate> {
    let find = || {
        let apps = client()?.list_apps().ok()?;
        let described =
            |app: mendix_deploy::App| CompletionCandidate::new(app.app_id).help(app.name.map(Into::into));
        Some(apps.into_iter().map(described).collect())
    };
    beginning(begun, find().unwrap_or_default())
}

/// The environments of the app that the line names, which begin so.
pub(crate) fn modes(begun: &OsStr) -> Vec<CompletionCandidate> {
    let find = || {
        let environments = client()?.list_environments(&app_of_line()?).ok()?;
        let described = |environment: mendix_deploy::Environment| {
            CompletionCandidate::new(environment.mode.as_str())
                .help(Some(environment.status.to_string().into()))
        };
        Some(environments.into_iter().map(described).collect())
    };
    let usual = || ["Test", "Acceptance", "Production"].map(CompletionCandidate::new).into();
    beginning(begun, find().unwrap_or_else(usual))
}

fn beginning(begun: &OsStr, all: Vec<CompletionCandidate>) -> Vec<CompletionCandidate> {
    let begun = begun.to_string_lossy();
    all.into_iter().filter(|one| one.get_value().to_string_lossy().starts_with(&*begun)).collect()
}

/// The app that the line which is completed has named.
fn app_of_line() -> Option<String> {
    let words: Vec<String> = std::env::args().collect();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--app" | "-a" => return words.next().cloned(),
            word => {
                if let Some(app) = word.strip_prefix("--app=") {
                    return Some(app.to_owned());
                }
            }
        }
    }
    None
}

fn client() -> Option<Client> {
    let found = credentials::find(None, &Interrupt::default()).ok()?;
    found.builder(None, None).ok()?.timeout(ANSWERED_WITHIN).max_attempts(1).build().ok()
}
