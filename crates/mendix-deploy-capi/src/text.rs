//! Text for C: borrowed from an object, or owned by the caller until `mxd_string_free`.

use std::alloc::{Layout, handle_alloc_error};
use std::ffi::{CString, c_char};

/// Text for C. A NUL, which would truncate it, is replaced.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_else(|_| CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default())
}

/// Text that the caller will own, until it passes it to [`free`].
///
/// It is memory of `malloc`, which knows the size by itself: what the text holds when it is freed does not count. C
/// may have changed it, as parsers do that put a NUL behind every value.
pub(crate) fn give(text: &str) -> *mut c_char {
    let text = c_text(text);
    let bytes = text.as_bytes_with_nul();
    // SAFETY: `malloc` can be asked for any size; what it gives is written to only where it gives something, within
    // that size, and does not overlap `bytes`.
    unsafe {
        let copy = libc::malloc(bytes.len()).cast::<u8>();
        if copy.is_null() {
            handle_alloc_error(Layout::for_value(bytes));
        }
        copy.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        copy.cast()
    }
}

/// Frees what [`give`] gave; NULL is left alone.
///
/// # Safety
///
/// `text` is NULL, or comes from [`give`] and was not freed before.
pub(crate) unsafe fn free(text: *mut c_char) {
    // SAFETY: the caller's promise.
    unsafe { libc::free(text.cast()) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_does_not_end_a_text() {
        assert_eq!(c_text("a\0b").to_str(), Ok("a\u{fffd}b"));
    }
}
