//! What a person or a program sees: data on standard output, everything else on standard error.

use std::io::{self, BufRead, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressDrawTarget};
use serde::Serialize;

use crate::arguments::{Color, Global};
use crate::ci::{self, Ci};
use crate::failure::{Failure, Outcome};
use crate::streams::Streams;

/// The streams of a command, which any thread may write to, a line at a time.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Console {
    stdin: Mutex<Box<dyn BufRead + Send>>,
    stdout: Mutex<Box<dyn Write + Send>>,
    stderr: Mutex<Box<dyn Write + Send>>,
    bars: MultiProgress,
    ci: Ci,
    is_closed: AtomicBool,
    can_ask: bool,
    shows_bars: bool,
    colors_errors: bool,
    is_json: bool,
    is_quiet: bool,
}

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

impl Console {
    pub(crate) fn new(streams: Streams, global: &Global) -> Console {
        let colors = |otherwise| match global.color {
            Color::Auto => otherwise,
            Color::Always => true,
            Color::Never => false,
        };
        let shows_bars = streams.shows_bars && !global.quiet;
        let target = if shows_bars { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Console {
            bars: MultiProgress::with_draw_target(target),
            ci: ci::detect(),
            is_closed: AtomicBool::new(false),
            can_ask: streams.can_ask,
            shows_bars,
            colors_errors: colors(streams.error_colors),
            is_json: global.json,
            is_quiet: global.quiet,
            stdin: Mutex::new(streams.stdin),
            stdout: Mutex::new(streams.stdout),
            stderr: Mutex::new(streams.stderr),
        }
    }

    /// Whether the output is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Whether a person is there who can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        self.can_ask
    }

    /// Whether nobody reads the output any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// The bars of long work, which are hidden where there is no terminal.
    pub(crate) fn bars(&self) -> Option<&MultiProgress> {
        self.shows_bars.then_some(&self.bars)
    }

    pub(crate) fn ci(&self) -> Ci {
        self.ci
    }

    /// Writes text to standard output.
    ///
    /// When its reader has gone, the work goes on and the output is dropped.
    pub(crate) fn write(&self, text: &[u8]) -> Outcome {
        if self.is_closed() {
            return Ok(());
        }
        let write = || {
            let mut stdout = lock(&self.stdout);
            stdout.write_all(text).and_then(|()| stdout.flush())
        };
        match self.bars.suspend(write) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => Err(Failure::local(format!("standard output cannot be written: {error}"))),
        }
    }

    /// Writes a line of data.
    pub(crate) fn line(&self, text: &str) -> Outcome {
        self.write(format!("{}\n", text.trim_end_matches('\n')).as_bytes())
    }

    /// Writes a line of JSON.
    pub(crate) fn json(&self, value: &impl Serialize) -> Outcome {
        let text = serde_json::to_string(value)
            .map_err(|error| Failure::local(format!("the result cannot be written as JSON: {error}")))?;
        self.line(&text)
    }

    /// Shows a result: JSON for a program, text for a person.
    pub(crate) fn show<T: Serialize + ?Sized>(&self, value: &T, text: impl FnOnce(&T) -> String) -> Outcome {
        if self.is_json {
            return self.json(&value);
        }
        match text(value) {
            text if text.is_empty() => Ok(()),
            text => self.line(&text),
        }
    }

    /// Tells a person how the work goes.
    pub(crate) fn note(&self, text: &str) {
        if !self.is_quiet {
            self.tell(text);
        }
    }

    /// Tells a person how long work goes; with the time, where no terminal shows it as it happens.
    pub(crate) fn progress(&self, text: &str) {
        if self.shows_bars {
            self.note(text);
        } else {
            self.note(&format!("{} {text}", jiff::Timestamp::now().strftime("%H:%M:%SZ")));
        }
    }

    /// Warns a person.
    pub(crate) fn warn(&self, text: &str) {
        if self.ci == Ci::GitHub {
            self.tell(&ci::command("warning", text));
        }
        self.tell(&format!("{} {text}", self.styled("warning:", WARNING)));
    }

    /// Tells a person what went wrong.
    pub(crate) fn error(&self, text: &str) {
        if self.ci == Ci::GitHub {
            self.tell(&ci::command("error", text));
        }
        self.tell(&format!("{} {text}", self.styled("error:", ERROR)));
    }

    /// Writes a line to standard error, whatever was asked for.
    pub(crate) fn tell(&self, text: &str) {
        self.bars.suspend(|| {
            let mut stderr = lock(&self.stderr);
            // Nobody is left to be told of a closed stream.
            drop(writeln!(stderr, "{}", text.trim_end()).and_then(|()| stderr.flush()));
        });
    }

    /// Asks a person: the answer, without the end of its line. `None` at the end of the input.
    pub(crate) fn ask(&self, question: &str) -> Outcome<Option<String>> {
        let failed = |error: io::Error| Failure::local(format!("the terminal cannot be read: {error}"));
        self.bars.suspend(|| {
            let mut stderr = lock(&self.stderr);
            write!(stderr, "{question} ").and_then(|()| stderr.flush()).map_err(failed)
        })?;
        let mut answer = String::new();
        let length = lock(&self.stdin).read_line(&mut answer).map_err(failed)?;
        Ok((length > 0).then(|| answer.trim().to_owned()))
    }

    /// All of standard input.
    pub(crate) fn input(&self) -> Outcome<String> {
        let mut text = String::new();
        io::Read::read_to_string(&mut *lock(&self.stdin), &mut text)
            .map_err(|error| Failure::local(format!("standard input cannot be read: {error}")))?;
        Ok(text)
    }

    fn styled(&self, text: &str, style: Style) -> String {
        if self.colors_errors { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// A thread that panicked while it wrote has written what it could.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
