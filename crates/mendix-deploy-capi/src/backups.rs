//! Backups: sections 3.15 to 3.18 of the API document.

use std::ffi::c_char;

use crate::argument::{optional_text, text};
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Lists the backups of an environment. Times are milliseconds since 1970 in UTC.
/// The service no longer documents this call: its successor is mxd_list_snapshots.
/// Deploy API v1, section 3.15, List Environment Backups: GET /apps/{AppId}/environments/{Mode}/snapshots
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT or SNAPSHOT_LISTING_FAILED; MXD_FORBIDDEN with NO_ACCESS;
/// MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     [{"SnapshotID": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "Comment": "before 1.0.0.45", "State": "Completed",
///       "ExpiresOn": 1509804208000, "CreatedOn": 1501855408000, "ModelVersion": "1.0.11.50"}, ...]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_list_backups(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("list_backups", client, out_json, error, |client| {
            Ok(client.list_backups(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Gets the links to a backup; mxd_download_backup downloads it. Anyone who has a link can use it until it expires: keep
/// it out of logs.
/// The service no longer documents this call: its successor is mxd_create_archive.
/// Deploy API v1, section 3.16, Download a Backup for an Environment:
/// GET /apps/{AppId}/environments/{Mode}/snapshots/{SnapshotId}
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND or SNAPSHOT_NOT_FOUND.
///
///     {"FilesOnly": "https://...", "DatabaseOnly": "https://...", "DatabaseAndFiles": "https://..."}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_backup_links(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    snapshot_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_backup_links", client, out_json, error, |client| {
            Ok(client.get_backup_links(
                text("app_id", app_id)?,
                text("mode", mode)?,
                text("snapshot_id", snapshot_id)?,
            )?)
        })
    }
}

/// Starts a backup of an environment; "CreatedOn" is absent until it is complete. `comment` may be NULL. "SnapshotID" is
/// empty when the service accepted the call without giving it, and the backup is not found by its comment. Mendix Cloud
/// v4 only.
/// The service no longer documents this call: its successor is mxd_create_snapshot.
/// Deploy API v1, section 3.17, Create a Backup of an Environment: POST /apps/{AppId}/environments/{Mode}/snapshots
/// Fails with INVALID_ENVIRONMENT; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"SnapshotID": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "Comment": "before 1.0.0.45", "State": "Completed",
///      "ExpiresOn": 1509804208000, "CreatedOn": 1501855408000, "ModelVersion": "1.0.11.50"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_create_backup(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    comment: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("create_backup", client, out_json, error, |client| {
            Ok(client.create_backup(
                text("app_id", app_id)?,
                text("mode", mode)?,
                optional_text("comment", comment)?,
            )?)
        })
    }
}

/// Starts to restore a backup to an environment, which must be stopped: ITS DATA IS REPLACED. The backup may be one of
/// another environment of the app. Mendix Cloud v4 only.
/// The service no longer documents this call: its successor is mxd_restore_snapshot.
/// Deploy API v1, section 3.18, Restore a Backup to an Environment:
/// POST /apps/{AppId}/environments/{Mode}/restore/{SnapshotId}
/// Fails with INVALID_ENVIRONMENT; MXD_NOT_FOUND with NOT_FOUND or ENVIRONMENT_NOT_FOUND; MXD_CONFLICT with
/// ERROR_NOT_ALLOWED; MXD_FORBIDDEN with NO_ACCESS.
///
///     {"SnapshotID": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "Comment": "before 1.0.0.45", "State": "Completed",
///      "ExpiresOn": 1509804208000, "CreatedOn": 1501855408000, "ModelVersion": "1.0.11.50"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_restore_backup(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    snapshot_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("restore_backup", client, out_json, error, |client| {
            Ok(client.restore_backup(
                text("app_id", app_id)?,
                text("mode", mode)?,
                text("snapshot_id", snapshot_id)?,
            )?)
        })
    }
}
