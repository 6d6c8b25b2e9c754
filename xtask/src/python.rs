//! `cargo xtask python`: everything about the Python package that can be checked, on the wheel that its sdist builds.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{Outcome, Result, Step, check, output, root, step};
use crate::{planted, readme, regen, venv};

pub(crate) const STEPS: &[Step] = &[
    step("tools", "Python: tools", &[], || tools().map(|_| Outcome::ONE)),
    step("sdist", "Python: sdist", &["tools"], || sdist().map(|_| Outcome::ONE)),
    step("wheel", "Python: wheel from the sdist", &["sdist"], wheel),
    step("stub", "Python: stub", &["wheel"], || regen::compare(&[(STUB, stub)])),
    step("packaging", "Python: packaging", &["wheel"], packaging),
    step("lint", "Python: lint", &["tools"], lint),
    step("types", "Python: types", &["wheel"], types),
    step("tests", "Python: tests", &["wheel"], || tests(&mut pytest(&["tests/python"]))),
    step("alone", "Python: the wheel alone, on each interpreter", &["wheel"], alone),
    step("planted", "Python: planted faults are caught", &["wheel"], planted::run),
];

/// The committed stub.
pub(crate) const STUB: &str = "python/mendix_deploy/_native.pyi";

pub(crate) const ABI3AUDIT: &[&str] = &["abi3audit", "--strict"];
pub(crate) const WHEEL_CONTENTS: &[&str] = &["check-wheel-contents"];
pub(crate) const TWINE: &[&str] = &["twine", "check", "--strict"];
pub(crate) const LINT: &[&str] = &["ruff", "check"];
pub(crate) const FORMAT: &[&str] = &["ruff", "format", "--check"];
pub(crate) const STUBTEST: &[&str] =
    &["python", "-m", "mypy.stubtest", "mendix_deploy", "--mypy-config-file", "pyproject.toml"];
/// Fails below 100 %.
pub(crate) const VERIFYTYPES: &[&str] = &["pyright", "--verifytypes", "mendix_deploy", "--ignoreexternal"];

/// Where everything is that this chore makes.
pub(crate) fn folder() -> PathBuf {
    root().join("target/python")
}

/// The programs that build, check and test, in an environment of their own.
fn tools() -> std::result::Result<PathBuf, String> {
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
        .env("CARGO_TARGET_DIR", folder().join("build"));
    // What cargo sets for this program is not meant for another build, nor the caller's modules for these programs.
    for variable in
        ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "RUST_BACKTRACE", "PYTHONPATH"]
    {
        command.env_remove(variable);
    }
    command
}

/// Makes and unpacks the source distribution; always in the same place, so that cargo knows what it has built before.
fn sdist() -> std::result::Result<PathBuf, String> {
    let to = folder().join("sdist");
    let _ = std::fs::remove_dir_all(&to);
    output(tool(&["maturin", "sdist", "--out"]).arg(&to))?;
    // The archive's times are always the same, and cargo compares times: the files get the time of now.
    output(Command::new("tar").arg("-xmf").arg(only(&to, ".tar.gz")?).arg("-C").arg(&to))?;
    unpacked()
}

/// The source distribution, unpacked.
fn unpacked() -> std::result::Result<PathBuf, String> {
    only(&folder().join("sdist"), "")
}

/// The one entry of a folder whose name ends so; without an ending, the one folder in it.
fn only(folder: &Path, ending: &str) -> std::result::Result<PathBuf, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| match ending {
            "" => path.is_dir(),
            _ => path.to_string_lossy().ends_with(ending),
        })
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(path), true) => Ok(path),
        _ => Err(format!("{} should have one entry that ends in {ending:?}", folder.display())),
    }
}

pub(crate) fn built_wheel() -> std::result::Result<PathBuf, String> {
    only(&folder().join("wheel"), ".whl")
}

/// Builds the wheel as pip does for a user who has the source distribution only, and installs it among the tools.
fn wheel() -> Result {
    let to = folder().join("wheel");
    let _ = std::fs::remove_dir_all(&to);
    output(
        tool(&["python", "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"])
            .arg(&to)
            .arg(unpacked()?),
    )?;
    let install =
        ["python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall"];
    check(tool(&install).arg(built_wheel()?))
}

/// The stub as pyo3 describes the module. It is read from the library that the wheel has; cargo builds nothing anew.
pub(crate) fn stub() -> std::result::Result<String, String> {
    let to = folder().join("stub");
    let _ = std::fs::remove_dir_all(&to);
    let mut generate = tool(&["maturin", "generate-stubs", "--profile", "release", "--out"]);
    output(generate.arg(&to).args(["--interpreter", "python"]).current_dir(unpacked()?))?;
    let path = to.join("mendix_deploy/_native.pyi");
    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The same for sources that may have changed since.
pub(crate) fn stub_of_the_sources() -> std::result::Result<String, String> {
    tools()?;
    sdist()?;
    stub()
}

fn packaging() -> Result {
    let (wheel, sdist) = (built_wheel()?, only(&folder().join("sdist"), ".tar.gz")?);
    let mut total = check(tool(ABI3AUDIT).arg(&wheel))?;
    total += check(tool(WHEEL_CONTENTS).arg(&wheel))?;
    total += check(tool(TWINE).args([&wheel, &sdist]))?;
    Ok(total)
}

fn lint() -> Result {
    let mut total = check(&mut tool(LINT))?;
    total += check(&mut tool(FORMAT))?;
    Ok(total)
}

fn types() -> Result {
    let mut total = check(&mut tool(STUBTEST))?;
    total += check(&mut tool(VERIFYTYPES))?;
    total += check(&mut tool(&["mypy", "tests/python"]))?;
    total += types_of_examples()?;
    Ok(total)
}

/// The examples of the README and the guide, as a user has them checked whose settings are strict.
fn types_of_examples() -> Result {
    let to = folder().join("examples");
    let failed = |error| format!("{}: {error}", to.display());
    let _ = std::fs::remove_dir_all(&to);
    std::fs::create_dir_all(&to).map_err(failed)?;
    let examples = readme::python_examples()?;
    for (name, text) in &examples {
        std::fs::write(to.join(name), text).map_err(failed)?;
    }
    // Neither looks for settings in the folders above.
    std::fs::write(to.join("pyrightconfig.json"), r#"{"typeCheckingMode": "strict"}"#).map_err(failed)?;
    check(tool(&["mypy", "--strict", "--config-file=", "."]).current_dir(&to))?;
    check(tool(&["pyright", "--project", "."]).current_dir(&to))?;
    Ok(Outcome { passed: examples.len() * 2 })
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

/// Other releases of Python, wherever they are found. Those without a global interpreter lock end in `t`.
const INTERPRETERS: &[&str] = &["3.11", "3.12", "3.13", "3.14", "3.13t", "3.14t"];

/// The wheel in an environment with nothing else, where the README's lines deploy to the simulator.
fn alone() -> Result {
    let blocks = readme::blocks("docs/python.md", "python")?;
    let mut programs: Vec<&String> = blocks.iter().take(1).collect();
    let blocks = readme::blocks("README.md", "python")?;
    programs.extend(&blocks);
    let mut total = Outcome::default();
    for version in INTERPRETERS {
        let Some(interpreter) = interpreter(version) else {
            println!("   Python {version} is not on this machine");
            continue;
        };
        let to = folder().join(format!("alone-{version}"));
        let _ = std::fs::remove_dir_all(&to);
        let python = venv::make(&to, &interpreter)?.join("python");
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]);
        if version.ends_with('t') {
            // The stable interface is not there; pip builds a wheel for this interpreter.
            install.arg(unpacked()?).env("CARGO_TARGET_DIR", folder().join("build"));
        } else {
            install.arg("--no-index").arg(built_wheel()?);
        }
        output(&mut install)?;
        total += check(Command::new(&python).args(["-m", "pip", "check"]))?;
        for program in &programs {
            let run = ["-I", "-W", "error", "-c", program.as_str()];
            total += check(Command::new(&python).args(run).current_dir(&to))?;
        }
    }
    if total == Outcome::default() {
        Err("there is no Python that the wheel is for".to_owned())
    } else {
        Ok(total)
    }
}

/// A Python of this version: on the path, or where pyenv keeps them.
fn interpreter(version: &str) -> Option<String> {
    let by_name = format!("python{version}");
    let pyenv = std::env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")))?;
    let kept = std::fs::read_dir(pyenv.join("versions")).into_iter().flatten().flatten();
    std::iter::once(by_name.clone())
        .chain(kept.map(|entry| entry.path().join("bin").join(&by_name).display().to_string()))
        // A name on the path may stand for a Python that is not installed.
        .find(|candidate| {
            Command::new(candidate).arg("--version").output().is_ok_and(|ran| ran.status.success())
        })
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
