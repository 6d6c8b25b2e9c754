//! The arguments that commands share.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Args, Command, ValueEnum};
use clap_complete::engine::ArgValueCompleter;
use jiff::SignedDuration;

use crate::complete;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Use the credentials of this profile
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Talk to this server
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// Trust the certificates in this file, too
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Write results as JSON; errors too, on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but results, warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Log each request; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = false)]
    pub(crate) color: Color,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless the environment says no
    Auto,
    Always,
    Never,
}

/// An app.
#[derive(Debug, Args)]
pub(crate) struct OneApp {
    /// The app, by its identifier
    #[arg(short, long, value_name = "APP", add = ArgValueCompleter::new(complete::apps))]
    pub(crate) app: String,
}

/// One environment.
#[derive(Debug, Args)]
pub(crate) struct Target {
    #[command(flatten)]
    pub(crate) app: OneApp,
    /// The environment: Test, Acceptance, Production, or its name
    #[arg(short, long, value_name = "MODE", add = ArgValueCompleter::new(complete::modes))]
    pub(crate) mode: String,
}

/// Environments: each mode of each app.
#[derive(Debug, Args)]
pub(crate) struct Targets {
    /// The app, by its identifier; may be repeated
    #[arg(short, long = "app", value_name = "APP", required = true, add = ArgValueCompleter::new(complete::apps))]
    pub(crate) apps: Vec<String>,
    /// The environment: Test, Acceptance, Production, or its name; may be repeated
    #[arg(
        short,
        long = "mode",
        value_name = "MODE",
        required_unless_present = "all_environments",
        add = ArgValueCompleter::new(complete::modes)
    )]
    pub(crate) modes: Vec<String>,
    /// All environments of each app
    #[arg(long, conflicts_with = "modes")]
    pub(crate) all_environments: bool,
    /// How many environments at a time; 1 by default, or 8 where nothing is changed
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) parallel: Option<u8>,
    /// Begin with Test, and go on with Acceptance and then Production only when all before has succeeded
    #[arg(long)]
    pub(crate) in_order: bool,
    /// Go on with other environments after a failure
    #[arg(long)]
    pub(crate) keep_going: bool,
}

/// A time limit.
#[derive(Debug, Args)]
pub(crate) struct TimeLimit {
    /// How long to wait, such as 90s or 1h30m
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration)]
    pub(crate) timeout: Duration,
}

/// A confirmation where nobody can be asked.
#[derive(Debug, Args)]
pub(crate) struct Confirm {
    /// Do it without asking: the mode of the environment, once more
    #[arg(long, value_name = "MODE")]
    pub(crate) confirm: Vec<String>,
}

/// A value by its name.
pub(crate) fn named<T: FromStr<Err = mendix_deploy::Error>>(name: &str) -> Result<T, String> {
    name.parse().map_err(|error: mendix_deploy::Error| error.message().to_owned())
}

/// A positive time, such as `90s`, `15m` or `1h 30m`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let expected = "expected a time such as 90s, 15m or 1h30m";
    let read: SignedDuration = text.parse().map_err(|_| expected.to_owned())?;
    Duration::try_from(read).ok().filter(|time| !time.is_zero()).ok_or_else(|| expected.to_owned())
}

/// `NAME=VALUE`, both of which may be anything. A text that is refused is not repeated: it may be a secret.
#[derive(Debug, Clone)]
pub(crate) struct Assignment;

impl TypedValueParser for Assignment {
    type Value = (String, String);

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<(String, String), clap::Error> {
        value.to_str().and_then(assignment).ok_or_else(|| {
            let argument = argument.map(ToString::to_string).unwrap_or_default();
            let problem = format!("invalid value for '{argument}': expected NAME=VALUE\n");
            clap::Error::raw(ErrorKind::ValueValidation, problem).with_cmd(command)
        })
    }
}

fn assignment(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=').filter(|(name, _)| !name.is_empty())?;
    Some((name.to_owned(), value.to_owned()))
}

/// `NAME=on` or `NAME=off`.
pub(crate) fn switch(text: &str) -> Result<(String, bool), String> {
    let expected = || "expected NAME=on or NAME=off".to_owned();
    let (name, value) = assignment(text).ok_or_else(expected)?;
    Ok((name, is_on(&value).ok_or_else(expected)?))
}

/// Whether a word says that something is on.
pub(crate) fn is_on(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "enabled" => Some(true),
        "off" | "false" | "no" | "disabled" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_written() {
        assert_eq!(assignment("a=b=c"), Some(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(assignment("=b"), None);
        assert!(duration("0s").is_err() && duration("-5m").is_err());
        assert_eq!(duration("1h30m").unwrap(), Duration::from_mins(90));
    }
}
