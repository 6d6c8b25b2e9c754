//! Deployment packages on environments: sections 3.9 and 3.11 of the API document.

use std::ffi::c_char;

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Gets the package that is deployed on an environment. "Size" is in bytes, times are milliseconds since 1970 in UTC.
/// Deploy API v1, section 3.9, Retrieve Environment Package: GET /apps/{AppId}/environments/{Mode}/package
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_NOT_FOUND with PACKAGE_NOT_FOUND.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda",
///      "Description": "Add scientific mode", "Version": "2.5.4.63", "Creator": "Richard Ford",
///      "CreationDate": 1404990271835, "Status": "Succeeded", "Size": 3205620}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_environment_package(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_environment_package", client, out_json, error, |client| {
            Ok(client.get_environment_package(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Gets a link to the bytes of the package that is deployed on an environment, which is valid for "TTL" seconds. Anyone who
/// has the link can use it until it expires: keep it out of logs.
/// Deploy API v1, later documentation, Retrieve Environment Package with a Link:
/// GET /apps/{AppId}/environments/{Mode}/package?url=true
/// Fails as mxd_get_environment_package does; MXD_INVALID_RESPONSE when the service sends no link.
///
///     {"Location": "https://...", "TTL": 900}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_environment_package_link(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_environment_package_link", client, out_json, error, |client| {
            Ok(client.get_environment_package_link(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Transports an uploaded package to an environment, which must be stopped.
/// Deploy API v1, section 3.11, Transporting a Deployment Package to an Environment:
/// POST /apps/{AppId}/environments/{Mode}/transport
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT, INVALID_RUNTIME_VERSION or PACKAGE_PARSE_FAILED; MXD_FORBIDDEN
/// with NO_ACCESS or TRANSPORT_NOT_ALLOWED; MXD_CONFLICT with APP_IS_RUNNING; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND or PACKAGE_NOT_FOUND. Right after an upload today's service may respond with
/// SERVICE_UNAVAILABLE: the package is still being processed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_transport_package(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    package_id: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::nothing("transport_package", client, error, |client| {
            Ok(client.transport_package(
                text("app_id", app_id)?,
                text("mode", mode)?,
                text("package_id", package_id)?,
            )?)
        })
    }
}
