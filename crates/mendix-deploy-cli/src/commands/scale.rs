//! `scale`

use clap::Args;

use crate::arguments::Targets;
use crate::commands::status;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;
use crate::targets::Effect;

/// Set the number of instances and their memory
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy scale --app calc --mode Acceptance --instances 2 --memory 1024")]
pub(crate) struct Scale {
    #[command(flatten)]
    targets: Targets,
    /// The number of instances
    #[arg(long, value_name = "NUMBER")]
    instances: u32,
    /// The memory of each instance, in MB
    #[arg(long, value_name = "MB")]
    memory: u32,
}

impl Scale {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        self.targets.run(
            session,
            Effect::Changes,
            |client, app_id, mode| Ok(client.scale_environment(app_id, mode, self.instances, self.memory)?),
            |environment| format!("{} x {} MB; {}", self.instances, self.memory, status::line(environment)),
        )
    }
}
