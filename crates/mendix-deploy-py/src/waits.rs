//! Waits, which poll the service until it is done.

use mendix_deploy::{Status, WaitOptions};
use pyo3::exceptions::PyNotImplementedError;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::{IntoPyObjectExt, PyTypeInfo, type_hint_union};

use crate::arguments::names::{
    app_id, archive_id, environment_id, job_id, mode, package_id, progress, project_id, restore_id,
    snapshot_id, status, timeout, wait_token,
};
use crate::arguments::time::seconds;
use crate::arguments::{Arg, Name};
use crate::call::Watch;
use crate::callbacks::WaitCallback;
use crate::client::Client;
use crate::identifiers::Id;
use crate::models::{
    Archive, Backup, Environment, Job, Package, Restore, Snapshot, StartStatus, UploadStatus,
};

#[pymethods]
impl Client {
    /// Waits until a start has succeeded.
    ///
    /// >>> job = client.start_environment("calc", "Acceptance")
    /// >>> client.wait_for_start("calc", "Acceptance", job)
    ///
    /// job_id is a StartJob or its job_id. With None the wait is for the environment to run.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when the app did not start; ConflictError with
    /// NO_SUCH_STARTJOB when the job was there and is gone: another start superseded it, or the environment was stopped again.
    #[pyo3(signature = (app_id, mode, job_id, *, timeout: "float | timedelta" = 900.0, progress=None))]
    fn wait_for_start(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        job_id: Arg<job_id, Job>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<StartStatus> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_start(&app_id, &mode, job_id.0.as_deref(), options)
        })
    }

    /// Waits until an environment has a status, such as Status.STOPPED after `stop_environment`.
    ///
    /// >>> client.wait_for_status("calc", "Acceptance", Status.STOPPED)
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, whose wait_token `resume_wait` takes.
    #[pyo3(signature = (app_id, mode, status, *, timeout: "float | timedelta" = 900.0, progress=None))]
    fn wait_for_status(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        status: Arg<status, &str>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<Environment> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_status(&app_id, &mode, &Status::from(*status), options)
        })
    }

    /// Waits until a backup is complete, after `create_backup`.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError; ApiError when the backup failed; NotFoundError with SNAPSHOT_NOT_FOUND when it is not
    /// among the backups, or not any more.
    #[pyo3(signature = (app_id, mode, snapshot_id, *, timeout: "float | timedelta" = 900.0, progress=None))]
    fn wait_for_backup(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        snapshot_id: Id<'_, snapshot_id>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<Backup> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_backup(&app_id, &mode, &snapshot_id, options)
        })
    }

    /// Waits until a package is ready to use: built, after `build_package`, or processed after an upload.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
    #[pyo3(signature = (app_id, package_id, *, timeout: "float | timedelta" = 900.0, progress=None))]
    fn wait_for_package(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        package_id: Id<'_, package_id>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<Package> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_package(&app_id, &package_id, options)
        })
    }

    /// Waits until the service has processed an upload, after `upload_package_v2`.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
    #[pyo3(signature = (app_id, job_id, *, timeout: "float | timedelta" = 900.0, progress=None))]
    fn wait_for_upload(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        job_id: Id<'_, job_id>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<UploadStatus> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_upload(&app_id, &job_id, options)
        })
    }

    /// Waits until a snapshot is completed, after `create_snapshot`.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
    #[pyo3(signature = (project_id, environment_id, snapshot_id, *, timeout: "float | timedelta" = 900.0, progress=None))]
    fn wait_for_snapshot(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        snapshot_id: Id<'_, snapshot_id>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<Snapshot> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_snapshot(&project_id, &environment_id, &snapshot_id, options)
        })
    }

    /// Waits until an archive is completed, after `create_archive`. The result has its url.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
    #[pyo3(signature = (project_id, environment_id, snapshot_id, archive_id, *, timeout: "float | timedelta" = 900.0, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "as the core has them")]
    fn wait_for_archive(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        snapshot_id: Id<'_, snapshot_id>,
        archive_id: Id<'_, archive_id>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<Archive> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_archive(&project_id, &environment_id, &snapshot_id, &archive_id, options)
        })
    }

    /// Waits until a restore is completed, after `restore_snapshot`.
    ///
    /// progress is called with the state seen and the seconds elapsed.
    ///
    /// Raises WaitTimedOutError, whose wait_token `resume_wait` takes; ApiError when it failed.
    #[pyo3(signature = (project_id, environment_id, restore_id, *, timeout: "float | timedelta" = 900.0, progress=None))]
    fn wait_for_restore(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        restore_id: Id<'_, restore_id>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<Restore> {
        self.watched(py, |client, watch| {
            let options = wait_options(timeout, progress.as_deref(), watch);
            client.wait_for_restore(&project_id, &environment_id, &restore_id, options)
        })
    }

    /// Resumes a wait that failed or timed out, in this process or another one, in any language.
    ///
    /// wait_token is the `wait_token` of its exception. timeout is the time limit of the new wait. Returns what the original
    /// wait would have returned.
    ///
    /// Raises what that wait raises; InvalidInputError when the token cannot be read.
    #[pyo3(signature = (wait_token, *, timeout: "float | timedelta" = 900.0, progress=None))]
    fn resume_wait(
        &self,
        py: Python<'_>,
        wait_token: Arg<wait_token, &str>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        progress: Option<Arg<progress, WaitCallback>>,
    ) -> PyResult<Waited> {
        self.watched(py, |client, watch| {
            client.resume_wait(&wait_token, wait_options(timeout, progress.as_deref(), watch))
        })
    }
}

/// The result of a wait that was resumed.
pub(crate) struct Waited(mendix_deploy::Waited);

impl From<mendix_deploy::Waited> for Waited {
    fn from(waited: mendix_deploy::Waited) -> Waited {
        Waited(waited)
    }
}

impl<'py> IntoPyObject<'py> for Waited {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = type_hint_union!(
        StartStatus::TYPE_HINT,
        Environment::TYPE_HINT,
        Backup::TYPE_HINT,
        Package::TYPE_HINT,
        UploadStatus::TYPE_HINT,
        Snapshot::TYPE_HINT,
        Archive::TYPE_HINT,
        Restore::TYPE_HINT
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.0 {
            mendix_deploy::Waited::Start(status) => StartStatus(status).into_bound_py_any(py),
            mendix_deploy::Waited::Status(environment) => Environment(environment).into_bound_py_any(py),
            mendix_deploy::Waited::Backup(backup) => Backup(backup).into_bound_py_any(py),
            mendix_deploy::Waited::Package(package) => Package(package).into_bound_py_any(py),
            mendix_deploy::Waited::Upload(status) => UploadStatus(status).into_bound_py_any(py),
            mendix_deploy::Waited::Snapshot(snapshot) => Snapshot(snapshot).into_bound_py_any(py),
            mendix_deploy::Waited::Archive(archive) => Archive(archive).into_bound_py_any(py),
            mendix_deploy::Waited::Restore(restore) => Restore(restore).into_bound_py_any(py),
            _ => Err(PyNotImplementedError::new_err("a wait of a kind that this module does not know")),
        }
    }
}

fn wait_options<'a>(timeout: f64, callback: Option<&'a WaitCallback>, watch: &'a Watch) -> WaitOptions<'a> {
    let options = WaitOptions::new().timeout(seconds(timeout));
    match callback {
        None => options,
        Some(WaitCallback(callback)) => options.on_progress(|progress| {
            watch.notify(callback, (progress.seen.as_str(), progress.elapsed.as_secs_f64()))
        }),
    }
}
