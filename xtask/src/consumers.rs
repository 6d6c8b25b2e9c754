//! Programs outside of this workspace that use the library as it is installed: by pkg-config, and by CMake.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cc::deploys;
use crate::package::{UNOPTIMISED, link};
use crate::step::{Outcome, Result, check, output, root};
use crate::version::{version, version_parts};
use crate::{tools, venv};

/// The programs that every consumer builds. What is `alone` is linked with `-static` and needs no library at all.
const PROGRAMS: &[&str] = &["c_shared", "c_static", "c_alone", "cpp_shared", "cpp_static", "cpp_alone"];

/// A folder with everything in its name that a shell, make, ninja or CMake may take for its own.
const ODD: &str = "it's (a) $path & #1";

/// Where the library is installed for them.
pub(crate) fn prefix() -> PathBuf {
    root().join("target/c/prefix")
}

pub(crate) fn run() -> Result {
    let mut total = pkg_config("pkg-config", &prefix())?;
    total += find_package("find_package", |cmake| {
        cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()));
    })?;
    total += from_source()?;
    total += merged()?;
    total += versions()?;
    Ok(total)
}

fn fresh(name: impl AsRef<Path>) -> std::result::Result<PathBuf, String> {
    let folder = root().join("target/c/consumers").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn run_programs(folder: &Path, wrapper: &[String]) -> Result {
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
    Ok(total)
}

fn pkg_config(name: &str, prefix: &Path) -> Result {
    let path = prefix.join("lib/pkgconfig");
    let pkg_config = tools::pkg_config()?;
    let mut asked = Command::new(&pkg_config);
    let said = output(asked.args(["--modversion", "mendix_deploy"]).env("PKG_CONFIG_PATH", &path))?;
    if said.trim() != version() {
        return Err(format!("pkg-config says version {said}"));
    }
    let folder = fresh(name)?;
    let mut build = Command::new("sh");
    build.arg(root().join("tests/consumers/pkg-config/build.sh")).arg(root().join("tests"));
    build.env("CXX", tools::gxx()?).env("PKG_CONFIG", &pkg_config).env("PKG_CONFIG_PATH", &path);
    check(build.current_dir(&folder))?;
    let library_path = format!("LD_LIBRARY_PATH={}", prefix.join("lib").display());
    run_programs(&folder, &["env".to_owned(), library_path])
}

/// A command that configures a project of `tests/consumers`.
fn configure(project: &str, folder: &Path) -> std::result::Result<Command, String> {
    let tools = venv::with(&[venv::CMAKE, venv::NINJA])?;
    let mut cmake = Command::new(tools.join("cmake"));
    cmake.env("CXX", tools::gxx()?).args(["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]);
    cmake.arg(format!("-DCMAKE_MAKE_PROGRAM={}", tools.join("ninja").display()));
    cmake.arg("-S").arg(root().join("tests/consumers").join(project)).arg("-B").arg(folder);
    Ok(cmake)
}

/// A command that configures the programs, built in a way.
fn configure_programs(how: &str, folder: &Path) -> std::result::Result<Command, String> {
    let mut command = configure("cmake", folder)?;
    command.arg(format!("-DHOW={how}")).arg(format!("-DPROGRAMS={}", root().join("tests").display()));
    Ok(command)
}

/// Builds the programs in a way, and runs them.
fn cmake(how: &str, folder: &Path, with: impl Fn(&mut Command)) -> Result {
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

fn find_package(name: &str, with: impl Fn(&mut Command)) -> Result {
    cmake("find_package", &fresh(name)?, with)
}

/// Sources and results in a folder with an odd name.
fn from_source() -> Result {
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
    total += cmake("FetchContent", &odd.join("build-2"), with)?;
    total += named_target(&odd.join("build-3"), with)?;
    Ok(total)
}

/// A target that is named, as for another machine, has a folder of its own. To read what would be done is enough: it would
/// build all dependencies once more.
fn named_target(folder: &Path, with: impl Fn(&mut Command)) -> Result {
    let host = host()?;
    let mut command = configure_programs("FetchContent", folder)?;
    with(&mut command);
    check(command.env("CARGO_BUILD_TARGET", &host))?;
    let mut ninja = Command::new(venv::with(&[venv::NINJA])?.join("ninja"));
    let commands = output(ninja.arg("-C").arg(folder).args(["-t", "commands"]))?;
    let built = commands.lines().any(|line| line.contains(&format!("--target {host}")));
    let mut links =
        commands.lines().filter(|line| line.contains("libmendix_deploy.") && line.contains(" -o "));
    let linked = links.clone().count() == PROGRAMS.len()
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
    let parts = ["CMakeLists.txt", "Cargo.toml", "Cargo.lock", "README.md", "crates", "include", "xtask"];
    output(Command::new("cp").arg("-a").args(parts).arg(to).current_dir(root())).map(drop)
}

/// Installed in a system where /bin and /lib are links to those in /usr, and found through them: CMake takes /bin of
/// `PATH` for a sign that / is a prefix.
fn merged() -> Result {
    let system = fresh("merged")?;
    let usr = system.join("usr");
    output(Command::new("cp").arg("-a").arg(prefix()).arg(&usr))?;
    std::fs::create_dir_all(usr.join("bin")).map_err(|error| error.to_string())?;
    for folder in ["bin", "lib"] {
        link(&format!("usr/{folder}"), &system.join(folder))?;
    }
    let mut path = system.join("bin").into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut total = pkg_config("merged-pkg-config", &system)?;
    total += find_package("merged-find_package", |cmake| {
        cmake.env("PATH", &path);
    })?;
    Ok(total)
}

/// Which versions, and ranges of them, are taken for this one. Before 1.0 another minor version is another interface.
fn versions() -> Result {
    let [major, minor, patch] = version_parts().map(|part| part.parse::<u64>().unwrap_or_default());
    let (this, next) = (format!("{major}.{minor}"), format!("{major}.{}", minor + 1));
    let exact = format!("{this}.{patch}");
    let takes = [
        this.clone(),
        exact.clone(),
        format!("{exact} EXACT"),
        format!("{this}...<{next}"),
        format!("{this}...{exact}"),
        format!("{exact}...<{}", major + 1),
        format!("0...{next}"),
    ];
    let refuses = [
        next.clone(),
        format!("{}.0", major + 1),
        format!("{this}.{}", patch + 1),
        format!("{this}.{} EXACT", patch + 1),
        format!("{next}...<{}", major + 1),
        format!("0...<{exact}"),
        format!("{this}.{}...{next}", patch + 1),
    ];
    let mut cmake = configure("versions", &fresh("versions")?)?;
    cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()));
    check(cmake.arg(format!("-DTAKES={}", takes.join(";"))).arg(format!("-DREFUSES={}", refuses.join(";"))))?;
    Ok(Outcome { passed: takes.len() + refuses.len() })
}
