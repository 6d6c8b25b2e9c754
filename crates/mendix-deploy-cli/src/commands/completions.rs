//! `completions`

use std::ffi::OsString;
use std::io::Write as _;

use clap::{Args, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
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
enum Shell {
    Bash,
    Zsh,
    Fish,
}

impl Completions {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        session.console.write(&registration(self.shell)?)?;
        Ok(Exit::Done)
    }
}

const PROGRAM: &str = "mendix-deploy";
/// The variable by which a shell asks for completions.
const VARIABLE: &str = "MENDIX_DEPLOY_COMPLETE";

/// Answers a shell that asks what a line may go on with; `None` when none asks.
pub(crate) fn answer(
    arguments: &[OsString],
    whole: fn() -> clap::Command,
) -> Option<Result<Exit, clap::Error>> {
    std::env::var_os(VARIABLE).filter(|shell| !shell.is_empty())?;
    let folder = std::env::current_dir().ok();
    let completed = CompleteEnv::with_factory(whole)
        .var(VARIABLE)
        .bin(PROGRAM)
        .try_complete(arguments.iter().cloned(), folder.as_deref());
    match completed {
        // Where another language runs this, nothing flushes what was written when the process ends.
        Ok(true) => Some(Ok(if std::io::stdout().flush().is_ok() { Exit::Done } else { Exit::Failed })),
        Ok(false) => None,
        Err(error) => Some(Err(error)),
    }
}

/// What a shell has to run once.
fn registration(shell: Shell) -> Outcome<Vec<u8>> {
    let completer: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut text = Vec::new();
    completer
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut text)
        .and_then(|()| text.flush())
        .map_err(|error| Failure::local(format!("the completion cannot be written: {error}")))?;
    Ok(text)
}
