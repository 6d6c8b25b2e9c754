//! Where a command reads from and writes to.

use std::fmt;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use anstream::AutoStream;
use clap::ColorChoice;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;

/// The standard streams of a command, and which of them are terminals.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Streams {
    pub(crate) stdin: Box<dyn BufRead + Send>,
    pub(crate) stdout: Box<dyn Write + Send>,
    pub(crate) stderr: Box<dyn Write + Send>,
    /// Whether a person can be asked: the input is a terminal, and so is where the question goes.
    pub(crate) can_ask: bool,
    pub(crate) shows_bars: bool,
    pub(crate) output_colors: bool,
    pub(crate) error_colors: bool,
}

impl Streams {
    /// Those of the process.
    #[must_use]
    pub fn of_process() -> Streams {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        // What the environment says about colours is read in one place: NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM.
        let colors = |choice| choice != anstream::ColorChoice::Never;
        Streams {
            can_ask: io::stdin().is_terminal() && stderr.is_terminal(),
            shows_bars: stderr.is_terminal() && !is_dumb && !in_ci,
            output_colors: colors(AutoStream::choice(&stdout)),
            error_colors: colors(AutoStream::choice(&stderr)),
            stdin: Box::new(BufReader::new(io::stdin())),
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
        }
    }

    /// Streams that are no terminals.
    #[must_use]
    pub fn new(
        stdin: impl BufRead + Send + 'static,
        stdout: impl Write + Send + 'static,
        stderr: impl Write + Send + 'static,
    ) -> Streams {
        Streams {
            stdin: Box::new(stdin),
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            can_ask: false,
            shows_bars: false,
            output_colors: false,
            error_colors: false,
        }
    }

    pub(crate) fn colors_errors(&self) -> ColorChoice {
        if self.error_colors { ColorChoice::Always } else { ColorChoice::Never }
    }

    /// Shows what the parser of the arguments has to say: help, the version, or what is wrong.
    pub(crate) fn show_usage(mut self, error: &clap::Error, is_json: bool) -> Exit {
        let rendered = error.render();
        if is_json && error.use_stderr() {
            let text = rendered.to_string();
            let failure = Failure::usage(text.trim().trim_start_matches("error: "));
            if let Some(error) = failure.json() {
                // Nobody is left to be told of a closed stream.
                drop(writeln!(self.stderr, "{}", json!({"error": error})));
            }
            return Exit::Usage;
        }
        let (stream, colors) = if error.use_stderr() {
            (&mut self.stderr, self.error_colors)
        } else {
            (&mut self.stdout, self.output_colors)
        };
        let text = if colors { rendered.ansi().to_string() } else { rendered.to_string() };
        let written = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        match written {
            _ if error.use_stderr() => Exit::Usage,
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Failed,
            _ => Exit::Done,
        }
    }
}

impl fmt::Debug for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").field("can_ask", &self.can_ask).finish_non_exhaustive()
    }
}
