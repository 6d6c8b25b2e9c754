//! Many threads, one client, a server that goes wrong at random: no wrong result, no change made twice, no leak, no
//! deadlock. `MENDIX_DEPLOY_SOAK_SECONDS` sets for how long.
//!
//! The server is this program run again, so that its memory is not counted.
#![expect(clippy::panic, clippy::unwrap_used, clippy::print_stdout, reason = "a test program of its own")]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mendix_deploy::{Client, Credentials, Error, ErrorKind, PackageSource};
use mendix_deploy_sim::{Call, Fault, RetryAfter, Simulator, Target, Then};
use support::{FOR_LONG, memory};

const THREADS: u64 = 64;
/// How much the client's process may grow once every thread has made its calls, in KiB.
const MOST_GROWTH: u64 = 16 * 1024;
/// Connections that stay open, and what the program itself has.
const MOST_DESCRIPTORS: usize = 2 * 64 + 16;

fn main() {
    // nextest asks each program for its tests, and then for those that are ignored.
    if std::env::args().any(|argument| argument == "--list") {
        if !std::env::args().any(|argument| argument == "--ignored") {
            println!("soak: test");
        }
        return;
    }
    if std::env::args().any(|argument| argument == "--serve") {
        return serve();
    }
    let seconds = std::env::var("MENDIX_DEPLOY_SOAK_SECONDS").map_or(15, |text| text.parse().unwrap());
    soak(Duration::from_secs(seconds));
    println!("test result: ok. 1 passed; 0 failed");
}

/// A simulator with a new fault every few milliseconds, until standard input is closed. It says then how often a
/// change was made more often than it was asked for.
fn serve() {
    let simulator = Simulator::builder().accept_any_package(true).start().unwrap();
    println!("{} {} {}", simulator.url(), simulator.username(), simulator.api_key());
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                simulator.clear_faults();
                for _ in 0..8 {
                    simulator.add_fault(random_fault());
                }
                thread::sleep(Duration::from_millis(20));
            }
        });
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        over.store(true, Ordering::Relaxed);
    });
    for call in Call::ALL {
        println!("{call} {} {}", simulator.accounting().requests(call), simulator.accounting().effects(call));
    }
}

fn random_fault() -> Fault {
    let target =
        if fastrand::bool() { Target::Any } else { Target::Call(*fastrand::choice(&Call::ALL).unwrap()) };
    let fault = Fault::on(target).nth(fastrand::u32(1..20));
    let fault = if fastrand::bool() { fault.after_effect() } else { fault };
    match fastrand::u8(0..13) {
        0 => fault.close_without_reply(),
        1 => fault.reset(),
        2 => fault.reset_early(),
        3 => fault.reset_in_body(fastrand::u64(0..100_000)),
        4 => fault.truncate(fastrand::u64(0..50)),
        5 => fault.raw("HTTP/1.1 200 OK\r\ncontent-le", Then::Reset),
        6 => fault.status(*fastrand::choice(&[500, 502, 503, 504]).unwrap()).html("<h1>Sorry</h1>"),
        7 => fault.rate_limit(RetryAfter::Absent),
        8 => fault.redirect(302, "http://127.0.0.1:1/"),
        9 => fault.refuse_early(413, "TOO_LARGE", fastrand::bool()),
        10 => fault.delay(Duration::from_millis(fastrand::u64(0..200))),
        11 => fault.endless(),
        _ => Fault::on_connection().reset(),
    }
}

struct Server(Child, BufReader<std::process::ChildStdout>);

impl Server {
    fn start() -> (Server, Client) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let [url, username, api_key] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("the server said {line:?}")
        };
        let client = Client::builder(Credentials::new(username, api_key).unwrap())
            .base_url(url)
            .timeout(Duration::from_secs(3))
            .action_timeout(Duration::from_secs(3))
            .reply_limit(256 * 1024)
            .check_packages(false)
            .build()
            .unwrap();
        (Server(child, output), client)
    }

    /// Requests and effects by call.
    fn stop(mut self) -> BTreeMap<Call, (u64, u64)> {
        drop(self.0.stdin.take());
        let mut text = String::new();
        self.1.read_to_string(&mut text).unwrap();
        self.0.wait().unwrap();
        let row = |line: &str| {
            let [call, requests, effects] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            (Call::from_stem(call).unwrap(), (requests.parse().unwrap(), effects.parse().unwrap()))
        };
        text.lines().map(row).collect()
    }
}

/// What the callers saw.
#[derive(Default)]
struct Seen {
    calls: AtomicU64,
    errors: Mutex<BTreeMap<String, u64>>,
    /// Changes that were asked for, by call.
    wanted: Mutex<BTreeMap<Call, u64>>,
}

impl Seen {
    fn change<T>(&self, call: Call, result: Result<T, Error>) -> Option<T> {
        *self.wanted.lock().unwrap().entry(call).or_default() += 1;
        self.look(result)
    }

    fn look<T>(&self, result: Result<T, Error>) -> Option<T> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                let never =
                    [ErrorKind::InvalidInput, ErrorKind::Io, ErrorKind::Cancelled, ErrorKind::WaitTimedOut];
                assert!(!never.contains(&error.kind()), "{error:?}");
                *self.errors.lock().unwrap().entry(format!("{:?}", error.kind())).or_default() += 1;
                None
            }
        }
    }
}

/// Calls at random. What comes back must belong to what was asked.
fn work(client: &Client, thread: u64, ends: Instant, seen: &Seen) {
    let package = vec![b'x'; 300_000];
    let modes = ["Test", "Acceptance", "Production"];
    for round in 0_u64.. {
        if Instant::now() >= ends {
            return;
        }
        let mode = *fastrand::choice(&modes).unwrap();
        match fastrand::u8(0..8) {
            0 => {
                if let Some(app) = seen.look(client.get_app("calc")) {
                    assert_eq!(app.app_id, "calc");
                }
            }
            1 => {
                if let Some(environment) = seen.look(client.get_environment("calc", mode)) {
                    assert_eq!(environment.mode.as_str(), mode);
                }
            }
            2 => {
                if let Some(apps) = seen.look(client.list_apps()) {
                    assert_eq!(apps.len(), 3);
                }
            }
            3 | 4 => {
                let tag = format!("t{thread}-{round}");
                let created = client.create_environment_tag("calc", mode, &tag);
                if let Some(created) = seen.change(Call::CreateEnvironmentTag, created) {
                    assert_eq!(created.tag, tag, "this is the answer to another call");
                    let deleted = client.delete_environment_tag("calc", mode, &tag);
                    seen.change(Call::DeleteEnvironmentTag, deleted);
                }
            }
            5 => {
                let settings = seen.look(client.get_environment_settings("calc", mode));
                if let Some(settings) = settings {
                    let set = client.set_environment_settings("calc", mode, &settings);
                    seen.change(Call::SetEnvironmentSettings, set);
                }
            }
            6 => {
                let source = PackageSource::bytes(&package);
                let uploaded = client.upload_package("calc", source, Some("a.mda"));
                seen.change(Call::UploadPackage, uploaded);
            }
            _ => {
                seen.look(client.list_backups("calc", mode));
            }
        }
    }
}

fn soak(time: Duration) {
    let (server, client) = Server::start();
    let seen = Seen::default();
    let ends = Instant::now() + time;
    let mut early = (0, 0);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (client, seen) = (&client, &seen);
            scope.spawn(move || work(client, thread, ends, seen));
        }
        thread::sleep(time / 4);
        early = (memory("VmRSS"), descriptors());
    });
    assert!(ends.elapsed() < FOR_LONG, "a thread did not come to its end in time");
    let late = (memory("VmRSS"), descriptors());
    let counted = server.stop();
    let errors = seen.errors.into_inner().unwrap();
    println!(
        "{} calls in {time:?}, errors {errors:?}; memory {} to {} KiB, descriptors {} to {}",
        seen.calls.load(Ordering::Relaxed),
        early.0,
        late.0,
        early.1,
        late.1
    );
    assert!(errors.len() >= 3, "the server did not go wrong");
    for (call, wanted) in seen.wanted.into_inner().unwrap() {
        let (_, effects) = counted[&call];
        assert!(effects <= wanted, "{call} was asked for {wanted} times, and done {effects} times");
    }
    assert!(late.0 < early.0 + MOST_GROWTH, "the process grew from {} to {} KiB", early.0, late.0);
    assert!(late.1 < MOST_DESCRIPTORS, "{} descriptors are open", late.1);
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
