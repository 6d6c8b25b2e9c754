//! `packages`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use mendix_deploy::{DownloadOptions, Package, WaitOptions};
use serde_json::json;

use crate::arguments::{OneApp, TimeLimit};
use crate::confirm;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::progress;
use crate::session::Session;
use crate::table::{or_dash, render};
use crate::targets::about_app;
use crate::written::Written;

/// List, build, delete or download packages of an app
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy packages list --app calc
  mendix-deploy packages build --app calc --branch main --revision a3f9c21 --version 1.2.0
  mendix-deploy packages download --app calc b3d14e53-2654-4534-b374-9179a69ef3cf calc.mda")]
pub(crate) struct Packages {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the packages of an app
    #[command(after_help = "Examples:\n  mendix-deploy packages list --app calc")]
    List {
        #[command(flatten)]
        app: OneApp,
    },
    /// Build a package from a revision of the model, and wait for it
    #[command(
        after_help = "Examples:\n  mendix-deploy packages build --app calc --branch main --revision a3f9c21 --version 1.2.0"
    )]
    Build {
        #[command(flatten)]
        app: OneApp,
        /// The branch: main, trunk or branches/NAME
        #[arg(long)]
        branch: String,
        /// The revision or commit
        #[arg(long)]
        revision: String,
        /// The version, as x.y.z
        #[arg(long)]
        version: String,
        /// What the package is
        #[arg(long)]
        description: Option<String>,
        #[command(flatten)]
        wait: TimeLimit,
        /// Do not wait until it is built
        #[arg(long)]
        no_wait: bool,
    },
    /// Delete a package
    #[command(
        after_help = "Examples:\n  mendix-deploy packages delete --app calc b3d14e53-2654-4534-b374-9179a69ef3cf --yes"
    )]
    Delete {
        #[command(flatten)]
        app: OneApp,
        /// The package, by its identifier
        package_id: String,
        /// Do not ask
        #[arg(short, long)]
        yes: bool,
    },
    /// Download a package; one that was broken off goes on
    #[command(
        after_help = "Examples:\n  mendix-deploy packages download --app calc b3d14e53-2654-4534-b374-9179a69ef3cf calc.mda"
    )]
    Download {
        #[command(flatten)]
        app: OneApp,
        /// The package, by its identifier
        package_id: String,
        /// The file to write
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

impl Packages {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let (client, console) = (session.client()?, &session.console);
        match self.action {
            Action::List { app } => {
                let packages =
                    client.list_packages(&app.app).map_err(|error| about_app(client, &app.app, error))?;
                console.show(&packages, |packages| table(packages))?;
            }
            Action::Build { app, branch, revision, version, description, wait, no_wait } => {
                let app = app.app.as_str();
                let job = client.build_package(app, &branch, &revision, &version, description.as_deref())?;
                let Some(id) = job.package_id.as_deref() else {
                    return Err(Failure::local(
                        "the build has begun, and the service did not name the package: see `packages list`",
                    ));
                };
                if no_wait {
                    console.show(&job, |_| format!("package {id} is being built"))?;
                    return Ok(Exit::Done);
                }
                let seen = progress::states(session, format!("package {id}"));
                let options = WaitOptions::new().timeout(wait.timeout).on_progress(seen);
                let package = client.wait_for_package(app, id, options)?;
                console.show(&package, |_| format!("package {id}"))?;
            }
            Action::Delete { app, package_id, yes } => {
                if !yes {
                    confirm::go_on(session, &format!("Delete package {package_id} of {}?", app.app))?;
                }
                client.delete_package(&app.app, &package_id)?;
                console
                    .show(&json!({"PackageId": package_id}), |_| format!("deleted package {package_id}"))?;
            }
            Action::Download { app, package_id, file } => {
                let shown = progress::transfer(session, format!("package {package_id}"));
                let options = DownloadOptions::new().on_progress(shown.observer());
                let downloaded = client.download_package(&app.app, &package_id, &file, options)?;
                session.console.show(&Written::new(&file, &downloaded), Written::line)?;
            }
        }
        Ok(Exit::Done)
    }
}

fn table(packages: &[Package]) -> String {
    let row = |package: &Package| {
        [
            package.package_id.clone(),
            or_dash(package.name.as_ref()),
            or_dash(package.version.as_ref()),
            package.status.to_string(),
            or_dash(package.creation_date.as_ref()),
        ]
    };
    render(&["package", "name", "version", "status", "created"], packages.iter().map(row))
}
