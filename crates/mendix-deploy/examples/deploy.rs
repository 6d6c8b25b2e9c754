//! Puts a deployment package on an environment: upload, stop, transport, start, confirm.
//!
//! `cargo run --example deploy` does it against a simulator, with a package made for the purpose.
//! `cargo run --example deploy -- APP MODE FILE` does it for real, with the credentials of `MENDIX_USERNAME` and
//! `MENDIX_API_KEY` (and the server of `MENDIX_DEPLOY_URL`, where it is set).
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the output is what this program is for")]

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use mendix_deploy::{
    Client, Credentials, Environment, ErrorKind, Package, PackageSource, Status, WaitOptions,
};
use mendix_deploy_sim::Simulator;
use zip::write::SimpleFileOptions;

const USAGE: &str = "usage: deploy                  against a simulator
       deploy APP MODE FILE    against the service, with MENDIX_USERNAME and MENDIX_API_KEY";
const PACKAGE_BYTES: usize = 32 * 1024 * 1024;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [] => deploy_to_simulator(),
        [help] if help == "-h" || help == "--help" => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        [app_id, mode, file] => Client::from_env()
            .map_err(Into::into)
            .and_then(|client| deploy(&client, app_id, mode, Path::new(file))),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("deploy: {error}");
            ExitCode::FAILURE
        }
    }
}

fn deploy_to_simulator() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start()?;
    println!("A simulator of the Deploy API runs at {}", simulator.url());
    let directory = tempfile::tempdir()?;
    let package = make_package(directory.path())?;
    let credentials = Credentials::new(simulator.username(), simulator.api_key())?;
    let client = Client::builder(credentials).base_url(simulator.url()).build()?;
    deploy(&client, simulator.app_id(), "Acceptance", &package)
}

/// The deployment, as a script of your own would do it.
fn deploy(client: &Client, app_id: &str, mode: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let before = client.get_environment(app_id, mode)?;
    let old_package = deployed_package(client, app_id, mode)?;
    println!("{mode} of {app_id}: {}", describe(&before, old_package.as_ref()));

    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
        "Uploading [{bar:32}] {bytes} of {total_bytes}, {bytes_per_sec}",
    )?);
    let source = PackageSource::file(file).on_progress(|progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        ControlFlow::Continue(())
    });
    let uploaded = client.upload_package(app_id, source, None)?;
    bar.finish_and_clear();
    let package_id =
        uploaded.package_id.ok_or("the service took the package but did not say its PackageId")?;
    println!("Uploaded {} as package {package_id}", file.display());

    if before.status == Status::Running {
        client.stop_environment(app_id, mode)?;
        client.wait_for_status(app_id, mode, &Status::Stopped, WaitOptions::new())?;
        println!("Stopped");
    }
    client.transport_package(app_id, mode, &package_id)?;
    println!("Transported");

    let job = client.start_environment(app_id, mode, true)?;
    let watch = WaitOptions::new().on_progress(|progress| {
        println!("{} after {:.1} s", progress.seen, progress.elapsed.as_secs_f64());
        ControlFlow::Continue(())
    });
    client.wait_for_start(app_id, mode, &job, watch)?;

    let after = client.get_environment(app_id, mode)?;
    let new_package = client.get_environment_package(app_id, mode)?;
    if after.status != Status::Running || new_package.package_id != package_id {
        let found = describe(&after, Some(&new_package));
        return Err(format!("expected {mode} to run package {package_id}, found: {found}").into());
    }
    println!("Before: {}", describe(&before, old_package.as_ref()));
    println!("After:  {}", describe(&after, Some(&new_package)));
    println!("Done in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn deployed_package(client: &Client, app_id: &str, mode: &str) -> mendix_deploy::Result<Option<Package>> {
    match client.get_environment_package(app_id, mode) {
        Ok(package) => Ok(Some(package)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn describe(environment: &Environment, package: Option<&Package>) -> String {
    let version = environment.model_version.as_deref().unwrap_or("none");
    let package = package.map_or("none", |package| package.package_id.as_str());
    format!("{}, model version {version}, package {package}", environment.status)
}

/// A small app as Studio Pro packs it: a model, and metadata that says its version.
fn make_package(directory: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let path = directory.join("calc_1.2.0.254.mda");
    let mut package = zip::ZipWriter::new(File::create(&path)?);
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    package.start_file("model/metadata.json", options)?;
    package.write_all(br#"{"ModelVersion": "1.2.0.254", "RuntimeVersion": "10.24.0"}"#)?;
    package.start_file("model/model.mdp", options)?;
    package.write_all(&vec![0x6d; PACKAGE_BYTES])?;
    package.finish()?;
    Ok(path)
}
