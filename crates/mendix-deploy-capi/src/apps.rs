//! Apps: sections 3.1 to 3.3 of the API document.

use std::ffi::c_char;

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Lists the apps that the account has access to.
/// Deploy API v1, section 3.1, Retrieve Apps: GET /apps
///
///     [{"AppId": "calc", "Name": "Calculation App", "ProjectId": "fae5de74-69c2-4488-a4de-abf89daac63e",
///       "Url": "https://calc.mendixcloud.com"}, ...]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_list_apps(
    client: *const mxd_client,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe { call::json("list_apps", client, out_json, error, |client| Ok(client.list_apps()?)) }
}

/// Creates a sandbox for a project that has none. "AppId" is empty when the service accepted the call without giving it,
/// and the list of apps does not have it yet.
/// Deploy API v1, section 3.2, Create Sandbox: POST /apps
/// Fails with INVALID_PROJECTID; MXD_CONFLICT with APPLICATION_ALREADY_EXISTS.
///
///     {"AppId": "calc", "Name": "Calculation App", "ProjectId": "fae5de74-69c2-4488-a4de-abf89daac63e",
///      "Url": "https://calc.mendixcloud.com"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_create_sandbox(
    client: *const mxd_client,
    project_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("create_sandbox", client, out_json, error, |client| {
            Ok(client.create_sandbox(text("project_id", project_id)?)?)
        })
    }
}

/// Gets one app.
/// Deploy API v1, section 3.3, Retrieve App: GET /apps/{AppId}
/// Fails with INVALID_APPID; MXD_NOT_FOUND with APP_NOT_FOUND.
///
///     {"AppId": "calc", "Name": "Calculation App", "ProjectId": "fae5de74-69c2-4488-a4de-abf89daac63e",
///      "Url": "https://calc.mendixcloud.com"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_app(
    client: *const mxd_client,
    app_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_app", client, out_json, error, |client| Ok(client.get_app(text("app_id", app_id)?)?))
    }
}
