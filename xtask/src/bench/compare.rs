//! `cargo xtask bench`: what calls and transfers take in each language, beside the clients that people use otherwise. All
//! take turns in one run, and `docs/performance.md` is made of it.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::build::Clients;
use super::instructions::per_call as count;
use super::peers::Peers;
use super::server::Server;
use super::table::{Contender, Figure, measure};
use crate::step::{Outcome, Result, output, root};

const PAGE: &str = "docs/performance.md";
const HEAD: &str = "# Performance

Written by `cargo xtask bench`: all clients in one run, in turns, against a server with canned responses on the same machine.
Median (least to most). The figures of one machine differ from those of another; compare them within a table.
Every promise of the README is on: time limits, retries, redaction, checks of packages. Memory is what a process has at most, less
what it had after one small GET.
";

const MICROSECONDS: Figure = Figure { title: "µs a call", of: |run| per_call(run, "seconds", 1e6) };
const CPU: Figure = Figure { title: "CPU µs a call", of: |run| per_call(run, "cpu_seconds", 1e6) };
const MILLISECONDS: Figure = Figure { title: "ms a call", of: |run| per_call(run, "seconds", 1e3) };
const PROCESS: Figure = Figure { title: "ms", of: |run| Some(run["process_seconds"].as_f64()? * 1e3) };
const CALLS: Figure = Figure { title: "calls/s", of: |run| per_call(run, "seconds", 1.0).map(f64::recip) };
const GIB: Figure = Figure { title: "MB/s", of: |run| Some(1_073.741_824 / run["seconds"].as_f64()?) };
const CPU_OF_ALL: Figure = Figure { title: "CPU s", of: |run| run["cpu_seconds"].as_f64() };
const GROWTH: Figure =
    Figure { title: "memory, MiB more", of: |run| Some(run["growth_kib"].as_f64()? / 1024.0) };

fn per_call(run: &Value, field: &str, unit: f64) -> Option<f64> {
    Some(run[field].as_f64()? * unit / run["count"].as_f64()?)
}

/// What needs none of the peers that are fetched.
const OURS: &[&str] = &["rust", "c", "python", "raw", "curl"];

/// Measures all, and writes the page.
pub(crate) fn run(rounds: &str) -> Result {
    let rounds = rounds.parse().map_err(|error| format!("{rounds}: {error}"))?;
    let clients = Clients::build("release")?;
    let peers = Peers::fetch()?;
    let mut page = format!("{HEAD}\n{}", machine()?);
    for tls in [false, true] {
        let server = Server::start(&clients.rust, tls)?;
        let bench = Bench { clients: &clients, peers: &peers, server: &server, store: None };
        let over = if tls { "over TLS" } else { "plain" };
        page += &bench.instructions(over)?;
        let all = ["rust", "c", "python", "libcurl", "pycurl", "urllib3", "requests", "httpx"];
        page +=
            &bench.table(&format!("Small GET, {over}"), rounds, &all, "get", 2000, &[MICROSECONDS, CPU])?;
        let title = format!("List of 10,000 apps, {over}");
        page += &bench.table(&title, rounds, &all, "list", 30, &[MILLISECONDS, GROWTH])?;
        let ours = &all[..3];
        page += &bench.table(
            &format!("Settings, read and written, {over}"),
            rounds,
            ours,
            "settings",
            1000,
            &[MICROSECONDS],
        )?;
        for work in ["upload", "download"] {
            let raw: &[&str] = if work == "upload" && !tls { &["raw"] } else { &[] };
            let title = format!("{work} of 1 GiB, {over}");
            page += &bench.table(
                &title,
                rounds,
                &[&["rust", "libcurl"], raw].concat(),
                work,
                1024,
                &[GIB, CPU_OF_ALL, GROWTH],
            )?;
        }
        if tls {
            let all = ["rust", "c", "python", "curl", "libcurl", "pycurl", "urllib3", "requests", "httpx"];
            let of_store =
                Bench { store: server.store()?, clients: &clients, peers: &peers, server: &server };
            for (bench, trusting) in
                [(&bench, "its authority alone"), (&of_store, "the store of the platform")]
            {
                let title = format!("Process with one small GET, over TLS, by {trusting}");
                page += &bench.table(&title, rounds, &all, "get", 0, &[PROCESS])?;
            }
        }
        for threads in [1, 2, 4, 8] {
            let title = format!("Small GET from Python, {threads} threads, {over}");
            let work = format!("get*{threads}");
            page += &bench.table(&title, rounds, &["python", "pycurl", "requests"], &work, 2000, &[CALLS])?;
        }
    }
    let server = Server::start(&clients.rust, false)?;
    page += &Bench { clients: &clients, peers: &peers, server: &server, store: None }.many(rounds)?;
    page += &sizes(&clients)?;
    for peer in &peers.missing {
        let _ = writeln!(page, "\nNot compared: {peer}");
    }
    fs::write(root().join(PAGE), page).map_err(|error| format!("{PAGE}: {error}"))?;
    Ok(Outcome::ONE)
}

/// What is measured is done once by each of our clients, so that it goes on to work.
pub(crate) fn smoke() -> Result {
    let clients = Clients::build("measured")?;
    let peers = Peers::none();
    let mut outcome = Outcome::default();
    for tls in [false, true] {
        let server = Server::start(&clients.rust, tls)?;
        let bench = Bench { clients: &clients, peers: &peers, server: &server, store: None };
        let ours = ["rust", "c", "python"];
        for (work, of) in [
            ("get", &ours[..]),
            ("list", &ours),
            ("settings", &ours),
            ("get*2", &ours[2..]),
            ("upload", &ours[..1]),
        ] {
            let table = bench.table(work, 1, of, work, 2, &[MICROSECONDS, CPU])?;
            if table.contains('–') {
                return Err(format!("a figure is missing:\n{table}"));
            }
            outcome += Outcome { passed: of.len() };
        }
    }
    Ok(outcome)
}

struct Bench<'a> {
    clients: &'a Clients,
    peers: &'a Peers,
    server: &'a Server,
    /// What is trusted in the place of the server's own authority.
    store: Option<PathBuf>,
}

impl Bench<'_> {
    fn table(
        &self,
        title: &str,
        rounds: usize,
        names: &[&'static str],
        work: &str,
        count: u32,
        figures: &[Figure],
    ) -> std::result::Result<String, String> {
        let contenders: Vec<Contender> = names
            .iter()
            .filter(|name| self.is_there(name))
            .map(|&name| {
                let run = move || {
                    if name == "curl" {
                        return Ok(self.server.curl(self.store.as_deref()));
                    }
                    let mut command = self.client(&[], name)?;
                    let work = if name == "raw" { "raw" } else { work };
                    match &self.store {
                        None => self.server.give(&mut command, work, count),
                        Some(store) if OURS.contains(&name) => {
                            command.env("SSL_CERT_FILE", store).env_remove("SSL_CERT_DIR");
                            self.server.give_trusting(&mut command, work, count, None);
                        }
                        Some(store) => self.server.give_trusting(&mut command, work, count, Some(store)),
                    }
                    Ok(command)
                };
                Contender { name: shown(name), run: Box::new(run) }
            })
            .collect();
        measure(title, rounds, &contenders, figures)
    }

    fn is_there(&self, name: &str) -> bool {
        OURS.contains(&name) || self.peers.has(name)
    }

    /// A client by its name, run by what stands before it.
    fn client(&self, wrapper: &[String], name: &str) -> std::result::Result<Command, String> {
        match name {
            "rust" | "c" | "python" => self.clients.command(wrapper, name),
            "raw" => self.clients.command(wrapper, "rust"),
            "libcurl" => self.peers.libcurl(wrapper),
            name => Ok(self.peers.python(wrapper, name)),
        }
    }

    /// What grows where it should not.
    fn many(&self, rounds: usize) -> std::result::Result<String, String> {
        let mut tables = String::new();
        for threads in ["1", "8", "64"] {
            let title = format!("Small GET from Rust, {threads} threads");
            tables +=
                &self.table(&title, rounds, &["rust"], &format!("get*{threads}"), 40_000, &[CALLS, CPU])?;
        }
        let figures = [
            Figure { title: "calls/s, first tenth", of: |run| run["first"].as_f64() },
            Figure { title: "calls/s, last tenth", of: |run| run["last"].as_f64() },
            GROWTH,
        ];
        tables += &self.table("A million calls", 1, &["rust"], "calls", 1_000_000, &figures)?;
        tables += &self.table(
            "10,000 clients, each used once",
            1,
            &["rust"],
            "clients",
            10_000,
            &[MILLISECONDS, GROWTH],
        )?;
        let seconds = [Figure { title: "s in all", of: |run| run["seconds"].as_f64() }];
        for at_a_time in ["1", "8", "24"] {
            let title = format!("24 environments deployed, {at_a_time} at a time, each started in 1 s");
            tables += &self.table(&title, 1, &["rust"], &format!("deployments*{at_a_time}"), 8, &seconds)?;
        }
        let share = Figure { title: "% of a core", of: |run| Some(run["share"].as_f64()? * 100.0) };
        tables += &self.table("200 waits at once, for a minute", 1, &["rust"], "waits", 200, &[share])?;
        Ok(tables)
    }

    /// The instructions of a call, by callgrind: they are nearly the same in every run.
    fn instructions(&self, over: &str) -> std::result::Result<String, String> {
        let mut table = format!(
            "\n### Instructions a call, {over}\n\n| client | small GET | list of 10,000 apps |\n|---|--:|--:|\n"
        );
        for name in ["rust", "c", "python", "libcurl"].into_iter().filter(|name| self.is_there(name)) {
            let of = |work| count(work, self.server, |valgrind| self.client(valgrind, name));
            let _ = writeln!(table, "| {} | {} | {} |", shown(name), of("get")?, of("list")?);
        }
        Ok(table)
    }
}

fn shown(name: &'static str) -> &'static str {
    match name {
        "rust" => "mendix-deploy, Rust",
        "c" => "mendix-deploy, C",
        "python" => "mendix-deploy, Python",
        "libcurl" => "libcurl with cJSON, C",
        "raw" => "read and write, no client",
        "curl" => "curl, the program",
        name => name,
    }
}

/// What the figures were taken on.
fn machine() -> std::result::Result<String, String> {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("a processor without a name", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let of = |program: &str, arguments: &[&str]| -> std::result::Result<String, String> {
        Ok(output(Command::new(program).args(arguments))?.lines().next().unwrap_or_default().to_owned())
    };
    let (system, rust, day) = (of("uname", &["-sr"])?, of("rustc", &["--version"])?, of("date", &["+%F"])?);
    Ok(format!("{day}, {model}, {cores} cores, {system}, {rust}.\n"))
}

/// What is shipped, in MB.
fn sizes(clients: &Clients) -> std::result::Result<String, String> {
    let mut table = String::from("\n### Sizes\n\n| file | MB |\n|---|--:|\n");
    for (name, path) in clients.files() {
        let bytes = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?.len();
        let _ = writeln!(table, "| {name} | {}.{:02} |", bytes / 1_000_000, bytes % 1_000_000 / 10_000);
    }
    Ok(table)
}
