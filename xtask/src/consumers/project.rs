//! What every project of `tests/consumers` has in common: its folder, its programs, and how CMake builds them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cc::{deploys, folder, to_bin};
use crate::step::{Outcome, Result, check, output, root};
use crate::version::version;
use crate::{tools, venv};

/// The programs that every consumer builds. What is `alone` is linked with `-static` and needs no library at all.
pub(super) const PROGRAMS: &[&str] =
    &["c_shared", "c_static", "c_alone", "cpp_shared", "cpp_static", "cpp_alone"];

/// Where the library is installed for them.
pub(super) fn prefix() -> PathBuf {
    folder().join("prefix")
}

pub(super) fn fresh(name: impl AsRef<Path>) -> std::result::Result<PathBuf, String> {
    let folder = root().join("target/c/consumers").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

pub(super) fn run_programs(folder: &Path, wrapper: &[String]) -> Result {
    let mut total = Outcome::default();
    for name in PROGRAMS {
        let program = folder.join(name);
        let needs = output(Command::new("readelf").args(["--dynamic", "--program-headers"]).arg(&program))?;
        let (ours, any) = (needs.contains("libmendix_deploy"), needs.contains("INTERP"));
        if (ours, any) != (name.ends_with("shared"), !name.ends_with("alone")) {
            return Err(format!("{} needs:\n{needs}", program.display()));
        }
        total += deploys(wrapper, &program)?;
    }
    total += plugin(&folder.join("plugin.so"))?;
    Ok(total)
}

/// A plugin with the static library in it exports its own function only, and works.
pub(super) fn plugin(plugin: &Path) -> Result {
    let exported = exported(plugin)?;
    if exported != ["plugin_version"] {
        let (count, some) = (exported.len(), &exported[..exported.len().min(5)]);
        return Err(format!("{} exports {count} symbols: {some:?}", plugin.display()));
    }
    let host = to_bin("plugin_host")?;
    let source = root().join("tests/consumers/plugin/host.c");
    output(Command::new("cc").arg(source).arg("-o").arg(&host).arg("-ldl"))?;
    let said = output(Command::new(&host).arg(plugin))?;
    if said.trim() == version() { Ok(Outcome::ONE) } else { Err(format!("the plugin says version {said}")) }
}

pub(super) fn exported(library: &Path) -> std::result::Result<Vec<String>, String> {
    let printed = output(Command::new("nm").args(["-D", "--defined-only", "--format=posix"]).arg(library))?;
    Ok(printed.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

/// A command that configures a project of `tests/consumers`.
pub(super) fn configure(project: &str, folder: &Path) -> std::result::Result<Command, String> {
    let tools = venv::with(&[venv::CMAKE, venv::NINJA])?;
    let mut cmake = Command::new(tools.join("cmake"));
    cmake.env("CXX", tools::gxx()?).args(["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]);
    cmake.arg(format!("-DCMAKE_MAKE_PROGRAM={}", tools.join("ninja").display()));
    cmake.arg("-S").arg(root().join("tests/consumers").join(project)).arg("-B").arg(folder);
    Ok(cmake)
}

/// A command that configures the programs, built in a way.
pub(super) fn configure_programs(how: &str, folder: &Path) -> std::result::Result<Command, String> {
    let mut command = configure("cmake", folder)?;
    command.arg(format!("-DHOW={how}")).arg(format!("-DPROGRAMS={}", root().join("tests").display()));
    Ok(command)
}

/// Builds the programs in a way, and runs them.
pub(super) fn cmake(how: &str, folder: &Path, with: impl Fn(&mut Command)) -> Result {
    let mut command = configure_programs(how, folder)?;
    with(&mut command);
    check(&mut command)?;
    let mut build = Command::new(venv::with(&[venv::CMAKE])?.join("cmake"));
    build.arg("--build").arg(folder).env_remove("RUST_BACKTRACE");
    with_environment(&command, &mut build);
    check(&mut build)?;
    // CMake puts the place of the library into the program.
    run_programs(folder, &[])
}

/// What is built runs as it was configured.
fn with_environment(from: &Command, to: &mut Command) {
    to.envs(from.get_envs().filter_map(|(name, value)| Some((name, value?))));
}
