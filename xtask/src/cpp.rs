//! What the C++ interface takes and refuses, that everything public in both headers has a comment, and what clang-tidy says.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cc::{SANITIZERS, WARNINGS, build, checks, folder, gxx, lib, object, run, support_objects};
use crate::step::{Outcome, Result, check, root};
use crate::{tools, venv};

const INTERFACE: &str = "tests/cpp/interface.cpp";
/// How many lines it has that must not compile.
const REFUSED: usize = 6;
const HEADERS: &[&str] = &["include/mendix_deploy.h", "include/mendix_deploy.hpp"];

/// The program of the interface under both ends of what is supported, and what it must not be able to say.
pub(crate) fn interface() -> Result {
    let mut total = Outcome::default();
    let support = support_objects()?;
    for flags in
        [["-std=c++17", "-fexceptions"], ["-std=c++17", "-fno-exceptions"], ["-std=c++23", "-fexceptions"]]
    {
        let name = format!("interface{}{}", flags[0], flags[1]);
        let mut sources = support.clone();
        sources.push(object(&gxx()?, &name, INTERFACE, &flags)?);
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        total += checks(&mut run(&[], &build(&gxx()?, &name, SANITIZERS, &sources, &lib())?))?;
    }
    // Without such a line it compiles.
    for line in 0..=REFUSED {
        let mut compiler = Command::new(tools::gxx()?);
        compiler.args(WARNINGS).args(["-std=c++17", "-fsyntax-only", "-Iinclude", "-Itests/c"]);
        compiler.arg(format!("-DREFUSED={line}")).arg(INTERFACE).current_dir(root());
        let ran = compiler.output().map_err(|error| format!("{compiler:?}: {error}"))?;
        if ran.status.success() != (line == 0) {
            return Err(format!("{INTERFACE} with REFUSED={line}: {}", String::from_utf8_lossy(&ran.stderr)));
        }
        total += Outcome::ONE;
    }
    Ok(total)
}

/// What clang-tidy looks at. It sees the header of C++ in each of the programs.
const TIDY: &[&str] = &[
    "tests/cpp/main.cpp",
    INTERFACE,
    "tests/cpp/exit.cpp",
    "tests/cpp/mixed.cpp",
    "tests/cpp/readme.cpp",
    HEADERS[0],
];
/// Faults, by the header that has them, and the check that finds them.
const UNTIDY: &[(&str, &str, &str)] = &[
    (HEADERS[0], "#define MXD_PLANTED -1\n", "bugprone-macro-parentheses"),
    (
        HEADERS[1],
        "inline bool planted(std::string text) { return std::string(std::move(text)) == text; }\n",
        "bugprone-use-after-move",
    ),
];

/// clang-tidy has nothing to say, and finds a fault in each header. `.clang-tidy` has its settings, with reasons.
pub(crate) fn tidy() -> Result {
    let program = venv::with(&[venv::CLANG_TIDY])?.join("clang-tidy");
    let system = headers_of_gxx()?;
    let tidy = |file: &Path, include: &Path| {
        let mut command = Command::new(&program);
        command.args(["--quiet", "--config-file=.clang-tidy"]).arg(file).current_dir(root());
        let is_c = file.extension().is_some_and(|extension| extension == "h");
        command.arg("--").args(if is_c { ["-xc", "-std=c99"] } else { ["-xc++", "-std=c++17"] });
        command.arg("-I").arg(include).args(["-Iinclude", "-Itests/c"]).args(&system);
        command
    };
    let mut total = Outcome::default();
    for file in TIDY {
        total += check(&mut tidy(Path::new(file), Path::new("include")))?;
    }
    for (header, fault, says) in UNTIDY {
        let planted = folder().join("untidy").join(header);
        let include = planted.parent().unwrap_or(&planted);
        let text = fs::read_to_string(root().join(header)).map_err(|error| format!("{header}: {error}"))?;
        fs::create_dir_all(include)
            .and_then(|()| fs::write(&planted, text + fault))
            .map_err(|error| format!("{}: {error}", planted.display()))?;
        let file = if *header == HEADERS[0] { &planted } else { Path::new("tests/cpp/readme.cpp") };
        let ran = tidy(file, include).output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&ran.stdout);
        if ran.status.success() || !said.contains(says) {
            return Err(format!("{says} was not found in {}: {said}", planted.display()));
        }
        total += Outcome::ONE;
    }
    Ok(total)
}

/// Where g++ looks for the headers of C++: clang would not find those of one that was fetched.
fn headers_of_gxx() -> std::result::Result<Vec<String>, String> {
    let mut compiler = Command::new(tools::gxx()?);
    let ran = compiler.args(["-xc++", "-E", "-v", "/dev/null"]).output();
    let said = ran.map_err(|error| format!("{compiler:?}: {error}"))?.stderr;
    let said = String::from_utf8_lossy(&said);
    let folders = said.lines().filter_map(|line| line.strip_prefix(' '));
    let folders =
        folders.filter(|line| line.rsplit_once("/include/").is_some_and(|(_, rest)| rest.contains("c++")));
    let words = folders.flat_map(|folder| ["-isystem", folder]);
    Ok(std::iter::once("-nostdinc++").chain(words).map(str::to_owned).collect())
}

/// Every public name has a comment; and one whose comment is taken away is found.
pub(crate) fn documented() -> Result {
    let python = venv::with(&[venv::LIBCLANG])?.join("python");
    let check = |headers: &[&Path]| {
        let mut command = Command::new(&python);
        command.arg("tests/cpp/documented.py").arg(tools::gxx()?).args(headers).current_dir(root());
        Ok::<Command, String>(command)
    };
    let headers: Vec<&Path> = HEADERS.iter().map(Path::new).collect();
    let mut total = checks(&mut check(&headers)?)?;
    for (header, above) in [(HEADERS[0], "void mxd_client_free("), (HEADERS[1], "    Json try_get_app(")] {
        let text = fs::read_to_string(root().join(header)).map_err(|error| format!("{header}: {error}"))?;
        let at = text.find(above).ok_or_else(|| format!("{header} has no {above}"))?;
        let (before, after) = text.split_at(at);
        let planted = folder().join("undocumented").join(Path::new(header).file_name().unwrap_or_default());
        fs::create_dir_all(planted.parent().unwrap_or(&planted)).map_err(|error| error.to_string())?;
        let mut lines: Vec<&str> = before.trim_end().lines().collect();
        while lines.pop_if(|line| line.trim_start().starts_with("///")).is_some() {}
        let planted_text = format!("{}\n{after}", lines.join("\n"));
        fs::write(&planted, planted_text).map_err(|error| format!("{}: {error}", planted.display()))?;
        let ran = check(&[planted.as_path()])?.output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&ran.stdout);
        let name = above.trim_end_matches('(').rsplit(' ').next().unwrap_or_default();
        if ran.status.success() || !said.contains(name) {
            return Err(format!("{above} without a comment was not found: {said}"));
        }
        total += Outcome::ONE;
    }
    Ok(total)
}
