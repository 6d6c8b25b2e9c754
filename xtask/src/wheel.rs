//! The Python package as it is built: source distribution, wheel, and the stub that describes the module.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::notices;
use crate::pytool::{folder, tool, tools};
use crate::step::{Outcome, Result, check, output};
use crate::stub::with_fields;

/// The committed stub.
pub(crate) const STUB: &str = "python/mendix_deploy/_native.pyi";

/// Makes and unpacks the source distribution; always in the same place, so that cargo knows what it has built before.
pub(crate) fn sdist() -> std::result::Result<PathBuf, String> {
    let to = folder().join("sdist");
    let _ = std::fs::remove_dir_all(&to);
    output(tool(&["maturin", "sdist", "--out"]).arg(&to))?;
    // The archive's times are always the same, and cargo compares times: the files get the time of now.
    output(Command::new("tar").arg("-xmf").arg(only(&to, ".tar.gz")?).arg("-C").arg(&to))?;
    unpacked()
}

/// The source distribution, unpacked.
pub(crate) fn unpacked() -> std::result::Result<PathBuf, String> {
    only(&folder().join("sdist"), "")
}

/// The one entry of a folder whose name ends so; without an ending, the one folder in it.
pub(crate) fn only(folder: &Path, ending: &str) -> std::result::Result<PathBuf, String> {
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
pub(crate) fn wheel() -> Result {
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

/// The wheel passes on the licences: our own, and those of what is built in.
pub(crate) fn licences(wheel: &Path) -> Result {
    let listed = output(tool(&["python", "-m", "zipfile", "--list"]).arg(wheel))?;
    let files: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for name in ["LICENSE-APACHE", "LICENSE-MIT", notices::PATH] {
        let place = format!(".dist-info/licenses/{name}");
        if !files.iter().any(|file| file.ends_with(&place)) {
            return Err(format!("{} lacks {place}: {files:?}", wheel.display()));
        }
    }
    Ok(Outcome::ONE)
}

/// The stub as pyo3 describes the module. It is read from the library that the wheel has; cargo builds nothing anew.
pub(crate) fn stub() -> std::result::Result<String, String> {
    let to = folder().join("stub");
    let _ = std::fs::remove_dir_all(&to);
    let mut generate = tool(&["maturin", "generate-stubs", "--profile", "dev", "--out"]);
    output(generate.arg(&to).args(["--interpreter", "python"]).current_dir(unpacked()?))?;
    let path = to.join("mendix_deploy/_native.pyi");
    let made = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    with_fields(&made)
}

/// The same for sources that may have changed since.
pub(crate) fn stub_of_the_sources() -> std::result::Result<String, String> {
    tools()?;
    sdist()?;
    stub()
}
