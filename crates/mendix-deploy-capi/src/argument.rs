//! Arguments as C passes them: text, and times.

use std::ffi::{CStr, c_char};
use std::time::Duration;

use crate::failure::Failure;

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

/// A time in milliseconds that the caller passes.
pub(crate) fn milliseconds(argument: &str, milliseconds: i64) -> Result<Duration, Failure> {
    match u64::try_from(milliseconds) {
        Ok(positive @ 1..) => Ok(Duration::from_millis(positive)),
        _ => Err(Failure::misuse(format!(
            "{argument} is {milliseconds}; expected a positive number of milliseconds"
        ))),
    }
}
