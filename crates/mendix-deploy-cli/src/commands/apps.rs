//! `apps`

use clap::Args;
use mendix_deploy::App;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;
use crate::table::{or_dash, render};

/// List the apps of the account
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  mendix-deploy apps\n  mendix-deploy apps --json | jq -r '.[].AppId'")]
pub(crate) struct Apps {}

impl Apps {
    pub(crate) fn run(session: &Session) -> Outcome<Exit> {
        let apps = session.client()?.list_apps()?;
        session.console.show(&apps, |apps| table(apps))?;
        if apps.is_empty() {
            session.console.note("the account has access to no app");
        }
        Ok(Exit::Done)
    }
}

fn table(apps: &[App]) -> String {
    let row = |app: &App| [app.app_id.clone(), or_dash(app.name.as_ref()), or_dash(app.url.as_ref())];
    render(&["app", "name", "url"], apps.iter().map(row))
}
