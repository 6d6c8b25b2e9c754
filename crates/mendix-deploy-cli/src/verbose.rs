//! The log of the library, on standard error.

use std::sync::{Arc, OnceLock};

use log::{LevelFilter, Log, Metadata, Record};

use crate::console::Console;

struct Shown {
    console: Arc<Console>,
    level: LevelFilter,
}

/// The HTTP library shows whole responses in its `TRACE` log, signed links included: only this library's is shown.
const TARGET: &str = "mendix_deploy";

static SHOWN: OnceLock<Shown> = OnceLock::new();

impl Log for Shown {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= self.level && metadata.target().starts_with(TARGET)
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let level = record.level().as_str().to_ascii_lowercase();
            self.console.tell(&format!("{level}: {}", record.args()));
        }
    }

    fn flush(&self) {}
}

/// The log that `--verbose` has asked for: for a process that has a logger of its own, which must pass records on.
pub fn logger() -> Option<&'static dyn Log> {
    SHOWN.get().map(|shown| shown as &dyn Log)
}

/// Shows the log, where it was asked for.
pub(crate) fn install(console: &Arc<Console>, times: u8) {
    let level = match times {
        0 => return,
        1 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    let shown = SHOWN.get_or_init(|| Shown { console: Arc::clone(console), level });
    if log::set_logger(shown).is_ok() {
        log::set_max_level(level);
    }
}
