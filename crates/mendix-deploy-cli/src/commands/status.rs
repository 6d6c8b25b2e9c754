//! `status`

use clap::Args;
use mendix_deploy::Environment;

use crate::arguments::Targets;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;
use crate::table::printable;
use crate::targets::Effect;

/// Show whether environments run, and what
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy status --app calc --mode Acceptance
  mendix-deploy status --app calc --app shop --all-environments --json")]
pub(crate) struct Status {
    #[command(flatten)]
    targets: Targets,
}

impl Status {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        self.targets.run(
            session,
            Effect::Reads,
            |client, app_id, mode| Ok(client.get_environment(app_id, mode)?),
            line,
        )
    }
}

/// An environment in a line.
pub(crate) fn line(environment: &Environment) -> String {
    let mut text = environment.status.to_string();
    for (name, value) in [
        ("model version", &environment.model_version),
        ("Mendix", &environment.mendix_version),
        ("at", &environment.url),
    ] {
        if let Some(value) = value {
            text.extend([", ", name, " ", value]);
        }
    }
    printable(&text)
}
