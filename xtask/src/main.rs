//! The chores of this workspace: `cargo xtask NAME`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to the person who runs them")]

mod licences;
mod readme;
mod step;
mod test;

use std::process::ExitCode;

/// A chore: its name, what it does, and how.
struct Chore {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> step::Result,
}

const CHORES: &[Chore] = &[
    Chore { name: "test", about: "check everything that can be checked", run: test::run },
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
