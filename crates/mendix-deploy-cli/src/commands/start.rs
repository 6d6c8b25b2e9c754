//! `start`, `stop` and `restart`

use clap::Args;
use mendix_deploy::{Client, Environment, Error, ErrorCode, StartStatus, Status, WaitOptions};
use serde::Serialize;

use crate::arguments::{Targets, TimeLimit};
use crate::commands::status;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::progress;
use crate::session::Session;
use crate::targets::Effect;

/// Start environments, and wait until they run
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy start --app calc --mode Acceptance
  mendix-deploy start --app calc --all-environments --in-order --timeout 30m")]
pub(crate) struct Start {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    wait: TimeLimit,
    #[command(flatten)]
    how: How,
}

/// Stop environments, and wait until they are stopped
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  mendix-deploy stop --app calc --mode Acceptance")]
pub(crate) struct Stop {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    wait: TimeLimit,
    /// Do not wait until they are stopped
    #[arg(long)]
    no_wait: bool,
}

/// Stop environments and start them again: changed settings take effect
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  mendix-deploy restart --app calc --mode Acceptance")]
pub(crate) struct Restart {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    wait: TimeLimit,
    #[command(flatten)]
    how: How,
}

/// How to start.
#[derive(Debug, Args)]
struct How {
    /// Do not change the structure of the database: the start fails where the model needs another one
    #[arg(long)]
    no_sync_db: bool,
    /// Do not wait until they run
    #[arg(long)]
    no_wait: bool,
}

/// What a start came to.
#[derive(Serialize)]
struct Started {
    #[serde(rename = "Status")]
    status: String,
    #[serde(rename = "JobId")]
    job_id: Option<String>,
}

impl Start {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        self.targets.run(
            session,
            Effect::Changes,
            |client, app_id, mode| start(session, client, (app_id, mode), &self.how, &self.wait),
            |started| started.status.clone(),
        )
    }
}

impl Stop {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        self.targets.run(
            session,
            Effect::Changes,
            |client, app_id, mode| {
                client.stop_environment(app_id, mode)?;
                if self.no_wait {
                    return Ok(client.get_environment(app_id, mode)?);
                }
                stopped(session, client, (app_id, mode), &self.wait)
            },
            status::line,
        )
    }
}

impl Restart {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        self.targets.run(
            session,
            Effect::Changes,
            |client, app_id, mode| {
                client.stop_environment(app_id, mode)?;
                stopped(session, client, (app_id, mode), &self.wait)?;
                start(session, client, (app_id, mode), &self.how, &self.wait)
            },
            |started| started.status.clone(),
        )
    }
}

fn start(
    session: &Session,
    client: &Client,
    (app_id, mode): (&str, &str),
    how: &How,
    wait: &TimeLimit,
) -> Outcome<Started> {
    let is_running = |error: &Error| error.code() == Some(&ErrorCode::AlreadyStarted);
    let job = match client.start_environment(app_id, mode, !how.no_sync_db) {
        Ok(job) => job,
        Err(error) if is_running(&error) => {
            session.console.note(&format!("{mode} of {app_id} runs already"));
            return Ok(Started { status: "Started".to_owned(), job_id: None });
        }
        Err(error) => return Err(error.into()),
    };
    if how.no_wait {
        return Ok(Started { status: "Starting".to_owned(), job_id: job.job_id });
    }
    let seen = progress::states(session, format!("{mode} of {app_id}"));
    let options = WaitOptions::new().timeout(wait.timeout).on_progress(seen);
    let StartStatus { status, .. } = client.wait_for_start(app_id, mode, &job, options)?;
    Ok(Started { status: status.to_string(), job_id: job.job_id })
}

fn stopped(
    session: &Session,
    client: &Client,
    (app_id, mode): (&str, &str),
    wait: &TimeLimit,
) -> Outcome<Environment> {
    let seen = progress::states(session, format!("{mode} of {app_id}"));
    let options = WaitOptions::new().timeout(wait.timeout).on_progress(seen);
    Ok(client.wait_for_status(app_id, mode, &Status::Stopped, options)?)
}
