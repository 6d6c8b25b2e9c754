//! Downloads to files, and the progress of every transfer.

use std::ffi::{c_char, c_int, c_void};
use std::ops::ControlFlow;

use mendix_deploy::{BackupPart, DownloadOptions, Downloaded, Progress};
use serde::Serialize;

use crate::argument::text;
use crate::call;
use crate::callback::flow;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::status::{as_integers, mxd_status};

/// Receives the progress of a transfer: `done` bytes of `total`, which is 0 for a download of unknown size. Runs on the
/// thread of the call. Any result but 0 cancels the transfer with MXD_CANCELLED.
pub type mxd_progress_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void, done: u64, total: u64) -> c_int>;

/// What of a backup to download.
pub type mxd_backup_part = i32;

/// What of a backup to download, as an enum: see mxd_status_code.
#[repr(C)]
pub enum mxd_backup_part_code {
    /// The files.
    MXD_BACKUP_FILES_ONLY = 1,
    /// The database.
    MXD_BACKUP_DATABASE_ONLY = 2,
    /// Both.
    MXD_BACKUP_DATABASE_AND_FILES = 3,
}

as_integers!(mxd_backup_part, mxd_backup_part_code: MXD_BACKUP_FILES_ONLY, MXD_BACKUP_DATABASE_ONLY, MXD_BACKUP_DATABASE_AND_FILES);

/// Notifies the caller's function of progress, if there is one.
pub(crate) fn observer(
    progress: mxd_progress_fn,
    user_data: *mut c_void,
) -> impl FnMut(Progress) -> ControlFlow<()> {
    move |Progress { done, total, .. }| match progress {
        // SAFETY: the caller promises that its function may be called with its data during the call.
        Some(progress) => flow(unsafe { progress(user_data, done, total) }),
        None => ControlFlow::Continue(()),
    }
}

/// What says which logs to download, and where to.
///
/// # Safety
///
/// That of [`text`], for each.
unsafe fn logs<'a>([app_id, mode, date, target]: [*const c_char; 4]) -> Result<[&'a str; 4], Failure> {
    // SAFETY: the caller's promise.
    unsafe {
        Ok([text("app_id", app_id)?, text("mode", mode)?, text("date", date)?, text("target", target)?])
    }
}

/// How to download, with the caller's function told of progress.
fn options<'a>(progress: mxd_progress_fn, user_data: *mut c_void) -> DownloadOptions<'a> {
    DownloadOptions::new().on_progress(observer(progress, user_data))
}

fn part(part: mxd_backup_part) -> Result<BackupPart, Failure> {
    match part {
        MXD_BACKUP_FILES_ONLY => Ok(BackupPart::FilesOnly),
        MXD_BACKUP_DATABASE_ONLY => Ok(BackupPart::DatabaseOnly),
        MXD_BACKUP_DATABASE_AND_FILES => Ok(BackupPart::DatabaseAndFiles),
        other => Err(Failure::misuse(format!("part is {other}; expected one of MXD_BACKUP_..."))),
    }
}

/// A download that is complete, as JSON.
#[derive(Serialize)]
struct Report {
    path: String,
    bytes: u64,
}

impl From<Downloaded> for Report {
    fn from(downloaded: Downloaded) -> Report {
        Report { path: downloaded.path.to_string_lossy().into_owned(), bytes: downloaded.bytes }
    }
}

/// Downloads a part of a backup (one of MXD_BACKUP_...) to the file `target`, which is complete afterwards, or unchanged.
/// In the meantime there are `target` with ".part" and with ".part.json" alongside it, from which a later call resumes;
/// they belong to the library. A relative `target` is one of the current directory at the time of the call, and
/// "path" is absolute. A symbolic link stays one, and what it points to is written. `progress` may be NULL.
/// Fails as mxd_get_backup_links does; MXD_NOT_FOUND when the backup has no such part; MXD_IO when the file cannot be
/// written or the disk has too little space for it, with a message that names the file; MXD_TRANSPORT or MXD_TIMEOUT when the
/// download breaks off or stalls; MXD_INVALID_RESPONSE for a redirect that cannot be followed; MXD_CANCELLED.
///
///     {"path": "/srv/backups/calc.backup", "bytes": 1048576}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_download_backup(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    snapshot_id: *const c_char,
    part: mxd_backup_part,
    target: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("download_backup", client, out_json, error, |client| {
            let (app_id, mode) = (text("app_id", app_id)?, text("mode", mode)?);
            let (snapshot_id, part) = (text("snapshot_id", snapshot_id)?, self::part(part)?);
            let options = options(progress, user_data);
            let target = text("target", target)?;
            Ok(Report::from(client.download_backup(app_id, mode, snapshot_id, part, target, options)?))
        })
    }
}

/// Downloads a day's logs to the file `target`, as mxd_download_backup does. `date` is "YYYY-MM-DD".
/// Fails as mxd_get_archived_logs does, and as mxd_download_backup does.
///
///     {"path": "/srv/logs/calc.log.gz", "bytes": 52311}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_download_archived_logs(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    date: *const c_char,
    target: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("download_archived_logs", client, out_json, error, |client| {
            let [app_id, mode, date, target] = logs([app_id, mode, date, target])?;
            let options = options(progress, user_data);
            Ok(Report::from(client.download_archived_logs(app_id, mode, date, target, options)?))
        })
    }
}

/// Downloads a day's access logs to the file `target`, as mxd_download_backup does. `date` is "YYYY-MM-DD".
/// Fails as mxd_get_archived_access_logs does, and as mxd_download_backup does.
///
///     {"path": "/srv/logs/calc.access.log.gz", "bytes": 52311}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_download_archived_access_logs(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    date: *const c_char,
    target: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("download_archived_access_logs", client, out_json, error, |client| {
            let [app_id, mode, date, target] = logs([app_id, mode, date, target])?;
            let options = options(progress, user_data);
            Ok(Report::from(client.download_archived_access_logs(app_id, mode, date, target, options)?))
        })
    }
}

/// Downloads a package to the file `target`, as mxd_download_backup does.
/// Fails as mxd_get_package_link does, and as mxd_download_backup does.
///
///     {"path": "/srv/packages/calc.mda", "bytes": 3205620}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_download_package(
    client: *const mxd_client,
    app_id: *const c_char,
    package_id: *const c_char,
    target: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("download_package", client, out_json, error, |client| {
            let (target, options) = (text("target", target)?, options(progress, user_data));
            let (app_id, package_id) = (text("app_id", app_id)?, text("package_id", package_id)?);
            Ok(Report::from(client.download_package(app_id, package_id, target, options)?))
        })
    }
}

/// Downloads a snapshot to the file `target`, as mxd_download_backup does: has the service make an archive of it, waits for that
/// for an hour at most, and downloads it. `data_type` is "files_and_database" or "database_only". A download that was
/// abandoned, or whose archive was not ready in time, resumes with the same archive when it is made again to the same target.
/// Fails as mxd_create_archive and mxd_wait_for_archive do, and as mxd_download_backup does.
///
///     {"path": "/srv/backups/calc.backup", "bytes": 1048576}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_download_snapshot(
    client: *const mxd_client,
    project_id: *const c_char,
    environment_id: *const c_char,
    snapshot_id: *const c_char,
    data_type: *const c_char,
    target: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("download_snapshot", client, out_json, error, |client| {
            let (target, options) = (text("target", target)?, options(progress, user_data));
            let (project_id, environment_id) =
                (text("project_id", project_id)?, text("environment_id", environment_id)?);
            let (snapshot_id, data_type) = (text("snapshot_id", snapshot_id)?, text("data_type", data_type)?);
            let downloaded = client.download_snapshot(
                project_id,
                environment_id,
                snapshot_id,
                data_type,
                target,
                options,
            )?;
            Ok(Report::from(downloaded))
        })
    }
}
