//! `cargo xtask wheel`: the wheel and the source distribution as they are published.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pytool::{ABI3AUDIT, TWINE, WHEEL_CONTENTS, folder, tool, tools};
use crate::step::{Outcome, Result, check, output, say};
use crate::wheel::{licences, only};
use crate::{readme, venv};

/// What the wheel runs on: distributions with glibc 2.17 or later.
const PLATFORM: &str = "manylinux_2_17";

/// Builds both, checks them, and runs the wheel where nothing else is.
pub(crate) fn run() -> Result {
    let programs = tools()?;
    // A C library as old as the platform: zig has it.
    venv::install(&programs, &[venv::ZIG])?;
    let to = folder().join("release");
    let _ = fs::remove_dir_all(&to);
    let mut build = tool(&["maturin", "build", "--release", "--locked", "--strip", "--zig"]);
    output(build.args(["--compatibility", PLATFORM, "--out"]).arg(&to))?;
    output(tool(&["maturin", "sdist", "--out"]).arg(&to))?;
    let (wheel, sdist) = (only(&to, ".whl")?, only(&to, ".tar.gz")?);
    let mut total = named_for(&wheel)?;
    total += check(tool(ABI3AUDIT).arg(&wheel))?;
    total += check(tool(WHEEL_CONTENTS).arg(&wheel))?;
    total += check(tool(TWINE).args([&wheel, &sdist]))?;
    total += licences(&wheel)?;
    total += alone(&wheel, &to.join("venv"))?;
    for file in [wheel, sdist] {
        let size = fs::metadata(&file).map_err(|error| format!("{}: {error}", file.display()))?.len();
        say(format_args!("{}: {} KiB", file.display(), size / 1024));
    }
    Ok(total)
}

/// maturin refuses symbols of a later C library than that of the platform, and names the wheel after what it found.
fn named_for(wheel: &Path) -> Result {
    let name = wheel.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if name.contains("-cp311-abi3-") && name.contains(PLATFORM) {
        Ok(Outcome::ONE)
    } else {
        Err(format!("{name} is not for CPython 3.11 and later on {PLATFORM}"))
    }
}

/// The wheel in a new environment: the README's lines deploy to the simulator.
fn alone(wheel: &Path, to: &Path) -> Result {
    let python: PathBuf = venv::make(to, "python3")?.join("python");
    let install =
        ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"];
    output(Command::new(&python).args(install).arg(wheel))?;
    let mut total = Outcome::default();
    for program in readme::blocks("README.md", "python")? {
        total += check(Command::new(&python).args(["-I", "-W", "error", "-c", &program]).current_dir(to))?;
    }
    Ok(total)
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn a_wheel_of_this_machine_alone_is_not_published() {
        let of = |tag: &str| named_for(Path::new(&format!("mendix_deploy-0.1.0-{tag}.whl")));
        assert_eq!(of("cp311-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64"), Ok(Outcome::ONE));
        for other in [
            "cp311-abi3-linux_x86_64",
            "cp311-cp311-manylinux_2_17_x86_64",
            "cp311-abi3-manylinux_2_34_x86_64",
        ] {
            assert!(of(other).is_err(), "{other}");
        }
    }
}
