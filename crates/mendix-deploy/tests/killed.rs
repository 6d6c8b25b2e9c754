//! A process that is killed in the middle of a download leaves the target as it was, or whole.
//!
//! This program runs itself again and kills it at random moments.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test program of its own")]

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use mendix_deploy::{BackupPart, Client, Credentials, DownloadOptions};
use mendix_deploy_sim::Simulator;

const ROUNDS: u64 = 40;
const LONGEST_LIFE_MS: u64 = 60;

fn main() {
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [url, username, api_key, snapshot_id, target] = arguments.as_slice() {
        let client = client(url, username, api_key);
        let part = BackupPart::DatabaseAndFiles;
        let options = DownloadOptions::new();
        client.download_backup("calc", "Acceptance", snapshot_id, part, target, options).unwrap();
        return;
    }
    let simulator = Simulator::builder().options(|options| options.link_bytes = 48 << 20).start().unwrap();
    let parent = client(simulator.url(), simulator.username(), simulator.api_key());
    let snapshot_id = parent.list_backups("calc", "Acceptance").unwrap().remove(0).snapshot_id;
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole");
    let part = BackupPart::DatabaseAndFiles;
    parent.download_backup("calc", "Acceptance", &snapshot_id, part, &whole, DownloadOptions::new()).unwrap();
    let whole = fs::read(whole).unwrap();

    let target = directory.path().join("target");
    let (mut killed, mut completed) = (0, 0);
    for round in 0..ROUNDS {
        fs::write(&target, "old").unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([simulator.url(), simulator.username(), simulator.api_key(), &snapshot_id])
            .arg(&target)
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(5 + round * 37 % LONGEST_LIFE_MS));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        let found = fs::read(&target).unwrap();
        assert!(found == b"old" || found == whole, "round {round}: the target is a half");
        assert!(!status.success() || found == whole, "round {round}: it said it was done");
        if found == whole { completed += 1 } else { killed += 1 }
    }
    assert!(killed > 0, "no process was killed in time");
    parent
        .download_backup("calc", "Acceptance", &snapshot_id, part, &target, DownloadOptions::new())
        .unwrap();
    assert!(fs::read(&target).unwrap() == whole, "what the killed ones left was put together wrongly");
    println!("{killed} killed in the middle, {completed} complete");
    println!("test result: ok. 1 passed; 0 failed");
}

fn client(url: &str, username: &str, api_key: &str) -> Client {
    let credentials = Credentials::new(username, api_key).unwrap();
    Client::builder(credentials).base_url(url).build().unwrap()
}
