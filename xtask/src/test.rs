//! `cargo xtask test`: everything that can be checked.

use std::process::Stdio;

use crate::step::{Outcome, Result, Step, cargo, check, output, run_steps, step, tests};
use crate::{c, licences, python, readme, surface};

/// The sets of features of the library that differ in what is compiled, the default one aside.
const FEATURES: &[&[&str]] = &[
    &["--features=platform-roots"],
    // The provider of TLS is the program's own.
    &["--no-default-features"],
    &["--no-default-features", "--features=aws-lc-rs,platform-roots"],
];

pub(crate) const STEPS: &[Step] = &[
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
    step("tests", "tests", &[], workspace),
    step("example", "example", &[], example),
    step("surface", "surface", &[], surface::run),
    step("c", "C and C++", &[], || run_steps(c::STEPS, &[])),
    step("python", "Python", &[], || run_steps(python::STEPS, &[])),
];

/// The tests in Rust: by nextest where it is installed, which leaves those of the documentation to cargo.
fn workspace() -> Result {
    let nextest = cargo(&["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !nextest.is_ok_and(|status| status.success()) {
        return tests(&mut cargo(&["test", "--workspace", "--locked"]));
    }
    let mut total = tests(&mut cargo(&[
        "nextest",
        "run",
        "--workspace",
        "--locked",
        "--no-fail-fast",
        "--color",
        "never",
    ]))?;
    total += tests(&mut cargo(&["test", "--workspace", "--locked", "--doc"]))?;
    Ok(total)
}

/// The README's first command, and what it must come to.
fn example() -> Result {
    let printed = output(&mut cargo(&["run", "--quiet", "--example", "deploy"]))?;
    let after = printed.lines().find(|line| line.starts_with("After:")).unwrap_or_default();
    let package = printed
        .lines()
        .find_map(|line| line.starts_with("Uploaded").then(|| line.rsplit(' ').next()).flatten())
        .unwrap_or("(none)");
    if after.contains("Running") && after.ends_with(package) {
        Ok(Outcome::ONE)
    } else {
        Err(format!("the example did not end with the new package running:\n{printed}"))
    }
}
