//! Deploys a package to many environments, unattended: `nightly FILE FOLDER APP:MODE...`
//!
//! An outage is waited for, a start that fails is rolled back, and the other environments go on. Run again with the same
//! folder, after a crash or the next night, it continues what was cut off and leaves alone what is in place.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the output is what this program is for")]

use std::path::Path;
use std::process::ExitCode;

use mendix_deploy::{Client, DeployOptions, DeployPackage, DeployReport, Deployment, Error, ErrorKind};

/// Deploys to each environment in turn: what came of it.
pub(crate) fn deploy_all<'t>(
    client: &Client,
    file: &Path,
    folder: &Path,
    targets: &[(&'t str, &'t str)],
) -> Vec<(&'t str, Result<DeployReport, Error>)> {
    let package = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut results = Vec::new();
    for (app_id, mode) in targets {
        let deployment = Deployment::new(*app_id, *mode, DeployPackage::File(file.to_owned()));
        let name = format!("{app_id}-{mode}").replace(|c: char| !c.is_alphanumeric() && c != '-', "_");
        // One journal for each deployment; one lease for each environment.
        let options = DeployOptions::new()
            .journal(folder.join(format!("{package}-{name}.journal")))
            .lease(folder.join(format!("{name}.lease")));
        let result = client.deploy(&deployment, options);
        let is_over = result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Cancelled);
        results.push((*mode, result));
        if is_over {
            break;
        }
    }
    results
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, folder, targets @ ..] = arguments.as_slice() else {
        eprintln!("usage: nightly FILE FOLDER APP:MODE...");
        return ExitCode::from(2);
    };
    let targets: Option<Vec<(&str, &str)>> = targets.iter().map(|target| target.split_once(':')).collect();
    let (Some(targets), Ok(client)) = (targets, Client::from_env()) else {
        eprintln!("expected APP:MODE..., and MENDIX_USERNAME and MENDIX_API_KEY in the environment");
        return ExitCode::from(2);
    };
    let mut failures = 0;
    for (mode, result) in deploy_all(&client, Path::new(file), Path::new(folder), &targets) {
        match result {
            Ok(report) => println!("{report}"),
            Err(error) => {
                failures += 1;
                eprintln!("{mode}: {error:#}");
            }
        }
    }
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
