//! `wait`

use std::time::Duration;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use mendix_deploy::{Status, WaitOptions};

use crate::arguments::{self, Targets};
use crate::commands::status;
use crate::complete;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress;
use crate::session::Session;
use crate::targets::Effect;

/// Wait for a status of environments, or resume a wait that reached its time limit
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy wait --app calc --mode Acceptance --status Stopped
  mendix-deploy wait --resume TOKEN   # as the error of the first wait said it")]
pub(crate) struct Wait {
    /// The app, by its identifier; may be repeated
    #[arg(short, long = "app", value_name = "APP", required_unless_present = "resume", add = ArgValueCompleter::new(complete::apps))]
    apps: Vec<String>,
    /// The environment; may be repeated
    #[arg(short, long = "mode", value_name = "MODE", required_unless_present = "resume", add = ArgValueCompleter::new(complete::modes))]
    modes: Vec<String>,
    /// The status to wait for
    #[arg(long, value_name = "STATUS", default_value = "Running", conflicts_with = "resume")]
    status: String,
    /// Resume the wait of this token; `-` reads it from standard input
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["apps", "modes"])]
    resume: Option<String>,
    /// How long to wait, such as 90s or 1h30m
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = arguments::duration)]
    timeout: Duration,
}

impl Wait {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let Some(token) = self.resume else {
            let wanted = Status::from(self.status.as_str());
            if !matches!(wanted, Status::Empty | Status::Stopped | Status::Running) {
                return Err(Failure::usage(format!(
                    "there is no status {:?}; expected Running, Stopped or Empty",
                    self.status
                )));
            }
            let targets = Targets::of(self.apps, self.modes);
            return targets.run(
                session,
                Effect::Reads,
                |client, app_id, mode| {
                    let seen = progress::states(session, format!("{mode} of {app_id}"));
                    let options = WaitOptions::new().timeout(self.timeout).on_progress(seen);
                    Ok(client.wait_for_status(app_id, mode, &wanted, options)?)
                },
                status::line,
            );
        };
        let token = if token == "-" {
            let _asking = session.interrupt.while_asking();
            session.console.input()?
        } else {
            token
        };
        let seen = progress::states(session, "the wait".to_owned());
        let options = WaitOptions::new().timeout(self.timeout).on_progress(seen);
        let waited = session.client()?.resume_wait(token.trim(), options)?;
        session.console.show(&waited, |_| "done".to_owned())?;
        Ok(Exit::Done)
    }
}
