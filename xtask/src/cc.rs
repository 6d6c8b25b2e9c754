//! Compilers, and the programs that are made with them.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::step::{Outcome, output, root};
use crate::tools;

/// What every source must pass without a word.
pub(crate) const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"];

/// What finds errors of memory, leaks and undefined behaviour.
pub(crate) const SANITIZERS: &[&str] =
    &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

/// A compiler by the words of its command.
#[derive(Debug, Clone)]
pub(crate) struct Compiler(pub(crate) Vec<OsString>);

impl Compiler {
    pub(crate) fn new(words: &[&str]) -> Compiler {
        Compiler(words.iter().map(OsString::from).collect())
    }

    /// A command at the top of the workspace that finds the headers.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.0[0]);
        command.args(&self.0[1..]).args(WARNINGS).arg("-Iinclude").current_dir(root());
        command
    }
}

/// C, with what Linux adds.
pub(crate) fn gcc() -> Compiler {
    Compiler::new(&["gcc", "-std=gnu11"])
}

/// C++ of the oldest standard that is supported.
pub(crate) fn gxx() -> Result<Compiler, String> {
    Ok(Compiler(vec![tools::gxx()?.into(), "-std=c++17".into()]))
}

/// Where the C chores put what they make.
pub(crate) fn folder() -> PathBuf {
    root().join("target/c")
}

/// A path for a compiled file, in a folder that exists: any step may be the first.
pub(crate) fn to_bin(name: &str) -> Result<PathBuf, String> {
    let bin = folder().join("bin");
    std::fs::create_dir_all(&bin).map_err(|error| format!("{}: {error}", bin.display()))?;
    Ok(bin.join(name))
}

/// Where the library under test is.
pub(crate) fn lib() -> PathBuf {
    folder().join("lib")
}

/// What the C++ tests share with those in C is C.
pub(crate) fn support_objects() -> Result<Vec<String>, String> {
    ["support", "json"]
        .into_iter()
        .map(|name| object(&gcc(), name, &format!("tests/c/{name}.c"), &[]))
        .collect()
}

/// A source compiled for a program under the sanitizers.
pub(crate) fn object(
    compiler: &Compiler,
    name: &str,
    source: &str,
    flags: &[&str],
) -> Result<String, String> {
    let object = to_bin(&format!("{name}.o"))?;
    let mut command = compiler.command();
    command.args(["-g", "-O1", "-c", "-Itests/c"]).args(SANITIZERS).args(flags);
    output(command.arg(source).arg("-o").arg(&object))?;
    Ok(object.display().to_string())
}

/// A program of C or C++ sources, linked with a library in `lib`.
pub(crate) fn build(
    compiler: &Compiler,
    name: &str,
    flags: &[&str],
    sources: &[&str],
    lib: &Path,
) -> Result<PathBuf, String> {
    let program = to_bin(name)?;
    let mut command = compiler.command();
    command.args(["-g", "-O1", "-Itests/c"]).args(flags).args(sources).arg("-o").arg(&program);
    command.arg("-L").arg(lib).arg(format!("-Wl,-rpath,{}", lib.display()));
    output(command.args(["-lmendix_deploy", "-lpthread", "-ldl"]))?;
    Ok(program)
}

/// A command for a test program, with what all of them expect around them.
pub(crate) fn run(wrapper: &[String], program: &Path) -> Command {
    let mut command = match wrapper {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    command
        .current_dir(root())
        .env("MENDIX_DEPLOY_SIM", simulator())
        .env("MENDIX_DEPLOY_TEST_PACKAGE", package());
    // A caught panic with a backtrace leaves its symbols in memory.
    command.env_remove("RUST_BACKTRACE").env_remove("MENDIX_DEPLOY_TEST_SLOW");
    // Cargo's own leads to other builds of the library.
    command.env_remove("LD_LIBRARY_PATH");
    command
}

/// The program, and how many checks it says that it passed.
pub(crate) fn checks(command: &mut Command) -> Result<Outcome, String> {
    let printed = output(command)?;
    let passed = printed.lines().find_map(|line| line.strip_suffix(" checks passed")?.parse().ok());
    let passed = passed.filter(|passed| *passed > 0);
    Ok(Outcome { passed: passed.ok_or_else(|| format!("{command:?} did not say how many checks passed"))? })
}

/// The simulator as a program.
pub(crate) fn simulator() -> PathBuf {
    root().join("target/debug/mendix-deploy-sim")
}

/// A small deployment package.
pub(crate) fn package() -> PathBuf {
    root().join("tests/data/calc_1.2.0.254.mda")
}

/// A simulator that runs as long as this value lives.
pub(crate) struct Simulator {
    program: Child,
    ready: Value,
}

impl Simulator {
    pub(crate) fn start() -> Result<Simulator, String> {
        let mut command = Command::new(simulator());
        let mut program = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the simulator could not be started: {error}"))?;
        let mut line = String::new();
        if let Some(stdout) = &mut program.stdout {
            BufReader::new(stdout).read_line(&mut line).map_err(|error| error.to_string())?;
        }
        let ready =
            serde_json::from_str(&line).map_err(|error| format!("the simulator said {line:?}: {error}"))?;
        Ok(Simulator { program, ready })
    }

    /// Tells a program where to call.
    pub(crate) fn expect(&self, command: &mut Command) {
        for (variable, field) in
            [("MENDIX_USERNAME", "username"), ("MENDIX_API_KEY", "api_key"), ("MENDIX_DEPLOY_URL", "url")]
        {
            command.env(variable, self.ready[field].as_str().unwrap_or_default());
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It ends when its standard input is closed.
        drop(self.program.stdin.take());
        let _ = self.program.wait();
    }
}

/// Runs a program of the README: a whole deployment on a simulator of its own.
pub(crate) fn deploys(wrapper: &[String], program: &Path) -> Result<Outcome, String> {
    let simulator = Simulator::start()?;
    let mut command = run(wrapper, program);
    simulator.expect(&mut command);
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    // A copy of its own: the journal is alongside it.
    let folder = folder().join("deployed").join(&*name);
    let _ = std::fs::remove_dir_all(&folder);
    let file = folder.join("calc.mda");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::copy(package(), &file))
        .map_err(|error| format!("{}: {error}", file.display()))?;
    if name.contains("cpp") {
        command.args(["calc", "Acceptance"]).arg(&file);
    } else {
        command.arg(json!({"app_id": "calc", "mode": "Acceptance", "package": file}).to_string());
    }
    let printed = output(&mut command)?;
    if printed.contains(r#""outcome":"deployed""#) {
        Ok(Outcome::ONE)
    } else {
        Err(format!("{} did not say that it deployed:\n{printed}", program.display()))
    }
}
