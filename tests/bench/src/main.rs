//! What `cargo xtask bench` measures with: a server whose responses cost it next to nothing, and the client in Rust. The
//! clients in other languages take the same arguments and print the same line.
//!
//! `mendix-deploy-bench serve [--tls CA_FILE]` prints its URL, and serves until its standard input ends.
//! `mendix-deploy-bench WORK COUNT URL [CA_FILE]` does a piece of work so often, and prints what it took.

mod many;
mod server;

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use cpu_time::ProcessTime;
use mendix_deploy::{Client, Credentials, DownloadOptions, Environment, PackageSource};
use serde_json::json;

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["serve"] => server::run(None),
        ["serve", "--tls", ca_file] => server::run(Some(Path::new(ca_file))),
        [work, count, url] => measure(work, count, url, None),
        [work, count, url, ca_file] => measure(work, count, url, Some(ca_file.as_ref())),
        _ => Err("expected: serve [--tls CA_FILE], or: WORK COUNT URL [CA_FILE]".into()),
    };
    match done {
        Ok(line) => {
            say(&line);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the result of the program")]
fn say(line: &str) {
    println!("{line}");
}

/// Does the work `count` times and describes what that took, without the client's making and the first time.
fn measure(work: &str, count: &str, url: &str, ca_file: Option<&Path>) -> Result<String> {
    let count: u32 = count.parse()?;
    let credentials = Credentials::new("me@example.com", "26587896-1cef-4483-accf-ad304e2673d6")?;
    let make = || -> Result<Client> {
        let mut builder = Client::builder(credentials.clone()).base_url(url).check_packages(false);
        if let Some(ca_file) = ca_file {
            builder = builder.ca_file(ca_file);
        }
        Ok(builder.build()?)
    };
    let client = make()?;
    match work.split_once('*').unwrap_or((work, "")) {
        ("calls", _) => return Ok(many::calls(&client, count)?.to_string()),
        ("clients", _) => return Ok(many::clients(make, count)?.to_string()),
        ("waits", _) => return Ok(many::waits(&client, count)?.to_string()),
        ("deployments", at_a_time) => {
            return Ok(many::deployments(at_a_time.parse()?, count)?.to_string());
        }
        ("get", threads) if !threads.is_empty() => {
            return Ok(many::threads(&client, threads.parse()?, count)?.to_string());
        }
        _ => {}
    }
    let file = Temporary::new();
    if work != "get" {
        // The memory that any call takes, for its code too, is not that of this one.
        once(&client, "get", &file.0)?;
    }
    let before = peak_kib();
    // For a transfer it is the size in MiB.
    let repeats = match work {
        "upload" | "raw" => {
            let content = io::repeat(7).take(u64::from(count) << 20);
            io::copy(&mut { content }, &mut File::create(&file.0)?)?;
            1
        }
        "download" => 1,
        _ => {
            once(&client, work, &file.0)?;
            count
        }
    };
    let (started, cpu) = (Instant::now(), ProcessTime::now());
    for _ in 0..repeats {
        match work {
            "raw" => raw(url, &file.0)?,
            _ => once(&client, work, &file.0)?,
        }
    }
    let (seconds, cpu, peak) = (started.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64(), peak_kib());
    let growth = peak.zip(before).map(|(peak, before)| peak - before);
    let taken = json!({
        "count": repeats, "seconds": seconds, "cpu_seconds": cpu, "peak_kib": peak, "growth_kib": growth
    });
    Ok(taken.to_string())
}

fn once(client: &Client, work: &str, file: &Path) -> Result<()> {
    let is_right = match work {
        "get" => client.list_environments("calc")?.len() == server::ENVIRONMENTS,
        // What a limit for `get` has to notice: the reply is read a second time.
        "planted" => {
            let environments = serde_json::to_string(&client.list_environments("calc")?)?;
            serde_json::from_str::<Vec<Environment>>(&environments)?.len() == server::ENVIRONMENTS
        }
        "list" => client.list_apps()?.len() == server::APPS,
        "settings" => {
            let settings = client.get_environment_settings("calc", "Acceptance")?;
            client.set_environment_settings("calc", "Acceptance", &settings)?.constants.len() == 20
        }
        "upload" => client.upload_package("calc", PackageSource::file(file), None)?.package_id.is_some(),
        "download" => {
            let (app, mode, date) = ("calc", "Acceptance", "2018-08-10");
            let downloaded = client.download_archived_logs(app, mode, date, file, DownloadOptions::new())?;
            downloaded.bytes == server::FILE
        }
        _ => return Err(format!("{work}: expected get, list, settings, upload, download or raw").into()),
    };
    if is_right { Ok(()) } else { Err(format!("{work}: the result is not what the server sent").into()) }
}

/// What an upload comes to without a client: the file is read and written.
fn raw(url: &str, file: &Path) -> Result<()> {
    let mut file = File::open(file)?;
    let length = file.metadata()?.len();
    let address = url.strip_prefix("http://").ok_or("raw: only without TLS")?;
    let mut server = TcpStream::connect(address)?;
    write!(server, "POST /upload HTTP/1.1\r\nContent-Length: {length}\r\n\r\n")?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            count => server.write_all(&buffer[..count])?,
        }
    }
    let count = server.read(&mut buffer)?;
    if buffer[..count].starts_with(b"HTTP/1.1 200") { Ok(()) } else { Err("raw: not taken".into()) }
}

/// A file that goes with this value.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Temporary {
        Temporary(std::env::temp_dir().join(format!("mendix-deploy-bench-{}", std::process::id())))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The most memory that this process had, in KiB.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.trim().parse().ok())
}
