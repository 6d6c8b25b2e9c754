//! `cargo xtask package`: lays out what a C or C++ program needs.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use crate::step::{Result, cargo, root};
use crate::version::{fill_in, soname, version};
use crate::{notices, step, symbols};

/// What rustc says that the static library needs on Linux. Compared with what it reports whenever it is packaged.
const NATIVE_STATIC_LIBS: &str = "-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc";

/// What is laid out, and where.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Where it is to be used; otherwise in `target`.
    pub(crate) prefix: Option<PathBuf>,
    /// Put before the prefix, for tools that pack what lies there.
    pub(crate) destdir: Option<PathBuf>,
    /// Where libraries are, from the prefix.
    pub(crate) libdir: PathBuf,
    pub(crate) shared: bool,
    pub(crate) is_static: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Layout { prefix: None, destdir: None, libdir: "lib".into(), shared: true, is_static: true }
    }
}

pub(crate) fn run(layout: &Layout) -> Result {
    if !cfg!(target_os = "linux") {
        return Err("packaging was only tried on Linux".to_owned());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = std::path::absolute(target.unwrap_or_else(|| root().join("target")));
    let built = build(&target.map_err(|error| error.to_string())?, &[], true)?;
    let outcome = lay_out(layout, &built, &built)?;
    println!("{}", layout.place()?.display());
    Ok(outcome)
}

/// The environment of builds of which only the layout and the linking are checked: optimising takes minutes.
pub(crate) const UNOPTIMISED: &[(&str, &str)] = &[
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
];

/// Libraries that are not optimised, and the programs that the tests have. The caller lays them out.
pub(crate) fn for_tests() -> std::result::Result<[PathBuf; 2], String> {
    let target = root().join("target");
    Ok([build(&target, UNOPTIMISED, false)?, target.join("debug")])
}

impl Layout {
    /// The prefix, where it is written to.
    fn place(&self) -> std::result::Result<PathBuf, String> {
        let prefix = self.prefix.clone().unwrap_or_else(|| root().join("target/package"));
        let prefix = std::path::absolute(prefix).map_err(|error| error.to_string())?;
        let Some(destdir) = &self.destdir else { return Ok(prefix) };
        let inside: PathBuf =
            prefix.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        std::path::absolute(destdir.join(inside)).map_err(|error| error.to_string())
    }

    /// The way from the folder of the libraries to the prefix.
    fn to_prefix(&self) -> std::result::Result<String, String> {
        let parts: Vec<_> = self.libdir.components().collect();
        if parts.is_empty() || !parts.iter().all(|part| matches!(part, Component::Normal(_))) {
            let said = self.libdir.display();
            return Err(format!("--libdir {said}: give a folder inside the prefix, such as lib64"));
        }
        Ok(vec![".."; parts.len()].join("/"))
    }
}

/// Puts all of it under a prefix: libraries that are in one folder, and the programs from another.
pub(crate) fn lay_out(layout: &Layout, libraries: &Path, programs: &Path) -> Result {
    let (prefix, to_prefix) = (layout.place()?, layout.to_prefix()?);
    let lib = prefix.join(&layout.libdir);
    if layout.shared {
        let (soname, file) = (soname(), format!("libmendix_deploy.so.{}", version()));
        copy(&libraries.join("libmendix_deploy.so"), &lib.join(&file))?;
        link(&file, &lib.join(&soname))?;
        link(&soname, &lib.join("libmendix_deploy.so"))?;
    }
    if layout.is_static {
        copy(&libraries.join("libmendix_deploy.a"), &lib.join("libmendix_deploy.a"))?;
    }
    lay_out_programs(&prefix, programs)?;
    for header in ["mendix_deploy.h", "mendix_deploy.hpp"] {
        copy(&root().join("include").join(header), &prefix.join("include").join(header))?;
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT", notices::PATH] {
        copy(&root().join(licence), &prefix.join("share/doc/mendix-deploy").join(licence))?;
    }
    for (folder, name, is_meant) in [
        ("pkgconfig", "mendix_deploy.pc", layout.shared),
        ("pkgconfig", "mendix_deploy-static.pc", layout.is_static),
        ("cmake/MendixDeploy", "MendixDeployConfig.cmake", true),
        ("cmake/MendixDeploy", "MendixDeployConfigVersion.cmake", true),
    ] {
        if is_meant {
            let template = root().join("packaging").join(format!("{name}.in"));
            let template =
                fs::read_to_string(&template).map_err(|error| format!("{}: {error}", template.display()))?;
            let text = fill_in(&template).replace("@TO_PREFIX@", &to_prefix);
            write(&lib.join(folder).join(name), &text)?;
        }
    }
    symbols::check(&libraries.join("libmendix_deploy.so"))
}

/// The command line with its manual and its completions, and the simulator.
fn lay_out_programs(prefix: &Path, programs: &Path) -> std::result::Result<(), String> {
    for program in ["mendix-deploy", "mendix-deploy-sim"] {
        copy(&programs.join(program), &prefix.join("bin").join(program))?;
    }
    let says = |arguments: &[&str]| {
        let mut command = Command::new(programs.join("mendix-deploy"));
        step::output(command.args(arguments).env_clear())
    };
    let (share, manual) = (prefix.join("share"), prefix.join("share/man/man1"));
    says(&["--quiet", "man", "--folder", &manual.display().to_string()])?;
    for (shell, path) in [
        ("bash", "bash-completion/completions/mendix-deploy"),
        ("zsh", "zsh/site-functions/_mendix-deploy"),
        ("fish", "fish/vendor_completions.d/mendix-deploy.fish"),
    ] {
        write(&share.join(path), &says(&["completions", shell])?)?;
    }
    Ok(())
}

/// Builds both libraries, and checks what the static one needs; and the programs, if they are asked for. Gives the folder
/// where they are.
fn build(
    target: &Path,
    environment: &[(&str, &str)],
    programs: bool,
) -> std::result::Result<PathBuf, String> {
    let release = |arguments: &[&str]| {
        let mut command = cargo(arguments);
        command.args(["--release", "--locked"]).env("CARGO_TARGET_DIR", target).stdin(Stdio::null());
        command.envs(environment.iter().copied());
        command
    };
    let mut command = release(&["rustc", "--package", "mendix-deploy-capi", "--lib"]);
    command.args(["--", "--print", "native-static-libs"]);
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
    if programs {
        let packages = ["--package", "mendix-deploy-cli", "--package", "mendix-deploy-sim"];
        step::output(release(&["build"]).args(packages))?;
    }
    Ok(target.join("release"))
}

fn parent(path: &Path) -> std::result::Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn write(path: &Path, text: &str) -> std::result::Result<(), String> {
    parent(path)?;
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Puts the shared library of one folder into another, where programs find it while they are linked and when they start.
pub(crate) fn copy_shared(from: &Path, to: &Path) -> std::result::Result<(), String> {
    copy(&from.join("libmendix_deploy.so"), &to.join(soname()))?;
    link(&soname(), &to.join("libmendix_deploy.so"))
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
    #[test]
    fn the_place_is_the_prefix_below_destdir() {
        let layout = |destdir: Option<&str>| Layout {
            prefix: Some("/usr/local".into()),
            destdir: destdir.map(PathBuf::from),
            ..Layout::default()
        };
        assert_eq!(layout(None).place().unwrap(), Path::new("/usr/local"));
        assert_eq!(layout(Some("/tmp/stage")).place().unwrap(), Path::new("/tmp/stage/usr/local"));
    }

    #[test]
    fn libraries_are_inside_the_prefix() {
        let way = |libdir: &str| Layout { libdir: libdir.into(), ..Layout::default() }.to_prefix();
        assert_eq!(way("lib64").unwrap(), "..");
        assert_eq!(way("lib/x86_64-linux-gnu/").unwrap(), "../..");
        for outside in ["/usr/lib", "../lib", ""] {
            assert!(way(outside).unwrap_err().contains("inside the prefix"), "{outside}");
        }
    }
}
