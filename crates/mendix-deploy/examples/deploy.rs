//! Deploys a package in one call: shows the plan, the steps as they happen, and the report.
//!
//! `cargo run --example deploy` does it against a simulator, with a package made for the purpose. With `--fail-start` the new
//! package does not start, and what ran before runs again; with `--kill` the process is killed in the middle, and the
//! deployment is resumed.
//! `cargo run --example deploy -- APP MODE FILE` does it for real, with the credentials of `MENDIX_USERNAME` and
//! `MENDIX_API_KEY` (and the server of `MENDIX_DEPLOY_URL`, where it is set).
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the output is what this program is for")]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use mendix_deploy::{
    Client, Credentials, DeployOptions, DeployPackage, DeployReport, DeployStep, Deployment, StepStatus,
};
use mendix_deploy_sim::{Profile, Simulator};
use zip::write::SimpleFileOptions;

const USAGE: &str = "usage: deploy                  against a simulator
       deploy --fail-start     where the new package does not start
       deploy --kill           killed in the middle, and resumed
       deploy APP MODE FILE    against the service, with MENDIX_USERNAME and MENDIX_API_KEY";
const PACKAGE_BYTES: usize = 32 * 1024 * 1024;

type Outcome = Result<DeployReport, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => with_simulator(deploy_there),
        ["--fail-start"] => with_simulator(fail_start),
        ["--kill"] => with_simulator(kill_and_resume),
        ["-h" | "--help"] => {
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
        Ok(report) => {
            print!("\n{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            if let Some(report) = error.downcast_ref().and_then(mendix_deploy::Error::report) {
                print!("\n{report}");
            }
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The deployment, as a program of your own would do it. Run again with the same journal, it continues one that was cut off,
/// and sends no change when all is in place.
fn deploy(client: &Client, app_id: &str, mode: &str, file: &Path) -> Outcome {
    let deployment = Deployment::new(app_id, mode, DeployPackage::File(file.to_owned()));
    println!("{}", client.plan_deploy(&deployment)?);
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
        "Uploading [{bar:32}] {bytes} of {total_bytes}, {bytes_per_sec}",
    )?);
    let options = DeployOptions::new().journal(journal(file)).on_step(show).on_progress(|progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        ControlFlow::Continue(())
    });
    Ok(client.deploy(&deployment, options)?)
}

fn journal(file: &Path) -> PathBuf {
    file.with_extension("journal")
}

fn show(step: &DeployStep) -> ControlFlow<()> {
    let seconds = Duration::from_millis(step.elapsed_ms).as_secs_f64();
    match (step.status, &step.reason) {
        (StepStatus::Started, _) => {}
        (StepStatus::Done, _) => println!("{:<18} done in {seconds:.1} s", step.name),
        (status, reason) => println!("{:<18} {status}: {}", step.name, reason.as_deref().unwrap_or_default()),
    }
    ControlFlow::Continue(())
}

/// Runs `show` against a simulator, with a client for it and a package.
fn with_simulator(show: fn(&Simulator, &Client, &Path) -> Outcome) -> Outcome {
    let simulator =
        Simulator::builder().profile(Profile::Today).start_duration(Duration::from_secs(1)).start()?;
    println!("A simulator of the Deploy API runs at {}\n", simulator.url());
    let folder = tempfile::tempdir()?;
    let file = make_package(folder.path())?;
    let credentials = Credentials::new(simulator.username(), simulator.api_key())?;
    let client = Client::builder(credentials).base_url(simulator.url()).build()?;
    show(&simulator, &client, &file)
}

fn deploy_there(simulator: &Simulator, client: &Client, file: &Path) -> Outcome {
    deploy(client, simulator.app_id(), "Acceptance", file)
}

/// The app does not start with the new package: what ran before runs again.
fn fail_start(simulator: &Simulator, client: &Client, file: &Path) -> Outcome {
    let failure = serde_json::json!({"next_start_failure": "STARTUP_ACTION_FAILED"});
    simulator
        .patch_state(&serde_json::json!({"apps": {"calc": {"environments": {"Acceptance": failure}}}}))?;
    deploy_there(simulator, client, file)
}

/// Another process deploys, and is killed when the package is transported. This one resumes it from its journal.
fn kill_and_resume(simulator: &Simulator, client: &Client, file: &Path) -> Outcome {
    let mut other = Command::new(std::env::current_exe()?)
        .args([simulator.app_id(), "Acceptance"])
        .arg(file)
        .env("MENDIX_USERNAME", simulator.username())
        .env("MENDIX_API_KEY", simulator.api_key())
        .env("MENDIX_DEPLOY_URL", simulator.url())
        .stdout(Stdio::piped())
        .spawn()?;
    for line in BufReader::new(other.stdout.take().ok_or("it has no output")?).lines() {
        let line = line?;
        println!("{line}");
        if line.starts_with("transport ") && line.contains(" done ") {
            break;
        }
    }
    other.kill()?;
    other.wait()?;
    println!("\nThe process was killed. Another one resumes:\n");
    Ok(client.resume_deploy(journal(file), DeployOptions::new().on_step(show))?)
}

/// A small app as Studio Pro packs it: a model, and metadata that says its version.
fn make_package(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let path = folder.join("calc_1.2.0.254.mda");
    let mut package = zip::ZipWriter::new(File::create(&path)?);
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    package.start_file("model/metadata.json", options)?;
    package.write_all(br#"{"ModelVersion": "1.2.0.254", "RuntimeVersion": "10.24.0"}"#)?;
    package.start_file("model/model.mdp", options)?;
    package.write_all(&vec![0x6d; PACKAGE_BYTES])?;
    package.finish()?;
    Ok(path)
}
