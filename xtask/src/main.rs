//! The chores of this workspace: `cargo xtask NAME`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to the person who runs them")]

mod bench;
mod c;
mod cc;
mod circles;
mod consumers;
mod cpp;
mod crates;
mod declared;
mod generated;
mod header;
mod hpp;
mod hpp_models;
mod licences;
mod long;
mod matrix;
mod metadata;
mod named;
mod notices;
mod package;
mod planted;
mod python;
mod pytool;
mod readme;
mod regen;
mod release;
mod rust_api;
mod schemas;
mod shells;
mod step;
mod stub;
mod surface;
mod symbols;
mod table;
mod test;
mod tools;
mod venv;
mod version;
mod wheel;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// A chore: its name, what it does, what can be said to it, and how it runs.
struct Chore {
    name: &'static str,
    about: &'static str,
    arguments: fn() -> Vec<Arg>,
    run: fn(&ArgMatches) -> step::Result,
}

const CHORES: &[Chore] = &[
    Chore {
        name: "test",
        about: "Check everything that can be checked",
        arguments: || vec![steps("only", test::LANES).long("only").action(ArgAction::Append)],
        run: |arguments| step::run_lanes(test::LANES, &texts(arguments, "only")),
    },
    Chore {
        name: "regen",
        about: "Write the files that are made from others",
        arguments: || {
            let check = Arg::new("check").long("check").action(ArgAction::SetTrue).help("Only compare them");
            vec![check, some_of("file", "FILE", regen::paths())]
        },
        run: |arguments| regen::run(&texts(arguments, "file"), arguments.get_flag("check")),
    },
    Chore {
        name: "c",
        about: "Check the C interface with C and C++ programs",
        arguments: || vec![steps("step", &[c::STEPS])],
        run: |arguments| step::run_steps(c::STEPS, &texts(arguments, "step")),
    },
    Chore {
        name: "python",
        about: "Check the Python package, as it is installed",
        arguments: || vec![steps("step", &[python::STEPS])],
        run: |arguments| step::run_steps(python::STEPS, &texts(arguments, "step")),
    },
    Chore {
        name: "fuzz",
        about: "Fuzz the C interface",
        arguments: || vec![number("SECONDS", "60"), number("SEED", "")],
        run: |arguments| c::fuzz(said(arguments, "SECONDS"), arguments.get_one("SEED")),
    },
    Chore {
        name: "readme",
        about: "Check what the README and the guides name and show",
        arguments: Vec::new,
        run: |_| readme::run(),
    },
    Chore {
        name: "surface",
        about: "Compare what each language, simulator and test has, and abi/rust-api.txt",
        arguments: Vec::new,
        run: |_| surface::run(),
    },
    Chore {
        name: "package",
        about: "Lay out the C library",
        arguments: || {
            let folder = |name, value, about| Arg::new(name).long(name).value_name(value).help(about);
            let path = |argument: Arg| argument.value_parser(value_parser!(PathBuf));
            let only = |name, about| Arg::new(name).long(name).action(ArgAction::SetTrue).help(about);
            vec![
                path(folder("prefix", "DIR", "Where it is used; otherwise in target")),
                path(folder("destdir", "DIR", "Write below this folder instead, for tools that pack it")),
                path(
                    folder("libdir", "DIR", "Where libraries are in the prefix, as lib64")
                        .default_value("lib"),
                ),
                only("shared", "The shared library; without --static, not the static one"),
                only("static", "The static library; without --shared, not the shared one"),
            ]
        },
        run: |arguments| package::run(&layout(arguments)),
    },
    Chore {
        name: "wheel",
        about: "Build the wheel and the sdist that are published, and try them",
        arguments: Vec::new,
        run: |_| release::run(),
    },
    Chore {
        name: "soak",
        about: "Many threads and random faults",
        arguments: || vec![number("SECONDS", "600")],
        run: |arguments| long::soak(said(arguments, "SECONDS")),
    },
    Chore {
        name: "fuzz-replies",
        about: "Change replies at random",
        arguments: || vec![number("SECONDS", "60"), number("SEED", "")],
        run: |arguments| long::fuzz_replies(said(arguments, "SECONDS"), arguments.get_one("SEED")),
    },
    Chore {
        name: "refusals",
        about: "Early refusals of uploads",
        arguments: || vec![number("ROUNDS", "1000")],
        run: |arguments| long::refusals(said(arguments, "ROUNDS")),
    },
    Chore {
        name: "slow-upload",
        about: "An upload of 1 GiB at 1 MiB/s",
        arguments: || vec![number("MIB", "1024"), number("MILLISECONDS-PER-MIB", "1000")],
        run: |arguments| long::slow_upload(said(arguments, "MIB"), said(arguments, "MILLISECONDS-PER-MIB")),
    },
    Chore {
        name: "bench",
        about: "Measure calls and transfers beside other clients, and write docs/performance.md",
        arguments: || vec![number("ROUNDS", "5")],
        run: |arguments| bench::run(said(arguments, "ROUNDS")),
    },
    Chore {
        name: "peers",
        about: "Compare with curl, requests and reqwest",
        arguments: Vec::new,
        run: |_| long::peers(),
    },
    Chore {
        name: "licences",
        about: "Check the licences of the dependency tree, and THIRD-PARTY.txt",
        arguments: Vec::new,
        run: |_| licences::run(),
    },
];

fn main() -> ExitCode {
    let matches = command().get_matches();
    let Some((name, arguments)) = matches.subcommand() else { return ExitCode::from(2) };
    let Some(chore) = CHORES.iter().find(|chore| chore.name == name) else { return ExitCode::from(2) };
    match (chore.run)(arguments) {
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

fn command() -> Command {
    let chores =
        CHORES.iter().map(|chore| Command::new(chore.name).about(chore.about).args((chore.arguments)()));
    Command::new("xtask")
        .bin_name("cargo xtask")
        .about("The chores of this workspace")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(chores)
}

/// Some of the steps of a chore, by their names; without any, all of them are meant.
fn steps(id: &'static str, lanes: &[&[step::Step]]) -> Arg {
    some_of(id, "NAME", lanes.iter().copied().flatten().map(|step| step.name))
}

/// Some of a few values.
fn some_of(id: &'static str, value: &'static str, of: impl IntoIterator<Item = &'static str>) -> Arg {
    let argument = Arg::new(id).value_name(value).help("Only these, and what they need");
    argument.num_args(1..).value_parser(PossibleValuesParser::new(of))
}

/// A number by its place, with what it is when it is left out, if anything.
fn number(name: &'static str, default: &'static str) -> Arg {
    // Programs get it as it was written.
    let digits = |text: &str| text.parse::<u64>().map(|_| text.to_owned());
    let number = Arg::new(name).value_name(name).value_parser(digits);
    if default.is_empty() { number } else { number.default_value(default) }
}

/// What `package` was asked for: both libraries where neither is named.
fn layout(arguments: &ArgMatches) -> package::Layout {
    let [shared, is_static] = ["shared", "static"].map(|kind| arguments.get_flag(kind));
    let path = |name| arguments.get_one::<PathBuf>(name).cloned();
    package::Layout {
        prefix: path("prefix"),
        destdir: path("destdir"),
        libdir: path("libdir").unwrap_or_default(),
        shared: shared || !is_static,
        is_static: is_static || !shared,
    }
}

fn said<'a>(arguments: &'a ArgMatches, name: &str) -> &'a str {
    arguments.get_one::<String>(name).map_or("", String::as_str)
}

fn texts<'a>(arguments: &'a ArgMatches, name: &str) -> Vec<&'a str> {
    arguments.get_many::<String>(name).into_iter().flatten().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_refused_with_what_there_is() {
        command().debug_assert();
        for (line, says) in [
            ("test --only tets", "[possible values: format, clippy"),
            ("test format", "unexpected argument 'format'"),
            ("c valgrin", "valgrind"),
            ("python typos", "types"),
            ("regen docs/other.md", "docs/retry-matrix.md"),
            ("soak long", "invalid value 'long'"),
            ("surface x", "unexpected argument 'x'"),
            ("tset", "unrecognized subcommand 'tset'"),
        ] {
            let refused = command().try_get_matches_from(["xtask"].into_iter().chain(line.split(' ')));
            let text = refused.unwrap_err().to_string();
            assert!(text.contains(says), "{line}: {text}");
        }
    }

    #[test]
    fn a_package_is_asked_for_as_other_tools_are() {
        let asked = |line: &str| {
            let matches =
                command().get_matches_from(["xtask", "package"].into_iter().chain(line.split_whitespace()));
            layout(matches.subcommand_matches("package").unwrap())
        };
        let kinds = |layout: package::Layout| (layout.shared, layout.is_static);
        for line in ["--prefix=/usr", "--prefix /usr"] {
            assert_eq!(asked(line).prefix, Some("/usr".into()));
        }
        assert_eq!(asked("--libdir lib64").libdir, std::path::Path::new("lib64"));
        assert_eq!(asked("").libdir, std::path::Path::new("lib"));
        assert_eq!(kinds(asked("")), (true, true));
        assert_eq!(kinds(asked("--shared")), (true, false));
        assert_eq!(kinds(asked("--static")), (false, true));
        assert_eq!(kinds(asked("--static --shared")), (true, true));
    }

    #[test]
    fn the_documentation_shows_commands_that_exist() {
        let shown = readme::commands().unwrap();
        for (document, line) in &shown {
            let words = line.split_whitespace().skip(1);
            if let Err(refused) = command().try_get_matches_from(words) {
                panic!("{document}: {line}: {refused}");
            }
        }
        let releasing = |line: &str| {
            shown.iter().any(|(document, shown)| document == "docs/releasing.md" && shown == line)
        };
        assert!(releasing("cargo xtask wheel"));
    }

    #[test]
    fn a_step_needs_only_steps_before_it() {
        for steps in test::LANES.iter().copied().chain([c::STEPS, python::STEPS]) {
            for (place, step) in steps.iter().enumerate() {
                for need in step.needs {
                    assert!(
                        steps[..place].iter().any(|before| before.name == *need),
                        "{}: {need}",
                        step.name
                    );
                }
            }
        }
    }
}
