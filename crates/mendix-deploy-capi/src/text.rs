//! Text for C: borrowed from an object, or owned by the caller until `mxd_string_free`.

use std::alloc::{Layout, handle_alloc_error};
use std::borrow::Cow;
use std::ffi::{CString, c_char};

/// Text for C. A NUL, which would truncate it, is replaced.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_else(|_| CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default())
}

/// Text that the caller will own, until it passes it to [`free`]. A NUL, which would truncate it, is replaced.
///
/// It is memory of `malloc`, which knows the size by itself: what the text holds when it is freed does not count. C
/// may have changed it, as parsers do that put a NUL behind every value.
pub(crate) fn give(text: &[u8]) -> *mut c_char {
    let text = if text.contains(&0) {
        Cow::Owned(text.split(|byte| *byte == 0).collect::<Vec<_>>().join("\u{fffd}".as_bytes()))
    } else {
        Cow::Borrowed(text)
    };
    let size = text.len() + 1;
    // SAFETY: `malloc` can be asked for any size; what it gives is written to only where it gives something, within
    // that size, and does not overlap `text`.
    unsafe {
        let copy = libc::malloc(size).cast::<u8>();
        if copy.is_null() {
            handle_alloc_error(Layout::for_value(&*text));
        }
        copy.copy_from_nonoverlapping(text.as_ptr(), text.len());
        copy.add(text.len()).write(0);
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
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn a_nul_does_not_end_a_text() {
        assert_eq!(c_text("a\0b").to_str(), Ok("a\u{fffd}b"));
        let given = give(b"a\0b\0");
        // SAFETY: it was given a line above, and is freed once.
        unsafe {
            assert_eq!(CStr::from_ptr(given).to_str(), Ok("a\u{fffd}b\u{fffd}"));
            free(given);
        }
    }
}
