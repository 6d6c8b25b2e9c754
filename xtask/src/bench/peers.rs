//! The clients that people use otherwise, fetched into `target` where the machine does not have them.

use std::path::PathBuf;
use std::process::Command;

use super::build::{folder, run_by};
use crate::step::{output, root, say};
use crate::{tools, venv};

/// Those from PyPI, at the versions that are compared.
const PYTHON: &[(&str, &str)] = &[
    ("pycurl", "pycurl==7.49.0"),
    ("urllib3", "urllib3==2.8.0"),
    ("requests", "requests==2.34.2"),
    ("httpx", "httpx==0.28.1"),
];

pub(crate) struct Peers {
    /// A C program with libcurl and cJSON.
    libcurl: Option<PathBuf>,
    python: PathBuf,
    /// Those from PyPI that are there.
    names: Vec<&'static str>,
    /// What could not be had, and why.
    pub(crate) missing: Vec<String>,
}

impl Peers {
    /// None at all.
    pub(crate) fn none() -> Peers {
        Peers { libcurl: None, python: PathBuf::new(), names: Vec::new(), missing: Vec::new() }
    }

    pub(crate) fn fetch() -> Result<Peers, String> {
        let programs = venv::make(&folder().join("peers"), "python3")?;
        let (mut names, mut missing) = (Vec::new(), Vec::new());
        for (name, package) in PYTHON {
            match venv::install(&programs, &[package]) {
                Ok(()) => names.push(*name),
                Err(problem) => missing.push(format!("{package}: {problem}")),
            }
        }
        let libcurl =
            libcurl().map_err(|problem| missing.push(format!("libcurl with cJSON: {problem}"))).ok();
        for peer in &missing {
            say(format_args!("missing: {peer}"));
        }
        Ok(Peers { libcurl, python: programs.join("python"), names, missing })
    }

    /// The program with libcurl, if it could be had, run by what stands before it.
    pub(crate) fn libcurl(&self, wrapper: &[String]) -> Result<Command, String> {
        let program = self.libcurl.as_ref().ok_or("libcurl is missing")?;
        Ok(run_by(wrapper, std::slice::from_ref(program)))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        match name {
            "libcurl" => self.libcurl.is_some(),
            name => self.names.contains(&name),
        }
    }

    /// A client in Python that is not ours, run by what stands before it.
    pub(crate) fn python(&self, wrapper: &[String], name: &str) -> Command {
        let mut command = run_by(wrapper, &[self.python.clone(), root().join("tests/bench/client.py")]);
        command.arg(name);
        command
    }
}

/// Builds the program with the libraries of the machine, or those of Debian.
fn libcurl() -> Result<PathBuf, String> {
    let program = folder().join("libcurl");
    let mut command = Command::new("gcc");
    command.args(["-O2", "tests/bench/peer.c", "-o"]).arg(&program).current_dir(root());
    if output(
        Command::new("sh").args(["-c", "echo '#include <curl/curl.h>\n#include <cjson/cJSON.h>' | gcc -E -"]),
    )
    .is_err()
    {
        let debian = folder().join("debian");
        tools::debian(&["libcurl4-openssl-dev", "libcurl4", "libcjson-dev", "libcjson1"], &debian)?;
        let usr = debian.join("usr");
        let machine = format!("{}-linux-gnu", std::env::consts::ARCH);
        let (include, lib) = (usr.join("include"), usr.join("lib").join(&machine));
        command.arg("-I").arg(include.join(&machine)).arg("-I").arg(include);
        command.arg("-L").arg(&lib).arg(format!("-Wl,-rpath,{}", lib.display()));
    }
    output(command.args(["-lcurl", "-lcjson"]))?;
    Ok(program)
}
