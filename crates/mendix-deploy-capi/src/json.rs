//! Reads values out of results.

use std::collections::BTreeMap;
use std::ffi::c_char;
use std::sync::{Arc, Mutex, PoisonError};

use crate::argument::{optional_text, text};
use crate::call::to_json;
use crate::entry::give;
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::{self, Held};
use crate::status::mxd_status;
use crate::values::{ROOT, Values};

/// JSON that was parsed, or a value in it. Any number of threads may read one at once.
///
///     mxd_json *app;
///     const char *name;
///     status = mxd_json_parse(text, &app, &error);
///     if (status == MXD_OK) status = mxd_json_string(app, "Name", &name, &error);
///     if (status == MXD_OK) puts(name);
///     mxd_json_free(app);
///
/// What was parsed belongs to the caller, who frees it with mxd_json_free. All that is read out of it, values and strings,
/// is borrowed: it is valid until then, and must not be freed.
///
/// `name` in these functions is the name of a member, such as "Name"; or a JSON pointer (RFC 6901), which begins with '/',
/// such as "/0/AppId"; or NULL for the value itself. They fail with MXD_NOT_FOUND where nothing or null is there, and with
/// MXD_INVALID_INPUT where it is of another type. `out_...` is then NULL or 0.
pub struct mxd_json {
    document: Arc<Document>,
    at: usize,
}

impl Held for mxd_json {
    const NAME: &'static str = "mxd_json";
}

struct Document {
    values: Values,
    /// The handles of values in it, by their places; none any more when it was freed.
    inside: Mutex<Option<BTreeMap<usize, Inside>>>,
}

/// The handle of a value, which is freed with what it is in.
struct Inside(*mut mxd_json);

// SAFETY: a handle is an address that is never read.
unsafe impl Send for Inside {}

impl mxd_json {
    /// The handle of a value in the same text. There is one for each.
    fn handle_of(&self, json: *const mxd_json, place: usize) -> Result<*const mxd_json, Failure> {
        if place == self.at {
            return Ok(json);
        }
        let mut inside = self.document.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(inside) = &mut *inside else {
            return Err(Failure::misuse("json is not an mxd_json: it was freed"));
        };
        let handle = inside.entry(place).or_insert_with(|| {
            Inside(handle::new(mxd_json { document: Arc::clone(&self.document), at: place }))
        });
        Ok(handle.0)
    }
}

/// Reads a value out of `json`.
///
/// # Safety
///
/// `name` is NULL or text that does not change before the call ends; `out` and `error` are NULL or can be written to.
unsafe fn read<T: Default>(
    operation: &'static str,
    (json, name): (*const mxd_json, *const c_char),
    out: (&str, *mut T),
    error: *mut *mut mxd_error,
    read: impl FnOnce(&mxd_json, Option<&str>) -> Result<T, Failure>,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        give(operation, out, error, || {
            let json = handle::get("json", json)?;
            read(&json, optional_text("name", name)?)
        })
    }
}

/// Parses a JSON text, such as the result of a call. Fails with MXD_INVALID_INPUT and its line and column where it is
/// not valid JSON. Free what it gives with mxd_json_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_parse(
    text: *const c_char,
    out_json: *mut *mut mxd_json,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        give("json_parse", ("out_json", out_json), error, || {
            let values = Values::parse(self::text("text", text)?)?;
            let document = Document { values, inside: Mutex::new(Some(BTreeMap::new())) };
            Ok(handle::new(mxd_json { document: Arc::new(document), at: ROOT }))
        })
    }
}

/// Reads a text. It is in UTF-8, and borrowed from `json`. A text with U+0000 in it is refused rather than cut.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_string(
    json: *const mxd_json,
    name: *const c_char,
    out_string: *mut *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        read("json_string", (json, name), ("out_string", out_string), error, |json, name| {
            Ok(json.document.values.text(json.at, name)?.as_ptr())
        })
    }
}

/// Reads a whole number. One with a fraction, or beyond int64_t, is refused.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_int(
    json: *const mxd_json,
    name: *const c_char,
    out_number: *mut i64,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        read("json_int", (json, name), ("out_number", out_number), error, |json, name| {
            json.document.values.int(json.at, name)
        })
    }
}

/// Reads any number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_double(
    json: *const mxd_json,
    name: *const c_char,
    out_number: *mut f64,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        read("json_double", (json, name), ("out_number", out_number), error, |json, name| {
            json.document.values.double(json.at, name)
        })
    }
}

/// Reads true as 1, and false as 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_bool(
    json: *const mxd_json,
    name: *const c_char,
    out_bool: *mut i32,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        read("json_bool", (json, name), ("out_bool", out_bool), error, |json, name| {
            json.document.values.bool(json.at, name).map(i32::from)
        })
    }
}

/// How many items a list has, or members an object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_length(
    json: *const mxd_json,
    name: *const c_char,
    out_length: *mut usize,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        read("json_length", (json, name), ("out_length", out_length), error, |json, name| {
            json.document.values.length(json.at, name)
        })
    }
}

/// The value with a name, null included. It is borrowed from `json`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_value(
    json: *const mxd_json,
    name: *const c_char,
    out_value: *mut *const mxd_json,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        read("json_value", (json, name), ("out_value", out_value), error, |value, name| {
            value.handle_of(json, value.document.values.find(value.at, name)?)
        })
    }
}

/// An item of a list, or the value of a member of an object, by its number from 0. It is borrowed from `json`. Fails with
/// MXD_NOT_FOUND where there are fewer.
///
///     for (i = 0; mxd_json_item(apps, i, &app, NULL) == MXD_OK; i++) ...
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_item(
    json: *const mxd_json,
    index: usize,
    out_value: *mut *const mxd_json,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        give("json_item", ("out_value", out_value), error, || {
            let value = handle::get("json", json)?;
            value.handle_of(json, value.document.values.item(value.at, index)?)
        })
    }
}

/// The name of a member of an object, by its number from 0. It is borrowed from `json`. Fails with MXD_NOT_FOUND where there
/// are fewer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_name(
    json: *const mxd_json,
    index: usize,
    out_name: *mut *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        give("json_name", ("out_name", out_name), error, || {
            let value = handle::get("json", json)?;
            Ok(value.document.values.name(value.at, index)?.as_ptr())
        })
    }
}

/// Writes a value as JSON again. Free the text with mxd_string_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_json_text(
    json: *const mxd_json,
    out_text: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        give("json_text", ("out_text", out_text), error, || {
            let value = handle::get("json", json)?;
            to_json(&value.document.values.at(value.at))
        })
    }
}

/// Frees what mxd_json_parse gave, with all that was read out of it. NULL is left alone, and so is a value inside.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_json_free(json: *mut mxd_json) {
    guard((), || {
        let Some(value) = handle::find(json).filter(|value| value.at == ROOT) else { return };
        let inside = value.document.inside.lock().unwrap_or_else(PoisonError::into_inner).take();
        inside.into_iter().flatten().for_each(|(_, inside)| handle::free(inside.0));
        handle::free(json);
    });
}
