//! Waits, which poll the service until it is done.

use mendix_deploy::{Status, WaitOptions};
use pyo3::prelude::*;

use crate::arguments::names::{app_id, job_id, mode, progress, status, timeout};
use crate::arguments::{Arg, Name, seconds};
use crate::call::Watch;
use crate::callbacks::WaitCallback;
use crate::client::Client;
use crate::models::{Environment, Job, StartStatus};

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

    /// Waits until an environment has a status, such as Status.STOPPED after `stop_environment`.
    ///
    /// >>> client.wait_for_status("calc", "Acceptance", Status.STOPPED)
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
