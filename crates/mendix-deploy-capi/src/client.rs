//! Clients.

use std::ffi::c_char;

use mendix_deploy::Client;

use crate::argument::milliseconds;
use crate::cancel::{delivering, mxd_cancel};
use crate::config::mxd_config;
use crate::entry::give;
use crate::error::mxd_error;
use crate::guard;
use crate::handle::{self, Held};
use crate::status::mxd_status;
use crate::text;

/// A client of the service. Any number of threads may use one at once.
pub struct mxd_client(pub(crate) Client);

impl Held for mxd_client {
    const NAME: &'static str = "mxd_client";
}

/// Makes a client. Nothing is sent. The configuration is copied, and can be changed and used again.
/// Fails with MXD_INVALID_INPUT, which names the invalid setting; MXD_IO when the CA file cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_client_new(
    config: *const mxd_config,
    out_client: *mut *mut mxd_client,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let make = || {
        let client = handle::get("config", config)?.build()?;
        Ok(handle::new(mxd_client(client.with_cancel_token(delivering(None)))))
    };
    // SAFETY: the caller's promise.
    unsafe { give("client_new", ("out_client", out_client), error, make) }
}

/// Makes another client with a token that cancels its calls and waits. It shares the connections of the first. Each of
/// the two is freed separately.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_client_with_cancel(
    client: *const mxd_client,
    cancel: *const mxd_cancel,
    out_client: *mut *mut mxd_client,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let make = || {
        let token = handle::get("cancel", cancel)?.0.clone();
        let client = handle::get("client", client)?.0.with_cancel_token(delivering(Some(token)));
        Ok(handle::new(mxd_client(client)))
    };
    // SAFETY: the caller's promise.
    unsafe { give("client_with_cancel", ("out_client", out_client), error, make) }
}

/// Makes another client with another time limit for one call, of whatever kind. It shares the connections of the first.
/// Each of the two is freed separately.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_client_with_timeout_ms(
    client: *const mxd_client,
    timeout_ms: i64,
    out_client: *mut *mut mxd_client,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let make = || {
        let timeout = milliseconds("timeout_ms", timeout_ms)?;
        Ok(handle::new(mxd_client(handle::get("client", client)?.0.with_timeout(timeout)?)))
    };
    // SAFETY: the caller's promise.
    unsafe { give("client_with_timeout_ms", ("out_client", out_client), error, make) }
}

/// Gets the origin that calls go to, as plain text.
///
///     https://deploy.mendix.com
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_client_base_url(
    client: *const mxd_client,
    out_url: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || Ok(text::give(handle::get("client", client)?.0.base_url().as_bytes()));
    // SAFETY: the caller's promise.
    unsafe { give("client_base_url", ("out_url", out_url), error, read) }
}

/// Frees a client. Returns at once: calls in progress on other threads, or on this one when a callback frees the client,
/// continue undisturbed, and use the client's callbacks until they return. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_client_free(client: *mut mxd_client) {
    guard::free(client);
}
