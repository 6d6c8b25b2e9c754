//! What is built on the calls: waits and downloads.

use std::path::PathBuf;

use mendix_deploy::{BackupPart, DownloadOptions, Status, WaitOptions};
use pyo3::prelude::*;

use crate::arguments::names::{
    app_id, date, job_id, mode, part, progress, snapshot_id, status, target, timeout,
};
use crate::arguments::{Arg, Day, Name, seconds};
use crate::call::Watch;
use crate::callbacks::{Progress, WaitCallback};
use crate::client::Client;
use crate::models::{Downloaded, Environment, Job, StartStatus};

#[pymethods]
impl Client {
    /// Waits until a start action has ended well.
    ///
    /// job_id is that of the StartJob, or the StartJob itself. Without one the wait is for the environment to run.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, which holds what another wait needs; ApiError when the app did not start.
    #[pyo3(signature = (app_id, mode, job_id, *, timeout: "float" = 900.0, progress=None))]
    fn wait_for_start(
        &self,
        py: Python<'_>,
        app_id: Arg<app_id, &str>,
        mode: Arg<mode, &str>,
        job_id: Arg<job_id, Job>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<StartStatus> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_start(&app_id, &mode, job_id.0.as_deref(), options)
        })
    }

    /// Waits until an environment has a status: Status.STOPPED after `stop_environment`.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, which holds what another wait needs.
    #[pyo3(signature = (app_id, mode, status, *, timeout: "float" = 900.0, progress=None))]
    fn wait_for_status(
        &self,
        py: Python<'_>,
        app_id: Arg<app_id, &str>,
        mode: Arg<mode, &str>,
        status: Arg<status, &str>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<Environment> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_status(&app_id, &mode, &Status::from(*status), options)
        })
    }

    /// Downloads a part of a backup to a file: target is whole at the end, or what it was before. In the meantime there
    /// are target.part and target.part.json alongside it, from which a later call resumes; they belong to the library.
    /// A relative target is one of the current directory at the time of the call; the result's path is absolute.
    ///
    /// part is one of BackupPart. progress is called with the bytes done and the bytes in all, or 0 where the
    /// service does not say; True draws a bar on a terminal.
    ///
    /// Raises FileError when the file cannot be written or there is too little room for it (errno is ENOSPC);
    /// NotFoundError when the backup has no such part.
    #[pyo3(signature = (app_id, mode, snapshot_id, part, target, *, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "as the core has them")]
    fn download_backup(
        &self,
        py: Python<'_>,
        app_id: Arg<app_id, &str>,
        mode: Arg<mode, &str>,
        snapshot_id: Arg<snapshot_id, &str>,
        part: Arg<part, BackupPart>,
        target: Arg<target, PathBuf>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<Downloaded> {
        Progress::during(py, progress.map(Arg::into_inner), "Download", |callback| {
            self.watched(py, |client, watch| {
                let options = download_options(callback.as_ref(), watch);
                client.download_backup(&app_id, &mode, &snapshot_id, *part, target.into_inner(), options)
            })
        })
    }

    /// Downloads a day's logs to a file, as `download_backup` does.
    #[pyo3(signature = (app_id, mode, date, target, *, progress=None))]
    fn download_archived_logs(
        &self,
        py: Python<'_>,
        app_id: Arg<app_id, &str>,
        mode: Arg<mode, &str>,
        date: Arg<date, Day>,
        target: Arg<target, PathBuf>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<Downloaded> {
        Progress::during(py, progress.map(Arg::into_inner), "Download", |callback| {
            self.watched(py, |client, watch| {
                let options = download_options(callback.as_ref(), watch);
                client.download_archived_logs(&app_id, &mode, &date.0, target.into_inner(), options)
            })
        })
    }
}

fn wait_options<'a>(timeout: f64, callback: Option<&'a WaitCallback>, watch: &'a Watch) -> WaitOptions<'a> {
    let options = WaitOptions::new().timeout(seconds(timeout));
    match callback {
        None => options,
        Some(WaitCallback(callback)) => options.on_progress(|progress| {
            watch.tell(callback, (progress.seen.as_str(), progress.elapsed.as_secs_f64()))
        }),
    }
}

fn download_options<'a>(callback: Option<&'a Py<PyAny>>, watch: &'a Watch) -> DownloadOptions<'a> {
    let options = DownloadOptions::new();
    match callback {
        None => options,
        Some(callback) => {
            options.on_progress(|progress| watch.tell(callback, (progress.done, progress.total)))
        }
    }
}
