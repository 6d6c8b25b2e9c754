//! Waits for packages: until one is built, or an upload is processed.

use super::{Task, WaitOptions};
use crate::{Client, Package, PackageStatus, Pending, Result, TaskState, UploadStatus, WaitFor};

impl Task for Package {
    const WHAT: &'static str = "the package";

    fn state(&self) -> &str {
        self.status.as_str()
    }

    fn is_done(&self) -> bool {
        self.status == PackageStatus::Succeeded
    }
}

impl Task for UploadStatus {
    const WHAT: &'static str = "the upload";

    fn state(&self) -> &str {
        self.status.as_str()
    }

    fn is_done(&self) -> bool {
        self.status == TaskState::Completed
    }
}

impl Client {
    /// Waits until a package is ready to use: built, after [`build_package`](Client::build_package), or processed after an
    /// upload.
    ///
    /// # Errors
    ///
    /// Those of [`get_package`](Client::get_package). `Api` when the package failed. `WaitTimedOut` when the time is up: the
    /// service continues, and [`resume_wait`](Client::resume_wait) takes the [`wait_token`](crate::Error::wait_token).
    /// `Cancelled` when the token or the observer ends the wait. `InvalidInput` for a timeout of zero.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::WaitOptions;
    ///
    /// let build = client.build_package("calc", "main", "a3f9c21", "1.0.0", None)?;
    /// let package_id = build.package_id.as_deref().unwrap_or_default();
    /// client.wait_for_package("calc", package_id, WaitOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_package(
        &self,
        app_id: &str,
        package_id: &str,
        options: WaitOptions<'_>,
    ) -> Result<Package> {
        let mut pending = Pending::new(WaitFor::Package, app_id, "");
        pending.package_id = Some(package_id.to_owned());
        self.wait_for_package_of(pending, options)
    }

    pub(super) fn wait_for_package_of(&self, pending: Pending, options: WaitOptions<'_>) -> Result<Package> {
        let (app_id, package_id) = (pending.app_id.clone(), pending.package_id.clone().unwrap_or_default());
        self.wait_for_task("wait_for_package", pending, options, |client| {
            client.get_package(&app_id, &package_id)
        })
    }

    /// Waits until the service has processed an upload, after [`upload_package_v2`](Client::upload_package_v2).
    ///
    /// # Errors
    ///
    /// Those of [`get_upload_status`](Client::get_upload_status). `Api` when the upload failed. `WaitTimedOut` when the time is up: the
    /// service continues, and [`resume_wait`](Client::resume_wait) takes the [`wait_token`](crate::Error::wait_token).
    /// `Cancelled` when the token or the observer ends the wait. `InvalidInput` for a timeout of zero.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::WaitOptions;
    ///
    /// client.wait_for_upload("calc", "0b9fd8ed-6b53-4b5e-9ea8-3e8a5b5cf3a0", WaitOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_upload(
        &self,
        app_id: &str,
        job_id: &str,
        options: WaitOptions<'_>,
    ) -> Result<UploadStatus> {
        let mut pending = Pending::new(WaitFor::Upload, app_id, "");
        pending.job_id = Some(job_id.to_owned());
        self.wait_for_upload_of(pending, options)
    }

    pub(super) fn wait_for_upload_of(
        &self,
        pending: Pending,
        options: WaitOptions<'_>,
    ) -> Result<UploadStatus> {
        let (app_id, job_id) = (pending.app_id.clone(), pending.job_id.clone().unwrap_or_default());
        self.wait_for_task("wait_for_upload", pending, options, |client| {
            client.get_upload_status(&app_id, &job_id)
        })
    }
}
