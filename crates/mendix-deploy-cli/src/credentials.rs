//! Where the credentials come from.

use std::fmt;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mendix_deploy::{Client, ClientBuilder, Credentials};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::failure::{Failure, Outcome, refuse_missing};
use crate::interrupt::Interrupt;
use crate::profile::{Profile, Profiles, ProgramLine};

/// Credentials, where they came from, and what their profile says besides.
pub(crate) struct Found {
    pub(crate) credentials: Credentials,
    pub(crate) source: Source,
    pub(crate) profile: Profile,
}

impl Found {
    /// A client for the server that was asked for, or that the profile or the environment names.
    pub(crate) fn builder(self, url: Option<String>, ca_file: Option<PathBuf>) -> Outcome<ClientBuilder> {
        let mut builder = Client::builder(self.credentials);
        let from_environment = || std::env::var("MENDIX_DEPLOY_URL").ok().filter(|url| !url.is_empty());
        if let Some(url) = url.or(self.profile.base_url).or_else(from_environment) {
            builder = builder.base_url(url);
        }
        if let Some(file) = ca_file.or(self.profile.ca_file) {
            refuse_missing("the file of certificates", &file)?;
            builder = builder.ca_file(file);
        }
        Ok(builder)
    }
}

/// Where credentials came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Environment,
    Profile { name: String, file: String },
    Process { name: String, file: String },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Environment => f.write_str("MENDIX_USERNAME and MENDIX_API_KEY"),
            Source::Profile { name, file } => write!(f, "profile `{name}` in {file}"),
            Source::Process { name, file } => write!(f, "credential_process of profile `{name}` in {file}"),
        }
    }
}

/// A profile that was asked for; otherwise the environment; otherwise the profile `default`.
pub(crate) fn find(asked: Option<&str>, interrupt: &Interrupt) -> Outcome<Found> {
    let asked = match asked {
        Some(name) => Some(name.to_owned()),
        None => std::env::var("MENDIX_DEPLOY_PROFILE").ok().filter(|name| !name.is_empty()),
    };
    if let Some(name) = asked {
        let profiles = Profiles::read()?;
        let profile = profiles.get(&name)?;
        return of_profile(&name, profile, &profiles, interrupt);
    }
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let variables = ["MENDIX_USERNAME", "MENDIX_API_KEY"];
    if variables.into_iter().any(is_set) {
        if let Some(name) = variables.into_iter().find(|name| !is_set(name)) {
            return Err(Failure::usage(format!(
                "{name} is not set, or is empty; the other of {} and {} is set",
                variables[0], variables[1]
            )));
        }
        let credentials = Credentials::from_env()?;
        return Ok(Found { credentials, source: Source::Environment, profile: Profile::default() });
    }
    let profiles = Profiles::read()?;
    match profiles.default() {
        Some(profile) => of_profile("default", profile, &profiles, interrupt),
        None => Err(Failure::usage(format!(
            "there are no credentials; set MENDIX_USERNAME and MENDIX_API_KEY, or write a profile to {}",
            profiles.file()
        ))),
    }
}

fn of_profile(name: &str, profile: Profile, profiles: &Profiles, interrupt: &Interrupt) -> Outcome<Found> {
    let (name, file) = (name.to_owned(), profiles.file());
    let (credentials, source) = match (&profile.credential_process, &profile.username, &profile.api_key) {
        (Some(program), None, None) => (of_process(program, interrupt)?, Source::Process { name, file }),
        (None, Some(username), Some(api_key)) => {
            (Credentials::new(username.as_str(), api_key.as_str())?, Source::Profile { name, file })
        }
        _ => {
            return Err(Failure::usage(format!(
                "profile `{name}` in {file} needs username and api_key, or credential_process alone"
            )));
        }
    };
    Ok(Found { credentials, source, profile })
}

/// How long a program may take to give credentials: a person may have to unlock something.
const GIVEN_WITHIN: Duration = Duration::from_mins(2);
/// More than any credentials have.
const LONGEST: u64 = 64 * 1024;

#[derive(Deserialize)]
struct Given {
    username: String,
    api_key: Zeroizing<String>,
}

/// Credentials from a program that writes `{"username": …, "api_key": …}`.
fn of_process(program: &ProgramLine, interrupt: &Interrupt) -> Outcome<Credentials> {
    let failed = |what: String| Failure::usage(format!("credential_process {what}"));
    let Some((name, arguments)) = program.words.split_first() else {
        return Err(failed("is empty".to_owned()));
    };
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("`{name}` cannot be started: {error}")))?;
    let output = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let mut text = Zeroizing::new(Vec::new());
        let read = output.map(|output| output.take(LONGEST).read_to_end(&mut text));
        read.transpose().map(|_| text)
    });
    let waited = wait(&mut child, interrupt);
    if waited.is_err() && interrupt.was_asked() {
        return Err(Failure::Told(interrupt.exit()));
    }
    let status = waited.map_err(|why| failed(format!("`{name}` {why}")))?;
    if !status.success() {
        return Err(failed(format!("`{name}` failed: {status}")));
    }
    let text = reader.join().ok().and_then(Result::ok).unwrap_or_default();
    // Neither the text nor what is wrong with it is shown: it has the key.
    let given: Given = serde_json::from_slice(&text)
        .map_err(|_| failed(format!("`{name}` did not write {{\"username\": …, \"api_key\": …}} as JSON")))?;
    Ok(Credentials::new(given.username, given.api_key.as_str())?)
}

fn wait(child: &mut Child, interrupt: &Interrupt) -> Result<std::process::ExitStatus, String> {
    let end = Instant::now() + GIVEN_WITHIN;
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status);
        }
        let is_over = Instant::now() > end;
        if is_over || interrupt.was_asked() {
            // It may have ended by itself.
            drop(child.kill());
            drop(child.wait());
            return Err(if is_over {
                "took longer than 2 minutes".to_owned()
            } else {
                "was ended".to_owned()
            });
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
