//! What the tests run for seconds, run for longer; and the comparison with other clients.

use std::process::{Command, Stdio};

use crate::step::{Outcome, Result, cargo, root};

/// `cargo xtask soak [SECONDS]`
pub(crate) fn soak(arguments: &[String]) -> Result {
    let seconds = arguments.first().map_or("600", String::as_str);
    shown(test("soak").env("MENDIX_DEPLOY_SOAK_SECONDS", seconds))
}

/// `cargo xtask fuzz-replies [SECONDS [SEED]]`
pub(crate) fn fuzz_replies(arguments: &[String]) -> Result {
    let mut command = test("hostile");
    command.args(["replies", "--nocapture"]);
    command.env("MENDIX_DEPLOY_FUZZ_SECONDS", arguments.first().map_or("60", String::as_str));
    if let Some(seed) = arguments.get(1) {
        command.env("MENDIX_DEPLOY_FUZZ_SEED", seed);
    }
    shown(&mut command)
}

/// `cargo xtask refusals [ROUNDS]`
pub(crate) fn refusals(arguments: &[String]) -> Result {
    let rounds = arguments.first().map_or("1000", String::as_str);
    shown(test("refusals").arg("--nocapture").env("MENDIX_DEPLOY_ROUNDS", rounds))
}

/// `cargo xtask slow-upload [MIB [MILLISECONDS-PER-MIB]]`
pub(crate) fn slow_upload(arguments: &[String]) -> Result {
    let argument = |index: usize, default| arguments.get(index).map_or(default, String::as_str);
    let mut command = test("failures");
    command.args(["a_slow_one_does_not", "--nocapture"]);
    command.env("MENDIX_DEPLOY_SLOW_MIB", argument(0, "1024"));
    command.env("MENDIX_DEPLOY_SLOW_MS_PER_MIB", argument(1, "1000"));
    shown(&mut command)
}

/// `cargo xtask peers`
pub(crate) fn peers(_: &[String]) -> Result {
    let mut command =
        cargo(&["run", "--release", "--quiet", "--locked", "--manifest-path", "tests/peers/Cargo.toml"]);
    shown(command.env("CARGO_TARGET_DIR", root().join("target/peers")))
}

fn test(name: &str) -> Command {
    cargo(&["test", "--release", "--locked", "--package", "mendix-deploy", "--test", name, "--"])
}

/// Runs a command whose output is what it is run for.
fn shown(command: &mut Command) -> Result {
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(Outcome::ONE) } else { Err(format!("{command:?}: {status}")) }
}
