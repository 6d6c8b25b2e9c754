//! The clients that are measured, as they are shipped or nearly so.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{cargo, output, root};
use crate::{package, venv};

/// Where what is measured is made.
pub(crate) fn folder() -> PathBuf {
    root().join("target/bench")
}

/// The client of each language, in one profile of cargo's.
pub(crate) struct Clients {
    /// The client in Rust, which is the server too.
    pub(crate) rust: PathBuf,
    c: PathBuf,
    library: PathBuf,
    /// The folder that Python looks for the package in.
    packages: PathBuf,
}

impl Clients {
    pub(crate) fn build(profile: &'static str) -> Result<Clients, String> {
        let crates = ["mendix-deploy-bench", "mendix-deploy-capi", "mendix-deploy-py"];
        let mut command = cargo(&["build", "--locked", "--profile", profile]);
        for name in crates {
            command.args(["--package", name]);
        }
        // The module finds Python's functions in the program that loads it.
        output(command.env("PYO3_BUILD_EXTENSION_MODULE", "1"))?;
        let built = root().join("target").join(profile);
        let to = folder().join(profile);
        fs::create_dir_all(&to).map_err(|error| format!("{}: {error}", to.display()))?;
        Ok(Clients {
            rust: built.join("mendix-deploy-bench"),
            c: c(&built, &to)?,
            library: built.join("libmendix_deploy.so"),
            packages: python(&built, &to.join("packages"))?,
        })
    }

    /// The client in a language, run by what stands before it, such as valgrind.
    pub(crate) fn command(&self, wrapper: &[String], language: &str) -> Result<Command, String> {
        let client = match language {
            "rust" => vec![self.rust.clone()],
            "c" => vec![self.c.clone()],
            // Not a name on the path, which may stand for a script that looks for a Python.
            "python" => vec![venv::with(&[])?.join("python"), root().join("tests/bench/client.py")],
            _ => return Err(format!("{language}: expected rust, c or python")),
        };
        let mut command = run_by(wrapper, &client);
        if language == "python" {
            command.arg("mendix_deploy").env("PYTHONPATH", &self.packages);
        }
        Ok(command)
    }

    /// What is shipped, by its name.
    pub(crate) fn files(&self) -> [(&'static str, PathBuf); 2] {
        let module = self.packages.join("mendix_deploy/_native.abi3.so");
        [("C library, shared", self.library.clone()), ("Python module", module)]
    }
}

/// A command of these words, after those of what runs it.
pub(crate) fn run_by(wrapper: &[String], words: &[PathBuf]) -> Command {
    let mut all = wrapper.iter().map(OsStr::new).chain(words.iter().map(|word| word.as_os_str()));
    let mut command = Command::new(all.next().unwrap_or_default());
    command.args(all).current_dir(root());
    command
}

fn c(built: &Path, to: &Path) -> Result<PathBuf, String> {
    package::copy_shared(built, to)?;
    let program = to.join("client");
    let mut command = Command::new("gcc");
    command.args(["-O2", "-Iinclude", "tests/bench/client.c", "-lmendix_deploy", "-o"]).arg(&program);
    command.arg("-L").arg(to).arg(format!("-Wl,-rpath,{}", to.display()));
    output(command.current_dir(root()))?;
    Ok(program)
}

/// Lays out the package as it is installed.
fn python(built: &Path, to: &Path) -> Result<PathBuf, String> {
    let sources = root().join("python/mendix_deploy");
    let package = to.join("mendix_deploy");
    for entry in fs::read_dir(&sources).map_err(|error| format!("{}: {error}", sources.display()))?.flatten()
    {
        if entry.path().is_file() {
            package::copy(&entry.path(), &package.join(entry.file_name()))?;
        }
    }
    package::copy(&built.join("libmendix_deploy_native.so"), &package.join("_native.abi3.so"))?;
    Ok(to.to_owned())
}
