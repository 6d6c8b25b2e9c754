//! `clean`

use clap::Args;
use mendix_deploy::Environment;

use crate::arguments::{Confirm, Targets};
use crate::confirm;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;
use crate::targets::{Effect, show};

/// Remove all data of environments: the database, the files and the package
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy clean --app calc --mode Test
  mendix-deploy clean --app calc --mode Test --confirm Test   # where nobody can be asked")]
pub(crate) struct Clean {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    confirm: Confirm,
}

impl Clean {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let pairs = self.targets.resolve(session.client()?)?;
        confirm::by_name(session, "The clean", &pairs, &self.confirm.confirm)?;
        self.targets.run_with(session, &pairs, Effect::Changes, |client, app_id, mode| {
            let environments = client.clean_environment(app_id, mode)?;
            let text = |_: &Vec<Environment>| "clean".to_owned();
            show(session, pairs.len() > 1, (app_id, mode), &environments, text)?;
            Ok(Exit::Done)
        })
    }
}
