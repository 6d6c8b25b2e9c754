//! Waits for what the service continues after its response.

use std::ffi::{c_char, c_int, c_void};

use mendix_deploy::{Status, WaitOptions, WaitProgress};

use crate::argument::{milliseconds, optional_text, text};
use crate::call;
use crate::callback::flow;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::status::mxd_status;
use crate::text::c_text;

/// Is called after every poll of a wait, with the state that was last `seen` (empty when none was yet) and how long the
/// wait has lasted. Runs on the thread of the call. Any result but 0 cancels the wait with MXD_CANCELLED, unless that
/// poll has reached the goal: then the wait succeeds.
pub type mxd_wait_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void, seen: *const c_char, elapsed_ms: u64) -> c_int>;

/// The default of `timeout_ms` in a wait (mxd_wait_...), 15 minutes. Not for any other parameter.
pub const MXD_DEFAULT_TIMEOUT: i32 = -1;

fn options<'a>(
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
) -> Result<WaitOptions<'a>, Failure> {
    let mut options = WaitOptions::new();
    if timeout_ms != i64::from(MXD_DEFAULT_TIMEOUT) {
        options = options.timeout(milliseconds("timeout_ms", timeout_ms)?);
    }
    let Some(observer) = observer else { return Ok(options) };
    Ok(options.on_progress(move |WaitProgress { seen, elapsed, .. }| {
        let seen = c_text(seen);
        let elapsed = elapsed.as_millis().try_into().unwrap_or(u64::MAX);
        // SAFETY: the caller promises that its function may be called with its data during the call.
        flow(unsafe { observer(user_data, seen.as_ptr(), elapsed) })
    }))
}

/// Waits until a start has succeeded. Where `job_id` is NULL or empty, since the start did not give it, waits until the
/// environment runs. `observer` may be NULL.
/// Fails as mxd_get_start_status does, with the reason why the app did not start as the code; MXD_WAIT_TIMED_OUT
/// at the time limit (the service continues, and mxd_error_wait_token gives what mxd_resume_wait takes); MXD_CANCELLED;
/// MXD_CONFLICT with NO_SUCH_STARTJOB when the job was there and is gone: another start superseded it, or the environment
/// was stopped again, as the message and the hint say.
///
///     {"Status": "Started"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_wait_for_start(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    job_id: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("wait_for_start", client, out_json, error, |client| {
            let (app_id, mode, job_id) =
                (text("app_id", app_id)?, text("mode", mode)?, optional_text("job_id", job_id)?);
            let options = options(timeout_ms, observer, user_data)?;
            Ok(client.wait_for_start(app_id, mode, job_id, options)?)
        })
    }
}

/// Waits until an environment has a status: "Stopped" after mxd_stop_environment. `observer` may be NULL.
/// Fails as mxd_get_environment does; MXD_WAIT_TIMED_OUT at the time limit; MXD_CANCELLED.
///
///     {"Status": "Stopped", "Mode": "Acceptance", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_wait_for_status(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    status: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("wait_for_status", client, out_json, error, |client| {
            let (app_id, mode, status) =
                (text("app_id", app_id)?, text("mode", mode)?, text("status", status)?);
            let options = options(timeout_ms, observer, user_data)?;
            Ok(client.wait_for_status(app_id, mode, &Status::from(status), options)?)
        })
    }
}

/// Waits until a backup is complete, after mxd_create_backup. `observer` may be NULL.
/// Fails as mxd_list_backups does; MXD_API when the backup failed; MXD_NOT_FOUND with SNAPSHOT_NOT_FOUND when it is not
/// among the backups, or not any more; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"SnapshotID": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "Comment": "...", "State": "Completed", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_wait_for_backup(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    snapshot_id: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("wait_for_backup", client, out_json, error, |client| {
            let (app_id, mode, snapshot_id) =
                (text("app_id", app_id)?, text("mode", mode)?, text("snapshot_id", snapshot_id)?);
            let options = options(timeout_ms, observer, user_data)?;
            Ok(client.wait_for_backup(app_id, mode, snapshot_id, options)?)
        })
    }
}

/// Waits until a package is ready to use: built, after mxd_build_package, or processed after an upload. `observer` may be
/// NULL.
/// Fails as mxd_get_package does; MXD_API when the package failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda", "Status": "Succeeded", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_wait_for_package(
    client: *const mxd_client,
    app_id: *const c_char,
    package_id: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("wait_for_package", client, out_json, error, |client| {
            let options = options(timeout_ms, observer, user_data)?;
            let (app_id, package_id) = (text("app_id", app_id)?, text("package_id", package_id)?);
            Ok(client.wait_for_package(app_id, package_id, options)?)
        })
    }
}

/// Waits until the service has processed an upload, after mxd_upload_package_v2. `observer` may be NULL.
/// Fails as mxd_get_upload_status does; MXD_API when the upload failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"Status": "Completed"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_wait_for_upload(
    client: *const mxd_client,
    app_id: *const c_char,
    job_id: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("wait_for_upload", client, out_json, error, |client| {
            let options = options(timeout_ms, observer, user_data)?;
            let (app_id, job_id) = (text("app_id", app_id)?, text("job_id", job_id)?);
            Ok(client.wait_for_upload(app_id, job_id, options)?)
        })
    }
}

/// Waits until a snapshot is completed, after mxd_create_snapshot. `observer` may be NULL.
/// Fails as mxd_get_snapshot does; MXD_API when the snapshot failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Completed", "comment": "before 1.0.0.45", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_wait_for_snapshot(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    snapshot_id: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("wait_for_snapshot", client, out_json, error, |client| {
            let options = options(timeout_ms, observer, user_data)?;
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            let snapshot_id = text("snapshot_id", snapshot_id)?;
            Ok(client.wait_for_snapshot(project_id, environment_id, snapshot_id, options)?)
        })
    }
}

/// Waits until an archive is completed, after mxd_create_archive. The result has its link. `observer` may be NULL.
/// Fails as mxd_get_archive does; MXD_API when the archive failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"archive_id": "2d6f6a2e-7a39-4d4e-8c0b-6f4f6c1f2b10", "snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f",
///      "data_type": "files_and_database", "state": "Completed", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_wait_for_archive(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    snapshot_id: *const c_char,
    archive_id: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("wait_for_archive", client, out_json, error, |client| {
            let options = options(timeout_ms, observer, user_data)?;
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            let (snapshot_id, archive_id) =
                (text("snapshot_id", snapshot_id)?, text("archive_id", archive_id)?);
            Ok(client.wait_for_archive(project_id, environment_id, snapshot_id, archive_id, options)?)
        })
    }
}

/// Waits until a restore is completed, after mxd_restore_snapshot. `observer` may be NULL.
/// Fails as mxd_get_restore does; MXD_API when the restore failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"restore_id": "7c1b3a52-0d1e-4f62-9f8a-2b3c4d5e6f70", "state": "Completed",
///      "source_snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_wait_for_restore(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    restore_id: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("wait_for_restore", client, out_json, error, |client| {
            let options = options(timeout_ms, observer, user_data)?;
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            let restore_id = text("restore_id", restore_id)?;
            Ok(client.wait_for_restore(project_id, environment_id, restore_id, options)?)
        })
    }
}

/// Resumes a wait that failed or timed out, in this process or another one. `wait_token` is what mxd_error_wait_token
/// returned for its error. `timeout_ms` is the time limit of the new wait. The result is that of the original wait.
/// Fails as that wait does; MXD_INVALID_INPUT when the token cannot be read.
///
///     {"Status": "Started"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_resume_wait(
    client: *const mxd_client,
    wait_token: *const c_char,
    timeout_ms: i64,
    observer: mxd_wait_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("resume_wait", client, out_json, error, |client| {
            let options = options(timeout_ms, observer, user_data)?;
            Ok(client.resume_wait(text("wait_token", wait_token)?, options)?)
        })
    }
}
