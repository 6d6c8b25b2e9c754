//! `wait`

use clap::Args;
use mendix_deploy::{Status, WaitOptions};

use crate::arguments::{self, Targets};
use crate::commands::status;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress;
use crate::session::Session;
use crate::targets::Effect;

/// Wait for a status of environments
///
/// One that reached its time limit says how it is resumed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy wait --app calc --mode Acceptance --status Stopped
  mendix-deploy wait --app calc --all-environments --timeout 1h")]
pub(crate) struct Wait {
    #[command(flatten)]
    targets: Targets,
    /// The status to wait for: Running, Stopped or Empty
    #[arg(long, value_name = "STATUS", default_value = "Running")]
    status: String,
    #[command(flatten)]
    limit: arguments::TimeLimit,
}

impl Wait {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let wanted = Status::from(self.status.as_str());
        if !matches!(wanted, Status::Empty | Status::Stopped | Status::Running) {
            return Err(Failure::usage(format!(
                "there is no status {:?}; expected Running, Stopped or Empty",
                self.status
            )));
        }
        self.targets.run(
            session,
            Effect::Reads,
            |client, app_id, mode| {
                let seen = progress::states(session, format!("{mode} of {app_id}"));
                let options = WaitOptions::new().timeout(self.limit.timeout).on_progress(seen);
                Ok(client.wait_for_status(app_id, mode, &wanted, options)?)
            },
            status::line,
        )
    }
}
