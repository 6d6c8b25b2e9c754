//! What is built on the calls: waits and downloads.

use std::path::PathBuf;
use std::time::Duration;

use mendix_deploy::{DownloadOptions, Status, WaitOptions};
use pyo3::prelude::*;

use crate::arguments::{Callback, Day, Progress, Text, seconds};
use crate::call::Watch;
use crate::client::Client;
use crate::errors;
use crate::models::{Downloaded, Environment, StartStatus};
use crate::words::PARTS;

#[pymethods]
impl Client {
    /// Waits until a start action has ended well.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, which holds what another wait needs; ApiError when the app did not start.
    #[pyo3(signature = (app_id, mode, job_id, *, timeout=900.0, progress=None))]
    fn wait_for_start(
        &self,
        py: Python<'_>,
        app_id: Text<'_>,
        mode: Text<'_>,
        job_id: Text<'_>,
        timeout: f64,
        progress: Option<Callback>,
    ) -> PyResult<StartStatus> {
        let timeout = seconds(py, "timeout", timeout)?;
        let callback = progress.map(Callback::into_inner);
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, callback.as_ref(), watch);
            client.wait_for_start(&app_id, &mode, &job_id, options)
        })
    }

    /// Waits until an environment has a status: Status.STOPPED after `stop_environment`.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, which holds what another wait needs.
    #[pyo3(signature = (app_id, mode, status, *, timeout=900.0, progress=None))]
    fn wait_for_status(
        &self,
        py: Python<'_>,
        app_id: Text<'_>,
        mode: Text<'_>,
        status: Text<'_>,
        timeout: f64,
        progress: Option<Callback>,
    ) -> PyResult<Environment> {
        let timeout = seconds(py, "timeout", timeout)?;
        let callback = progress.map(Callback::into_inner);
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, callback.as_ref(), watch);
            client.wait_for_status(&app_id, &mode, &Status::from(&*status), options)
        })
    }

    /// Downloads a part of a backup to a file: target is whole at the end, or what it was before.
    ///
    /// part is one of BackupPart. progress is called with the bytes done and the bytes in all, or 0 where the
    /// service does not say; True draws a bar on a terminal.
    ///
    /// Raises FileError when the file cannot be written; NotFoundError when the backup has no such part.
    #[pyo3(signature = (app_id, mode, snapshot_id, part, target, *, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "as the core has them")]
    fn download_backup(
        &self,
        py: Python<'_>,
        app_id: Text<'_>,
        mode: Text<'_>,
        snapshot_id: Text<'_>,
        part: Text<'_>,
        target: PathBuf,
        progress: Option<Progress>,
    ) -> PyResult<Downloaded> {
        let part =
            PARTS.into_iter().find(|(name, _)| *name == &*part).map(|(_, part)| part).ok_or_else(|| {
                let names = PARTS.map(|(name, _)| name).join(", ");
                errors::invalid_input(py, &format!("part is {:?}; expected one of {names}", &*part))
            })?;
        let callback = Progress::callback(py, progress, "Download")?;
        self.watched(py, |client, watch| {
            let options = download_options(callback.as_ref(), watch);
            client.download_backup(&app_id, &mode, &snapshot_id, part, target, options)
        })
    }

    /// Downloads a day's logs to a file, as `download_backup` does.
    #[pyo3(signature = (app_id, mode, date, target, *, progress=None))]
    fn download_archived_logs(
        &self,
        py: Python<'_>,
        app_id: Text<'_>,
        mode: Text<'_>,
        date: Day,
        target: PathBuf,
        progress: Option<Progress>,
    ) -> PyResult<Downloaded> {
        let callback = Progress::callback(py, progress, "Download")?;
        self.watched(py, |client, watch| {
            let options = download_options(callback.as_ref(), watch);
            client.download_archived_logs(&app_id, &mode, &date.0, target, options)
        })
    }
}

fn wait_options<'a>(timeout: Duration, callback: Option<&'a Py<PyAny>>, watch: &'a Watch) -> WaitOptions<'a> {
    let options = WaitOptions::new().timeout(timeout);
    match callback {
        None => options,
        Some(callback) => options.on_progress(|progress| {
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
