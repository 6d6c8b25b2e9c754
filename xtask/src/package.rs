//! `cargo xtask package [--prefix DIR]`: lays out what a C or C++ program needs, shared and static.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::step::{Result, cargo, root};
use crate::symbols;
use crate::version::{fill_in, version, version_parts};

/// What rustc says that the static library needs on Linux. Compared with what it reports whenever it is packaged.
const NATIVE_STATIC_LIBS: &str = "-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc";
pub(crate) fn run(prefix: Option<&PathBuf>) -> Result {
    let prefix = match prefix {
        None => root().join("target/package"),
        Some(prefix) => std::path::absolute(prefix).map_err(|error| error.to_string())?,
    };
    let outcome = into(&prefix, &[])?;
    println!("{}", prefix.display());
    Ok(outcome)
}

/// The environment of builds of which only the layout and the linking are checked: optimising takes minutes.
pub(crate) const UNOPTIMISED: &[(&str, &str)] = &[
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
];

/// Builds the library in an environment, and puts all of it under a prefix.
pub(crate) fn into(prefix: &Path, environment: &[(&str, &str)]) -> Result {
    if !cfg!(target_os = "linux") {
        return Err("packaging was only tried on Linux".to_owned());
    }
    let built = build(environment)?;
    let [major, minor, _] = version_parts();
    let (soname, file) =
        (format!("libmendix_deploy.so.{major}.{minor}"), format!("libmendix_deploy.so.{}", version()));
    let lib = prefix.join("lib");
    copy(&built.join("libmendix_deploy.so"), &lib.join(&file))?;
    copy(&built.join("libmendix_deploy.a"), &lib.join("libmendix_deploy.a"))?;
    link(&file, &lib.join(&soname))?;
    link(&soname, &lib.join("libmendix_deploy.so"))?;
    for header in ["mendix_deploy.h", "mendix_deploy.hpp"] {
        copy(&root().join("include").join(header), &prefix.join("include").join(header))?;
    }
    for (folder, name) in [
        ("pkgconfig", "mendix_deploy.pc"),
        ("pkgconfig", "mendix_deploy-static.pc"),
        ("cmake/MendixDeploy", "MendixDeployConfig.cmake"),
        ("cmake/MendixDeploy", "MendixDeployConfigVersion.cmake"),
    ] {
        let template = root().join("packaging").join(format!("{name}.in"));
        let template =
            fs::read_to_string(&template).map_err(|error| format!("{}: {error}", template.display()))?;
        write(&lib.join(folder).join(name), &fill_in(&template))?;
    }
    symbols::check(&lib.join(&file))
}

/// Builds both libraries, and checks what the static one needs. Gives the folder where they are.
fn build(environment: &[(&str, &str)]) -> std::result::Result<PathBuf, String> {
    let mut command = cargo(&["rustc", "--release", "--locked", "--package", "mendix-deploy-capi", "--lib"]);
    command.args(["--", "--print", "native-static-libs"]).stdin(Stdio::null());
    command.envs(environment.iter().copied());
    let output = command.output().map_err(|error| format!("cargo: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("the library could not be built:\n{said}"));
    }
    let needed =
        said.lines().find_map(|line| line.split_once("native-static-libs: ")).map(|(_, libs)| libs.trim());
    if needed != Some(NATIVE_STATIC_LIBS) {
        return Err(format!("NATIVE_STATIC_LIBS is {NATIVE_STATIC_LIBS:?}, but rustc reports {needed:?}"));
    }
    Ok(root().join("target/release"))
}

fn parent(path: &Path) -> std::result::Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn write(path: &Path, text: &str) -> std::result::Result<(), String> {
    parent(path)?;
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn copy(from: &Path, to: &Path) -> std::result::Result<(), String> {
    parent(to)?;
    // A program that runs keeps the old file.
    let _ = fs::remove_file(to);
    fs::copy(from, to).map(|_| ()).map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

#[cfg(unix)]
pub(crate) fn link(target: &str, path: &Path) -> std::result::Result<(), String> {
    parent(path)?;
    let _ = fs::remove_file(path);
    std::os::unix::fs::symlink(target, path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(not(unix))]
pub(crate) fn link(_: &str, path: &Path) -> std::result::Result<(), String> {
    Err(format!("{}: links were only tried on Unix", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::STATIC_LIBS;

    #[test]
    fn cmake_links_a_source_tree_with_the_same_libraries() {
        let text = fs::read_to_string(root().join("CMakeLists.txt")).unwrap();
        assert!(text.contains(&format!("set(_needs \"{STATIC_LIBS}\")")));
    }
}
