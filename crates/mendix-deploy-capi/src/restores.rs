//! Restores of snapshots: the Backups API v2.

use std::ffi::{c_char, c_int};

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Begins to restore a snapshot to an environment, which must be stopped: its data is replaced. mxd_wait_for_restore waits for
/// it. The snapshot may be of another environment of the app. With `db_only` (not 0) the files stay as they are.
/// A lost response is MXD_AMBIGUOUS. "restore_id" is empty when the service accepted the call without giving it.
/// Backups API v2, Restore Snapshot:
/// POST /apps/{ProjectId}/environments/{EnvironmentId}/restores, with ?source_snapshot_id={SourceSnapshotId}&db_only={DbOnly}
/// Fails with INVALID_PARAMETERS, NOT_SUPPORTED or SERVICE_UNAVAILABLE; MXD_CONFLICT with ERROR_NOT_ALLOWED, ENVIRONMENT_BUSY or
/// INVALID_STATE; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND or NOT_FOUND.
///
///     {"restore_id": "7c1b3a52-0d1e-4f62-9f8a-2b3c4d5e6f70", "state": "Queued",
///      "source_snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_restore_snapshot(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    source_snapshot_id: *const c_char,
    db_only: c_int,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("restore_snapshot", client, out_json, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            let source_snapshot_id = text("source_snapshot_id", source_snapshot_id)?;
            Ok(client.restore_snapshot(project_id, environment_id, source_snapshot_id, db_only != 0)?)
        })
    }
}

/// Gets one restore.
/// Backups API v2, Retrieve Restore: GET /apps/{ProjectId}/environments/{EnvironmentId}/restores/{RestoreId}
/// Fails as mxd_get_snapshot does.
///
///     {"restore_id": "7c1b3a52-0d1e-4f62-9f8a-2b3c4d5e6f70", "state": "Completed",
///      "source_snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_restore(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    restore_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_restore", client, out_json, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            Ok(client.get_restore(project_id, environment_id, text("restore_id", restore_id)?)?)
        })
    }
}
