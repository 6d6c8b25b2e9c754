//! What the tests run for seconds, run for longer; and the comparison with other clients.

use std::process::{Command, Stdio};

use crate::step::{Outcome, Result, cargo, root};

/// `cargo xtask soak [SECONDS]`
pub(crate) fn soak(seconds: &str) -> Result {
    shown(test("soak", "").env("MENDIX_DEPLOY_SOAK_SECONDS", seconds))
}

/// `cargo xtask fuzz-replies [SECONDS [SEED]]`
pub(crate) fn fuzz_replies(seconds: &str, seed: Option<&String>) -> Result {
    let mut command = test("integration", "hostile::replies");
    command.env("MENDIX_DEPLOY_FUZZ_SECONDS", seconds);
    if let Some(seed) = seed {
        command.env("MENDIX_DEPLOY_FUZZ_SEED", seed);
    }
    shown(&mut command)
}

/// `cargo xtask refusals [ROUNDS]`
pub(crate) fn refusals(rounds: &str) -> Result {
    shown(test("integration", "refusals::").env("MENDIX_DEPLOY_ROUNDS", rounds))
}

/// `cargo xtask slow-upload [MIB [MILLISECONDS-PER-MIB]]`
pub(crate) fn slow_upload(mib: &str, ms_per_mib: &str) -> Result {
    let mut command = test("integration", "failures::a_slow_one_does_not");
    command.env("MENDIX_DEPLOY_SLOW_MIB", mib);
    command.env("MENDIX_DEPLOY_SLOW_MS_PER_MIB", ms_per_mib);
    shown(&mut command)
}

/// `cargo xtask peers`
pub(crate) fn peers() -> Result {
    let mut command =
        cargo(&["run", "--release", "--quiet", "--locked", "--manifest-path", "tests/peers/Cargo.toml"]);
    shown(command.env("CARGO_TARGET_DIR", root().join("target/peers")))
}

/// The tests of a program whose names begin with a text, with what they print.
fn test(program: &str, names: &str) -> Command {
    let mut command =
        cargo(&["test", "--release", "--locked", "--package", "mendix-deploy", "--test", program]);
    command.args(["--", names, "--nocapture"]);
    command
}

/// Runs a command whose output is what it is run for.
fn shown(command: &mut Command) -> Result {
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(Outcome::ONE) } else { Err(format!("{command:?}: {status}")) }
}
