//! Snapshots: the Backups API v2.

use std::ffi::c_char;

use crate::argument::{optional_text, text};
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Lists the snapshots of an environment on all pages, newest first. `project_id` is the "ProjectId" of the app, and
/// `environment_id` the "EnvironmentId" of the environment, for all functions for snapshots. Times are milliseconds since
/// 1970 in UTC. "state" is "Queued", "Running", "Completed" or "Failed"; "status_message" says why it failed.
/// Backups API v2, List Snapshots: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots
/// Fails with INVALID_PARAMETERS, NOT_SUPPORTED or SNAPSHOT_LISTING_FAILED; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND.
///
///     [{"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Completed", "model_version": "1.0.11.50",
///       "comment": "before 1.0.0.45", "created_at": 1501855408000, "finished_at": 1501855670000,
///       "updated_at": 1501855670000, "expires_at": 1509804208000}, ...]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_list_snapshots(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("list_snapshots", client, out_json, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            Ok(client.list_snapshots(project_id, environment_id)?)
        })
    }
}

/// Begins to make a snapshot of an environment: mxd_wait_for_snapshot waits until it is complete. `comment` may be NULL. With
/// a comment that no other snapshot has, a lost response is no failure: the one new snapshot with it is the result.
/// "snapshot_id" is empty when the service accepted the call without giving it.
/// Backups API v2, Create Snapshot: POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots
/// Fails with INVALID_PARAMETERS, NOT_SUPPORTED or SERVICE_UNAVAILABLE; MXD_CONFLICT with ENVIRONMENT_BUSY or INVALID_STATE;
/// MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Queued", "comment": "before 1.0.0.45", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_create_snapshot(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    comment: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("create_snapshot", client, out_json, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            Ok(client.create_snapshot(project_id, environment_id, optional_text("comment", comment)?)?)
        })
    }
}

/// Gets one snapshot.
/// Backups API v2, Retrieve Snapshot: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
/// Fails with INVALID_PARAMETERS or NOT_SUPPORTED; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND or
/// NOT_FOUND.
///
///     {"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Completed", "comment": "before 1.0.0.45", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_snapshot(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    snapshot_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_snapshot", client, out_json, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            Ok(client.get_snapshot(project_id, environment_id, text("snapshot_id", snapshot_id)?)?)
        })
    }
}

/// Changes the comment of a snapshot. It cannot be empty. When the response is lost, the call succeeds once the snapshot has
/// the comment.
/// Backups API v2, Update Snapshot: PUT /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
/// Fails as mxd_get_snapshot does.
///
///     {"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Completed", "comment": "before 1.0.0.45", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_update_snapshot(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    snapshot_id: *const c_char,
    comment: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("update_snapshot", client, out_json, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            let (snapshot_id, comment) = (text("snapshot_id", snapshot_id)?, text("comment", comment)?);
            Ok(client.update_snapshot(project_id, environment_id, snapshot_id, comment)?)
        })
    }
}

/// Deletes a snapshot. It cannot be undone. When the response is lost, the call succeeds once the service does not find the
/// snapshot any more.
/// Backups API v2, Delete Snapshot: DELETE /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
/// Fails as mxd_get_snapshot does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_delete_snapshot(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    snapshot_id: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::nothing("delete_snapshot", client, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            Ok(client.delete_snapshot(project_id, environment_id, text("snapshot_id", snapshot_id)?)?)
        })
    }
}
