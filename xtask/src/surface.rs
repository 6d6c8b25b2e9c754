//! `cargo xtask surface`: what the table of calls declares must be in the client, in every language, in the simulator and
//! in the tests, with the same arguments; and what is there must be in the table, or built on what is.

mod shape;
#[cfg(test)]
mod tests;
mod texts;

use texts::{API, EXPORTS, HEADER, HPP, ITERATED, Texts};

use crate::generated::{self, Made};
use crate::step::{Outcome, Result};
use crate::table::{self, Call};
use crate::{hpp, matrix, regen, rust_api, wheel};

/// Makes a client or tells of one; each language has its own way for that.
const NOT_CALLS: &[&str] = &[
    "new",
    "builder",
    "from_env",
    "builder_from_env",
    "with_cancel_token",
    "with_timeout",
    "base_url",
    PLANNED,
    ITERATED,
];
/// The form of `plan_deploy` with a journal, which the other languages have as an argument.
const PLANNED: &str = "plan_deploy_with";

/// What there is to offer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    /// The calls of the table.
    Calls,
    /// Those that only need their arguments.
    Plain,
    /// What is built on the calls: waits and downloads.
    Others,
    /// The latter and uploads, which each language has its own ways for.
    Special,
    /// The calls and what is built on them.
    Methods,
    /// What can be set for a client.
    Settings,
    /// What an error tells.
    Errors,
}

/// Where something must be, and by which texts it is recognised there: one of them must be there, with the name for
/// `NAME`, or as Rust writes the name of a variant for `VARIANT`.
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

const PLACES: &[Place] = &[
    place(Offer::Others, "the C header", HEADER, &[" mxd_NAME("]),
    place(Offer::Methods, "the exports", EXPORTS, &["\nmxd_NAME\n"]),
    place(Offer::Methods, "C++, throwing", HPP, &[" NAME("]),
    place(Offer::Methods, "C++, not throwing", HPP, &[" try_NAME("]),
    place(Offer::Others, "the Python stub", wheel::STUB, &[" def NAME("]),
    place(Offer::Calls, "the names of the simulator", "crates/mendix-deploy-sim/src/call.rs", &["\"NAME\""]),
    place(
        Offer::Calls,
        "the simulator",
        "crates/mendix-deploy-sim/src/state/mod.rs",
        &["Call::VARIANT =>", "Call::VARIANT |"],
    ),
    place(Offer::Calls, "the tests in Rust", "crates/mendix-deploy/tests/support/dispatch.rs", &[".NAME("]),
    place(Offer::Plain, "the tests in C", "tests/c/calls.inc", &["\"NAME\""]),
    place(Offer::Plain, "the tests in C++", "tests/cpp/calls.inc", &["try_NAME("]),
    place(Offer::Special, "the tests in C", "tests/c/calls.c", &["mxd_NAME("]),
    place(Offer::Special, "the C tests of bad input", "tests/c/functions.c", &["(NAME,"]),
    place(Offer::Special, "the tests in C++", "tests/cpp/main.cpp", &[".try_NAME("]),
    place(
        Offer::Others,
        "the tests in Rust",
        "crates/mendix-deploy/tests/integration/simulator.rs",
        &[".NAME("],
    ),
    place(
        Offer::Others,
        "the tests in Python",
        "tests/python/test_calls.py",
        &["\"NAME\": \"(", "\"NAME\": (\n"],
    ),
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

fn read() -> std::result::Result<Texts, String> {
    let others = [table::PATH, hpp::TEMPLATE].into_iter().chain(PLACES.iter().map(|place| place.file));
    Texts::read(others)
}

pub(crate) fn run() -> Result {
    let (passed, mut problems) = compare(&read()?)?;
    let others: [Made; 2] = [(matrix::PATH, matrix::render), (rust_api::PATH, rust_api::render)];
    let made: Vec<Made> = generated::MADE.iter().copied().chain(others).collect();
    problems.extend(regen::compare(&made).err());
    if problems.is_empty() { Ok(Outcome { passed }) } else { Err(problems.join("\n  ")) }
}

/// How much is as it should be, and what is not.
fn compare(texts: &Texts) -> std::result::Result<(usize, Vec<String>), String> {
    let calls = table::parse(texts.get(table::PATH))?;
    let methods = texts.methods("Client");
    let others: Vec<&str> = methods
        .iter()
        .filter(|(path, method)| !path.starts_with(API) && !NOT_CALLS.contains(&method.name.as_str()))
        .map(|(_, method)| method.name.as_str())
        .collect();
    let (mut passed, mut problems) = (0, Vec::new());
    for place in PLACES {
        let names = names(place.offer, texts, &calls, &others);
        if names.is_empty() {
            return Err(format!("found nothing that must be in {}", place.what));
        }
        for name in names {
            if place.has(texts.get(place.file), &name) {
                passed += 1;
            } else {
                problems.push(format!("{name} is missing in {} ({})", place.what, place.file));
            }
        }
    }
    let (fitting, other) = shape::compare(texts, &calls, &others, &methods);
    problems.extend(other);
    match hpp::fill_in(&texts.get(hpp::TEMPLATE)[1..], texts.get(HEADER), &calls) {
        Ok(made) if made == texts.get(HPP)[1..] => passed += 1,
        Ok(_) => problems.push(format!("{HPP} is out of date; run `cargo xtask regen`")),
        Err(problem) => problems.push(problem),
    }
    Ok((passed + fitting, problems))
}

fn names(offer: Offer, texts: &Texts, calls: &[Call], others: &[&str]) -> Vec<String> {
    let called =
        |which: fn(&Call) -> bool| calls.iter().filter(move |call| which(call)).map(|call| call.name.clone());
    let others = others.iter().map(|name| (*name).to_owned());
    let methods = |of| texts.methods(of).into_iter().map(|(_, method)| method.name);
    match offer {
        Offer::Calls => called(|_| true).collect(),
        Offer::Plain => called(|call| !call.is_upload()).collect(),
        Offer::Others => others.collect(),
        Offer::Special => called(Call::is_upload).chain(others).collect(),
        Offer::Methods => called(|_| true).chain(others).collect(),
        Offer::Settings => {
            methods("ClientBuilder").filter(|name| !NOT_SETTINGS.contains(&name.as_str())).collect()
        }
        Offer::Errors => methods("Error").collect(),
    }
}

impl Place {
    fn has(&self, text: &str, name: &str) -> bool {
        self.texts(name).iter().any(|pattern| text.contains(pattern))
    }

    /// The patterns for a name.
    fn texts(&self, name: &str) -> Vec<String> {
        let there = RENAMED.iter().find(|(file, old, _)| *file == self.file && *old == name);
        let there = there.map_or(name, |(_, _, new)| *new);
        let fill_in =
            |pattern: &&str| pattern.replace("VARIANT", &table::pascal(there)).replace("NAME", there);
        self.patterns.iter().map(fill_in).collect()
    }
}
