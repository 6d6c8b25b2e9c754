//! `cargo xtask test --only instructions`: how many instructions a call takes, which hardly differs between two runs, whatever
//! else the machine does. More than the limits of `tests/bench/instructions.json` are a failure.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use super::build::{Clients, folder};
use super::server::Server;
use crate::step::{Outcome, Result, output, root, say};
use crate::tools;

/// Where the limits are: by language, work and transport.
const LIMITS: &str = "tests/bench/instructions.json";
/// Does what `get` does, and a little more: the limit of `get` has to notice that.
const PLANTED: &str = "planted";

pub(crate) fn run() -> Result {
    let text = fs::read_to_string(root().join(LIMITS)).map_err(|error| format!("{LIMITS}: {error}"))?;
    let limits: BTreeMap<String, u64> =
        serde_json::from_str(&text).map_err(|error| format!("{LIMITS}: {error}"))?;
    let clients = Clients::build("measured")?;
    let servers = [Server::start(&clients.rust, false)?, Server::start(&clients.rust, true)?];
    let mut problems = Vec::new();
    for (path, limit) in &limits {
        let [language, work, transport] = path.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("{LIMITS}: {path}: expected a language, a work, and plain or tls"));
        };
        let server = &servers[usize::from(transport == "tls")];
        let count = || per_call(work, server, |valgrind| clients.command(valgrind, language));
        // A machine that stands still costs a connection more, but hardly twice.
        let mut taken = count()?;
        if taken > *limit {
            taken = taken.min(count()?);
        }
        say(format_args!("measured: {path}: {taken} instructions a call, of {limit}"));
        if taken > *limit {
            problems.push(format!("{path}: {taken} instructions a call, limit {limit}"));
        }
    }
    let planted = per_call(PLANTED, &servers[0], |valgrind| clients.command(valgrind, "rust"))?;
    if planted <= limits["rust get plain"] {
        problems.push(format!("rust {PLANTED}: a reply that is read twice is not noticed"));
    }
    if !problems.is_empty() {
        let hint = format!("what a call needs is limited in {LIMITS}");
        return Err(format!("{}\n{hint}", problems.join("\n")));
    }
    Ok(Outcome { passed: limits.len() + 1 })
}

/// The instructions of one call: what so many more take, without the start of the process. `client` makes the command, with
/// what runs it before it.
pub(crate) fn per_call(
    work: &str,
    server: &Server,
    client: impl Fn(&[String]) -> std::result::Result<Command, String>,
) -> std::result::Result<u64, String> {
    let calls = if work == "list" { 2 } else { 200 };
    let to = folder().join("callgrind");
    let mut valgrind = tools::valgrind()?;
    let out = format!("--callgrind-out-file={}", to.display());
    valgrind.extend(["--quiet".to_owned(), "--tool=callgrind".to_owned(), out]);
    let total = |count| {
        let mut command = client(&valgrind)?;
        server.give(&mut command, work, count);
        output(&mut command)?;
        let profile = fs::read_to_string(&to).map_err(|error| format!("{}: {error}", to.display()))?;
        let total =
            profile.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse::<u64>().ok());
        total.ok_or_else(|| format!("callgrind counted nothing for {command:?}"))
    };
    let few = total(calls)?;
    Ok(total(calls * 2)?.saturating_sub(few) / u64::from(calls))
}
