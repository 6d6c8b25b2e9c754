//! Tools from PyPI, in a virtual environment of the project's own.

use std::path::PathBuf;
use std::process::Command;

use crate::step::{output, root};

/// Tools that the chores use, at the versions that they were tried with.
pub(crate) const CMAKE: &str = "cmake==4.4.4";
pub(crate) const NINJA: &str = "ninja==1.13.2";
pub(crate) const PKGCONF: &str = "pkgconf==3.0.7.post0";
/// Clang, as `python -m ziglang cc`.
pub(crate) const ZIG: &str = "ziglang==0.17.1";

/// Where the programs of `target/venv` are, with these packages among them.
pub(crate) fn with(packages: &[&str]) -> Result<PathBuf, String> {
    let folder = root().join("target/venv");
    let programs = folder.join("bin");
    if !programs.join("python").exists() {
        output(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    // Quick where they are there already.
    let mut pip = Command::new(programs.join("python"));
    output(pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages))?;
    Ok(programs)
}
