//! Completion in shells: of commands and options, and of apps and environments, which the service is asked for.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::time::Duration;

use clap::CommandFactory as _;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};
use mendix_deploy::Client;

use crate::arguments::Arguments;
use crate::commands::Shell;
use crate::credentials;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::interrupt::Interrupt;

const PROGRAM: &str = "mendix-deploy";
/// The variable by which a shell asks for completions.
const VARIABLE: &str = "MENDIX_DEPLOY_COMPLETE";
/// A person waits for a completion only so long.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// Answers a shell that asks what a line may go on with; `None` when none asks.
pub(crate) fn answer(arguments: &[OsString]) -> Option<Result<Exit, clap::Error>> {
    std::env::var_os(VARIABLE).filter(|shell| !shell.is_empty())?;
    let folder = std::env::current_dir().ok();
    let completed = clap_complete::CompleteEnv::with_factory(Arguments::command)
        .var(VARIABLE)
        .bin(PROGRAM)
        .try_complete(arguments.iter().cloned(), folder.as_deref());
    match completed {
        // Where another language runs this, nothing flushes what was written when the process ends.
        Ok(true) => Some(Ok(if std::io::stdout().flush().is_ok() { Exit::Done } else { Exit::Failed })),
        Ok(false) => None,
        Err(error) => Some(Err(error)),
    }
}

/// What a shell has to run once.
pub(crate) fn registration(shell: Shell) -> Outcome<Vec<u8>> {
    let completer: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut text = Vec::new();
    completer
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut text)
        .and_then(|()| text.flush())
        .map_err(|error| Failure::local(format!("the completion cannot be written: {error}")))?;
    Ok(text)
}

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
    let mut builder = Client::builder(found.credentials).timeout(ANSWERED_WITHIN).max_attempts(1);
    let url = found.profile.base_url.or_else(|| std::env::var("MENDIX_DEPLOY_URL").ok());
    if let Some(url) = url.filter(|url| !url.is_empty()) {
        builder = builder.base_url(url);
    }
    if let Some(file) = found.profile.ca_file {
        builder = builder.ca_file(file);
    }
    builder.build().ok()
}
