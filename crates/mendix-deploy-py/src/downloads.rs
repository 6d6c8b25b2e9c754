//! Downloads to files.

use std::path::PathBuf;

use mendix_deploy::{BackupPart, DownloadOptions};
use pyo3::prelude::*;

use crate::arguments::names::{
    app_id, data_type, date, environment_id, mode, package_id, part, progress, project_id, snapshot_id,
    target,
};
use crate::arguments::{Arg, DataType, Day};
use crate::call::Watch;
use crate::callbacks::Progress;
use crate::client::Client;
use crate::identifiers::Id;
use crate::models::Downloaded;

#[pymethods]
impl Client {
    /// Downloads a part of a backup to a file, which is complete at the end, or unchanged.
    ///
    /// >>> client.download_backup("calc", "Acceptance", backup.snapshot_id, BackupPart.DATABASE_ONLY, "calc.backup")
    ///
    /// In the meantime there are target.part and target.part.json alongside target, from which a later call resumes; they
    /// belong to the library. A relative target is one of the current directory at the time of the call; the result's path
    /// is absolute.
    ///
    /// part is one of BackupPart. progress is called with the bytes done and the bytes in all, which is 0 for a download
    /// of unknown size; True draws a bar on a terminal.
    ///
    /// Raises FileError when the file cannot be written or the disk has too little space for it (errno is ENOSPC);
    /// NotFoundError when the backup has no such part.
    #[pyo3(signature = (app_id, mode, snapshot_id, part, target, *, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "as the core has them")]
    fn download_backup(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        snapshot_id: Id<'_, snapshot_id>,
        part: Arg<part, BackupPart>,
        target: Arg<target, PathBuf>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<Downloaded> {
        self.download(py, progress, |client, options| {
            client.download_backup(&app_id, &mode, &snapshot_id, *part, target.into_inner(), options)
        })
    }

    /// Downloads a package to a file, as `download_backup` does.
    ///
    /// Raises what `get_package_link` and `download_backup` raise.
    #[pyo3(signature = (app_id, package_id, target, *, progress=None))]
    fn download_package(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        package_id: Id<'_, package_id>,
        target: Arg<target, PathBuf>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<Downloaded> {
        self.download(py, progress, |client, options| {
            client.download_package(&app_id, &package_id, target.into_inner(), options)
        })
    }

    /// Downloads a snapshot to a file, as `download_backup` does.
    ///
    /// >>> client.download_snapshot(project_id, environment_id, snapshot.snapshot_id, ArchiveData.DATABASE_ONLY, "calc.dump")
    ///
    /// Has the service make an archive of it, waits for that for an hour at most, and downloads it. A download that was
    /// abandoned, or whose archive was not ready in time, resumes with the same archive when it is made again to the same
    /// target.
    ///
    /// data_type is one of ArchiveData.
    ///
    /// Raises what `create_archive`, `wait_for_archive` and `download_backup` raise.
    #[pyo3(signature = (project_id, environment_id, snapshot_id, data_type, target, *, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "as the core has them")]
    fn download_snapshot(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        snapshot_id: Id<'_, snapshot_id>,
        data_type: Arg<data_type, DataType<'_>>,
        target: Arg<target, PathBuf>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<Downloaded> {
        self.download(py, progress, |client, options| {
            let target = target.into_inner();
            client.download_snapshot(&project_id, &environment_id, &snapshot_id, &data_type, target, options)
        })
    }

    /// Downloads a day's logs to a file, as `download_backup` does.
    #[pyo3(signature = (app_id, mode, date, target, *, progress=None))]
    fn download_archived_logs(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        date: Arg<date, Day>,
        target: Arg<target, PathBuf>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<Downloaded> {
        self.download(py, progress, |client, options| {
            client.download_archived_logs(&app_id, &mode, &date.0, target.into_inner(), options)
        })
    }

    /// Downloads a day's access logs to a file, as `download_backup` does.
    #[pyo3(signature = (app_id, mode, date, target, *, progress=None))]
    fn download_archived_access_logs(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        date: Arg<date, Day>,
        target: Arg<target, PathBuf>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<Downloaded> {
        self.download(py, progress, |client, options| {
            client.download_archived_access_logs(&app_id, &mode, &date.0, target.into_inner(), options)
        })
    }
}

impl Client {
    fn download(
        &self,
        py: Python<'_>,
        progress: Option<Arg<progress, Progress>>,
        download: impl FnOnce(
            &mendix_deploy::Client,
            DownloadOptions<'_>,
        ) -> mendix_deploy::Result<mendix_deploy::Downloaded>
        + Send,
    ) -> PyResult<Downloaded> {
        Progress::during(py, progress.map(Arg::into_inner), "Download", |callback| {
            self.watched(py, |client, watch| download(client, download_options(callback.as_ref(), watch)))
        })
    }
}

fn download_options<'a>(callback: Option<&'a Py<PyAny>>, watch: &'a Watch) -> DownloadOptions<'a> {
    let options = DownloadOptions::new();
    match callback {
        None => options,
        Some(callback) => {
            options.on_progress(|progress| watch.notify(callback, (progress.done, progress.total)))
        }
    }
}
