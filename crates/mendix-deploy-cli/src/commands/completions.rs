//! `completions`

use clap::{Args, ValueEnum};

use crate::complete;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;

/// Print what makes a shell complete commands, apps and environments
///
/// Apps and environments come from the service, with your credentials.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy completions bash > ~/.local/share/bash-completion/completions/mendix-deploy
  mendix-deploy completions zsh > ~/.zfunc/_mendix-deploy    # with fpath+=~/.zfunc before compinit
  mendix-deploy completions fish > ~/.config/fish/completions/mendix-deploy.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Completions {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        session.console.write(&complete::registration(self.shell)?)?;
        Ok(Exit::Done)
    }
}
