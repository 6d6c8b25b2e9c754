//! The library's log, for callers who want it.

use std::ffi::{c_char, c_int, c_void};
use std::sync::{PoisonError, RwLock};

use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::cancel::UserData;
use crate::error::{mxd_error, mxd_status};
use crate::ffi::{self, Failure, c_text};

/// Receives a line of the log. `level` is one of MXD_LOG_..., `target` names the part of the library that speaks.
/// Both strings are gone afterwards. Runs on whatever thread has something to say, on several at once.
pub type mxd_log_fn = Option<
    unsafe extern "C" fn(user_data: *mut c_void, level: c_int, target: *const c_char, message: *const c_char),
>;

/// Something failed.
pub const MXD_LOG_ERROR: i32 = 1;
/// Something looks wrong.
pub const MXD_LOG_WARN: i32 = 2;
/// Something worth knowing happened.
pub const MXD_LOG_INFO: i32 = 3;
/// Each call, with its result and how long it took.
pub const MXD_LOG_DEBUG: i32 = 4;

/// Where the log goes. The log of Rust code is one for the whole process, or at least for this copy of the library.
struct Sink(RwLock<Option<(mxd_log_fn, UserData)>>);

static SINK: Sink = Sink(RwLock::new(None));

impl Log for Sink {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Below DEBUG the HTTP library shows replies as they come, signed links included.
        metadata.level() <= Level::Debug
    }

    fn log(&self, record: &Record<'_>) {
        // Copied, so that the caller's function may change the log.
        let sink = *self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((Some(callback), user_data)) = sink
            && self.enabled(record.metadata())
        {
            let target = c_text(record.target());
            let message = c_text(&record.args().to_string());
            // SAFETY: the caller promises that its function may be called with its data on any thread.
            unsafe { callback(user_data.get(), record.level() as c_int, target.as_ptr(), message.as_ptr()) };
        }
    }

    fn flush(&self) {}
}

/// Sends the log of this library to `callback`, up to `max_level` (one of MXD_LOG_...). NULL turns it off, as it is
/// at first; a line that is just being written may still come. The log holds neither API keys nor signed links.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_set_log(
    callback: mxd_log_fn,
    user_data: *mut c_void,
    max_level: c_int,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let body = || {
        let filter = match (callback, max_level) {
            (None, _) => LevelFilter::Off,
            (_, MXD_LOG_ERROR) => LevelFilter::Error,
            (_, MXD_LOG_WARN) => LevelFilter::Warn,
            (_, MXD_LOG_INFO) => LevelFilter::Info,
            (_, MXD_LOG_DEBUG) => LevelFilter::Debug,
            (_, other) => {
                return Err(Failure::misuse(format!("max_level is {other}; expected one of MXD_LOG_...")));
            }
        };
        // Fails from the second time on, and once is enough.
        let _ = log::set_logger(&SINK);
        let sink = callback.map(|_| (callback, UserData(user_data)));
        *SINK.0.write().unwrap_or_else(PoisonError::into_inner) = sink;
        log::set_max_level(filter);
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { ffi::enter("set_log", error, body) }
}
