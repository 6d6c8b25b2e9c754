//! `man`

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::session::Session;

/// Print the manual page, or write all pages to a folder
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy man | man -l -
  mendix-deploy man --folder ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// Write the pages of all commands to this folder
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    folder: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        // A page of `help` would say nothing that the others do not.
        let command = (session.whole)().disable_help_subcommand(true);
        let Some(folder) = self.folder else {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(failed)?;
            session.console.write(&page)?;
            return Ok(Exit::Done);
        };
        fs::create_dir_all(&folder).map_err(failed)?;
        clap_mangen::generate_to(command, &folder).map_err(failed)?;
        session.console.note(&format!("the manual is in {}", folder.display()));
        Ok(Exit::Done)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn failed(error: std::io::Error) -> Failure {
    Failure::local(format!("the manual cannot be written: {error}"))
}
