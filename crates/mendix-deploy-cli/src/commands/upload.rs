//! `upload`

use std::path::PathBuf;

use clap::{Args, ValueHint};
use mendix_deploy::{Client, DeployService, PackageSource, WaitOptions};
use serde_json::{Value, json};

use crate::arguments::{OneApp, TimeLimit, named};
use crate::exit::Exit;
use crate::failure::{Outcome, refuse_missing};
use crate::progress;
use crate::session::Session;

/// Upload a package to an app
///
/// `deploy` does this with all that belongs to it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy upload --app calc calc.mda
  id=$(mendix-deploy upload --app calc calc.mda --json | jq -r .PackageId)")]
pub(crate) struct Upload {
    /// The package, a file
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    app: OneApp,
    /// The name of the package; that of the file by default
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    wait: TimeLimit,
    /// The calls to use: detected, document or today
    #[arg(long, value_name = "WHICH", default_value = "detected", value_parser = named::<DeployService>)]
    service: DeployService,
}

impl Upload {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        refuse_missing("the package", &self.file)?;
        let (client, app) = (session.client()?, self.app.app.as_str());
        let shown = progress::transfer(session, format!("upload to {app}"));
        let source = PackageSource::file(&self.file).on_progress(shown.observer());
        let name = self.name.as_deref();
        let package_id = if is_todays(client, app, self.service)? {
            let job = client.upload_package_v2(app, source, name)?;
            match (job.package_id, job.job_id) {
                // It was found among the packages, so it is there.
                (package_id, None) => package_id,
                (package_id, Some(job_id)) => {
                    let seen = progress::states(session, format!("upload to {app}"));
                    let options = WaitOptions::new().timeout(self.wait.timeout).on_progress(seen);
                    client.wait_for_upload(app, &job_id, options)?;
                    package_id
                }
            }
        } else {
            client.upload_package(app, source, name)?.package_id
        };
        let result = json!({"AppId": app, "PackageId": package_id});
        session.console.show(&result, |_: &Value| match &package_id {
            Some(id) => format!("package {id}"),
            None => "uploaded; the service did not tell its identifier".to_owned(),
        })?;
        Ok(Exit::Done)
    }
}

/// Whether the service has the calls of today: it tells identifiers of environments.
fn is_todays(client: &Client, app: &str, service: DeployService) -> Outcome<bool> {
    Ok(match service {
        DeployService::Today => true,
        DeployService::Document => false,
        _ => client.list_environments(app)?.iter().any(|environment| environment.environment_id.is_some()),
    })
}
