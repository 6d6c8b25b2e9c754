//! Tags: sections 3.20 to 3.22 of the API document.

use std::ffi::c_char;

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Adds a tag to an environment. Mendix Cloud v4 only.
/// Deploy API v1, section 3.20, Create Environment Tags: POST /apps/{AppId}/environments/{Mode}/tags
/// Fails with MXD_NOT_FOUND and NOT_FOUND.
///
///     {"Tag": "europe"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_create_environment_tag(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    tag: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("create_environment_tag", client, out_json, error, |client| {
            Ok(client.create_environment_tag(
                text("app_id", app_id)?,
                text("mode", mode)?,
                text("tag", tag)?,
            )?)
        })
    }
}

/// Lists the tags of an environment. Mendix Cloud v4 only.
/// Deploy API v1, section 3.21, Retrieve Environment Tags: GET /apps/{AppId}/environments/{Mode}/tags
/// Fails with MXD_NOT_FOUND and NOT_FOUND.
///
///     [{"Tag": "europe"}, {"Tag": "asia"}]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_list_environment_tags(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("list_environment_tags", client, out_json, error, |client| {
            Ok(client.list_environment_tags(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Removes a tag from an environment. It is not an error when the environment does not have it. Mendix Cloud v4 only.
/// Deploy API v1, section 3.22, Delete Environment Tags: DELETE /apps/{AppId}/environments/{Mode}/tags
/// Fails with MXD_NOT_FOUND and NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_delete_environment_tag(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    tag: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::nothing("delete_environment_tag", client, error, |client| {
            Ok(client.delete_environment_tag(
                text("app_id", app_id)?,
                text("mode", mode)?,
                text("tag", tag)?,
            )?)
        })
    }
}
