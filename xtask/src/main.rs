//! The chores of this workspace: `cargo xtask NAME`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to the person who runs them")]

mod c;
mod cc;
mod consumers;
mod header;
mod licences;
mod long;
mod matrix;
mod package;
mod planted;
mod python;
mod readme;
mod regen;
mod step;
mod surface;
mod symbols;
mod test;
mod tools;
mod venv;

use std::process::ExitCode;

/// A chore: its name, what it does, and how.
struct Chore {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> step::Result,
}

const CHORES: &[Chore] = &[
    Chore { name: "test", about: "check everything that can be checked", run: test::run },
    Chore {
        name: "regen",
        about: "write the files that are made from others (--check: compare)",
        run: regen::run,
    },
    Chore { name: "c", about: "check the C interface with C and C++ programs", run: c::run },
    Chore { name: "python", about: "check the Python package, as it is installed", run: python::run },
    Chore { name: "fuzz", about: "fuzz the C interface: fuzz [SECONDS [SEED]]", run: c::fuzz },
    Chore { name: "surface", about: "compare what each language, simulator and test has", run: surface::run },
    Chore { name: "package", about: "lay out the C library: package [--prefix DIR]", run: package::run },
    Chore { name: "soak", about: "many threads and random faults: soak [SECONDS]", run: long::soak },
    Chore {
        name: "fuzz-replies",
        about: "change replies at random: fuzz-replies [SECONDS [SEED]]",
        run: long::fuzz_replies,
    },
    Chore { name: "refusals", about: "early refusals of uploads: refusals [ROUNDS]", run: long::refusals },
    Chore {
        name: "slow-upload",
        about: "1 GiB at 1 MiB/s: slow-upload [MIB [MILLISECONDS-PER-MIB]]",
        run: long::slow_upload,
    },
    Chore { name: "peers", about: "compare with curl, requests and reqwest", run: long::peers },
    Chore { name: "licences", about: "check the licences of the dependency tree", run: licences::run },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        usage();
        return ExitCode::from(2);
    };
    if matches!(name.as_str(), "-h" | "--help" | "help") {
        usage();
        return ExitCode::SUCCESS;
    }
    let Some(chore) = CHORES.iter().find(|chore| chore.name == name) else {
        eprintln!("xtask: there is no chore {name:?}");
        usage();
        return ExitCode::from(2);
    };
    match (chore.run)(rest) {
        Ok(outcome) => {
            println!("{outcome}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("xtask {name}: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn usage() {
    eprintln!("usage: cargo xtask NAME");
    for chore in CHORES {
        eprintln!("  {:<10} {}", chore.name, chore.about);
    }
}
