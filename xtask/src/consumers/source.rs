//! The library as a part of another project's sources, which CMake builds with cargo.

use std::path::Path;
use std::process::Command;

use super::project::{PROGRAMS, cmake, configure, configure_programs, fresh, prefix};
use crate::cc::deploys;
use crate::package::{UNOPTIMISED, link};
use crate::step::{Outcome, Result, check, output, root};
use crate::{notices, venv};

/// A folder with everything in its name that a shell, make, ninja or CMake may take for its own.
const ODD: &str = "it's (a) $path & #1";

/// Sources and results in a folder with an odd name.
pub(super) fn run() -> Result {
    let odd = fresh(ODD)?;
    copy_the_source(&odd.join("source"))?;
    // The crates that are built already need not be built once more.
    let target = odd.join("cargo");
    link(&root().join("target").display().to_string(), &target)?;
    let with = |cmake: &mut Command| {
        cmake.arg(format!("-DSOURCE={}", odd.join("source").display()));
        cmake.arg(format!("-DMENDIX_DEPLOY_TARGET_DIR={}", target.display()));
        cmake.envs(UNOPTIMISED.iter().copied());
    };
    let mut total = cmake("add_subdirectory", &odd.join("build-1"), with)?;
    total += installed_with_it(&odd.join("build-1"), &odd.join("installed"))?;
    total += cmake("FetchContent", &odd.join("build-2"), with)?;
    total += named_target(&odd.join("build-3"), with)?;
    total += crossed(&odd, with)?;
    total += installed_alone(&odd, &target)?;
    Ok(total)
}

fn install(build: &Path, to: &Path) -> Result {
    let mut install = Command::new(venv::with(&[venv::CMAKE])?.join("cmake"));
    check(install.arg("--install").arg(build).arg("--prefix").arg(to))
}

/// A program that was installed with the library starts, and nothing else of the library came with it.
fn installed_with_it(build: &Path, to: &Path) -> Result {
    install(build, to)?;
    let mut total = Outcome::default();
    for name in ["c_shared", "cpp_shared"] {
        total += deploys(&[], &to.join("bin").join(name))?;
    }
    let unwanted = ["include/", "libmendix_deploy.a", "mendix-deploy-sim"];
    let installed = files(to)?;
    match installed.iter().find(|path| unwanted.iter().any(|part| path.contains(part))) {
        None => Ok(total),
        Some(path) => Err(format!("{path} was installed with a program that has the library in its sources")),
    }
}

/// This project by itself installs what `cargo xtask package` lays out, but for the command line. The simulator is left out
/// here: it would be built once more.
fn installed_alone(odd: &Path, target: &Path) -> Result {
    let (build, to) = (odd.join("build-alone"), odd.join("alone"));
    let tools = venv::with(&[venv::CMAKE, venv::NINJA])?;
    let mut cmake = Command::new(tools.join("cmake"));
    cmake.arg("-S").arg(odd.join("source")).arg("-B").arg(&build).args(["-G", "Ninja"]);
    cmake.arg(format!("-DCMAKE_MAKE_PROGRAM={}", tools.join("ninja").display()));
    cmake.arg(format!("-DMENDIX_DEPLOY_TARGET_DIR={}", target.display()));
    check(cmake.args(["-DCMAKE_INSTALL_LIBDIR=lib", "-DMENDIX_DEPLOY_INSTALL_SIMULATOR=OFF"]))?;
    check(Command::new(tools.join("cmake")).arg("--build").arg(&build).envs(UNOPTIMISED.iter().copied()))?;
    install(&build, &to)?;
    let mut laid_out = files(&prefix())?;
    let is_of_programs = |path: &str| {
        path.starts_with("bin/") || (path.starts_with("share/") && !path.starts_with("share/doc/"))
    };
    laid_out.retain(|path| !is_of_programs(path));
    let installed = files(&to)?;
    if installed != laid_out {
        return Err(format!("cmake --install: {installed:?}\ncargo xtask package: {laid_out:?}"));
    }
    for path in installed.iter().filter(|path| path.contains("/pkgconfig/") || path.contains("/cmake/")) {
        let [by_cmake, by_package] = [to.join(path), prefix().join(path)].map(std::fs::read_to_string);
        if by_cmake.ok() != by_package.ok() {
            return Err(format!("{path} differs between cmake --install and cargo xtask package"));
        }
    }
    Ok(Outcome { passed: installed.len() })
}

/// The files and links under a folder, by their paths in it.
fn files(folder: &Path) -> std::result::Result<Vec<String>, String> {
    let listed = output(Command::new("find").args([".", "!", "-type", "d"]).current_dir(folder))?;
    let mut files: Vec<String> =
        listed.lines().map(|path| path.trim_start_matches("./").to_owned()).collect();
    files.sort_unstable();
    Ok(files)
}

/// What a build folder would do.
fn commands(folder: &Path) -> std::result::Result<String, String> {
    let mut ninja = Command::new(venv::with(&[venv::NINJA])?.join("ninja"));
    output(ninja.arg("-C").arg(folder).args(["-t", "commands"]))
}

/// For another machine, CMake says what cargo has to be told, and cargo links with the compiler that CMake has.
fn crossed(odd: &Path, with: impl Fn(&mut Command)) -> Result {
    let configured = |folder: &str, target: &[&str]| -> std::result::Result<Command, String> {
        let mut command = configure("cmake", &odd.join(folder))?;
        command.args([
            "-DHOW=add_subdirectory",
            "-DCMAKE_SYSTEM_NAME=Linux",
            "-DCMAKE_SYSTEM_PROCESSOR=aarch64",
        ]);
        command.arg(format!("-DPROGRAMS={}", root().join("tests").display()));
        command.args(target).env_remove("CARGO_BUILD_TARGET");
        with(&mut command);
        Ok(command)
    };
    let refused = configured("build-4", &[])?.output().map_err(|error| format!("cmake: {error}"))?;
    let said = String::from_utf8_lossy(&refused.stderr);
    if refused.status.success() || !said.contains("-DMENDIX_DEPLOY_RUST_TARGET=") {
        return Err(format!(
            "a build for another machine without a target of Rust: {}\n{said}",
            refused.status
        ));
    }
    check(&mut configured("build-5", &["-DMENDIX_DEPLOY_RUST_TARGET=aarch64-unknown-linux-gnu"])?)?;
    let commands = commands(&odd.join("build-5"))?;
    for expected in ["--target aarch64-unknown-linux-gnu", "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=/"]
    {
        if !commands.contains(expected) {
            return Err(format!("no {expected} in:\n{commands}"));
        }
    }
    Ok(Outcome { passed: 2 })
}

/// A target that is named, as for another machine, has a folder of its own. To read what would be done is enough: it would
/// build all dependencies once more.
fn named_target(folder: &Path, with: impl Fn(&mut Command)) -> Result {
    let host = host()?;
    let mut command = configure_programs("FetchContent", folder)?;
    with(&mut command);
    check(command.env("CARGO_BUILD_TARGET", &host))?;
    let commands = commands(folder)?;
    let built = commands.lines().any(|line| line.contains(&format!("--target {host}")));
    let mut links =
        commands.lines().filter(|line| line.contains("libmendix_deploy.") && line.contains(" -o "));
    // The plugin is one more.
    let linked = links.clone().count() == PROGRAMS.len() + 1
        && links.all(|line| line.contains(&format!("/{host}/release/libmendix_deploy.")));
    if built && linked { Ok(Outcome::ONE) } else { Err(format!("not for {host}:\n{commands}")) }
}

/// The target triple of this machine.
fn host() -> std::result::Result<String, String> {
    let said = output(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| format!("rustc -vV said:\n{said}"))
}

/// What a clone or an archive of the sources holds.
fn copy_the_source(to: &Path) -> std::result::Result<(), String> {
    std::fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    let parts = ["CMakeLists.txt", "Cargo.toml", "Cargo.lock", "README.md"];
    let licences = ["LICENSE-APACHE", "LICENSE-MIT", notices::PATH];
    let folders = ["crates", "include", "packaging", "tests/bench", "xtask"];
    let mut copy = Command::new("cp");
    copy.args(["-a", "--parents"]).args(parts).args(licences).args(folders);
    output(copy.arg(to).current_dir(root())).map(drop)
}
