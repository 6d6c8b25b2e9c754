//! A process that is killed in the middle of a download, or has no room for it, leaves the target as it was, or whole.
//!
//! This program runs itself again and kills it at random moments; then with a limit on the size of files.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test program of its own")]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use mendix_deploy::{BackupPart, Client, Credentials, DownloadOptions};
use mendix_deploy_sim::Simulator;

const ROUNDS: u64 = 200;
const BYTES: u64 = 48 << 20;
const LONGEST_LIFE: Duration = Duration::from_millis(300);

fn main() {
    // nextest asks each program for its tests, and then for those that are ignored.
    if std::env::args().any(|argument| argument == "--list") {
        if !std::env::args().any(|argument| argument == "--ignored") {
            println!("killed: test");
        }
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [url, username, api_key, snapshot_id, target] = arguments.as_slice() {
        let client = client(url, username, api_key);
        let part = BackupPart::DatabaseAndFiles;
        // Something to resume, left in order unless it is killed at that.
        let enough = fastrand::u64(0..BYTES / 2);
        let options = DownloadOptions::new().on_progress(|progress| {
            if progress.done > enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let _ = client.download_backup("calc", "Acceptance", snapshot_id, part, target, options);
        let options = DownloadOptions::new();
        match client.download_backup("calc", "Acceptance", snapshot_id, part, target, options) {
            Ok(_) => return,
            Err(error) => {
                println!("{:?} {error}", error.kind());
                std::process::exit(1);
            }
        }
    }
    let simulator = Simulator::builder().options(|options| options.link_bytes = BYTES).start().unwrap();
    let parent = client(simulator.url(), simulator.username(), simulator.api_key());
    let snapshot_id = parent.list_backups("calc", "Acceptance").unwrap().remove(0).snapshot_id;
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole");
    let part = BackupPart::DatabaseAndFiles;
    parent.download_backup("calc", "Acceptance", &snapshot_id, part, &whole, DownloadOptions::new()).unwrap();
    let whole = fs::read(whole).unwrap();

    let target = directory.path().join("target");
    let start = || -> Child {
        fs::write(&target, "old").unwrap();
        Command::new(std::env::current_exe().unwrap())
            .args([simulator.url(), simulator.username(), simulator.api_key(), &snapshot_id])
            .arg(&target)
            .spawn()
            .unwrap()
    };
    // How long one lives that is not killed: on this machine, now. The killed ones get on where it is slow, too.
    let started = Instant::now();
    assert!(start().wait().unwrap().success());
    let life = started.elapsed().min(LONGEST_LIFE);
    let (mut killed, mut completed) = (0, 0);
    for round in 0..ROUNDS {
        let mut child = start();
        // Every tenth is left to resume what the killed ones left.
        let lives = round % 10 == 9;
        if !lives {
            thread::sleep(life.mul_f64(fastrand::f64()));
            // It may have ended by itself.
            let _ = child.kill();
        }
        let status = child.wait().unwrap();
        assert!(status.success() || !lives, "round {round}: it did not resume");
        let found = fs::read(&target).unwrap();
        assert!(found == b"old" || found == whole, "round {round}: the target is a half");
        assert!(!status.success() || found == whole, "round {round}: it said it was done");
        if found == whole { completed += 1 } else { killed += 1 }
    }
    assert!(killed > 0 && completed > 0, "{killed} were killed in time, {completed} were not");
    let log = simulator.accounting();
    let resumed = log.log().iter().filter(|entry| entry.headers.iter().any(|name| name == "range")).count();
    assert!(resumed > 0, "nothing was resumed");
    parent
        .download_backup("calc", "Acceptance", &snapshot_id, part, &target, DownloadOptions::new())
        .unwrap();
    assert!(fs::read(&target).unwrap() == whole, "what the killed ones left was put together wrongly");
    no_room(&simulator, &snapshot_id, &target, &whole);
    println!("measured: {killed} killed in the middle, {completed} complete, {resumed} resumed");
    println!("test result: ok. 1 passed; 0 failed");
}

/// A full disk, as a process sees it that may not write larger files. The next download, with room, goes on.
fn no_room(simulator: &Simulator, snapshot_id: &str, target: &Path, whole: &[u8]) {
    fs::write(target, "old").unwrap();
    let script = r#"trap "" XFSZ; ulimit -f 16384; exec "$@""#;
    let output = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args([simulator.url(), simulator.username(), simulator.api_key(), snapshot_id])
        .arg(target)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success() && said.starts_with("Io "), "{said}");
    assert!(fs::read(target).unwrap() == b"old", "the target is a half");
    let client = client(simulator.url(), simulator.username(), simulator.api_key());
    let part = BackupPart::DatabaseAndFiles;
    let before = simulator.accounting().links().requests;
    client.download_backup("calc", "Acceptance", snapshot_id, part, target, DownloadOptions::new()).unwrap();
    assert!(fs::read(target).unwrap() == whole);
    assert_eq!(simulator.accounting().links().requests - before, 1);
}

fn client(url: &str, username: &str, api_key: &str) -> Client {
    let credentials = Credentials::new(username, api_key).unwrap();
    Client::builder(credentials).base_url(url).build().unwrap()
}
