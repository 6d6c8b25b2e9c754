//! The lines of the log, from the thread that logs to the function of the caller.
//!
//! A line is kept on the thread of its call until the call polls for cancellation, or ends. Whoever logs may hold a
//! lock just then, as the HTTP library does that of its connections; and the caller's function may call the library.

use std::cell::{Cell, RefCell};
use std::ffi::{CString, c_char, c_int, c_void};
use std::mem::ManuallyDrop;
use std::sync::{PoisonError, RwLock};

use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::callback::UserData;
use crate::text::c_text;

/// Receives a line of the log. `level` is one of MXD_LOG_..., `target` names the part of the library that logs.
/// Both strings are valid during the callback only. It runs on the thread of the call, so on several at once where
/// several make calls. Calls that it makes itself are not logged.
pub type mxd_log_fn = Option<
    unsafe extern "C" fn(user_data: *mut c_void, level: c_int, target: *const c_char, message: *const c_char),
>;

/// Where the log goes. The log of Rust code is one for the whole process, or at least for this copy of the library.
struct Sink(RwLock<Option<(mxd_log_fn, UserData)>>);

static SINK: Sink = Sink(RwLock::new(None));

struct Line {
    level: Level,
    target: CString,
    message: CString,
}

thread_local! {
    /// Emptied whenever a function of the library ends. What needs no destructor can be used to the very end of a
    /// thread, when others of its variables are gone: programs make calls from there.
    static KEPT: RefCell<ManuallyDrop<Vec<Line>>> = const { RefCell::new(ManuallyDrop::new(Vec::new())) };
    static DELIVERING: Cell<bool> = const { Cell::new(false) };
}

impl Log for Sink {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Below DEBUG the HTTP library shows responses as they come, signed links included.
        metadata.level() <= Level::Debug
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) && !DELIVERING.get() {
            let line = Line {
                level: record.level(),
                target: c_text(record.target()),
                message: c_text(&record.args().to_string()),
            };
            KEPT.with_borrow_mut(|lines| lines.push(line));
        }
    }

    fn flush(&self) {}
}

/// Sends the log to the caller's function, up to a level; `None` turns it off.
pub(crate) fn send_to(callback: mxd_log_fn, user_data: *mut c_void, level: LevelFilter) {
    // Fails from the second time on, and once is enough.
    let _ = log::set_logger(&SINK);
    let sink = callback.map(|_| (callback, UserData(user_data)));
    *SINK.0.write().unwrap_or_else(PoisonError::into_inner) = sink;
    log::set_max_level(level);
}

/// Passes the lines that were kept on this thread to the caller's function. To be called where no lock is held.
pub(crate) fn deliver() {
    if DELIVERING.get() {
        return;
    }
    let lines = ManuallyDrop::into_inner(KEPT.replace(ManuallyDrop::new(Vec::new())));
    for line in lines {
        // Read for each line: the caller's function may change the log, and so may another thread.
        let sink = *SINK.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some((Some(callback), user_data)) = sink else { return };
        if line.level <= log::max_level() {
            DELIVERING.set(true);
            // SAFETY: the caller promises that its function may be called with its data on any thread.
            unsafe {
                callback(user_data.get(), line.level as c_int, line.target.as_ptr(), line.message.as_ptr());
            }
            DELIVERING.set(false);
        }
    }
}
