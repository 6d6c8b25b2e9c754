//! `cargo xtask test`: everything that can be checked.

use std::process::Stdio;

use serde_json::Value;

use crate::step::{Outcome, Result, Step, cargo, check, output, run_steps, step, tests};
use crate::{bench, c, circles, crates, licences, python, readme, surface};

/// The sets of features of the library that differ in what is compiled, the default one aside.
const FEATURES: &[&[&str]] = &[
    &["--features=platform-roots"],
    // The provider of TLS is the program's own.
    &["--no-default-features"],
    &["--no-default-features", "--features=aws-lc-rs,platform-roots"],
];

/// What is checked, in lists that are worked on at the same time: where one waits for a fault's time to pass, for the
/// network, or for cargo's lock, another has the processor.
pub(crate) const LANES: &[&[Step]] = &[
    RUST,
    &[step("c", "C and C++", &[], || run_steps(c::STEPS, &[]))],
    &[step("python", "Python", &[], || run_steps(python::STEPS, &[]))],
];

const RUST: &[Step] = &[
    step("format", "format", &[], || check(&mut cargo(&["fmt", "--all", "--check"]))),
    step("clippy", "clippy", &[], || {
        check(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
    }),
    step("clippy-features", "clippy, with every set of features", &[], || {
        for features in FEATURES {
            let clippy = ["clippy", "-p", "mendix-deploy", "--locked"];
            check(cargo(&clippy).args(*features).args(["--", "-D", "warnings"]))?;
        }
        Ok(Outcome::ONE)
    }),
    step("doc", "documentation", &[], || {
        check(cargo(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"))
    }),
    step("licences", "licences", &[], licences::run),
    step("readme", "README", &[], readme::run),
    step("tests", "tests", &[], workspace).in_turn(),
    step("provider", "tests, without a TLS provider", &[], || {
        let provider =
            ["test", "-p", "mendix-deploy", "--no-default-features", "--test=provider", "--locked"];
        tests(&mut cargo(&provider))
    }),
    step("example", "example", &[], example),
    step("instructions", "instructions of a call", &[], bench::instructions),
    step("bench", "what is measured, once", &[], bench::smoke),
    step("crates", "crates as they are published", &[], crates::run),
    step("circles", "circles", &[], circles::run),
    step("surface", "surface", &[], surface::run),
];

/// The tests in Rust: by nextest where it is installed, which leaves those of the documentation to cargo.
fn workspace() -> Result {
    let nextest = cargo(&["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !nextest.is_ok_and(|status| status.success()) {
        return tests(&mut cargo(&["test", "--workspace", "--locked", "--", "--show-output"]));
    }
    let workspace = ["--workspace", "--locked", "--color", "never"];
    let list = output(cargo(&["nextest", "list", "--message-format", "json"]).args(workspace))?;
    let silent = silent(&list)?;
    if !silent.is_empty() {
        return Err(format!("programs with tests of which nextest sees none: {}", silent.join(", ")));
    }
    let mut total =
        tests(cargo(&["nextest", "run", "--no-fail-fast", "--success-output", "immediate"]).args(workspace))?;
    total += tests(&mut cargo(&["test", "--workspace", "--locked", "--doc"]))?;
    Ok(total)
}

/// Programs of tests that list none. One with a `main` of its own has to say to nextest that there is a test.
fn silent(list: &str) -> std::result::Result<Vec<String>, String> {
    let list: Value = serde_json::from_str(list).map_err(|error| format!("nextest list: {error}"))?;
    let suites = list["rust-suites"].as_object().ok_or("nextest list names no programs")?;
    let is_silent = |suite: &Value| {
        suite["kind"] == "test" && suite["testcases"].as_object().is_none_or(serde_json::Map::is_empty)
    };
    Ok(suites.iter().filter(|(_, suite)| is_silent(suite)).map(|(name, _)| name.clone()).collect())
}

/// The README's first command, and what it comes to: a deployment, one that is rolled back, and one that is resumed.
fn example() -> Result {
    let cases: [(&[&str], bool, &str, &[&str]); 3] = [
        (&[], true, "deployed", &["start              done", "  downtime: "]),
        (&["--fail-start"], false, "rolled_back", &["start              failed", "rollback_start     done"]),
        (&["--kill"], true, "deployed", &["The process was killed", "start              done"]),
    ];
    for (arguments, succeeds, outcome, expected) in cases {
        let mut command = cargo(&["run", "--quiet", "--example", "deploy", "--"]);
        let run = command.args(arguments).output().map_err(|error| format!("cargo: {error}"))?;
        let printed = String::from_utf8_lossy(&run.stdout);
        let is_so = run.status.success() == succeeds
            && printed.contains(&format!("Acceptance of calc: {outcome}\n"))
            && expected.iter().all(|text| printed.contains(text));
        if !is_so {
            let said = String::from_utf8_lossy(&run.stderr);
            return Err(format!("the example {arguments:?} did not end {outcome}:\n{printed}{said}"));
        }
    }
    Ok(Outcome { passed: cases.len() })
}

#[cfg(test)]
mod unit {
    use super::silent;

    #[test]
    fn a_program_that_lists_no_test_is_found() {
        let list = r#"{"test-count": 1, "rust-suites": {
            "a::bin/a": {"kind": "bin", "testcases": {}},
            "a::one": {"kind": "test", "testcases": {"one": {"ignored": false}}},
            "a::none": {"kind": "test", "testcases": {}}}}"#;
        assert_eq!(silent(list), Ok(vec!["a::none".to_owned()]));
        assert!(silent("{}").is_err());
    }
}
