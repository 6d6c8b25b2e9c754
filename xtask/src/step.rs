//! Steps: commands whose output is shown when they fail, and whose tests are counted.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a chore comes to, or why it failed.
pub(crate) type Result = std::result::Result<Outcome, String>;

/// How many checks passed. A step without tests of its own counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) passed: usize,
}

impl Outcome {
    /// One check that passed.
    pub(crate) const ONE: Outcome = Outcome { passed: 1 };
}

impl std::ops::AddAssign for Outcome {
    fn add_assign(&mut self, other: Outcome) {
        self.passed += other.passed;
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, 0 failed", self.passed)
    }
}

/// The top folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// A cargo command at the top of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // This program was started by cargo; what cargo set for it is not meant for another build.
    for variable in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    // What is built is looked for where cargo puts it by itself.
    for variable in ["CARGO_BUILD_TARGET", "CARGO_TARGET_DIR"] {
        command.env_remove(variable);
    }
    command
}

/// Runs one step: prints its name and its time, and passes on what it comes to.
pub(crate) fn step(name: &str, run: impl FnOnce() -> Result) -> Result {
    println!("== {name}");
    let started = Instant::now();
    let result = run();
    let seconds = started.elapsed().as_secs_f64();
    match &result {
        Ok(outcome) => println!("   ok, {} passed, {seconds:.1} s", outcome.passed),
        Err(_) => println!("   FAILED after {seconds:.1} s"),
    }
    result
}

/// Runs a command to its end and gives its output. When it fails, all of it is shown.
pub(crate) fn output(command: &mut Command) -> std::result::Result<String, String> {
    let shown = format!("{command:?}");
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{shown} could not be started: {error}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    println!("{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
    Err(format!("{shown} failed: {}", output.status))
}

/// Runs a command that is one check.
pub(crate) fn check(command: &mut Command) -> Result {
    output(command).map(|_| Outcome::ONE)
}

/// Runs a command that runs Rust tests, and counts them. No test at all is a failure.
pub(crate) fn tests(command: &mut Command) -> Result {
    let shown = format!("{command:?}");
    match count(&output(command)?) {
        0 => Err(format!("{shown} ran no test")),
        passed => Ok(Outcome { passed }),
    }
}

fn count(output: &str) -> usize {
    output
        .lines()
        .filter_map(|line| line.trim().strip_prefix("test result: ok. ")?.split_once(" passed"))
        .filter_map(|(passed, _)| passed.parse::<usize>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_of_all_programs_are_counted() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored\n\ntest result: ok. 40 passed; 0 failed";
        assert_eq!(count(output), 42);
        assert_eq!(count("error: could not compile"), 0);
    }

    #[test]
    fn a_command_that_fails_or_runs_no_test_is_a_failure() {
        assert!(check(&mut Command::new("false")).is_err());
        assert!(check(&mut Command::new("there-is-no-such-program")).is_err());
        assert!(tests(&mut Command::new("true")).unwrap_err().contains("no test"));
    }
}
