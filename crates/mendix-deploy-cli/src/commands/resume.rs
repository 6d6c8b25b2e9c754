//! `resume`

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use clap_complete::engine::ArgValueCompleter;
use mendix_deploy::{DeployOptions, JournalInfo, WaitOptions};

use crate::arguments;
use crate::commands::deploy::Shown;
use crate::complete;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::journals;
use crate::progress;
use crate::session::Session;
use crate::table::render;

/// Go on with a deployment whose process ended, or with a wait; or list the deployments that can be resumed
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy resume                                  # lists what can be resumed
  mendix-deploy resume --app calc --mode Acceptance
  mendix-deploy resume --wait TOKEN                     # as the error of a wait said it")]
pub(crate) struct Resume {
    /// The app, by its identifier
    #[arg(short, long, value_name = "APP", requires = "mode", add = ArgValueCompleter::new(complete::apps))]
    app: Option<String>,
    /// The environment
    #[arg(short, long, value_name = "MODE", requires = "app", add = ArgValueCompleter::new(complete::modes))]
    mode: Option<String>,
    /// The journal, where it is not in the state folder
    #[arg(long, value_name = "FILE", conflicts_with = "app", value_hint = ValueHint::FilePath)]
    journal: Option<PathBuf>,
    /// Resume the wait of this token; `-` reads it from standard input
    #[arg(long, value_name = "TOKEN", conflicts_with_all = ["app", "journal"])]
    wait: Option<String>,
    /// How long to go on waiting
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = arguments::duration, requires = "wait")]
    timeout: Duration,
}

impl Resume {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let client = session.client()?;
        if let Some(token) = &self.wait {
            return wait(session, token, self.timeout);
        }
        let path = match (&self.journal, &self.app, &self.mode) {
            (Some(path), ..) => path.clone(),
            (None, Some(app), Some(mode)) => journals::of(client, app, mode)?.journal,
            _ => return list(session),
        };
        if !path.exists() {
            return Err(Failure::NotFound(format!(
                "there is no journal {}: no deployment was begun there",
                path.display()
            )));
        }
        let info = JournalInfo::read(&path)?;
        let how = if info.outcome.is_some() { "has ended already:" } else { "goes on with" };
        session.console.note(&format!("{how} {}", journals::describe(&info)));
        let shown = Shown { session, app_id: &info.app_id, mode: &info.mode, are_many: false };
        shown.run(DeployOptions::new(), |options| client.resume_deploy(&path, options))
    }
}

/// Goes on with a wait.
fn wait(session: &Session, token: &str, timeout: Duration) -> Outcome<Exit> {
    let token = if token == "-" {
        let _asking = session.interrupt.while_asking();
        session.console.input()?
    } else {
        token.to_owned()
    };
    let seen = progress::states(session, "the wait".to_owned());
    let options = WaitOptions::new().timeout(timeout).on_progress(seen);
    let waited = session.client()?.resume_wait(token.trim(), options)?;
    session.console.show(&waited, |_| "done".to_owned())?;
    Ok(Exit::Done)
}

/// Lists what can be resumed.
fn list(session: &Session) -> Outcome<Exit> {
    let found = journals::unfinished(session.client()?)?;
    let infos: Vec<&JournalInfo> = found.iter().map(|(_, info)| info).collect();
    session.console.show(&infos, |infos| {
        let row = |info: &&JournalInfo| [info.app_id.clone(), info.mode.clone(), journals::describe(info)];
        render(&["app", "mode", "deployment"], infos.iter().map(row))
    })?;
    if infos.is_empty() {
        session.console.note("there is nothing to resume");
    }
    Ok(Exit::Done)
}
