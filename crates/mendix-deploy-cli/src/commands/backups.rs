//! `backups`

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use mendix_deploy::{Archive, Backup, BackupPart, Client, DownloadOptions, Snapshot, WaitOptions};
use serde::Serialize;

use crate::arguments::{self, Confirm, Target, Targets};
use crate::confirm;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress;
use crate::session::Session;
use crate::table::{or_dash, render};
use crate::targets::{Effect, with_meant};
use crate::written::Written;

/// List, create, download or restore backups
///
/// Where the service tells identifiers of the project and of the environment, these are the snapshots of its Backups API v2;
/// otherwise the backups of its Deploy API v1.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy backups list --app calc --mode Production
  mendix-deploy backups create --app calc --all-environments --comment nightly
  mendix-deploy backups download --app calc --mode Production --latest calc.backup
  mendix-deploy backups restore --app calc --mode Acceptance SNAPSHOT --confirm Acceptance")]
pub(crate) struct Backups {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the backups of environments
    #[command(after_help = "Examples:\n  mendix-deploy backups list --app calc --all-environments")]
    List {
        #[command(flatten)]
        targets: Targets,
    },
    /// Back up environments, and wait for it
    #[command(
        after_help = "Examples:\n  mendix-deploy backups create --app calc --all-environments --comment nightly"
    )]
    Create {
        #[command(flatten)]
        targets: Targets,
        /// What the backup is for
        #[arg(long)]
        comment: Option<String>,
        #[command(flatten)]
        wait: Patience,
        /// Do not wait until it is complete
        #[arg(long)]
        no_wait: bool,
    },
    /// Download a backup; one that was broken off goes on
    #[command(
        after_help = "Examples:\n  mendix-deploy backups download --app calc --mode Production --latest calc.backup"
    )]
    Download {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        which: Which,
        /// The file to write
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// What to download
        #[arg(long, value_name = "PART", default_value = "all")]
        part: Part,
    },
    /// Restore a backup to a stopped environment: its data is replaced
    #[command(
        after_help = "Examples:\n  mendix-deploy backups restore --app calc --mode Acceptance SNAPSHOT --confirm Acceptance"
    )]
    Restore {
        #[command(flatten)]
        target: Target,
        /// The backup, by its identifier
        snapshot: String,
        /// Leave the files as they are
        #[arg(long)]
        database_only: bool,
        #[command(flatten)]
        confirm: Confirm,
        #[command(flatten)]
        wait: Patience,
        /// Do not wait until it is complete
        #[arg(long)]
        no_wait: bool,
    },
}

/// Backups take longer than other things.
#[derive(Debug, Args)]
struct Patience {
    /// How long to wait, such as 90m or 4h
    #[arg(long, value_name = "TIME", default_value = "2h", value_parser = arguments::duration)]
    timeout: Duration,
}

/// A backup.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The newest complete one
    #[arg(long)]
    latest: bool,
    /// This one, by its identifier
    #[arg(long, value_name = "SNAPSHOT")]
    snapshot: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The database and the files
    All,
    Database,
    /// The files alone, where the service has them so
    Files,
}

/// How the service keeps the data of an environment.
enum Kept {
    /// As snapshots, by the project and the environment.
    Snapshots(String, String),
    Backups,
}

/// A backup or a snapshot, alike.
#[derive(Debug, Serialize)]
struct Row {
    snapshot_id: String,
    state: String,
    comment: Option<String>,
    model_version: Option<String>,
    created_at: Option<jiff::Timestamp>,
    expires_at: Option<jiff::Timestamp>,
}

impl From<Backup> for Row {
    fn from(backup: Backup) -> Row {
        Row {
            snapshot_id: backup.snapshot_id,
            state: backup.state.to_string(),
            comment: backup.comment,
            model_version: backup.model_version,
            created_at: backup.created_on,
            expires_at: backup.expires_on,
        }
    }
}

impl From<Snapshot> for Row {
    fn from(snapshot: Snapshot) -> Row {
        Row {
            snapshot_id: snapshot.snapshot_id,
            state: snapshot.state.to_string(),
            comment: snapshot.comment,
            model_version: snapshot.model_version,
            created_at: snapshot.created_at,
            expires_at: snapshot.expires_at,
        }
    }
}

/// A restore of either kind.
#[derive(Debug, Serialize)]
struct Restored {
    snapshot_id: String,
    state: String,
}

impl Backups {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        match self.action {
            Action::List { targets } => {
                targets.run(session, Effect::Reads, list, |rows: &Vec<Row>| table(rows))
            }
            Action::Create { targets, comment, wait, no_wait } => targets.run(
                session,
                Effect::Changes,
                |client, app_id, mode| {
                    let wait = (!no_wait).then_some(wait.timeout);
                    create(session, client, (app_id, mode), comment.as_deref(), wait)
                },
                |row| format!("backup {}: {}", row.snapshot_id, row.state),
            ),
            Action::Download { target, which, file, part } => {
                let (client, app_id, mode) =
                    (session.client()?, target.app.app.as_str(), target.mode.as_str());
                let shown = progress::transfer(session, format!("backup of {mode} of {app_id}"));
                let options = DownloadOptions::new().on_progress(shown.observer());
                let kept = Kept::of(client, app_id, mode)
                    .map_err(|failure| with_meant(client, (app_id, mode), failure))?;
                let id = match which.snapshot {
                    Some(id) => id,
                    None => latest(client, app_id, mode)?,
                };
                let downloaded = match kept {
                    Kept::Snapshots(project, environment) => {
                        let data = match part {
                            Part::All => Archive::FILES_AND_DATABASE,
                            Part::Database => Archive::DATABASE_ONLY,
                            Part::Files => {
                                return Err(Failure::usage(
                                    "the service has no archive of the files alone; expected --part all or database",
                                ));
                            }
                        };
                        client.download_snapshot(&project, &environment, &id, data, &file, options)?
                    }
                    Kept::Backups => {
                        let part = match part {
                            Part::All => BackupPart::DatabaseAndFiles,
                            Part::Database => BackupPart::DatabaseOnly,
                            Part::Files => BackupPart::FilesOnly,
                        };
                        client.download_backup(app_id, mode, &id, part, &file, options)?
                    }
                };
                session.console.show(&Written::new(&file, &downloaded), Written::line)?;
                Ok(Exit::Done)
            }
            Action::Restore { target, snapshot, database_only, confirm, wait, no_wait } => {
                let client = session.client()?;
                let pair = (target.app.app, target.mode);
                let (app_id, mode) = (pair.0.as_str(), pair.1.as_str());
                let kept = Kept::of(client, app_id, mode)
                    .map_err(|failure| with_meant(client, (app_id, mode), failure))?;
                if database_only && matches!(kept, Kept::Backups) {
                    return Err(Failure::usage(
                        "the service restores the files too; expected no --database-only",
                    ));
                }
                confirm::by_name(session, "The restore", std::slice::from_ref(&pair), &confirm.confirm)?;
                let wait = (!no_wait).then_some(wait.timeout);
                let restored =
                    restore(session, client, (app_id, mode), &kept, (&snapshot, database_only), wait)?;
                session
                    .console
                    .show(&restored, |restored| format!("restore of {snapshot}: {}", restored.state))?;
                Ok(Exit::Done)
            }
        }
    }
}

impl Kept {
    fn of(client: &Client, app_id: &str, mode: &str) -> Outcome<Kept> {
        let environment = client.get_environment(app_id, mode)?;
        let Some(environment_id) = environment.environment_id else { return Ok(Kept::Backups) };
        Ok(match client.get_app(app_id)?.project_id {
            Some(project_id) => Kept::Snapshots(project_id, environment_id),
            None => Kept::Backups,
        })
    }
}

fn list(client: &Client, app_id: &str, mode: &str) -> Outcome<Vec<Row>> {
    Ok(match Kept::of(client, app_id, mode)? {
        Kept::Snapshots(project, environment) => {
            client.list_snapshots(&project, &environment)?.into_iter().map(Row::from).collect()
        }
        Kept::Backups => client.list_backups(app_id, mode)?.into_iter().map(Row::from).collect(),
    })
}

/// The newest backup that is complete.
fn latest(client: &Client, app_id: &str, mode: &str) -> Outcome<String> {
    let complete = |row: &Row| row.state.eq_ignore_ascii_case("completed") && row.created_at.is_some();
    let newest = list(client, app_id, mode)?.into_iter().filter(complete).max_by_key(|row| row.created_at);
    let none = || Failure::NotFound(format!("{mode} of {app_id} has no complete backup"));
    newest.map(|row| row.snapshot_id).ok_or_else(none)
}

fn create(
    session: &Session,
    client: &Client,
    (app_id, mode): (&str, &str),
    comment: Option<&str>,
    wait: Option<Duration>,
) -> Outcome<Row> {
    let seen = progress::states(session, format!("backup of {mode} of {app_id}"));
    let options = |timeout| WaitOptions::new().timeout(timeout).on_progress(seen);
    Ok(match Kept::of(client, app_id, mode)? {
        Kept::Snapshots(project, environment) => {
            let snapshot = client.create_snapshot(&project, &environment, comment)?;
            match wait {
                Some(timeout) => client
                    .wait_for_snapshot(&project, &environment, &snapshot.snapshot_id, options(timeout))?
                    .into(),
                None => snapshot.into(),
            }
        }
        Kept::Backups => {
            let backup = client.create_backup(app_id, mode, comment)?;
            match wait {
                Some(timeout) => {
                    client.wait_for_backup(app_id, mode, &backup.snapshot_id, options(timeout))?.into()
                }
                None => backup.into(),
            }
        }
    })
}

fn restore(
    session: &Session,
    client: &Client,
    (app_id, mode): (&str, &str),
    kept: &Kept,
    (snapshot, database_only): (&str, bool),
    wait: Option<Duration>,
) -> Outcome<Restored> {
    let state = match kept {
        Kept::Snapshots(project, environment) => {
            let restore = client.restore_snapshot(project, environment, snapshot, database_only)?;
            match wait {
                Some(timeout) => {
                    let seen = progress::states(session, format!("restore of {mode} of {app_id}"));
                    let options = WaitOptions::new().timeout(timeout).on_progress(seen);
                    client
                        .wait_for_restore(project, environment, &restore.restore_id, options)?
                        .state
                        .to_string()
                }
                None => restore.state.to_string(),
            }
        }
        Kept::Backups => client.restore_backup(app_id, mode, snapshot)?.state.to_string(),
    };
    Ok(Restored { snapshot_id: snapshot.to_owned(), state })
}

fn table(rows: &[Row]) -> String {
    let row = |row: &Row| {
        [
            row.snapshot_id.clone(),
            row.state.clone(),
            or_dash(row.created_at.as_ref()),
            or_dash(row.expires_at.as_ref()),
            or_dash(row.model_version.as_ref()),
            or_dash(row.comment.as_ref()),
        ]
    };
    render(&["backup", "state", "created", "expires", "model", "comment"], rows.iter().map(row))
}
