//! Archives of snapshots: the Backups API v2.

use std::ffi::c_char;

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Begins to make an archive of a snapshot, which can be downloaded; mxd_download_snapshot does all of it. `data_type` is
/// "files_and_database" or "database_only". A lost response is MXD_AMBIGUOUS; to make another archive is harmless.
/// "archive_id" is empty when the service accepted the call without giving it.
/// Backups API v2, Request Backup Archive:
/// POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives, with ?data_type={DataType}
/// Fails with INVALID_PARAMETERS, NOT_SUPPORTED or UNSUPPORTED; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND or NOT_FOUND.
///
///     {"archive_id": "2d6f6a2e-7a39-4d4e-8c0b-6f4f6c1f2b10", "snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f",
///      "data_type": "files_and_database", "state": "Queued", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_create_archive(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    snapshot_id: *const c_char,
    data_type: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("create_archive", client, out_json, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            let (snapshot_id, data_type) = (text("snapshot_id", snapshot_id)?, text("data_type", data_type)?);
            Ok(client.create_archive(project_id, environment_id, snapshot_id, data_type)?)
        })
    }
}

/// Gets one archive of a snapshot. "url" is there when it is completed, and valid for 8 hours. Anyone who has it can use it
/// until it expires: keep it out of logs.
/// Backups API v2, Retrieve Backup Archive:
/// GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives/{ArchiveId}
/// Fails as mxd_get_snapshot does.
///
///     {"archive_id": "2d6f6a2e-7a39-4d4e-8c0b-6f4f6c1f2b10", "snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f",
///      "data_type": "files_and_database", "state": "Completed", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_archive(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    snapshot_id: *const c_char,
    archive_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_archive", client, out_json, error, |client| {
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            let (snapshot_id, archive_id) =
                (text("snapshot_id", snapshot_id)?, text("archive_id", archive_id)?);
            Ok(client.get_archive(project_id, environment_id, snapshot_id, archive_id)?)
        })
    }
}
