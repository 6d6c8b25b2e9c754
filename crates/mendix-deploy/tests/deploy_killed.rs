//! A deployment whose process is killed, at every step and at any moment, is resumed to the same end, and nothing that
//! touches the environment is done twice.
//!
//! This program runs itself again and kills it. The simulator lives here, and goes on.
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::panic, reason = "a test program of its own")]

#[path = "support/deployments.rs"]
mod deployments;
#[path = "support/package.rs"]
mod package;

use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use deployments::{CHANGES, UPLOADS, declare_settings};
use mendix_deploy::{
    BackupPolicy, Client, Clock, Credentials, DeployOptions, DeployPackage, DeployReport, Deployment,
    ErrorKind,
};
use mendix_deploy_sim::{Environment, EnvironmentStatus, Fault, Profile, Simulator};

const ROUNDS: usize = 500;
const METADATA: &str = r#"{
    "ModelVersion": "1.2.0.254", "ScheduledEvents": [{"Name": "MyFirstModule.Monitor_Scheduled_event"}],
    "Constants": [{"Name": "MyFirstModule.BooleanConstant", "Type": "Boolean", "DefaultValue": "true"},
                  {"Name": "MyFirstModule.DateTime", "Type": "DateTime", "DefaultValue": "2013-12-20T16:02:32"}]
}"#;
fn main() {
    // nextest asks each program for its tests, and then for those that are ignored.
    if std::env::args().any(|argument| argument == "--list") {
        if !std::env::args().any(|argument| argument == "--ignored") {
            println!("deploy_killed: test");
        }
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [url, username, api_key, folder, wait_at] = arguments.as_slice() {
        deploy(url, username, api_key, Path::new(folder), wait_at.parse().unwrap());
        return;
    }
    let mut events = 0;
    for profile in [Profile::Document, Profile::Today] {
        for wait_at in 1.. {
            let round = Round::new(profile, false);
            if !round.kill_at(wait_at) {
                assert!(wait_at > 12, "{wait_at} events in all");
                break;
            }
            round.finish(&format!("{profile:?}, killed at event {wait_at}"));
            events += 1;
        }
    }
    // How long one lives that is not killed: on this machine, now.
    let started = Instant::now();
    Round::new(Profile::Today, false).finish("not killed");
    let life = started.elapsed();
    let (next, kills) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= ROUNDS {
                        break;
                    }
                    kills.fetch_add(random_round(number, life), Ordering::SeqCst);
                }
            });
        }
    });
    let kills = kills.into_inner();
    assert!(kills >= ROUNDS / 2, "{kills} were killed in time");
    println!(
        "measured: killed at {events} events and {kills} times in {ROUNDS} rounds, all of which came to the same end"
    );
    println!("test result: ok. 1 passed; 0 failed");
}

/// Kills it at random moments until it comes to its end: how often it was killed.
fn random_round(number: usize, life: Duration) -> usize {
    let profile = [Profile::Document, Profile::Today][number % 2];
    // One in five starts fails, and one response in five is lost.
    let round = Round::new(profile, number.is_multiple_of(5));
    if number % 5 == 1 {
        let lost = CHANGES[number / 5 % CHANGES.len()];
        round.simulator.add_fault(Fault::on(lost).close_without_reply().after_effect());
    }
    let mut kills = 0;
    while kills < 3 && (kills == 0 || fastrand::bool()) {
        let mut child = round.spawn(0);
        thread::sleep(life.mul_f64(fastrand::f64()));
        // It may have ended by itself.
        let _ = child.kill();
        if child.wait().unwrap().code().is_some() {
            break;
        }
        kills += 1;
    }
    round.finish(&format!("round {number}, killed {kills} times"));
    kills
}

/// One deployment against a simulator of its own.
struct Round {
    profile: Profile,
    fails: bool,
    simulator: Simulator,
    folder: tempfile::TempDir,
    before: Environment,
}

impl Round {
    fn new(profile: Profile, fails: bool) -> Round {
        let simulator = Simulator::builder()
            .profile(profile)
            .options(|options| {
                options.start_ms = 20;
                options.stop_ms = 10;
                options.backup_ms = 10;
                options.processing_ms = 10;
            })
            .start()
            .unwrap();
        let before = simulator.with_state(|state| {
            declare_settings(state);
            let app = state.apps.get_mut("calc").unwrap();
            let environment = app.environments.get_mut("Acceptance").unwrap();
            let before = comparable(environment);
            environment.next_start_failure = fails.then(|| "STARTUP_ACTION_FAILED".to_owned());
            before
        });
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("calc.mda"), package::package(METADATA)).unwrap();
        Round { profile, fails, simulator, folder, before }
    }

    fn arguments(&self) -> [&str; 3] {
        [self.simulator.url(), self.simulator.username(), self.simulator.api_key()]
    }

    fn spawn(&self, wait_at: usize) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(self.arguments())
            .arg(self.folder.path())
            .arg(wait_at.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Kills it at that event: whether there is one.
    fn kill_at(&self, wait_at: usize) -> bool {
        let mut child = self.spawn(wait_at);
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let _ = child.kill();
        child.wait().unwrap();
        line == "waits\n"
    }

    /// Lets it come to its end, and checks that.
    fn finish(&self, what: &str) {
        let [url, username, api_key] = self.arguments();
        let result = run(url, username, api_key, self.folder.path(), |_| ControlFlow::Continue(()));
        let now =
            self.simulator.with_state(|state| comparable(&state.apps["calc"].environments["Acceptance"]));
        let accounting = self.simulator.accounting();
        let journal = self.folder.path().join("journal");
        let written = || std::fs::read_to_string(&journal).unwrap_or_default();
        match result {
            Ok(report) => {
                assert_eq!(now.status, EnvironmentStatus::Running, "{what}: {report}");
                assert_eq!(now.running_package, report.after.package_id, "{what}: {report}\n{}", written());
                assert_ne!(now.package, self.before.package, "{what}: {report}");
                assert_eq!(now.settings["CustomSettings"][0]["DeployedValue"], "1", "{what}: {report}");
                let is_scaled = (now.instances, now.memory_per_instance) == (2, 2048);
                assert_eq!(is_scaled, self.profile == Profile::Today, "{what}: {report}");
            }
            Err(error) if self.fails && error.kind() == ErrorKind::DeployFailed => {
                assert_eq!(now, self.before, "{what}: {error:#}\n{}", written());
            }
            Err(error) => panic!("{what}: {error:#}\n{}", written()),
        }
        // A start that failed may not have been seen to.
        let most = if self.fails { 3 } else { 1 };
        for call in CHANGES.into_iter().filter(|call| !UPLOADS.contains(call)) {
            let effects = accounting.effects(call);
            assert!(effects <= most, "{what}: {call} took effect {effects} times\n{}", written());
        }
    }
}

fn comparable(environment: &Environment) -> Environment {
    let mut environment = environment.clone();
    environment.jobs.clear();
    environment.snapshots.clear();
    environment.restores.clear();
    environment
}

/// What the killed one does: at the so manieth event it waits for that.
fn deploy(url: &str, username: &str, api_key: &str, folder: &Path, wait_at: usize) {
    let mut events = 0;
    let result = run(url, username, api_key, folder, |_| {
        events += 1;
        if events == wait_at {
            println!("waits");
            thread::sleep(Duration::from_mins(1));
        }
        ControlFlow::Continue(())
    });
    if let Err(error) = result {
        println!("{error:#}");
        std::process::exit(1);
    }
}

fn run(
    url: &str,
    username: &str,
    api_key: &str,
    folder: &Path,
    on_step: impl FnMut(&mendix_deploy::DeployStep) -> ControlFlow<()>,
) -> Result<DeployReport, mendix_deploy::Error> {
    let credentials = Credentials::new(username, api_key).unwrap();
    let client = Client::builder(credentials).base_url(url).clock(Hurried::default()).build().unwrap();
    let is_today = client.get_environment("calc", "Acceptance").unwrap().instances.is_some();
    let package = DeployPackage::File(PathBuf::from(folder).join("calc.mda"));
    let mut deployment = Deployment::new("calc", "Acceptance", package)
        .constants([("MyFirstModule.BooleanConstant", "true")])
        .custom_settings([("SessionTimeout", "1")])
        .backup(BackupPolicy::Always);
    // Elsewhere, whether an environment was scaled cannot be seen.
    if is_today {
        deployment = deployment.instances(2).memory_per_instance(2048);
    }
    client.deploy(&deployment, DeployOptions::new().journal(folder.join("journal")).on_step(on_step))
}

/// A clock whose pauses pass a thousand times as fast.
#[derive(Default)]
struct Hurried(Mutex<Duration>);

impl Clock for Hurried {
    fn now(&self) -> Instant {
        Instant::now() + *self.0.lock().unwrap()
    }

    fn sleep(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
        thread::sleep(time / 1000);
    }
}
