//! Programs that the C checks need. Where the machine has one, that is taken; where not, it is fetched into `target`,
//! from PyPI or as a Debian package. Nothing is ever skipped for want of a tool.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::step::{output, root};
use crate::{package, venv};

/// Says what is missing and cannot be fetched, and how to get it.
pub(crate) fn check() -> Result<(), String> {
    for (name, package) in [("gcc", "gcc"), ("nm", "binutils"), ("ldd", "libc-bin"), ("curl", "curl")] {
        if !is_here(name) {
            return Err(format!("{name} is missing, and the C checks need it: apt-get install {package}"));
        }
    }
    // gcc gives back the bare name of what it does not find.
    if output(Command::new("gcc").arg("-print-file-name=libc.a"))?.trim() == "libc.a" {
        let get = "apt-get install libc6-dev, or what has libc.a elsewhere";
        return Err(format!("the static C library is missing, and the C checks link with it: {get}"));
    }
    venv::with(&[venv::CMAKE, venv::NINJA, venv::ZIG])?;
    pkg_config()?;
    gxx()?;
    valgrind().map(|_| ())
}

fn is_here(name: &str) -> bool {
    Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// pkg-config: the machine's, or that of PyPI.
pub(crate) fn pkg_config() -> Result<PathBuf, String> {
    if is_here("pkg-config") {
        return Ok("pkg-config".into());
    }
    Ok(venv::with(&[venv::PKGCONF])?.join("pkg-config"))
}

/// g++: the machine's, or that of Debian for the gcc that is here.
pub(crate) fn gxx() -> Result<PathBuf, String> {
    if is_here("g++") {
        return Ok("g++".into());
    }
    let tools = root().join("target/tools/c++");
    let wrapper = tools.join("g++");
    if !compiles(&wrapper) {
        let cannot =
            |problem| format!("g++ is missing (apt-get install g++), and cannot be fetched: {problem}");
        fetch_gxx(&tools, &wrapper).map_err(cannot)?;
        if !compiles(&wrapper) {
            return Err(cannot("that of Debian's package does not run here".to_owned()));
        }
    }
    Ok(wrapper)
}

fn fetch_gxx(tools: &Path, wrapper: &Path) -> Result<(), String> {
    let version = output(Command::new("gcc").arg("-dumpversion"))?;
    let major = version.trim().split('.').next().unwrap_or_default().to_owned();
    let libgcc = output(Command::new("gcc").arg("-print-libgcc-file-name"))?;
    let lib = Path::new(libgcc.trim()).parent().ok_or("gcc does not know where its library is")?.to_owned();
    debian(&[&format!("g++-{major}"), &format!("libstdc++-{major}-dev"), "libstdc++6"], tools)?;
    let triple = output(Command::new("gcc").arg("-dumpmachine"))?;
    // It finds its own parts beside itself, and those of C where gcc has them.
    let script = format!(
        "#!/bin/sh\nexec '{}' '-B{}' \"$@\"\n",
        tools.join(format!("usr/bin/{}-g++-{major}", triple.trim())).display(),
        lib.display()
    );
    std::fs::write(wrapper, script).map_err(|error| error.to_string())?;
    output(Command::new("chmod").arg("+x").arg(wrapper)).map(drop)
}

/// Whether a compiler of C++ can make a program. `--version` says nothing of that.
fn compiles(compiler: &Path) -> bool {
    let source = root().join("target/tools/try.cpp");
    let text = "#include <string>\nint main() { return std::string().size() == 0 ? 0 : 1; }\n";
    let mut command = Command::new(compiler);
    command.arg(&source).arg("-o").arg(source.with_extension(""));
    std::fs::write(&source, text).is_ok() && command.output().is_ok_and(|output| output.status.success())
}

/// valgrind: the machine's, or that of Debian. Gives the words of a command.
pub(crate) fn valgrind() -> Result<Vec<String>, String> {
    // Several lists of steps use it at the same time. It is looked for once.
    static FOUND: Mutex<Option<Vec<String>>> = Mutex::new(None);
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(valgrind) = &*found {
        return Ok(valgrind.clone());
    }
    let valgrind = find_valgrind()?;
    *found = Some(valgrind.clone());
    Ok(valgrind)
}

fn find_valgrind() -> Result<Vec<String>, String> {
    let installed = vec!["valgrind".to_owned()];
    if runs(&installed) {
        return Ok(installed);
    }
    let tools = root().join("target/tools");
    let fetched = vec![
        "env".to_owned(),
        format!("VALGRIND_LIB={}", tools.join("usr/libexec/valgrind").display()),
        tools.join("usr/bin/valgrind").display().to_string(),
        format!("--extra-debuginfo-path={}", tools.join("symbols").display()),
    ];
    if runs(&fetched) {
        return Ok(fetched);
    }
    // Without the symbols of the C library valgrind does not start.
    debian(&["valgrind", "libc6-dbg"], &tools).and_then(|()| lay_out_symbols(&tools)).map_err(|problem| {
        format!("valgrind is missing (apt-get install valgrind), and cannot be fetched: {problem}")
    })?;
    if runs(&fetched) {
        return Ok(fetched);
    }
    Err("valgrind is missing (apt-get install valgrind), and that of Debian's package does not run here"
        .to_owned())
}

/// Puts the symbols of the C library where valgrind looks for them outside of `/usr/lib/debug`: in a folder that is
/// called as that of the library, without the folders by the first digits.
fn lay_out_symbols(tools: &Path) -> Result<(), String> {
    let to = tools.join(format!("symbols/usr/lib/{}-linux-gnu", std::env::consts::ARCH));
    std::fs::create_dir_all(&to).map_err(|error| error.to_string())?;
    for folder in entries(&tools.join("usr/lib/debug/.build-id"))? {
        for file in entries(&folder)? {
            package::copy(&file, &to.join(file.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// Whether a valgrind can run a program. `--version` says nothing of that.
fn runs(valgrind: &[String]) -> bool {
    let mut command = Command::new(&valgrind[0]);
    command.args(&valgrind[1..]).args(["--quiet", "--error-exitcode=99", "true"]);
    command.output().is_ok_and(|output| output.status.success())
}

/// Unpacks Debian packages into a folder, with lists of packages of its own: neither root nor a system that is up to
/// date is needed.
pub(crate) fn debian(packages: &[&str], to: &Path) -> Result<(), String> {
    let apt = to.join("apt");
    for folder in ["lists/partial", "cache/archives/partial", "packages"] {
        std::fs::create_dir_all(apt.join(folder)).map_err(|error| error.to_string())?;
    }
    let apt_get = || {
        let mut command = Command::new("apt-get");
        command.args(["-q", "-o"]).arg(format!("Dir::State::lists={}", apt.join("lists").display()));
        command.arg("-o").arg(format!("Dir::Cache={}", apt.join("cache").display()));
        command.current_dir(apt.join("packages"));
        command
    };
    output(apt_get().arg("update"))?;
    output(apt_get().arg("download").args(packages))?;
    for package in entries(&apt.join("packages"))? {
        output(Command::new("dpkg").arg("-x").arg(package).arg(to))?;
    }
    Ok(())
}
