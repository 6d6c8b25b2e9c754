//! The packages of an app: the Build API.

use std::ffi::c_char;

use crate::argument::{optional_text, text};
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Lists the packages of an app: those that were uploaded, and those that were built.
/// Build API v1, Retrieve Packages: GET /apps/{AppId}/packages
/// Fails with INVALID_APPID.
///
///     [{"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda", "Version": "2.5.4.63",
///       "Status": "Succeeded", "CreationDate": 1404990271835, "Size": 3205620, ...}, ...]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_list_packages(
    client: *const mxd_client,
    app_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("list_packages", client, out_json, error, |client| {
            Ok(client.list_packages(text("app_id", app_id)?)?)
        })
    }
}

/// Gets one package of an app.
/// Build API v1, Retrieve Package: GET /apps/{AppId}/packages/{PackageId}
/// Fails with INVALID_PARAMETERS; MXD_NOT_FOUND with PACKAGE_NOT_FOUND.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda", "Status": "Succeeded", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_package(
    client: *const mxd_client,
    app_id: *const c_char,
    package_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_package", client, out_json, error, |client| {
            Ok(client.get_package(text("app_id", app_id)?, text("package_id", package_id)?)?)
        })
    }
}

/// Gets a link to the bytes of a package, which is valid for "TTL" seconds; mxd_download_package downloads them. Anyone who
/// has the link can use it until it expires: keep it out of logs.
/// Build API v1, Retrieve Package with a Link: GET /apps/{AppId}/packages/{PackageId}?url=true
/// Fails as mxd_get_package does; MXD_INVALID_RESPONSE when the service sends no link.
///
///     {"Location": "https://...", "TTL": 900}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_package_link(
    client: *const mxd_client,
    app_id: *const c_char,
    package_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_package_link", client, out_json, error, |client| {
            Ok(client.get_package_link(text("app_id", app_id)?, text("package_id", package_id)?)?)
        })
    }
}

/// Deletes a package of an app, which must not be deployed to an environment. When the response is lost, the call succeeds
/// once the service does not find the package any more.
/// Build API v1, Delete Package: DELETE /apps/{AppId}/packages/{PackageId}
/// Fails with INVALID_PARAMETERS; MXD_NOT_FOUND with PACKAGE_NOT_FOUND; MXD_CONFLICT with PACKAGE_IN_USE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_delete_package(
    client: *const mxd_client,
    app_id: *const c_char,
    package_id: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::nothing("delete_package", client, error, |client| {
            Ok(client.delete_package(text("app_id", app_id)?, text("package_id", package_id)?)?)
        })
    }
}

/// Begins to build a package from a revision of the model: mxd_wait_for_package waits for it. For a free app the service
/// deploys it, too. `branch` is "main", "trunk" or "branches/<name>". `version` is "x.y.z"; that of the package is
/// "x.y.z.<revision>". `description` may be NULL. When the response is lost, the one new package of that version is the result.
/// Build API v1, Start Building Package: POST /apps/{AppId}/packages
/// Fails with INVALID_APPID, INVALID_PARAMETERS, INVALID_VERSION or BUILD_FAILED; MXD_NOT_FOUND with APP_NOT_FOUND. "PackageId"
/// is absent when the service accepted the call without giving it.
///
///     {"PackageId": "6f3bd8ac-6c0f-4b8c-a0a5-4fb4d1c0a3e7"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_build_package(
    client: *const mxd_client,
    app_id: *const c_char,
    branch: *const c_char,
    revision: *const c_char,
    version: *const c_char,
    description: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("build_package", client, out_json, error, |client| {
            Ok(client.build_package(
                text("app_id", app_id)?,
                text("branch", branch)?,
                text("revision", revision)?,
                text("version", version)?,
                optional_text("description", description)?,
            )?)
        })
    }
}
