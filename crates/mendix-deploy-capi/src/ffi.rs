//! The one way into the library: what every function of the interface has in common.

use std::alloc::{Layout, handle_alloc_error};
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use mendix_deploy::Client;
use serde::Serialize;

use crate::client::mxd_client;
use crate::error::{MXD_OK, mxd_error, mxd_status};
use crate::handle::{self, Held};
use crate::logger;

/// Why a function of the interface fails.
pub(crate) enum Failure {
    /// The core says no. (Boxed inside: an error is a pointer.)
    Core(mendix_deploy::Error),
    /// An argument cannot be right, as far as C is concerned.
    Misuse(String),
    /// A bug of the library.
    Panic,
}

impl Failure {
    pub(crate) fn misuse(message: impl Into<String>) -> Failure {
        Failure::Misuse(message.into())
    }
}

impl From<mendix_deploy::Error> for Failure {
    fn from(error: mendix_deploy::Error) -> Failure {
        Failure::Core(error)
    }
}

/// Runs the body of a function that can fail. Lets no panic out, leaves `errno` as it was, and hands the failure
/// over.
///
/// # Safety
///
/// `error` is NULL or can be written to.
pub(crate) unsafe fn enter(
    operation: &'static str,
    error: *mut *mut mxd_error,
    body: impl FnOnce() -> Result<(), Failure>,
) -> mxd_status {
    shield(crate::error::MXD_INTERNAL, || {
        if !error.is_null() {
            // SAFETY: not NULL, so the caller promises that it can be written to.
            unsafe { error.write(ptr::null_mut()) };
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(feature = "planted-panic")]
            assert_ne!(operation, "list_apps", "planted");
            body()
        }));
        let Err(failure) = result.unwrap_or(Err(Failure::Panic)) else { return MXD_OK };
        let failure = mxd_error::new(operation, failure);
        let status = failure.status();
        if !error.is_null() {
            // SAFETY: as above.
            unsafe { error.write(handle::new(failure)) };
        }
        status
    })
}

/// Runs a body that cannot fail. Lets no panic out, hands over what it logged, and leaves `errno` as it was.
pub(crate) fn shield<T>(instead: T, body: impl FnOnce() -> T) -> T {
    let before = errno::errno();
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or(instead);
    let _ = catch_unwind(logger::deliver);
    errno::set_errno(before);
    result
}

/// [`enter`] for a function that gives a pointer.
///
/// # Safety
///
/// `out` and `error` are NULL or can be written to.
pub(crate) unsafe fn give<T>(
    operation: &'static str,
    (name, out): (&str, *mut *mut T),
    error: *mut *mut mxd_error,
    body: impl FnOnce() -> Result<*mut T, Failure>,
) -> mxd_status {
    if !out.is_null() {
        // SAFETY: not NULL, so the caller promises that it can be written to.
        unsafe { out.write(ptr::null_mut()) };
    }
    let body = || {
        if out.is_null() {
            return Err(Failure::misuse(format!("{name} is NULL; expected where to put the result")));
        }
        let value = body()?;
        // SAFETY: as above.
        unsafe { out.write(value) };
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { enter(operation, error, body) }
}

/// [`enter`] for a call of the service that gives JSON.
///
/// # Safety
///
/// `out_json` and `error` are NULL or can be written to.
pub(crate) unsafe fn json<T: Serialize>(
    operation: &'static str,
    client: *const mxd_client,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
    call: impl FnOnce(&Client) -> Result<T, Failure>,
) -> mxd_status {
    let body = || {
        let value = call(&handle::get("client", client)?.0)?;
        to_json(&value)
    };
    // SAFETY: the caller's promise.
    unsafe { give(operation, ("out_json", out_json), error, body) }
}

/// JSON that C will own.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<*mut c_char, Failure> {
    let json = serde_json::to_string(value)
        .map_err(|problem| Failure::misuse(format!("the result cannot be written as JSON: {problem}")))?;
    Ok(give_text(&json))
}

/// Text that C will own, until it gives it to [`free_text`].
///
/// It is memory of `malloc`, which knows the size by itself: what the text holds when it is freed does not count. C
/// may have changed it, as parsers do that put a NUL behind every value.
pub(crate) fn give_text(text: &str) -> *mut c_char {
    let text = c_text(text);
    let bytes = text.as_bytes_with_nul();
    // SAFETY: `malloc` can be asked for any size; what it gives is written to only where it gives something, within
    // that size, and is no part of `bytes`.
    unsafe {
        let copy = libc::malloc(bytes.len()).cast::<u8>();
        if copy.is_null() {
            handle_alloc_error(Layout::for_value(bytes));
        }
        copy.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        copy.cast()
    }
}

/// Frees what [`give_text`] gave; NULL is left alone.
///
/// # Safety
///
/// `text` is NULL, or comes from [`give_text`] and was not freed before.
pub(crate) unsafe fn free_text(text: *mut c_char) {
    // SAFETY: the caller's promise.
    shield((), || unsafe { libc::free(text.cast()) });
}

/// [`enter`] for a call of the service that gives nothing.
///
/// # Safety
///
/// `error` is NULL or can be written to.
pub(crate) unsafe fn nothing(
    operation: &'static str,
    client: *const mxd_client,
    error: *mut *mut mxd_error,
    call: impl FnOnce(&Client) -> Result<(), Failure>,
) -> mxd_status {
    let body = || call(&handle::get("client", client)?.0);
    // SAFETY: the caller's promise.
    unsafe { enter(operation, error, body) }
}

/// Ends a handle; NULL and what is none are left alone.
pub(crate) fn free<T: Held>(handle: *mut T) {
    shield((), || handle::free(handle));
}

/// Text that the caller passes.
///
/// # Safety
///
/// `text` is NULL or ends with a NUL, and does not change before the call ends.
pub(crate) unsafe fn text<'a>(argument: &str, text: *const c_char) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise.
    unsafe { optional_text(argument, text) }?
        .ok_or_else(|| Failure::misuse(format!("{argument} is NULL; expected text in UTF-8")))
}

/// Text that the caller passes, or NULL.
///
/// # Safety
///
/// That of [`text`].
pub(crate) unsafe fn optional_text<'a>(
    argument: &str,
    text: *const c_char,
) -> Result<Option<&'a str>, Failure> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so the caller promises that it ends with a NUL.
    let bytes = unsafe { CStr::from_ptr(text) };
    bytes.to_str().map(Some).map_err(|error| {
        let place = error.valid_up_to();
        Failure::misuse(format!("{argument} is not valid UTF-8 from byte {place} on"))
    })
}

/// Text for C. A NUL, which would end it early, is replaced.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_else(|_| CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{MXD_INTERNAL, MXD_INVALID_INPUT, mxd_error_free};

    #[test]
    fn a_panic_becomes_a_status() {
        let mut error = ptr::null_mut();
        // SAFETY: the pointer is to a local variable.
        let status = unsafe { enter("test", &raw mut error, || panic!("planted")) };
        assert_eq!(status, MXD_INTERNAL);
        assert!(handle::find(error).is_some());
        mxd_error_free(error);
        assert_eq!(shield(7, || panic!("planted")), 7);
    }

    #[test]
    fn an_out_parameter_that_is_missing_is_found_before_the_body_runs() {
        let out = ptr::null_mut::<*mut c_char>();
        // SAFETY: both are NULL.
        let status = unsafe { give("test", ("out", out), ptr::null_mut(), || panic!("it ran")) };
        assert_eq!(status, MXD_INVALID_INPUT);
    }

    #[test]
    fn errno_is_left_alone() {
        errno::set_errno(errno::Errno(77));
        // SAFETY: the pointer is NULL.
        unsafe {
            enter("test", ptr::null_mut(), || {
                errno::set_errno(errno::Errno(5));
                Ok(())
            })
        };
        assert_eq!(errno::errno().0, 77);
    }

    #[test]
    fn a_nul_does_not_end_a_text() {
        assert_eq!(c_text("a\0b").to_str(), Ok("a\u{fffd}b"));
    }
}
