//! `cargo xtask python`: everything about the Python package that can be checked, on the wheel that its sdist builds.

use std::path::PathBuf;
use std::process::Command;

use crate::pytool::{
    ABI3AUDIT, FORMAT, LINT, RECIPES, SCHEMA, STUBTEST, TWINE, VERIFYTYPES, WHEEL_CONTENTS, folder, pytest,
    site, tests, tool, tools,
};
use crate::step::{Outcome, Result, Step, check, output, root, say, step};
use crate::wheel::{STUB, built_wheel, licences, only, sdist, stub, unpacked, wheel};
use crate::{planted, readme, regen, shells, venv};

pub(crate) const STEPS: &[Step] = &[
    step("tools", "Python: tools", &[], || tools().map(|_| Outcome::ONE)),
    step("sdist", "Python: sdist", &["tools"], || sdist().map(|_| Outcome::ONE)),
    step("wheel", "Python: wheel from the sdist", &["sdist"], wheel),
    step("stub", "Python: stub", &["wheel"], || regen::compare(&[(STUB, stub)])),
    step("packaging", "Python: packaging", &["wheel"], packaging),
    step("lint", "Python: lint", &["tools"], lint),
    step("recipes", "recipes for CI systems", &["tools"], recipes),
    step("types", "Python: types", &["wheel"], types),
    step("tests", "Python: tests", &["wheel"], of_library).in_turn(),
    step("cli", "Python: tests of the command line", &["wheel"], of_command_line),
    step("site", "Python: reference site", &["wheel"], reference),
    step("alone", "Python: the wheel alone, on each interpreter", &["wheel"], alone),
    step("planted", "Python: planted faults are caught", &["wheel"], planted::run),
];

/// What the files of the tests of the command line are called.
const OF_COMMAND_LINE: &str = "test_cli_*.py";

fn of_library() -> Result {
    tests(&mut pytest(&["tests/python", "--ignore-glob", &format!("*/{OF_COMMAND_LINE}")]))
}

/// Some of them run in shells. Most of the time they wait for processes, so other steps run at the same time.
fn of_command_line() -> Result {
    let mut command = pytest(&["tests/python", "--override-ini", &format!("python_files={OF_COMMAND_LINE}")]);
    let found = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path);
    let mut path = found.unwrap_or_default().to_owned();
    path.push(":");
    path.push(shells::missing()?);
    tests(command.env("PATH", path))
}

fn packaging() -> Result {
    let (wheel, sdist) = (built_wheel()?, only(&folder().join("sdist"), ".tar.gz")?);
    let mut total = check(tool(ABI3AUDIT).arg(&wheel))?;
    total += check(tool(WHEEL_CONTENTS).arg(&wheel))?;
    total += check(tool(TWINE).args([&wheel, &sdist]))?;
    total += licences(&wheel)?;
    Ok(total)
}

/// The reference site, built from nothing: Sphinx checks only what has changed.
fn reference() -> Result {
    let to = folder().join("site");
    let _ = std::fs::remove_dir_all(&to);
    check(&mut site(&root().join("docs"), &to))
}

fn lint() -> Result {
    let mut total = check(&mut tool(LINT))?;
    total += check(&mut tool(FORMAT))?;
    Ok(total)
}

/// The recipes against the schemas of the systems, as the tool has them.
fn recipes() -> Result {
    for (schema, recipe) in RECIPES {
        check(tool(SCHEMA).args([schema, recipe]))?;
    }
    Ok(Outcome { passed: RECIPES.len() })
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
    let mut examples = readme::python_examples()?;
    examples.extend(programs("docs/guides")?);
    for (name, text) in &examples {
        std::fs::write(to.join(name), text).map_err(failed)?;
    }
    // Neither looks for settings in the folders above.
    std::fs::write(to.join("pyrightconfig.json"), r#"{"typeCheckingMode": "strict"}"#).map_err(failed)?;
    check(tool(&["mypy", "--strict", "--config-file=", "."]).current_dir(&to))?;
    check(tool(&["pyright", "--project", "."]).current_dir(&to))?;
    Ok(Outcome { passed: examples.len() * 2 })
}

/// The programs of a folder of the documentation.
fn programs(folder: &str) -> std::result::Result<Vec<(String, String)>, String> {
    let folder = root().join(folder);
    let failed = |error| format!("{}: {error}", folder.display());
    let mut programs = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().extension().is_some_and(|extension| extension == "py") {
            programs.push((name, std::fs::read_to_string(entry.path()).map_err(failed)?));
        }
    }
    Ok(programs)
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
            say(format_args!("Python {version} is not on this machine"));
            continue;
        };
        let to = folder().join(format!("alone-{version}"));
        let _ = std::fs::remove_dir_all(&to);
        let python = venv::make(&to, &interpreter)?.join("python");
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]);
        if version.ends_with('t') {
            // The stable interface is not there; pip builds a wheel for this interpreter.
            install.arg(unpacked()?);
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
