//! Archived logs: section 3.23 of the API document, and what later documentation has beside it.

use std::ffi::c_char;

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Gets the link to a day's logs; mxd_download_archived_logs downloads them. `date` is "YYYY-MM-DD"; for a day in the
/// future the service gives the logs of today. Anyone who has the link can use it until it expires. Mendix Cloud v4 only.
/// Deploy API v1, section 3.23, Download Archived Logs for a Specific Date:
/// GET /apps/{AppId}/environments/{Mode}/logs/{Date}
/// Fails with MXD_NOT_FOUND and NOT_FOUND; MXD_FORBIDDEN with FORBIDDEN.
///
///     {"Environment": "38471410-861f-47e5-8efc-2f4b16f04005", "Date": 1533859200000, "DownloadUrl": "https://..."}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_archived_logs(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    date: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_archived_logs", client, out_json, error, |client| {
            Ok(client.get_archived_logs(text("app_id", app_id)?, text("mode", mode)?, text("date", date)?)?)
        })
    }
}

/// Gets the link to a day's access logs; mxd_download_archived_access_logs downloads them. Its reply is like that of
/// mxd_get_archived_logs. Mendix Cloud v4 only.
/// Deploy API v1, later documentation, Download Archived Access Logs for a Specific Date:
/// GET /apps/{AppId}/environments/{Mode}/access-logs/{Date}
/// Fails with MXD_NOT_FOUND and NOT_FOUND; MXD_FORBIDDEN with FORBIDDEN.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_archived_access_logs(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    date: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_archived_access_logs", client, out_json, error, |client| {
            Ok(client.get_archived_access_logs(
                text("app_id", app_id)?,
                text("mode", mode)?,
                text("date", date)?,
            )?)
        })
    }
}
