//! Cancelling calls from another thread.

use std::ffi::{c_int, c_void};
use std::ptr;

use mendix_deploy::CancelToken;

use crate::callback::UserData;
use crate::entry::{enter, give};
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::guard::{self, guard};
use crate::handle::{self, Held};
use crate::log_queue;
use crate::status::mxd_status;

/// A token that cancels the calls and waits of the clients that hold it, from any thread.
pub struct mxd_cancel(pub(crate) CancelToken);

impl Held for mxd_cancel {
    const NAME: &'static str = "mxd_cancel";
}

/// Returns whether to cancel a call: any result but 0 cancels it.
pub type mxd_poll_fn = Option<unsafe extern "C" fn(user_data: *mut c_void) -> c_int>;

/// The token that a client holds, with the caller's in it, if there is one. The core polls it where it holds no lock,
/// which is the time to deliver its log.
pub(crate) fn delivering(token: Option<CancelToken>) -> CancelToken {
    CancelToken::polling(move || {
        log_queue::deliver();
        token.as_ref().is_some_and(CancelToken::is_cancelled)
    })
}

/// Makes a token for mxd_client_with_cancel. Free it with mxd_cancel_free. NULL only when the library has a bug.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_cancel_new() -> *mut mxd_cancel {
    guard(ptr::null_mut(), || handle::new(mxd_cancel(CancelToken::new())))
}

/// Makes a token that also calls `poll`, on the thread of the blocked call and about every 50 milliseconds. So a signal
/// handler needs only to set a flag that `poll` reads.
///
/// `poll` and `user_data` must stay valid while a client holds the token and until its calls have returned, and be
/// usable on every thread that uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_cancel_new_polling(
    poll: mxd_poll_fn,
    user_data: *mut c_void,
    out_cancel: *mut *mut mxd_cancel,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let make = || {
        let poll = poll.ok_or_else(|| Failure::misuse("poll is NULL; expected a function"))?;
        let user_data = UserData(user_data);
        let token = CancelToken::polling(move || {
            // SAFETY: the caller promises that it may be called on every thread that uses the token.
            unsafe { poll(user_data.get()) != 0 }
        });
        Ok(handle::new(mxd_cancel(token)))
    };
    // SAFETY: the caller's promise.
    unsafe { give("cancel_new_polling", ("out_cancel", out_cancel), error, make) }
}

/// Cancels the calls of the clients that hold the token, now and later. They fail with MXD_CANCELLED within about 50
/// milliseconds, whatever they are blocked on; a mutating call whose response was lost before stays MXD_AMBIGUOUS. May be
/// called from any thread, but not from a signal handler.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_cancel_trigger(
    cancel: *const mxd_cancel,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let body = || {
        handle::get("cancel", cancel)?.0.cancel();
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { enter("cancel_trigger", error, body) }
}

/// Returns 1 when the token was triggered or its `poll` returns so, 0 when not or when it is not a token.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_cancel_is_triggered(cancel: *const mxd_cancel) -> c_int {
    guard(0, || c_int::from(handle::find(cancel).is_some_and(|cancel| cancel.0.is_cancelled())))
}

/// Frees a token. Clients that hold it keep what they need. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_cancel_free(cancel: *mut mxd_cancel) {
    guard::free(cancel);
}
