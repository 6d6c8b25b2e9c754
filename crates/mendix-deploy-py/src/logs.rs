//! The log of the core and of the libraries under it, for Python's `logging` under the name `mendix_deploy`.
//!
//! A record is kept on the thread of its call until the call holds the GIL anyway: when it checks for signals, runs a
//! callback, or ends. The logger itself never waits for the GIL, so it cannot deadlock with a thread that holds it,
//! whatever locks the library that logs is holding.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use log::{Level, LevelFilter, Log, Metadata, Record};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::errors;

/// Python's loggers: of this library, and of what is under it.
const NAMES: [&str; 3] = ["mendix_deploy", "mendix_deploy.rustls", "mendix_deploy.ureq"];

type Loggers = [Py<PyAny>; NAMES.len()];

struct Bridge;

static BRIDGE: Bridge = Bridge;

/// A record for one of the loggers.
struct Kept {
    logger: usize,
    level: Level,
    text: String,
}

thread_local! {
    /// The level of each logger.
    static WANTED: Cell<[LevelFilter; NAMES.len()]> = const { Cell::new([LevelFilter::Off; NAMES.len()]) };
    static KEPT: RefCell<VecDeque<Kept>> = const { RefCell::new(VecDeque::new()) };
}

/// Makes the bridge this module's logger. Below `DEBUG`, HTTP and TLS libraries show what is secret.
pub(crate) fn install() {
    if log::set_logger(&BRIDGE).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}

impl Log for Bridge {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Most of what is logged nobody wants, and is not looked at any closer.
        let (level, wanted) = (metadata.level(), WANTED.get());
        wanted.iter().any(|wanted| level <= *wanted) && level <= wanted[logger(metadata.target())]
    }

    fn log(&self, record: &Record<'_>) {
        // The command line shows its log itself.
        if let Some(logger) = mendix_deploy_cli::logger() {
            return logger.log(record);
        }
        if self.enabled(record.metadata()) {
            let logger = logger(record.target());
            let kept = Kept { logger, level: record.level(), text: record.args().to_string() };
            KEPT.with_borrow_mut(|records| records.push_back(kept));
        }
    }

    fn flush(&self) {}
}

/// Which of the loggers a record is for.
fn logger(target: &str) -> usize {
    match target.split(':').next() {
        Some("mendix_deploy") => 0,
        Some("rustls") => 1,
        _ => 2,
    }
}

/// Records are kept on this thread until this is dropped.
pub(crate) struct Collecting([LevelFilter; NAMES.len()]);

impl Drop for Collecting {
    fn drop(&mut self) {
        WANTED.set(self.0);
    }
}

/// Begins to keep records, of the levels that Python's loggers want.
pub(crate) fn collect(py: Python<'_>) -> PyResult<Collecting> {
    let mut wanted = [LevelFilter::Off; NAMES.len()];
    if let Some(Some(loggers)) = errors::report(py, loggers(py))? {
        for (wanted, logger) in wanted.iter_mut().zip(loggers) {
            let debug = logger.call_method1(py, intern!(py, "isEnabledFor"), (number(Level::Debug),));
            *wanted = match errors::report(py, debug.and_then(|debug| debug.is_truthy(py)))? {
                Some(true) => LevelFilter::Debug,
                Some(false) => LevelFilter::Warn,
                None => LevelFilter::Off,
            };
        }
    }
    Ok(Collecting(WANTED.replace(wanted)))
}

/// `None` where the program has not imported `logging`: then it has no handlers either.
fn loggers(py: Python<'_>) -> PyResult<Option<&Loggers>> {
    static LOGGERS: PyOnceLock<Loggers> = PyOnceLock::new();
    if let Some(loggers) = LOGGERS.get(py) {
        return Ok(Some(loggers));
    }
    let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.cast_into::<PyDict>()?;
    let Some(logging) = modules.get_item(intern!(py, "logging"))? else { return Ok(None) };
    let logger = |name| logging.call_method1(intern!(py, "getLogger"), (name,)).map(Bound::unbind);
    let [own, rustls, ureq] = NAMES.map(logger);
    let loggers = [own?, rustls?, ureq?];
    Ok(Some(LOGGERS.get_or_init(py, || loggers)))
}

/// Passes the kept records to Python; no call fails because of its log. After an exception the rest is kept for the next
/// time.
pub(crate) fn flush(py: Python<'_>) -> PyResult<()> {
    while !KEPT.with_borrow(VecDeque::is_empty) {
        // What a signal handler raises here ends the call. From inside a logging handler it would be taken for the
        // handler's own.
        py.check_signals()?;
        let Some(record) = KEPT.with_borrow_mut(VecDeque::pop_front) else { break };
        errors::report(py, emit(py, &record))?;
    }
    Ok(())
}

fn emit(py: Python<'_>, record: &Kept) -> PyResult<()> {
    if let Some(loggers) = loggers(py)? {
        let arguments = (number(record.level), intern!(py, "%s"), record.text.as_str());
        loggers[record.logger].call_method1(py, intern!(py, "log"), arguments)?;
    }
    Ok(())
}

/// The number of a level in Python.
fn number(level: Level) -> u8 {
    match level {
        Level::Error => 40,
        Level::Warn => 30,
        Level::Info => 20,
        Level::Debug | Level::Trace => 10,
    }
}
