//! The server of what is measured.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::step::root;

/// Where the platform has its authorities.
const STORE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A server that runs as long as this value lives.
pub(crate) struct Server {
    program: Child,
    url: String,
    ca_file: Option<PathBuf>,
}

impl Server {
    /// Starts the server that a program of `tests/bench` is, too.
    pub(crate) fn start(program: &Path, tls: bool) -> Result<Server, String> {
        let ca_file = tls.then(|| root().join("target/bench/ca.pem"));
        let mut command = Command::new(program);
        command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(ca_file) = &ca_file {
            command.arg("--tls").arg(ca_file);
        }
        let mut program = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
        let mut url = String::new();
        if let Some(stdout) = &mut program.stdout {
            BufReader::new(stdout).read_line(&mut url).map_err(|error| error.to_string())?;
        }
        Ok(Server { program, url: url.trim().to_owned(), ca_file })
    }

    /// Tells a client what to do, how often, and where.
    pub(crate) fn give(&self, client: &mut Command, work: &str, count: u32) {
        self.give_trusting(client, work, count, self.ca_file.as_deref());
    }

    /// The same with another file of certificates, or none.
    pub(crate) fn give_trusting(&self, client: &mut Command, work: &str, count: u32, ca_file: Option<&Path>) {
        client.args([work, &count.to_string(), &self.url]).args(ca_file);
    }

    /// A file with the authorities of the platform, and this server's among them.
    pub(crate) fn store(&self) -> Result<Option<PathBuf>, String> {
        let Some(ca_file) = &self.ca_file else { return Ok(None) };
        let read =
            |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
        let store = ca_file.with_file_name("store.pem");
        fs::write(&store, read(STORE.as_ref())? + &read(ca_file)?)
            .map_err(|error| format!("{}: {error}", store.display()))?;
        Ok(Some(store))
    }

    /// The program curl, with one small GET. It prints an object without figures.
    pub(crate) fn curl(&self, ca_file: Option<&Path>) -> Command {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--fail", "--output", "/dev/null", "--write-out", "{}"]);
        if let Some(ca_file) = ca_file.or(self.ca_file.as_deref()) {
            command.arg("--cacert").arg(ca_file);
        }
        command.arg(format!("{}/api/1/apps/calc/environments", self.url));
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when its standard input is closed.
        drop(self.program.stdin.take());
        let _ = self.program.wait();
    }
}
