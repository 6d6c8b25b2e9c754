//! `cargo xtask surface`: what the core offers must be in every language, in the simulator and in the tests.

use std::fs;
use std::path::Path;

use crate::step::{Outcome, Result, root};
use crate::wheel;

/// Makes a client or tells of one; each language has its own way for that.
const NOT_CALLS: &[&str] =
    &["new", "builder", "from_env", "builder_from_env", "with_cancel_token", "with_timeout", "base_url"];

/// What the core offers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    /// The calls of the service.
    Calls,
    /// The calls, and what is built on them.
    Methods,
    /// What can be set for a client.
    Settings,
    /// What an error tells.
    Errors,
}

/// Where something must be, and by which texts it is recognised there: one of them must be there, with the name for
/// `NAME`.
struct Place {
    what: &'static str,
    file: &'static str,
    patterns: &'static [&'static str],
    offer: Offer,
}

const fn place(
    offer: Offer,
    what: &'static str,
    file: &'static str,
    patterns: &'static [&'static str],
) -> Place {
    Place { what, file, patterns, offer }
}

const HEADER: &str = "include/mendix_deploy.h";
const HPP: &str = "include/mendix_deploy.hpp";

const PLACES: &[Place] = &[
    place(Offer::Methods, "the C header", HEADER, &[" mxd_NAME("]),
    place(Offer::Methods, "the exports", "abi/symbols.txt", &["\nmxd_NAME\n"]),
    place(Offer::Methods, "C++, throwing", HPP, &[" NAME("]),
    place(Offer::Methods, "C++, not throwing", HPP, &[" try_NAME("]),
    place(Offer::Methods, "the Python stub", wheel::STUB, &[" def NAME("]),
    place(Offer::Calls, "the simulator", "crates/mendix-deploy-sim/src/call.rs", &["\"NAME\""]),
    place(Offer::Methods, "the tests in C", "tests/c/calls.c", &["mxd_NAME("]),
    place(Offer::Methods, "the C tests of bad input", "tests/c/functions.c", &["(NAME)", "(NAME,"]),
    place(Offer::Methods, "the tests in C++", "tests/cpp/main.cpp", &[".try_NAME("]),
    place(Offer::Calls, "the tests in Python", "tests/python/test_calls.py", &[".NAME("]),
    place(Offer::Settings, "the C header", HEADER, &[" mxd_config_set_NAME(", " mxd_config_set_NAME_ms("]),
    place(Offer::Settings, "C++", HPP, &["Config &NAME("]),
    place(
        Offer::Settings,
        "the C tests of bad input",
        "tests/c/misuse.c",
        &["mxd_config_set_NAME(", "mxd_config_set_NAME_ms(", "SETTER(NAME,"],
    ),
    place(Offer::Settings, "the Python stub", wheel::STUB, &[" NAME: "]),
    place(
        Offer::Errors,
        "what C is told of an error",
        "crates/mendix-deploy-capi/src/report.rs",
        &["error.NAME()"],
    ),
    place(
        Offer::Errors,
        "what Python is told of an error",
        "crates/mendix-deploy-py/src/errors.rs",
        &[".NAME()"],
    ),
];

/// What has another name outside of Rust.
const RENAMED: &[(&str, &str, &str)] = &[
    (HEADER, "on_event", "event_callback"),
    ("tests/c/misuse.c", "on_event", "event_callback"),
    (wheel::STUB, "credentials", "api_key"),
];

/// What of a builder is Rust's alone: another clock is for tests in Rust, which skip the pauses of the library itself. Those
/// in other languages have the simulator's time.
const NOT_SETTINGS: &[&str] = &["new", "build", "clock"];

pub(crate) fn run() -> Result {
    let core = root().join("crates/mendix-deploy/src");
    let without = |names: Vec<String>, other: &[&str]| -> Vec<String> {
        names.into_iter().filter(|name| !other.contains(&name.as_str())).collect()
    };
    let calls = methods(&core.join("api"), "Client")?;
    let all = without(methods(&core, "Client")?, NOT_CALLS);
    let settings = without(methods(&core, "ClientBuilder")?, NOT_SETTINGS);
    let errors = methods(&core, "Error")?;
    let mut total = Outcome::default();
    let mut missing = Vec::new();
    for place in PLACES {
        let text = read(&root().join(place.file))?;
        let names = match place.offer {
            Offer::Calls => &calls,
            Offer::Methods => &all,
            Offer::Settings => &settings,
            Offer::Errors => &errors,
        };
        if names.is_empty() {
            return Err(format!("found nothing that must be in {}", place.what));
        }
        for name in names {
            let there = RENAMED.iter().find(|(file, old, _)| *file == place.file && *old == name);
            let there = there.map_or(name.as_str(), |(_, _, new)| *new);
            if place.patterns.iter().any(|pattern| text.contains(&pattern.replace("NAME", there))) {
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

/// The public methods of a type in all files of a folder.
fn methods(folder: &Path, of: &str) -> std::result::Result<Vec<String>, String> {
    let mut names = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            names.extend(methods(&path, of)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(methods_in(&read(&path)?, of));
        }
    }
    Ok(names)
}

fn methods_in(source: &str, of: &str) -> Vec<String> {
    let begin = format!("impl {of} {{");
    let mut inside = false;
    let mut names = Vec::new();
    for line in source.lines() {
        match line {
            "}" => inside = false,
            line if line == begin => inside = true,
            _ => {}
        }
        if let Some(signature) = line.strip_prefix("    pub fn ").filter(|_| inside) {
            names.extend(signature.split(['(', '<']).next().map(str::to_owned));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_methods_of_the_type_count() {
        let source = "impl Client {\n    pub fn one(&self) {}\n    pub(crate) fn no() {}\n    pub fn two<'a>() {}\n}\n\
                      impl Other {\n    pub fn neither() {}\n}\n";
        assert_eq!(methods_in(source, "Client"), ["one", "two"]);
    }
}
