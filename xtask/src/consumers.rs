//! Programs outside of this workspace that use the library as it is installed: by pkg-config, and by CMake.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cc::deploys;
use crate::package::version;
use crate::step::{Outcome, Result, check, output, root};
use crate::{tools, venv};

/// The programs that every consumer builds.
const PROGRAMS: &[&str] = &["c_shared", "c_static", "cpp_shared", "cpp_static"];

/// Where the library is installed for them.
pub(crate) fn prefix() -> PathBuf {
    root().join("target/c/prefix")
}

pub(crate) fn run() -> Result {
    let mut total = pkg_config()?;
    for how in ["find_package", "add_subdirectory", "FetchContent"] {
        total += cmake(how)?;
    }
    total += wrong_version()?;
    Ok(total)
}

fn fresh(name: &str) -> std::result::Result<PathBuf, String> {
    let folder = root().join("target/c/consumers").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn run_programs(folder: &Path, wrapper: &[String]) -> Result {
    let mut total = Outcome::default();
    for name in PROGRAMS {
        let program = folder.join(name);
        let linked = output(Command::new("ldd").arg(&program).env_remove("LD_LIBRARY_PATH"))?;
        if linked.contains("libmendix_deploy") != name.ends_with("shared") {
            return Err(format!("{} is linked with:\n{linked}", program.display()));
        }
        total += deploys(wrapper, &program)?;
    }
    Ok(total)
}

fn pkg_config() -> Result {
    let path = prefix().join("lib/pkgconfig");
    let pkg_config = tools::pkg_config()?;
    let mut asked = Command::new(&pkg_config);
    let version = output(asked.args(["--modversion", "mendix_deploy"]).env("PKG_CONFIG_PATH", &path))?;
    if version.trim() != version() {
        return Err(format!("pkg-config says version {version}"));
    }
    let folder = fresh("pkg-config")?;
    let mut build = Command::new("sh");
    build.arg(root().join("tests/consumers/pkg-config/build.sh")).arg(root().join("tests"));
    build.env("CXX", tools::gxx()?).env("PKG_CONFIG", &pkg_config).env("PKG_CONFIG_PATH", &path);
    check(build.current_dir(&folder))?;
    let library_path = format!("LD_LIBRARY_PATH={}", prefix().join("lib").display());
    run_programs(&folder, &["env".to_owned(), library_path])
}

fn configure(how: &str, folder: &Path) -> std::result::Result<Command, String> {
    let tools = venv::with(&[venv::CMAKE, venv::NINJA])?;
    let mut cmake = Command::new(tools.join("cmake"));
    cmake.env("CXX", tools::gxx()?).args(["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]);
    cmake.arg(format!("-DCMAKE_MAKE_PROGRAM={}", tools.join("ninja").display()));
    cmake.arg(format!("-DHOW={how}")).arg(format!("-DPROGRAMS={}", root().join("tests").display()));
    cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()));
    cmake.arg("-S").arg(root().join("tests/consumers/cmake")).arg("-B").arg(folder);
    Ok(cmake)
}

fn cmake(how: &str) -> Result {
    let folder = fresh(how)?;
    let mut command = configure(how, &folder)?;
    if how != "find_package" {
        let copy = copy_of_the_source()?;
        command.arg(format!("-DSOURCE={}", copy.display()));
        // The crates that are built already need not be built once more.
        command.arg(format!("-DMENDIX_DEPLOY_TARGET_DIR={}", root().join("target").display()));
    }
    let cmake = venv::with(&[venv::CMAKE])?.join("cmake");
    let mut build = Command::new(cmake);
    build.arg("--build").arg(&folder).env_remove("RUST_BACKTRACE");
    // A target that is named, as for another machine, has a folder of its own.
    if how == "FetchContent" {
        let target = host()?;
        command.env("CARGO_BUILD_TARGET", &target);
        build.env("CARGO_BUILD_TARGET", &target);
    }
    check(&mut command)?;
    check(&mut build)?;
    // CMake puts the place of the library into the program.
    run_programs(&folder, &[])
}

/// The target triple of this machine.
fn host() -> std::result::Result<String, String> {
    let said = output(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| format!("rustc -vV said:\n{said}"))
}

/// What a clone or an archive of the sources holds, somewhere else.
fn copy_of_the_source() -> std::result::Result<PathBuf, String> {
    let to = fresh("source")?;
    let parts = ["CMakeLists.txt", "Cargo.toml", "Cargo.lock", "README.md", "crates", "include", "xtask"];
    output(Command::new("cp").arg("-a").args(parts).arg(&to).current_dir(root()))?;
    Ok(to)
}

/// A program that asks for another minor version before 1.0 is told so.
fn wrong_version() -> Result {
    let folder = fresh("wrong-version")?;
    let source =
        "cmake_minimum_required(VERSION 3.20)\nproject(wrong C)\nfind_package(MendixDeploy 0.999 REQUIRED)\n";
    std::fs::write(folder.join("CMakeLists.txt"), source).map_err(|error| error.to_string())?;
    let tools = venv::with(&[venv::CMAKE, venv::NINJA])?;
    let mut cmake = Command::new(tools.join("cmake"));
    cmake.args(["-G", "Ninja"]).arg(format!("-DCMAKE_MAKE_PROGRAM={}", tools.join("ninja").display()));
    cmake
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()))
        .arg("-S")
        .arg(&folder)
        .arg("-B")
        .arg(&folder);
    let said = cmake.output().map_err(|error| error.to_string())?;
    if said.status.success() || !String::from_utf8_lossy(&said.stderr).contains("0.999") {
        return Err("find_package(MendixDeploy 0.999) found something".to_owned());
    }
    Ok(Outcome::ONE)
}
