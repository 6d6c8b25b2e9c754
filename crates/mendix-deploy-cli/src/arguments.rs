//! The arguments that commands share.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};
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

/// `NAME=VALUE`, both of which may be anything.
pub(crate) fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        // It does not repeat the text, which may be a secret.
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// `NAME=on` or `NAME=off`.
pub(crate) fn switch(text: &str) -> Result<(String, bool), String> {
    let expected = || "expected NAME=on or NAME=off".to_owned();
    let (name, value) = assignment(text).map_err(|_| expected())?;
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
    fn a_value_that_cannot_be_read_is_not_repeated() {
        assert!(!assignment("S3cret").unwrap_err().contains("S3cret"));
        assert_eq!(assignment("a=b=c").unwrap(), ("a".to_owned(), "b=c".to_owned()));
        assert!(duration("0s").is_err() && duration("-5m").is_err());
        assert_eq!(duration("1h30m").unwrap(), Duration::from_mins(90));
    }
}
