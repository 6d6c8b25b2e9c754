//! The command line of the Mendix Deploy API, as a library: [`run`] is the whole program `mendix-deploy`.
//!
//! It adds no logic to [`mendix_deploy`]: a command reads its arguments, makes calls, and shows the result. Each command is a
//! module of `commands`. `mendix-deploy help` explains them, and `docs/command-line.md` shows the commonest jobs.
//!
//! ```
//! use mendix_deploy_cli::{Exit, Streams, run};
//!
//! let exit = run(["mendix-deploy", "--version"], Streams::of_process());
//! assert_eq!(exit, Exit::Done);
//! ```
#![forbid(unsafe_code)]

mod arguments;
mod ci;
mod commands;
mod complete;
mod confirm;
mod console;
mod credentials;
mod exit;
mod failure;
mod interrupt;
mod journals;
mod profile;
mod program;
mod progress;
mod schema;
mod session;
mod streams;
mod suggest;
mod table;
mod targets;
mod verbose;
mod written;

use std::ffi::OsString;
use std::sync::Arc;

use clap::{CommandFactory as _, FromArgMatches as _};

use self::console::Console;
use self::program::Arguments;
use self::session::Session;

pub use self::exit::Exit;
pub use self::streams::Streams;
pub use self::verbose::logger;

/// Runs the program with these arguments, of which the first is its name: the exit code.
///
/// The environment variables, the profile file and the state folder are those of the process. While it runs, SIGINT and
/// SIGTERM end the command, not the process.
pub fn run<A: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = A>, streams: Streams) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    if let Some(answered) = commands::answer(&arguments, Arguments::command) {
        return answered.unwrap_or_else(|error| streams.show_usage(&error, false));
    }
    // What cannot be parsed has no options.
    let is_json = arguments.iter().any(|argument| argument == "--json");
    let color = streams.colors_errors();
    let command = Arguments::command().color(color);
    let parsed =
        command.try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return streams.show_usage(&error, is_json),
    };
    let console = Arc::new(Console::new(streams, &arguments.global));
    verbose::install(&console, arguments.global.verbose);
    let session = Session::new(arguments.global, console, Arguments::command);
    let result = commands::run(&session, arguments.command);
    session.end(result)
}
