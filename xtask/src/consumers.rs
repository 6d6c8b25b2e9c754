//! Programs outside of this workspace that use the library as it is installed: by pkg-config, by CMake, and from
//! other languages.

mod programs;
mod project;
mod source;

use std::path::{Path, PathBuf};
use std::process::Command;

use self::project::{cmake, configure, exported, fresh, plugin, prefix, run_programs};
use crate::cc::{deploys, folder};
use crate::package::{self, Layout, link};
use crate::step::{Outcome, Result, check, output, root};
use crate::tools;
use crate::version::{version, version_parts};

/// A part of the library below another folder, as those who pack it have it: with the prefix of the system.
fn part(name: &str) -> PathBuf {
    folder().join("parts").join(name)
}

/// Lays the library out for them: all of it, and each of the two libraries alone, with another folder for them.
pub(crate) fn package() -> Result {
    let [libraries, programs] = package::for_tests()?;
    let _ = std::fs::remove_dir_all(prefix());
    let whole = Layout { prefix: Some(prefix()), ..Layout::default() };
    let mut total = package::lay_out(&whole, &libraries, &programs)?;
    for (name, libdir, shared) in [("shared", "lib64", true), ("static", "lib/some/where", false)] {
        let _ = std::fs::remove_dir_all(part(name));
        let alone = Layout {
            prefix: Some("/usr".into()),
            destdir: Some(part(name)),
            libdir: libdir.into(),
            shared,
            is_static: !shared,
        };
        total += package::lay_out(&alone, &libraries, &programs)?;
    }
    Ok(total)
}

pub(crate) fn run() -> Result {
    let mut total = pkg_config("pkg-config", &prefix())?;
    total += find_package("find_package", |cmake| {
        cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()));
    })?;
    total += source::run()?;
    total += merged()?;
    total += versions()?;
    total += parts()?;
    total += command_line()?;
    total += programs::ctest()?;
    total += programs::languages()?;
    Ok(total)
}

/// Without the option that our files for CMake and pkg-config have, a plugin exports the library and all that is in it:
/// what the check of a plugin has to see.
fn open_plugin(folder: &Path) -> Result {
    let exported = exported(&folder.join("plugin_open.so"))?.len();
    if exported > 100 && plugin(&folder.join("plugin_open.so")).is_err() {
        return Ok(Outcome::ONE);
    }
    Err(format!("a plugin without --exclude-libs exports {exported} symbols only, and is not refused"))
}

/// The command line starts where it was installed, and has its manual and its completions.
fn command_line() -> Result {
    let said = output(Command::new(prefix().join("bin/mendix-deploy")).arg("--version"))?;
    if said.trim() != format!("mendix-deploy {}", version()) {
        return Err(format!("mendix-deploy --version says {said}"));
    }
    let mut total = Outcome::ONE;
    for (path, expected) in [
        ("man/man1/mendix-deploy.1", ".TH mendix-deploy 1"),
        ("man/man1/mendix-deploy-backups-restore.1", "restore"),
        ("bash-completion/completions/mendix-deploy", "complete"),
        ("zsh/site-functions/_mendix-deploy", "#compdef mendix-deploy"),
        ("fish/vendor_completions.d/mendix-deploy.fish", "complete"),
    ] {
        let text = std::fs::read_to_string(prefix().join("share").join(path)).unwrap_or_default();
        if !text.contains(expected) {
            return Err(format!("share/{path} has no {expected:?}"));
        }
        total += Outcome::ONE;
    }
    Ok(total)
}

fn pkg_config(name: &str, prefix: &Path) -> Result {
    let path = prefix.join("lib/pkgconfig");
    let mut asked = Command::new(tools::pkg_config()?);
    let said = output(asked.args(["--modversion", "mendix_deploy"]).env("PKG_CONFIG_PATH", &path))?;
    if said.trim() != version() {
        return Err(format!("pkg-config says version {said}"));
    }
    let folder = fresh(name)?;
    build_by_pkg_config(&folder, &path, &[])?;
    let mut total = run_programs(&folder, &library_path(&prefix.join("lib")))?;
    total += open_plugin(&folder)?;
    Ok(total)
}

/// Builds programs of these kinds, of all where none is named.
fn build_by_pkg_config(folder: &Path, path: &Path, kinds: &[&str]) -> Result {
    let mut build = Command::new("sh");
    build.arg(root().join("tests/consumers/pkg-config/build.sh")).arg(root().join("tests")).args(kinds);
    build.env("CXX", tools::gxx()?).env("PKG_CONFIG", tools::pkg_config()?).env("PKG_CONFIG_PATH", path);
    check(build.current_dir(folder))
}

fn library_path(folder: &Path) -> [String; 2] {
    ["env".to_owned(), format!("LD_LIBRARY_PATH={}", folder.display())]
}

fn find_package(name: &str, with: impl Fn(&mut Command)) -> Result {
    cmake("find_package", &fresh(name)?, with)
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
    asked("versions", &prefix(), &takes, &refuses)
}

/// What `find_package` takes and refuses of a library under a prefix.
fn asked(name: &str, prefix: &Path, takes: &[String], refuses: &[String]) -> Result {
    let mut cmake = configure("versions", &fresh(name)?)?;
    cmake.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()));
    check(cmake.arg(format!("-DTAKES={}", takes.join(";"))).arg(format!("-DREFUSES={}", refuses.join(";"))))?;
    Ok(Outcome { passed: takes.len() + refuses.len() })
}

/// Packages of which a part was installed, elsewhere than in `lib`: programs link what is there, and are told what is not.
fn parts() -> Result {
    let words = |words: &[&str]| words.iter().map(|&words| words.to_owned()).collect::<Vec<_>>();
    let takes = words(&["COMPONENTS shared static cxx", "OPTIONAL_COMPONENTS fortran"]);
    let mut total = asked("components", &prefix(), &takes, &words(&["COMPONENTS fortran"]))?;

    let usr = part("shared").join("usr");
    let takes = words(&["COMPONENTS shared cxx", "COMPONENTS shared OPTIONAL_COMPONENTS static"]);
    // Not every system has CMake look into lib64.
    let config = usr.join("lib64/cmake/MendixDeploy");
    total += asked("shared", &config, &takes, &words(&["COMPONENTS static", "COMPONENTS cxx static"]))?;
    let folder = fresh("shared-pkg-config")?;
    build_by_pkg_config(&folder, &usr.join("lib64/pkgconfig"), &["shared"])?;
    for name in ["c_shared", "cpp_shared"] {
        total += deploys(&library_path(&usr.join("lib64")), &folder.join(name))?;
    }

    let usr = part("static").join("usr");
    let folder = fresh("static-pkg-config")?;
    build_by_pkg_config(&folder, &usr.join("lib/some/where/pkgconfig"), &["static", "plugin"])?;
    for name in ["c_static", "cpp_static"] {
        total += deploys(&[], &folder.join(name))?;
    }
    Ok(total)
}
