//! `simulator`

use std::ffi::OsString;

use clap::Args;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Run a simulator of the service, for tests and dry runs
#[derive(Debug, Args)]
#[command(
    disable_help_flag = true,
    after_help = "Examples:\n  mendix-deploy simulator --port 8080 --profile today --keep-running"
)]
pub(crate) struct Simulator {
    /// Its options: see `mendix-deploy simulator --help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    options: Vec<OsString>,
}

impl Simulator {
    pub(crate) fn run(self) -> Outcome<Exit> {
        // It listens to the signals itself, and says itself what is wrong.
        match mendix_deploy_sim::program("mendix-deploy simulator", self.options) {
            0 => Ok(Exit::Done),
            2 => Err(Failure::Told(Exit::Usage)),
            _ => Err(Failure::Told(Exit::Failed)),
        }
    }
}
