//! Nightly backups to disk, of all environments: `backups FOLDER KEEP`
//!
//! Makes a snapshot of each environment, downloads it, and keeps the newest KEEP files of each. Run again on the same day,
//! it takes the snapshots of that day, and resumes the downloads that were cut off.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the output is what this program is for")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use mendix_deploy::{
    Archive, Client, DownloadOptions, Environment, Error, ErrorCode, Result, TaskState, WaitOptions,
};

/// How long a snapshot may take.
const MADE_WITHIN: Duration = Duration::from_hours(2);

/// The file that was written.
pub(crate) type Outcome = std::result::Result<PathBuf, Box<dyn std::error::Error>>;

/// Backs up all environments of all apps: what came of each.
pub(crate) fn back_up_all(
    client: &Client,
    folder: &Path,
    day: &str,
    keep: usize,
) -> Result<Vec<(String, Outcome)>> {
    let mut results = Vec::new();
    for app in client.list_apps()? {
        for environment in client.list_environments(&app.app_id)? {
            let ids = (app.project_id.as_deref(), environment.environment_id.as_deref());
            let (Some(project_id), Some(environment_id)) = ids else { continue };
            let name = file_name(&app.app_id, &environment);
            let target = folder.join(format!("{name}-{day}.backup"));
            let result = back_up(client, (project_id, environment_id), day, &target);
            // The environment of a free app has no snapshots, and an account may have no right to some.
            let is_out_of_reach =
                |error: &Error| matches!(error.code(), Some(ErrorCode::NotSupported | ErrorCode::NoAccess));
            if result.as_ref().is_err_and(is_out_of_reach) {
                continue;
            }
            let outcome = result.map_err(Into::into).and_then(|()| {
                prune(folder, &name, keep)?;
                Ok(target)
            });
            results.push((name, outcome));
        }
    }
    Ok(results)
}

/// Downloads the snapshot of the day, which is made if it is not there.
fn back_up(client: &Client, (project, environment): (&str, &str), day: &str, target: &Path) -> Result<()> {
    if target.exists() {
        return Ok(());
    }
    let comment = format!("nightly {day}");
    let mut snapshots = client.iter_snapshots(project, environment)?;
    let made = snapshots.find_map(|snapshot| match snapshot {
        Ok(snapshot) if snapshot.comment.as_deref() != Some(&comment) => None,
        Ok(snapshot) if snapshot.state == TaskState::Failed => None,
        snapshot => Some(snapshot),
    });
    let snapshot = match made.transpose()? {
        Some(snapshot) => snapshot,
        None => client.create_snapshot(project, environment, Some(&comment))?,
    };
    let id = &snapshot.snapshot_id;
    client.wait_for_snapshot(project, environment, id, WaitOptions::new().timeout(MADE_WITHIN))?;
    let options = DownloadOptions::new().on_progress(|progress| {
        if progress.done == progress.total {
            println!("{}: {} bytes", target.display(), progress.done);
        }
        ControlFlow::Continue(())
    });
    client.download_snapshot(project, environment, id, Archive::FILES_AND_DATABASE, target, options)?;
    Ok(())
}

/// Removes the files of an environment but for the newest: their names have the day.
fn prune(folder: &Path, name: &str, keep: usize) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let day = file.strip_prefix(name).and_then(|rest| rest.strip_suffix(".backup"));
        if day.is_some_and(|day| day.len() == "-2018-08-10".len()) {
            files.push(path);
        }
    }
    files.sort();
    files.iter().rev().skip(keep).try_for_each(std::fs::remove_file)
}

fn file_name(app_id: &str, environment: &Environment) -> String {
    format!("{app_id}-{}", environment.mode).replace(|c: char| !c.is_alphanumeric() && c != '-', "_")
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, keep) = match arguments.as_slice() {
        [folder, keep] => (folder, keep.parse().unwrap_or(0)),
        _ => (&String::new(), 0),
    };
    if keep == 0 {
        eprintln!("usage: backups FOLDER KEEP, where KEEP is 1 or more");
        return ExitCode::from(2);
    }
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let results =
        match Client::from_env().and_then(|client| back_up_all(&client, Path::new(folder), &day, keep)) {
            Ok(results) => results,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        };
    let mut failures = 0;
    for (name, result) in results {
        if let Err(error) = result {
            failures += 1;
            eprintln!("{name}: {error}");
        }
    }
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
