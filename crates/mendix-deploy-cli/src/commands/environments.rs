//! `environments`

use clap::Args;
use mendix_deploy::Environment;

use crate::arguments::OneApp;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;
use crate::table::{or_dash, render};
use crate::targets::about_app;

/// List the environments of an app
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  mendix-deploy environments --app calc")]
pub(crate) struct Environments {
    #[command(flatten)]
    app: OneApp,
}

impl Environments {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let (client, app) = (session.client()?, &self.app.app);
        let environments = client.list_environments(app).map_err(|error| about_app(client, app, error))?;
        session.console.show(&environments, |environments| table(environments))?;
        Ok(Exit::Done)
    }
}

fn table(environments: &[Environment]) -> String {
    let row = |environment: &Environment| {
        let scale = match (environment.instances, environment.memory_per_instance) {
            (Some(instances), Some(memory)) => format!("{instances} x {memory} MB"),
            _ => "-".to_owned(),
        };
        [
            environment.mode.to_string(),
            environment.status.to_string(),
            or_dash(environment.model_version.as_ref()),
            or_dash(environment.mendix_version.as_ref()),
            scale,
            or_dash(environment.url.as_ref()),
        ]
    };
    render(&["mode", "status", "model", "mendix", "scale", "url"], environments.iter().map(row))
}
