//! From a commit to production: builds a package, deploys it to acceptance, and promotes it to production.
//! `from_commit APP BRANCH REVISION VERSION FOLDER`
//!
//! Run again after a crash, it takes the package that it has built, and continues the deployment that was cut off.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the output is what this program is for")]

use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use mendix_deploy::{
    Client, DeployOptions, DeployPackage, DeployReport, DeployStep, Deployment, PackageStatus, Result,
    StepStatus, WaitOptions,
};

/// How long a build may take.
const BUILT_WITHIN: Duration = Duration::from_hours(1);

/// Builds the revision, unless that was begun before: the identifier of the package.
pub(crate) fn build(
    client: &Client,
    app_id: &str,
    branch: &str,
    revision: &str,
    version: &str,
) -> Result<String> {
    let wanted = format!("{version}.{revision}");
    let is_it = |package: &mendix_deploy::Package| {
        package.version.as_deref() == Some(&wanted) && package.status != PackageStatus::Failed
    };
    let begun = match client.list_packages(app_id)?.into_iter().find(is_it) {
        Some(package) => package.package_id,
        None => client.build_package(app_id, branch, revision, version, None)?.package_id.unwrap_or_default(),
    };
    let options = WaitOptions::new().timeout(BUILT_WITHIN).on_progress(|progress| {
        println!("build: {} after {:.0} s", progress.seen, progress.elapsed.as_secs_f64());
        ControlFlow::Continue(())
    });
    Ok(client.wait_for_package(app_id, &begun, options)?.package_id)
}

/// Deploys the package to acceptance, and then what runs there to production.
pub(crate) fn release(
    client: &Client,
    app_id: &str,
    package_id: &str,
    folder: &Path,
) -> Result<[DeployReport; 2]> {
    let deploy = |mode: &str, package: DeployPackage| {
        let journal = folder.join(format!("{app_id}-{package_id}-{mode}.journal"));
        let options = DeployOptions::new().journal(journal).on_step(|step| show(mode, step));
        client.deploy(&Deployment::new(app_id, mode, package), options)
    };
    let accepted = deploy("Acceptance", DeployPackage::Id(package_id.to_owned()))?;
    let promoted = deploy("Production", DeployPackage::FromMode("Acceptance".to_owned()))?;
    Ok([accepted, promoted])
}

fn show(mode: &str, step: &DeployStep) -> ControlFlow<()> {
    if step.status != StepStatus::Started {
        println!("{mode}: {} {} {}", step.name, step.status, step.reason.as_deref().unwrap_or_default());
    }
    ControlFlow::Continue(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [app_id, branch, revision, version, folder] = arguments.as_slice() else {
        eprintln!("usage: from_commit APP BRANCH REVISION VERSION FOLDER");
        return ExitCode::from(2);
    };
    let run = || {
        let client = Client::from_env()?;
        let package_id = build(&client, app_id, branch, revision, version)?;
        release(&client, app_id, &package_id, Path::new(folder))
    };
    match run() {
        Ok(reports) => {
            let [accepted, promoted] = reports;
            println!("{accepted}\n{promoted}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
