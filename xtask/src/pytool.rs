//! The programs that build, check and test the Python package, and how they are run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{Outcome, Result, output, root};
use crate::venv;

pub(crate) const ABI3AUDIT: &[&str] = &["abi3audit", "--strict"];
pub(crate) const WHEEL_CONTENTS: &[&str] = &["check-wheel-contents"];
pub(crate) const TWINE: &[&str] = &["twine", "check", "--strict"];
pub(crate) const LINT: &[&str] = &["ruff", "check"];
pub(crate) const FORMAT: &[&str] = &["ruff", "format", "--check"];
/// Takes the name of a schema that it has, and a file.
pub(crate) const SCHEMA: &[&str] = &["check-jsonschema", "--builtin-schema"];
/// The recipes for CI systems for which there is a schema.
pub(crate) const RECIPES: &[(&str, &str)] = &[
    ("vendor.github-workflows", "docs/ci/github-actions.yml"),
    ("vendor.gitlab-ci", "docs/ci/gitlab-ci.yml"),
    ("vendor.azure-pipelines", "docs/ci/azure-pipelines.yml"),
];
pub(crate) const STUBTEST: &[&str] =
    &["python", "-m", "mypy.stubtest", "mendix_deploy", "--mypy-config-file", "pyproject.toml"];
/// Fails below 100 %.
pub(crate) const VERIFYTYPES: &[&str] = &["pyright", "--verifytypes", "mendix_deploy", "--ignoreexternal"];

/// The reference site of these documents. Whatever is wrong with a reference is an error.
pub(crate) fn site(documents: &Path, to: &Path) -> Command {
    let mut command = tool(&["sphinx-build", "--quiet", "--fail-on-warning", "--keep-going", "-b", "html"]);
    command.arg("-c").arg(documents.join("site")).arg("-d").arg(to.join("doctrees"));
    command.arg(documents).arg(to.join("html"));
    command
}

/// Where everything is that this chore makes.
pub(crate) fn folder() -> PathBuf {
    root().join("target/python")
}

/// The programs that build, check and test, in an environment of their own.
pub(crate) fn tools() -> std::result::Result<PathBuf, String> {
    let programs = venv::make(&folder().join("tools"), "python3")?;
    venv::install(&programs, &["-r", "tests/python/requirements.txt"])?;
    Ok(programs)
}

/// One of them, with all that it keeps inside `target`.
pub(crate) fn tool(words: &[&str]) -> Command {
    let environment = folder().join("tools");
    let programs = environment.join("bin");
    let mut path = programs.clone().into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let (name, arguments) = words.split_first().unwrap_or((&"python", &[]));
    let mut command = Command::new(programs.join(name));
    command
        .args(arguments)
        .current_dir(root())
        .env("PATH", path)
        .env("VIRTUAL_ENV", environment)
        .env("PYRIGHT_PYTHON_CACHE_DIR", folder().join("pyright"))
        .env("MYPY_CACHE_DIR", folder().join("mypy"))
        .env("RUFF_CACHE_DIR", folder().join("ruff"))
        .env("CARGO_TARGET_DIR", root().join("target"))
        // The wheel of a release differs by its optimisation only, and takes minutes more to build.
        .env("MATURIN_PEP517_ARGS", "--profile dev");
    // What cargo sets for this program is not meant for another build, nor the caller's modules for these programs.
    for variable in
        ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "RUST_BACKTRACE", "PYTHONPATH"]
    {
        command.env_remove(variable);
    }
    command
}

/// pytest on the installed wheel.
pub(crate) fn pytest(arguments: &[&str]) -> Command {
    tool(&[&["python", "-m", "pytest", "--quiet"], arguments].concat())
}

/// Runs tests, and counts them. None at all is a failure, and so is one that was skipped.
pub(crate) fn tests(command: &mut Command) -> Result {
    let shown = format!("{command:?}");
    let printed = output(command)?;
    let last = printed.trim_end().lines().last().unwrap_or_default();
    passed(last).ok_or_else(|| format!("{shown} ended with: {last}"))
}

/// How many passed, when nothing else is said.
fn passed(summary: &str) -> Option<Outcome> {
    let (passed, time) = summary.split_once(" passed in ")?;
    if time.contains(',') {
        return None;
    }
    passed.parse().ok().filter(|passed| *passed > 0).map(|passed| Outcome { passed })
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn tests_that_are_skipped_are_no_success() {
        assert_eq!(passed("469 passed in 14.65s"), Some(Outcome { passed: 469 }));
        assert_eq!(passed("469 passed in 74.65s (0:01:14)"), Some(Outcome { passed: 469 }));
        for bad in [
            "1 failed, 2 passed in 1s",
            "2 passed, 1 skipped in 1s",
            "no tests ran in 0.01s",
            "0 passed in 1s",
        ] {
            assert_eq!(passed(bad), None, "{bad}");
        }
    }
}
