//! What the core and the libraries under it log, for Python's `logging` under the name `mendix_deploy`.
//!
//! A record is kept on the thread of its call until the call holds the interpreter anyway: when it looks for
//! signals, calls back, or ends. The logger itself never waits for the interpreter, so it cannot deadlock with a
//! thread that holds it, whatever locks the library that logs is holding.

use std::cell::{Cell, RefCell};

use log::{Level, LevelFilter, Log, Metadata, Record};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

struct Bridge;

static BRIDGE: Bridge = Bridge;

thread_local! {
    static LEVEL: Cell<LevelFilter> = const { Cell::new(LevelFilter::Off) };
    static KEPT: RefCell<Vec<(&'static str, Level, String)>> = const { RefCell::new(Vec::new()) };
}

/// Makes the bridge this module's logger. Below `DEBUG`, HTTP and TLS libraries show what is secret.
pub(crate) fn install() {
    if log::set_logger(&BRIDGE).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}

impl Log for Bridge {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= LEVEL.get()
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let kept = (name(record.target()), record.level(), record.args().to_string());
            KEPT.with_borrow_mut(|records| records.push(kept));
        }
    }

    fn flush(&self) {}
}

fn name(target: &str) -> &'static str {
    match target.split("::").next() {
        Some("mendix_deploy") => "mendix_deploy",
        Some("rustls") => "mendix_deploy.rustls",
        _ => "mendix_deploy.ureq",
    }
}

/// Records are kept on this thread until it goes.
pub(crate) struct Collecting(LevelFilter);

impl Drop for Collecting {
    fn drop(&mut self) {
        LEVEL.set(self.0);
    }
}

/// Begins to keep records, as many as Python's logger wants.
pub(crate) fn collect(py: Python<'_>) -> Collecting {
    let level = match wants_debug(py) {
        Ok(Some(true)) => LevelFilter::Debug,
        Ok(Some(false)) => LevelFilter::Warn,
        Ok(None) | Err(_) => LevelFilter::Off,
    };
    Collecting(LEVEL.replace(level))
}

/// Nothing where the program has not imported `logging`: then nobody can be listening.
fn wants_debug(py: Python<'_>) -> PyResult<Option<bool>> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let logger = if let Some(logger) = LOGGER.get(py) {
        logger
    } else {
        let modules =
            py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.cast_into::<PyDict>()?;
        let Some(logging) = modules.get_item(intern!(py, "logging"))? else { return Ok(None) };
        let logger = logging.call_method1(intern!(py, "getLogger"), ("mendix_deploy",))?.unbind();
        LOGGER.get_or_init(py, || logger)
    };
    logger.call_method1(py, intern!(py, "isEnabledFor"), (number(Level::Debug),))?.extract(py).map(Some)
}

/// Gives what was kept to Python. What a handler raises is reported as Python does for what nobody can catch.
pub(crate) fn flush(py: Python<'_>) {
    let records = KEPT.take();
    if records.is_empty() {
        return;
    }
    if let Err(error) = emit(py, records) {
        error.write_unraisable(py, None);
    }
}

fn emit(py: Python<'_>, records: Vec<(&'static str, Level, String)>) -> PyResult<()> {
    let logging = py.import(intern!(py, "logging"))?;
    for (name, level, text) in records {
        logging
            .call_method1(intern!(py, "getLogger"), (name,))?
            .call_method1(intern!(py, "log"), (number(level), intern!(py, "%s"), text))?;
    }
    Ok(())
}

/// A level as Python counts them.
fn number(level: Level) -> u8 {
    match level {
        Level::Error => 40,
        Level::Warn => 30,
        Level::Info => 20,
        Level::Debug | Level::Trace => 10,
    }
}
