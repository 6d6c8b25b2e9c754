//! Steps: commands whose output is shown when they fail, and whose tests are counted.

use std::cell::Cell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, exit};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
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

/// The top folder of the workspace. It is found when the program runs: checkouts that share a target folder run one
/// program, whichever of them it was compiled in.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        find_root().unwrap_or_else(|| {
            eprintln!("xtask: neither cargo nor the current folder leads to a checkout of the project");
            exit(2)
        })
    });
    &ROOT
}

/// Cargo says which package it runs; without cargo the current folder counts.
fn find_root() -> Option<PathBuf> {
    let places = [std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from), std::env::current_dir().ok()];
    places.iter().flatten().flat_map(|place| place.ancestors()).find_map(|folder| {
        let is_root = folder.join("xtask/Cargo.toml").is_file() && folder.join("Cargo.toml").is_file();
        is_root.then(|| folder.to_owned())
    })
}

/// A cargo command at the top of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    // This program was started by cargo; what cargo set for it is not meant for another build.
    for variable in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    // What is built is looked for there, whatever the caller or cargo's configuration says.
    command.env_remove("CARGO_BUILD_TARGET").env("CARGO_TARGET_DIR", root().join("target"));
    command
}

/// A part of a task, which can be asked for by its name.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// What it is called while it runs.
    title: &'static str,
    /// The steps before it that it cannot do without.
    pub(crate) needs: &'static [&'static str],
    run: fn() -> Result,
    takes_turns: bool,
}

impl Step {
    /// This step plays hundreds of calls at once, each with a time limit. Two of that kind at the same time are more than a
    /// small machine can do in time, so they take turns.
    pub(crate) const fn in_turn(self) -> Step {
        Step { takes_turns: true, ..self }
    }
}

/// A step, in one line of a table.
pub(crate) const fn step(
    name: &'static str,
    title: &'static str,
    needs: &'static [&'static str],
    run: fn() -> Result,
) -> Step {
    Step { name, title, needs, run, takes_turns: false }
}

/// Runs steps in their order: all, or those that are named and what these need.
pub(crate) fn run_steps(steps: &[Step], named: &[&str]) -> Result {
    let mut total = Outcome::default();
    let wanted = wanted(steps, named);
    for step in steps.iter().filter(|step| wanted.contains(&step.name)) {
        total += run_step(step)?;
    }
    Ok(total)
}

fn wanted(steps: &[Step], named: &[&str]) -> Vec<&'static str> {
    let mut wanted = Vec::new();
    // What a step needs comes before it.
    for step in steps.iter().rev() {
        if named.is_empty() || named.contains(&step.name) || wanted.contains(&step.name) {
            wanted.push(step.name);
            wanted.extend(step.needs);
        }
    }
    wanted
}

/// Runs steps of several lists, which are worked on at the same time. A list whose step fails ends there; the others go on.
pub(crate) fn run_lanes(lanes: &[&[Step]], named: &[&str]) -> Result {
    let results: Vec<Result> = thread::scope(|scope| {
        let started: Vec<_> = lanes.iter().map(|lane| scope.spawn(|| run_steps(lane, named))).collect();
        let first = lanes.iter().map(|lane| lane.first().map_or("", |step| step.name));
        let ended = started.into_iter().zip(first).map(|(lane, first)| {
            lane.join().unwrap_or_else(|_| Err(format!("the list that begins with {first} panicked")))
        });
        ended.collect()
    });
    let mut total = Outcome::default();
    let mut problems = Vec::new();
    for result in results {
        match result {
            Ok(outcome) => total += outcome,
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(total) } else { Err(problems.join("\n")) }
}

thread_local! {
    /// The step that this thread works on.
    static TITLE: Cell<&'static str> = const { Cell::new("") };
}

/// Prints a line about the step in progress, which may not be the only one.
pub(crate) fn say(line: impl fmt::Display) {
    match TITLE.get() {
        "" => println!("{line}"),
        title => println!("   {title}: {line}"),
    }
}

static TURN: Mutex<()> = Mutex::new(());

/// Prints the step's name and its time, and passes on what it comes to.
fn run_step(step: &Step) -> Result {
    let _turn = step.takes_turns.then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner));
    println!("== {}", step.title);
    let started = Instant::now();
    let outside = TITLE.replace(step.title);
    let result = (step.run)();
    let seconds = started.elapsed().as_secs_f64();
    match &result {
        Ok(outcome) => say(format_args!("ok, {} passed, {seconds:.1} s", outcome.passed)),
        Err(_) => say(format_args!("FAILED after {seconds:.1} s")),
    }
    TITLE.set(outside);
    result
}

/// Runs a command to its end and gives its output. The figures in it are shown; when it fails, all of it is.
pub(crate) fn output(command: &mut Command) -> std::result::Result<String, String> {
    said(command).map(|[stdout, _]| stdout)
}

/// [`output`], and what the command wrote to standard error.
fn said(command: &mut Command) -> std::result::Result<[String; 2], String> {
    let shown = format!("{command:?}");
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{shown} could not be started: {error}"))?;
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    if output.status.success() {
        let lines = said.iter().flat_map(|text| text.lines()).map(str::trim);
        for figure in lines.filter(|line| line.starts_with("measured: ")) {
            say(figure);
        }
        return Ok(said);
    }
    say(format_args!("{shown}\n{}\n{}", said[0], said[1]));
    Err(format!("{shown} failed: {}", output.status))
}

/// Runs a command that is one check.
pub(crate) fn check(command: &mut Command) -> Result {
    output(command).map(|_| Outcome::ONE)
}

/// Runs a command that runs Rust tests, by cargo or by nextest, and counts them. No test at all is a failure.
pub(crate) fn tests(command: &mut Command) -> Result {
    let shown = format!("{command:?}");
    let [stdout, stderr] = said(command)?;
    // nextest says it on standard error, and what its tests write is not on its standard output.
    match count(&stdout) + count_of_nextest(&stderr) {
        0 => Err(format!("{shown} ran no test")),
        passed => Ok(Outcome { passed }),
    }
}

/// How many tests passed, as each of the programs that cargo runs says at its end.
fn count(output: &str) -> usize {
    output
        .lines()
        .filter_map(|line| line.trim().strip_prefix("test result: ok. ")?.split_once(" passed"))
        .filter_map(|(passed, _)| passed.parse::<usize>().ok())
        .sum()
}

/// How many tests passed, as nextest says at its end.
fn count_of_nextest(output: &str) -> usize {
    output
        .lines()
        .filter_map(|line| {
            line.trim().strip_prefix("Summary [")?.split_once(" run: ")?.1.split_once(" passed")
        })
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
    fn the_tests_of_nextest_are_counted() {
        for (line, passed) in [
            ("     Summary [   4.182s] 42 tests run: 42 passed, 1 skipped", 42),
            ("     Summary [   0.1s] 1 test run: 1 passed (1 slow), 0 skipped", 1),
            ("     Summary [   0.000s] 0 tests run: 0 passed, 3 skipped", 0),
            ("    Starting 42 tests across 3 binaries", 0),
        ] {
            assert_eq!(count_of_nextest(&format!("  PASS x\n{line}\n")), passed, "{line}");
        }
    }

    #[test]
    fn a_step_that_is_named_brings_what_it_needs() {
        const STEPS: &[Step] = &[
            step("a", "A", &[], || Ok(Outcome::ONE)),
            step("b", "B", &["a"], || Ok(Outcome::ONE)),
            step("c", "C", &["b"], || Ok(Outcome::ONE)),
            step("d", "D", &[], || Err("no".to_owned())),
        ];
        assert_eq!(run_steps(STEPS, &["c"]), Ok(Outcome { passed: 3 }));
        assert_eq!(run_steps(STEPS, &["b"]), Ok(Outcome { passed: 2 }));
        assert!(run_steps(STEPS, &["a", "d"]).is_err());
        assert!(run_steps(STEPS, &[]).is_err());
    }

    #[test]
    fn all_lanes_are_run_to_their_ends() {
        const GOOD: &[Step] =
            &[step("a", "A", &[], || Ok(Outcome::ONE)), step("b", "B", &[], || Ok(Outcome::ONE))];
        const BAD: &[Step] = &[step("c", "C", &[], || Err("no".to_owned()))];
        const WORSE: &[Step] = &[step("d", "D", &[], || Err("never".to_owned()))];
        assert_eq!(run_lanes(&[GOOD, GOOD], &[]), Ok(Outcome { passed: 4 }));
        assert_eq!(run_lanes(&[BAD, GOOD], &["b"]), Ok(Outcome::ONE));
        assert_eq!(run_lanes(&[BAD, GOOD, WORSE], &[]), Err("no\nnever".to_owned()));
    }

    #[test]
    fn a_command_that_fails_or_runs_no_test_is_a_failure() {
        assert!(check(&mut Command::new("false")).is_err());
        assert!(check(&mut Command::new("there-is-no-such-program")).is_err());
        assert!(tests(&mut Command::new("true")).unwrap_err().contains("no test"));
    }
}
