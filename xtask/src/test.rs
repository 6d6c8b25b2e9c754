//! `cargo xtask test`: everything that can be checked.

use crate::step::{Outcome, Result, cargo, check, output, step, tests};
use crate::{c, licences, python, readme, surface};

/// A step: its name, and how it runs.
type Step = (&'static str, fn() -> Result);

/// The sets of features of the library that differ in what is compiled, the default one aside.
const FEATURES: &[&[&str]] = &[
    &["--features=platform-roots"],
    // The provider of TLS is the program's own.
    &["--no-default-features"],
    &["--no-default-features", "--features=aws-lc-rs,platform-roots"],
];

const STEPS: &[Step] = &[
    ("format", || check(&mut cargo(&["fmt", "--all", "--check"]))),
    ("clippy", || {
        check(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))
    }),
    ("clippy, with every set of features", || {
        for features in FEATURES {
            let clippy = ["clippy", "-p", "mendix-deploy", "--locked"];
            check(cargo(&clippy).args(*features).args(["--", "-D", "warnings"]))?;
        }
        Ok(Outcome::ONE)
    }),
    ("documentation", || {
        check(cargo(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"))
    }),
    ("licences", || licences::run(&[])),
    ("README", readme::run),
    ("tests", || tests(&mut cargo(&["test", "--workspace", "--locked"]))),
    ("example", example),
    ("surface", || surface::run(&[])),
    ("C and C++", || c::run(&[])),
    ("Python", || python::run(&[])),
];

pub(crate) fn run(_: &[String]) -> Result {
    let mut total = Outcome::default();
    for (name, run) in STEPS {
        total += step(name, run)?;
    }
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
