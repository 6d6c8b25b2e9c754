//! `cargo xtask c`: everything about the C interface that can be checked, with C and C++ programs.

use std::path::PathBuf;
use std::process::Command;

use crate::cc::{
    Compiler, SANITIZERS, build, checks, deploys, folder, gcc, gxx, lib, object, run as program,
    support_objects,
};
use crate::step::{Outcome, Result, Step, cargo, check, root, say, step};
use crate::{consumers, cpp, package, regen, symbols, table, tools, venv};

const MEMCHECK: &[&str] = &[
    "--quiet",
    "--suppressions=tests/c/valgrind.supp",
    "--leak-check=full",
    "--show-leak-kinds=definite,indirect,possible",
    "--errors-for-leak-kinds=definite,indirect,possible",
    "--error-exitcode=99",
];

const SUITE: &[&str] = &[
    "tests/c/main.c",
    "tests/c/support.c",
    "tests/c/json.c",
    "tests/c/functions.c",
    "tests/c/calls.c",
    "tests/c/rows.c",
    "tests/c/misuse.c",
    "tests/c/values.c",
    "tests/c/handles.c",
    "tests/c/deploy.c",
    "tests/c/flow.c",
    "tests/c/events.c",
    "tests/c/tls.c",
    "tests/c/process.c",
];

const MATRIX: &[&str] = &["tests/c/matrix.c", "tests/c/functions.c", "tests/c/json.c", "tests/c/support.c"];

const FUZZ: &[&str] = &["tests/c/fuzz.c", "tests/c/functions.c", "tests/c/json.c", "tests/c/support.c"];

/// How long the fuzzer runs when all is checked, in seconds.
const FUZZ_BRIEFLY: &str = "10";

pub(crate) const STEPS: &[Step] = &[
    step("tools", "C: tools", &[], || tools::check().map(|()| Outcome::ONE)),
    step("libraries", "C: libraries", &[], libraries),
    step("generated", "C: header and symbols", &["libraries"], generated),
    step("headers", "C: headers under every standard", &["libraries"], headers),
    // What takes no turns comes first: meanwhile another lane has its turn.
    step("package", "C: package", &["libraries"], consumers::package),
    step("consumers", "C: consumers", &["libraries", "package"], consumers::run),
    step("mixed", "C++: parts with exceptions and without", &["libraries"], mixed),
    step("interface", "C++: what is taken and refused", &["libraries"], cpp::interface),
    step("documented", "C and C++: every name has a comment", &[], cpp::documented),
    step("tidy", "C and C++: clang-tidy", &[], cpp::tidy),
    step("planted", "C: planted faults are caught", &["libraries"], planted),
    step("fuzz", "C: fuzzing, briefly", &["libraries"], || fuzz_for(FUZZ_BRIEFLY, None)),
    step("sanitized", "C: tests under ASan, UBSan and LSan", &["libraries"], sanitized),
    step("programs", "C: programs", &["libraries"], programs),
    step("valgrind", "C: tests under valgrind", &["programs"], valgrind),
    step("tests", "C: tests", &["programs"], plain).in_turn(),
    step("matrix", "C: matrix, under ASan, UBSan and LSan", &["libraries"], matrix).in_turn(),
];

/// Where a library is that panics in one call.
fn planted_lib() -> PathBuf {
    folder().join("planted")
}

/// Builds the programs and the libraries, and puts the latter where the programs find them by their SONAME.
fn libraries() -> Result {
    let programs = ["--package", "mendix-deploy-cli", "--package", "mendix-deploy-sim"];
    check(cargo(&["build", "--locked"]).args(programs))?;
    let library = ["build", "--locked", "--package", "mendix-deploy-capi"];
    for (features, to) in [(Some("--features=planted-panic"), planted_lib()), (None, lib())] {
        // Both variants have one file name, and cargo does not notice that the other was built since.
        for stale in ["libmendix_deploy.so", "libmendix_deploy.a"] {
            let _ = std::fs::remove_file(root().join("target/debug/deps").join(stale));
        }
        check(cargo(&library).args(features))?;
        package::copy_shared(&root().join("target/debug"), &to)?;
    }
    Ok(Outcome::ONE)
}

/// The committed header is what the sources say, and the library exports what the header declares.
fn generated() -> Result {
    let mut total = regen::compare(regen::C)?;
    total += symbols::check(&lib().join("libmendix_deploy.so"))?;
    Ok(total)
}

/// Each header alone, twice, under every standard, by gcc and by clang.
fn headers() -> Result {
    let python = venv::with(&[venv::ZIG])?.join("python");
    let clang = |language: &str| {
        Compiler(vec![python.clone().into(), "-m".into(), "ziglang".into(), language.into()])
    };
    let mut total = Outcome::default();
    for (c, cxx) in
        [(Compiler::new(&["gcc"]), Compiler(vec![tools::gxx()?.into()])), (clang("cc"), clang("c++"))]
    {
        for standard in ["c99", "c11", "c17"] {
            total += header(&c, &[&format!("-std={standard}"), "-xc"], "mendix_deploy.h")?;
        }
        for standard in ["c++11", "c++17", "c++20"] {
            total += header(&cxx, &[&format!("-std={standard}"), "-xc++"], "mendix_deploy.h")?;
        }
        for standard in ["c++17", "c++20"] {
            for exceptions in ["-fexceptions", "-fno-exceptions"] {
                total +=
                    header(&cxx, &[&format!("-std={standard}"), exceptions, "-xc++"], "mendix_deploy.hpp")?;
            }
        }
    }
    Ok(total)
}

fn header(compiler: &Compiler, flags: &[&str], name: &str) -> Result {
    let source = folder().join("header.txt");
    let text = format!("#include <{name}>\n#include <{name}>\nint main(void) {{ return 0; }}\n");
    std::fs::write(&source, text).map_err(|error| error.to_string())?;
    check(compiler.command().arg("-c").args(flags).arg(&source).arg("-o").arg(folder().join("header.o")))
}

/// The programs that run by themselves and under valgrind.
fn programs() -> Result {
    build(&gcc(), "suite", &[], SUITE, &lib())?;
    build(&gcc(), "dl", &[], &["tests/c/dl.c"], &lib())?;
    build(&Compiler::new(&["gcc", "-std=c99"]), "readme_c", &[], &["tests/c/readme.c"], &lib())?;
    build(&gxx()?, "readme_cpp", &[], &["tests/cpp/readme.cpp"], &lib())?;
    Ok(Outcome::ONE)
}

fn plain() -> Result {
    let bin = folder().join("bin");
    let mut total = checks(&mut program(&[], &bin.join("suite")))?;
    total += checks(program(&[], &bin.join("dl")).arg(lib().join("libmendix_deploy.so")))?;
    for name in ["readme_c", "readme_cpp"] {
        total += deploys(&[], &bin.join(name))?;
    }
    Ok(total)
}

/// The matrix that all languages run.
fn matrix() -> Result {
    let program_path = build(&gcc(), "matrix", SANITIZERS, MATRIX, &lib())?;
    checks(program(&[], &program_path).args(["tests/conformance/retry-matrix.json", table::PATH]))
}

fn sanitized() -> Result {
    let exit = build(&gxx()?, "exit_asan", SANITIZERS, &["tests/cpp/exit.cpp"], &lib())?;
    let mut total = checks(&mut program(&[], &exit))?;
    total += checks(&mut program(&[], &build(&gcc(), "suite_asan", SANITIZERS, SUITE, &lib())?))?;
    let support = support_objects()?;
    for (name, exceptions) in [("cpp_asan", "-fexceptions"), ("cpp_asan_noexcept", "-fno-exceptions")] {
        let flags: Vec<&str> = SANITIZERS.iter().copied().chain([exceptions]).collect();
        let sources: Vec<&str> =
            ["tests/cpp/main.cpp"].into_iter().chain(support.iter().map(String::as_str)).collect();
        total += checks(&mut program(&[], &build(&gxx()?, name, &flags, &sources, &lib())?))?;
    }
    for (name, source) in [("readme_c_asan", "tests/c/readme.c"), ("readme_cpp_asan", "tests/cpp/readme.cpp")]
    {
        let compiler = if name == "readme_c_asan" { gcc() } else { gxx()? };
        total += deploys(&[], &build(&compiler, name, SANITIZERS, &[source], &lib())?)?;
    }
    Ok(total)
}

/// One program with exceptions and without, whichever of its parts the linker sees first.
fn mixed() -> Result {
    let mut sources = support_objects()?;
    for exceptions in ["-fexceptions", "-fno-exceptions"] {
        sources.push(object(&gxx()?, &format!("mixed{exceptions}"), "tests/cpp/mixed.cpp", &[exceptions])?);
    }
    let mut total = Outcome::default();
    for _ in 0..2 {
        let parts: Vec<&str> = sources.iter().map(String::as_str).collect();
        total += checks(&mut program(&[], &build(&gxx()?, "mixed", SANITIZERS, &parts, &lib())?))?;
        let last = sources.len() - 1;
        sources.swap(last, last - 1);
    }
    Ok(total)
}

/// valgrind, looking for errors and leaks.
fn memcheck() -> std::result::Result<Vec<String>, String> {
    let mut words = tools::valgrind()?;
    words.extend(MEMCHECK.iter().map(|word| (*word).to_owned()));
    Ok(words)
}

fn valgrind() -> Result {
    let bin = folder().join("bin");
    let memcheck = memcheck()?;
    let slow = |name: &str| {
        let mut command = program(&memcheck, &bin.join(name));
        command.env("MENDIX_DEPLOY_TEST_SLOW", "1");
        command
    };
    let mut total = checks(&mut slow("suite"))?;
    total += checks(slow("dl").arg(lib().join("libmendix_deploy.so")))?;
    for name in ["readme_c", "readme_cpp"] {
        total += deploys(&memcheck, &bin.join(name))?;
    }
    Ok(total)
}

/// A gate that cannot fail is none: each must let a clean program pass, and catch its fault.
fn planted() -> Result {
    let source = &["tests/c/planted.c"][..];
    let memcheck = memcheck()?;
    let mut total = Outcome::default();
    for fault in ["NONE", "LEAK", "LOST_HANDLE", "OVERFLOW", "USE_AFTER_FREE"] {
        let define = format!("-DPLANT_{fault}");
        let quiet = ["-Wno-use-after-free", "-fno-builtin", define.as_str()];
        let flags: Vec<&str> = SANITIZERS.iter().copied().chain(quiet).collect();
        let asan = build(&gcc(), &format!("planted_asan_{fault}"), &flags, source, &lib())?;
        let plain = build(&gcc(), &format!("planted_{fault}"), &quiet, source, &lib())?;
        total += caught(fault, "ASan", fault != "NONE", &mut program(&[], &asan))?;
        total += caught(fault, "valgrind", fault != "NONE", &mut program(&memcheck, &plain))?;
    }
    // A panic of the library is a status, and the tests notice that status.
    let panics = build(&gcc(), "planted_PANIC", &["-DPLANT_PANIC"], source, &planted_lib())?;
    total += caught("PANIC", "catch_unwind", false, &mut program(&[], &panics))?;
    let suite = build(&gcc(), "planted_suite", &[], SUITE, &planted_lib())?;
    total += caught("PANIC", "the tests", true, program(&[], &suite).arg("calls"))?;
    Ok(total)
}

fn caught(fault: &str, gate: &str, must_fail: bool, command: &mut Command) -> Result {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let failed = !output.status.success();
    let said = String::from_utf8_lossy(&output.stderr);
    let line =
        said.lines().find(|line| line.contains("ERROR") || line.contains("lost") || line.contains("Invalid"));
    say(format_args!("{fault} under {gate}: {} {}", output.status, line.unwrap_or_default().trim()));
    if failed == must_fail {
        Ok(Outcome::ONE)
    } else {
        Err(format!("{fault} under {gate}: {}\n{said}", output.status))
    }
}

/// `cargo xtask fuzz [SECONDS [SEED]]`
pub(crate) fn fuzz(seconds: &str, seed: Option<&String>) -> Result {
    libraries()?;
    fuzz_for(seconds, seed)
}

fn fuzz_for(seconds: &str, seed: Option<&String>) -> Result {
    let fuzzer = build(&gcc(), "fuzz", SANITIZERS, FUZZ, &lib())?;
    checks(program(&[], &fuzzer).arg(seconds).args(seed))
}
