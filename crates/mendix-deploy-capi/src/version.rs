//! The version of the library, to compare with that of the header.

use std::ffi::{CStr, c_char};

/// The version of the library that is loaded, such as "0.1.0"; that of the header is MXD_VERSION_STRING.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}

/// The major version of the library that is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_version_major() -> i32 {
    const { number(env!("CARGO_PKG_VERSION_MAJOR")) }
}

/// The minor version of the library that is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_version_minor() -> i32 {
    const { number(env!("CARGO_PKG_VERSION_MINOR")) }
}

/// The patch version of the library that is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_version_patch() -> i32 {
    const { number(env!("CARGO_PKG_VERSION_PATCH")) }
}

const fn number(text: &str) -> i32 {
    match i32::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => -1,
    }
}
