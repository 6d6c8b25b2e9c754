//! Logging.

use std::ffi::{c_int, c_void};

use log::LevelFilter;

use crate::entry::enter;
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::log_queue::{self, mxd_log_fn};
use crate::status::mxd_status;

/// A failure.
pub const MXD_LOG_ERROR: i32 = 1;
/// Something that looks wrong.
pub const MXD_LOG_WARN: i32 = 2;
/// Something worth knowing.
pub const MXD_LOG_INFO: i32 = 3;
/// Each call, with its result and how long it took.
pub const MXD_LOG_DEBUG: i32 = 4;

/// Sends the log of this library to `callback`, up to `max_level` (one of MXD_LOG_...). NULL turns it off, as it is
/// at first. Calls in progress on other threads may still log one line each to the old function: its `user_data` must
/// stay valid until they have returned. The log holds neither API keys nor signed links.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_set_log(
    callback: mxd_log_fn,
    user_data: *mut c_void,
    max_level: c_int,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let body = || {
        let level = match (callback, max_level) {
            (None, _) => LevelFilter::Off,
            (_, MXD_LOG_ERROR) => LevelFilter::Error,
            (_, MXD_LOG_WARN) => LevelFilter::Warn,
            (_, MXD_LOG_INFO) => LevelFilter::Info,
            (_, MXD_LOG_DEBUG) => LevelFilter::Debug,
            (_, other) => {
                return Err(Failure::misuse(format!("max_level is {other}; expected one of MXD_LOG_...")));
            }
        };
        log_queue::send_to(callback, user_data, level);
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { enter("set_log", error, body) }
}
