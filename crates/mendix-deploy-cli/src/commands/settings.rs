//! `settings`

mod wishes;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use mendix_deploy::{Client, EnvironmentSettings};
use serde::Serialize;

use crate::arguments::{Assignment, Target, Targets};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;
use crate::table::{or_dash, render};
use crate::targets::{Effect, show, with_meant};

pub(crate) use self::wishes::{Wishes, variable};

const FILES: &str = "\
Show or change constants, custom settings and scheduled events

A change takes effect at the next start: see `restart`.

A file of settings is TOML or JSON with the tables `constants`, `custom_settings` and `scheduled_events`. \
A value is a text, a number or a bool, or comes from an environment variable:

  [constants]
  \"Main.Url\" = \"https://example.com\"
  \"Main.Secret\" = { env = \"MAIN_SECRET\" }
  [scheduled_events]
  \"Main.CleanUp\" = true";

/// Show or change constants, custom settings and scheduled events
#[derive(Debug, Args)]
#[command(
    long_about = FILES,
    after_help = "\
Examples:
  mendix-deploy settings get --app calc --mode Acceptance
  mendix-deploy settings set --app calc --mode Acceptance Main.Url=http://x Main.CleanUp=off
  mendix-deploy settings set --app calc --mode Acceptance --from-env Main.Secret=MAIN_SECRET
  mendix-deploy settings diff --app calc --mode Acceptance settings.toml --detailed-exitcode
  mendix-deploy settings apply --app calc --mode Test --mode Acceptance settings.toml"
)]
pub(crate) struct Settings {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the settings of an environment
    #[command(
        after_help = "Examples:\n  mendix-deploy settings get --app calc --mode Acceptance\n  mendix-deploy settings get --app calc --mode Acceptance Main.Url"
    )]
    Get {
        #[command(flatten)]
        target: Target,
        /// Show this one alone: its value and nothing else
        name: Option<String>,
    },
    /// Change settings by their names
    #[command(
        after_help = "Examples:\n  mendix-deploy settings set --app calc --mode Acceptance Main.Url=http://x Main.CleanUp=off\n  mendix-deploy settings set --app calc --mode Acceptance --from-env Main.Secret=MAIN_SECRET"
    )]
    Set {
        #[command(flatten)]
        targets: Targets,
        /// A constant, a custom setting, or a scheduled event (on or off). Other users of the machine can read it meanwhile
        #[arg(value_name = "NAME=VALUE", value_parser = Assignment, required_unless_present = "from_env")]
        values: Vec<(String, String)>,
        /// A value from an environment variable; may be repeated
        #[arg(long, value_name = "NAME=VARIABLE", value_parser = Assignment)]
        from_env: Vec<(String, String)>,
    },
    /// Show what a file of settings would change
    #[command(
        after_help = "Examples:\n  mendix-deploy settings diff --app calc --mode Acceptance settings.toml --detailed-exitcode"
    )]
    Diff {
        #[command(flatten)]
        targets: Targets,
        /// The settings, in TOML or JSON
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// End with 3 when there are changes
        #[arg(long)]
        detailed_exitcode: bool,
        /// Show values too; they may be secrets
        #[arg(long)]
        show_values: bool,
    },
    /// Change what a file of settings has
    #[command(
        after_help = "Examples:\n  mendix-deploy settings apply --app calc --mode Test --mode Acceptance settings.toml"
    )]
    Apply {
        #[command(flatten)]
        targets: Targets,
        /// The settings, in TOML or JSON
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// `constant`, `custom_setting` or `scheduled_event`.
    what: &'static str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl Settings {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        match self.action {
            Action::Get { target, name } => get(session, &target, name.as_deref()),
            Action::Set { targets, values, from_env } => {
                let mut wanted = values;
                for (name, source) in from_env {
                    wanted.push((name, variable(&source)?));
                }
                targets.run(
                    session,
                    Effect::Changes,
                    |client, app_id, mode| {
                        change(client, (app_id, mode), |settings| {
                            wanted.iter().try_for_each(|(name, value)| wishes::set(settings, name, value))
                        })
                    },
                    |changes| told(changes),
                )
            }
            Action::Diff { targets, file, detailed_exitcode, show_values } => {
                let wishes = Wishes::read(&file)?;
                let pairs = targets.resolve(session.client()?)?;
                targets.run_with(session, &pairs, Effect::Reads, |client, app_id, mode| {
                    let before = client.get_environment_settings(app_id, mode)?;
                    let mut after = before.clone();
                    wishes.put_into(&mut after)?;
                    let mut changes = differences(&before, &after);
                    if !show_values {
                        hide(&mut changes);
                    }
                    show(session, pairs.len() > 1, (app_id, mode), &changes, |changes| lines(changes))?;
                    Ok(if detailed_exitcode && !changes.is_empty() { Exit::Changes } else { Exit::Done })
                })
            }
            Action::Apply { targets, file } => {
                let wishes = Wishes::read(&file)?;
                targets.run(
                    session,
                    Effect::Changes,
                    |client, app_id, mode| {
                        change(client, (app_id, mode), |settings| wishes.put_into(settings))
                    },
                    |changes| told(changes),
                )
            }
        }
    }
}

fn get(session: &Session, target: &Target, name: Option<&str>) -> Outcome<Exit> {
    let (client, app_id, mode) = (session.client()?, target.app.app.as_str(), target.mode.as_str());
    let settings = client
        .get_environment_settings(app_id, mode)
        .map_err(|error| with_meant(client, (app_id, mode), error.into()))?;
    let Some(name) = name else {
        session.console.show(&settings, table)?;
        return Ok(Exit::Done);
    };
    let value = wishes::value(&settings, name)?;
    session.console.show(&value, |value| value.clone().unwrap_or_default())?;
    Ok(Exit::Done)
}

fn table(settings: &EnvironmentSettings) -> String {
    let constants =
        settings.constants.iter().map(|one| ("constant", &one.name, &one.value, &one.deployed_value));
    let custom = settings
        .custom_settings
        .iter()
        .map(|one| ("custom setting", &one.name, &one.value, &one.deployed_value));
    let events = settings
        .scheduled_events
        .iter()
        .map(|one| ("scheduled event", &one.name, &one.value, &one.deployed_value));
    let rows = constants.chain(custom).chain(events).map(|(what, name, value, deployed)| {
        let note = if deployed.is_some() && deployed != value { "after the next start" } else { "" };
        [what.to_owned(), name.clone(), or_dash(value.as_ref()), note.to_owned()]
    });
    render(&["what", "name", "value", ""], rows)
}

/// Changes the settings of an environment, unless they are so already: what was changed, without the values.
fn change(
    client: &Client,
    (app_id, mode): (&str, &str),
    put: impl FnOnce(&mut EnvironmentSettings) -> Outcome,
) -> Outcome<Vec<Change>> {
    let before = client.get_environment_settings(app_id, mode)?;
    let mut after = before.clone();
    put(&mut after)?;
    let mut changes = differences(&before, &after);
    if !changes.is_empty() {
        client.set_environment_settings(app_id, mode, &after)?;
    }
    hide(&mut changes);
    Ok(changes)
}

/// What differs. Both have the same settings in the same order.
fn differences(before: &EnvironmentSettings, after: &EnvironmentSettings) -> Vec<Change> {
    fn of(what: &'static str, name: &str, before: Option<&String>, after: Option<&String>) -> Option<Change> {
        (before != after).then(|| Change {
            what,
            name: name.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        })
    }
    let constants = before.constants.iter().zip(&after.constants);
    let custom = before.custom_settings.iter().zip(&after.custom_settings);
    let events = before.scheduled_events.iter().zip(&after.scheduled_events);
    constants
        .filter_map(|(a, b)| of("constant", &a.name, a.value.as_ref(), b.value.as_ref()))
        .chain(custom.filter_map(|(a, b)| of("custom_setting", &a.name, a.value.as_ref(), b.value.as_ref())))
        .chain(events.filter_map(|(a, b)| of("scheduled_event", &a.name, a.value.as_ref(), b.value.as_ref())))
        .collect()
}

/// Values of constants and custom settings may be secrets.
fn hide(changes: &mut [Change]) {
    for change in changes.iter_mut().filter(|change| change.what != "scheduled_event") {
        (change.before, change.after) = (None, None);
    }
}

fn lines(changes: &[Change]) -> String {
    let line = |change: &Change| {
        let what = change.what.replace('_', " ");
        match &change.after {
            Some(after) => format!("{what} {}: {} -> {after}", change.name, or_dash(change.before.as_ref())),
            None => format!("{what} {}: another value", change.name),
        }
    };
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn told(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "unchanged".to_owned();
    }
    format!("{}\nset; they take effect at the next start", lines(changes))
}
