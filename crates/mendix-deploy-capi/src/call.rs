//! Calls of the service through a client.

use std::ffi::c_char;

use mendix_deploy::Client;
use serde::Serialize;

use crate::client::mxd_client;
use crate::entry::{enter, give};
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::handle;
use crate::status::mxd_status;
use crate::text;

/// A call of the service whose result is JSON.
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

/// A call of the service without a result.
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

/// JSON that the caller will own.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<*mut c_char, Failure> {
    // As long as most results are.
    let mut json = Vec::with_capacity(1024);
    serde_json::to_writer(&mut json, value)
        .map_err(|problem| Failure::misuse(format!("the result cannot be written as JSON: {problem}")))?;
    Ok(text::give(&json))
}
