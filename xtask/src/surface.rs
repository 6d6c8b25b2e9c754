//! `cargo xtask surface`: every method of the core's client must be in every language, in the simulator and in the tests.

use std::fs;
use std::path::Path;

use crate::step::{Outcome, Result, root};

/// Makes a client or tells of one; each language has its own way for that.
const NOT_CALLS: &[&str] =
    &["new", "builder", "from_env", "builder_from_env", "with_cancel_token", "with_timeout", "base_url"];

/// Where a method must be, and by what text it is recognised there. `NAME` stands for its name.
struct Place {
    what: &'static str,
    file: &'static str,
    pattern: &'static str,
    /// Only the calls of the service, not what is built on them.
    calls_only: bool,
}

const PLACES: &[Place] = &[
    Place { what: "the C header", file: "include/mendix_deploy.h", pattern: " mxd_NAME(", calls_only: false },
    Place { what: "the exports", file: "abi/symbols.txt", pattern: "\nmxd_NAME\n", calls_only: false },
    Place { what: "C++, throwing", file: "include/mendix_deploy.hpp", pattern: " NAME(", calls_only: false },
    Place {
        what: "C++, not throwing",
        file: "include/mendix_deploy.hpp",
        pattern: " try_NAME(",
        calls_only: false,
    },
    Place {
        what: "the Python stub",
        file: "python/mendix_deploy/_native.pyi",
        pattern: " def NAME(",
        calls_only: false,
    },
    Place {
        what: "the simulator",
        file: "crates/mendix-deploy-sim/src/call.rs",
        pattern: "\"NAME\"",
        calls_only: true,
    },
    Place { what: "the tests in C", file: "tests/c/calls.c", pattern: "mxd_NAME(", calls_only: false },
    Place {
        what: "the C tests of bad input",
        file: "tests/c/functions.c",
        pattern: "(NAME",
        calls_only: false,
    },
    Place { what: "the tests in C++", file: "tests/cpp/main.cpp", pattern: ".try_NAME(", calls_only: false },
    Place {
        what: "the tests in Python",
        file: "tests/python/test_calls.py",
        pattern: ".NAME(",
        calls_only: true,
    },
];

pub(crate) fn run(_: &[String]) -> Result {
    let core = root().join("crates/mendix-deploy/src");
    let calls = methods(&core.join("api"))?;
    let all: Vec<String> =
        methods(&core)?.into_iter().filter(|name| !NOT_CALLS.contains(&name.as_str())).collect();
    let mut total = Outcome::default();
    let mut missing = Vec::new();
    for place in PLACES {
        let text = read(&root().join(place.file))?;
        for name in if place.calls_only { &calls } else { &all } {
            if text.contains(&place.pattern.replace("NAME", name)) {
                total += Outcome::ONE;
            } else {
                missing.push(format!("{name} is missing in {} ({})", place.what, place.file));
            }
        }
    }
    if missing.is_empty() { Ok(total) } else { Err(missing.join("\n  ")) }
}

/// Text with a line break before the first line, so that a pattern can ask for whole lines.
fn read(path: &Path) -> std::result::Result<String, String> {
    fs::read_to_string(path)
        .map(|text| format!("\n{text}"))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The public methods of the client in all files of a folder.
fn methods(folder: &Path) -> std::result::Result<Vec<String>, String> {
    let mut names = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            names.extend(methods(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(methods_in(&read(&path)?));
        }
    }
    Ok(names)
}

fn methods_in(source: &str) -> Vec<String> {
    let mut in_client = false;
    let mut names = Vec::new();
    for line in source.lines() {
        match line {
            "impl Client {" => in_client = true,
            "}" => in_client = false,
            _ => {}
        }
        if let Some(signature) = line.strip_prefix("    pub fn ").filter(|_| in_client) {
            names.extend(signature.split(['(', '<']).next().map(str::to_owned));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_methods_of_the_client_count() {
        let source = "impl Client {\n    pub fn one(&self) {}\n    pub(crate) fn no() {}\n    pub fn two<'a>() {}\n}\n\
                      impl Other {\n    pub fn neither() {}\n}\n";
        assert_eq!(methods_in(source), ["one", "two"]);
    }
}
