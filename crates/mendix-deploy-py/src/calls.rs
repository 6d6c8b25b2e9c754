//! The calls of the API's document, in its order.

use pyo3::prelude::*;

use crate::arguments::names::{
    app_id, auto_sync_db, comment, date, instances, job_id, memory_per_instance, mode, package_id,
    project_id, settings, snapshot_id, tag,
};
use crate::arguments::{Arg, Day, Name};
use crate::client::Client;
use crate::identifiers::Id;
use crate::models::{
    App, ArchivedLogs, Backup, BackupLinks, Environment, Package, PackageLink, ResultList, StartJob,
    StartStatus, Tag,
};
use crate::settings::EnvironmentSettings;

#[pymethods]
impl Client {
    /// Lists the apps that the account has access to.
    ///
    /// Deploy API v1, section 3.1, Retrieve Apps: GET /apps.
    fn list_apps(&self, py: Python<'_>) -> PyResult<ResultList<App>> {
        self.list(py, mendix_deploy::Client::list_apps)
    }

    /// Creates a sandbox for a project that has none.
    ///
    /// Raises ApiError with INVALID_PROJECTID; ConflictError with APPLICATION_ALREADY_EXISTS.
    ///
    /// Deploy API v1, section 3.2, Create Sandbox: POST /apps.
    fn create_sandbox(&self, py: Python<'_>, project_id: Id<'_, project_id>) -> PyResult<App> {
        self.call(py, |client| client.create_sandbox(&project_id))
    }

    /// Gets one app.
    ///
    /// Raises ApiError with INVALID_APPID; NotFoundError with APP_NOT_FOUND.
    ///
    /// Deploy API v1, section 3.3, Retrieve App: GET /apps/{AppId}.
    fn get_app(&self, py: Python<'_>, app_id: Id<'_, app_id>) -> PyResult<App> {
        self.call(py, |client| client.get_app(&app_id))
    }

    /// Lists the environments of an app.
    ///
    /// Deploy API v1, section 3.4, Retrieve Environments: GET /apps/{AppId}/environments.
    fn list_environments(&self, py: Python<'_>, app_id: Id<'_, app_id>) -> PyResult<ResultList<Environment>> {
        self.list(py, |client| client.list_environments(&app_id))
    }

    /// Gets one environment.
    ///
    /// Raises ApiError with INVALID_PARAMETERS or INVALID_ENVIRONMENT; NotFoundError with ENVIRONMENT_NOT_FOUND.
    ///
    /// Deploy API v1, section 3.5, Retrieve Environment: GET /apps/{AppId}/environments/{Mode}.
    fn get_environment(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
    ) -> PyResult<Environment> {
        self.call(py, |client| client.get_environment(&app_id, &mode))
    }

    /// Starts the app of an environment, and returns before it runs: `wait_for_start` waits for that.
    ///
    /// With auto_sync_db the database is synchronised with the model.
    ///
    /// Raises ConflictError with ALREADY_STARTED, APP_ALREADY_HAS_A_STARTING_JOB, NO_PACKAGE and the like.
    ///
    /// Deploy API v1, section 3.6, Start Environment: POST /apps/{AppId}/environments/{Mode}/start.
    #[pyo3(signature = (app_id, mode, *, auto_sync_db: "bool" = true))]
    fn start_environment(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        #[pyo3(from_py_with = auto_sync_db::take)] auto_sync_db: bool,
    ) -> PyResult<StartJob> {
        self.call(py, |client| client.start_environment(&app_id, &mode, auto_sync_db))
    }

    /// Gets the status of a start. A start that failed raises, with the reason as the code.
    ///
    /// Raises ApiError with START_FAILED, INVALID_DB_STRUCTURE, MISSING_CONSTANT and the like; NotFoundError with
    /// NO_SUCH_STARTJOB.
    ///
    /// Deploy API v1, section 3.7, Get Start Environment Status: GET /apps/{AppId}/environments/{Mode}/start/{JobId}.
    fn get_start_status(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        job_id: Id<'_, job_id>,
    ) -> PyResult<StartStatus> {
        self.call(py, |client| client.get_start_status(&app_id, &mode, &job_id))
    }

    /// Stops the app of an environment, and returns before it has stopped: `wait_for_status` waits for that.
    ///
    /// Raises ApiError with STOP_FAILED.
    ///
    /// Deploy API v1, section 3.8, Stop Environment: POST /apps/{AppId}/environments/{Mode}/stop.
    fn stop_environment(&self, py: Python<'_>, app_id: Id<'_, app_id>, mode: Id<'_, mode>) -> PyResult<()> {
        self.call(py, |client| client.stop_environment(&app_id, &mode))
    }

    /// Gets the package that is deployed on an environment.
    ///
    /// Raises ApiError with INVALID_PARAMETERS or INVALID_ENVIRONMENT; NotFoundError with PACKAGE_NOT_FOUND.
    ///
    /// Deploy API v1, section 3.9, Retrieve Environment Package: GET /apps/{AppId}/environments/{Mode}/package.
    fn get_environment_package(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
    ) -> PyResult<Package> {
        self.call(py, |client| client.get_environment_package(&app_id, &mode))
    }

    /// Gets a link to the bytes of the package that is deployed on an environment.
    ///
    /// Raises what `get_environment_package` raises; InvalidResponseError when the service sends no link.
    ///
    /// Deploy API v1, later documentation, Retrieve Environment Package with a Link:
    /// GET /apps/{AppId}/environments/{Mode}/package?url=true.
    fn get_environment_package_link(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
    ) -> PyResult<PackageLink> {
        self.call(py, |client| client.get_environment_package_link(&app_id, &mode))
    }

    /// Transports a package to an environment, which must be stopped. Not for free apps.
    ///
    /// Raises ConflictError with APP_IS_RUNNING; ForbiddenError with TRANSPORT_NOT_ALLOWED; NotFoundError with
    /// PACKAGE_NOT_FOUND; ApiError with INVALID_RUNTIME_VERSION and the like.
    ///
    /// Deploy API v1, section 3.11, Transporting a Deployment Package to an Environment:
    /// POST /apps/{AppId}/environments/{Mode}/transport.
    fn transport_package(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        package_id: Id<'_, package_id>,
    ) -> PyResult<()> {
        self.call(py, |client| client.transport_package(&app_id, &mode, &package_id))
    }

    /// Removes all data of an environment, which must be stopped: database and files. It cannot be undone.
    ///
    /// Raises ConflictError with ENVIRONMENT_NOT_STOPPED; ApiError with ENVIRONMENT_CLEAN_FAILED and the like.
    ///
    /// Deploy API v1, section 3.12, Clean environment: POST /apps/{AppId}/environments/{Mode}/clean.
    fn clean_environment(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
    ) -> PyResult<ResultList<Environment>> {
        self.list(py, |client| client.clean_environment(&app_id, &mode))
    }

    /// Gets the settings of an environment.
    ///
    /// Raises ApiError with INVALID_PARAMETERS or INVALID_ENVIRONMENT; NotFoundError with ENVIRONMENT_NOT_FOUND.
    ///
    /// Deploy API v1, section 3.13, Retrieve Environment Settings: GET /apps/{AppId}/environments/{Mode}/settings.
    fn get_environment_settings(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
    ) -> PyResult<EnvironmentSettings> {
        self.call(py, |client| client.get_environment_settings(&app_id, &mode))
    }

    /// Changes the settings of an environment. They take effect at the next start.
    ///
    /// Get the settings first, and pass what `with_constant` and the like return: fields that this version does not know
    /// are kept.
    ///
    /// Raises NotFoundError with CONSTANT_NOT_FOUND and the like; ApiError with CUSTOM_SETTING_NOT_SUPPORTED and
    /// the like.
    ///
    /// Deploy API v1, section 3.14, Set Environment Settings: POST /apps/{AppId}/environments/{Mode}/settings.
    fn set_environment_settings(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        settings: Arg<settings, Bound<'_, EnvironmentSettings>>,
    ) -> PyResult<EnvironmentSettings> {
        let settings = &settings.get().0;
        self.call(py, |client| client.set_environment_settings(&app_id, &mode, settings))
    }

    /// Lists the backups of an environment.
    ///
    /// Raises ApiError with SNAPSHOT_LISTING_FAILED and the like; ForbiddenError with NO_ACCESS; NotFoundError
    /// with ENVIRONMENT_NOT_FOUND.
    ///
    /// The service no longer documents this call: its successor is `list_snapshots`.
    ///
    /// Deploy API v1, section 3.15, List Environment Backups: GET /apps/{AppId}/environments/{Mode}/snapshots.
    fn list_backups(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
    ) -> PyResult<ResultList<Backup>> {
        self.list(py, |client| client.list_backups(&app_id, &mode))
    }

    /// Gets the links to a backup. `download_backup` downloads it.
    ///
    /// Raises ForbiddenError with NO_ACCESS; NotFoundError with SNAPSHOT_NOT_FOUND.
    ///
    /// The service no longer documents this call: its successor is `create_archive`.
    ///
    /// Deploy API v1, section 3.16, Download a Backup for an Environment:
    /// GET /apps/{AppId}/environments/{Mode}/snapshots/{SnapshotId}.
    fn get_backup_links(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        snapshot_id: Id<'_, snapshot_id>,
    ) -> PyResult<BackupLinks> {
        self.call(py, |client| client.get_backup_links(&app_id, &mode, &snapshot_id))
    }

    /// Starts a backup of an environment; its created_on is None until it is complete. Mendix Cloud v4 only.
    ///
    /// Raises ForbiddenError with NO_ACCESS; NotFoundError with ENVIRONMENT_NOT_FOUND.
    ///
    /// The service no longer documents this call: its successor is `create_snapshot`.
    ///
    /// Deploy API v1, section 3.17, Create a Backup of an Environment: POST /apps/{AppId}/environments/{Mode}/snapshots.
    #[pyo3(signature = (app_id, mode, *, comment=None))]
    fn create_backup(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        comment: Option<Arg<comment, &str>>,
    ) -> PyResult<Backup> {
        self.call(py, |client| client.create_backup(&app_id, &mode, comment.as_deref().copied()))
    }

    /// Starts to restore a backup to an environment, which must be stopped: its data is replaced. Mendix Cloud v4 only.
    ///
    /// Raises ConflictError with ERROR_NOT_ALLOWED; ForbiddenError with NO_ACCESS; NotFoundError with NOT_FOUND.
    ///
    /// The service no longer documents this call: its successor is `restore_snapshot`.
    ///
    /// Deploy API v1, section 3.18, Restore a Backup to an Environment:
    /// POST /apps/{AppId}/environments/{Mode}/restore/{SnapshotId}.
    fn restore_backup(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        snapshot_id: Id<'_, snapshot_id>,
    ) -> PyResult<Backup> {
        self.call(py, |client| client.restore_backup(&app_id, &mode, &snapshot_id))
    }

    /// Sets the number of instances of an environment, and the memory of each in MB. Mendix Cloud v4 only.
    ///
    /// Raises ApiError with INVALID_REQUEST; ForbiddenError with NOT_ALLOWED.
    ///
    /// Deploy API v1, section 3.19, Scaling Environments: POST /apps/{AppId}/environments/{Mode}/scale.
    #[pyo3(signature = (app_id, mode, *, instances, memory_per_instance))]
    fn scale_environment(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        instances: Arg<instances, u32>,
        memory_per_instance: Arg<memory_per_instance, u32>,
    ) -> PyResult<Environment> {
        self.call(py, |client| client.scale_environment(&app_id, &mode, *instances, *memory_per_instance))
    }

    /// Adds a tag to an environment. Mendix Cloud v4 only.
    ///
    /// Deploy API v1, section 3.20, Create Environment Tags: POST /apps/{AppId}/environments/{Mode}/tags.
    fn create_environment_tag(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        tag: Id<'_, tag>,
    ) -> PyResult<Tag> {
        self.call(py, |client| client.create_environment_tag(&app_id, &mode, &tag))
    }

    /// Lists the tags of an environment. Mendix Cloud v4 only.
    ///
    /// Deploy API v1, section 3.21, Retrieve Environment Tags: GET /apps/{AppId}/environments/{Mode}/tags.
    fn list_environment_tags(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
    ) -> PyResult<ResultList<Tag>> {
        self.list(py, |client| client.list_environment_tags(&app_id, &mode))
    }

    /// Removes a tag from an environment. It is not an error when the environment does not have it. Mendix Cloud v4 only.
    ///
    /// Deploy API v1, section 3.22, Delete Environment Tags: DELETE /apps/{AppId}/environments/{Mode}/tags.
    fn delete_environment_tag(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        tag: Id<'_, tag>,
    ) -> PyResult<()> {
        self.call(py, |client| client.delete_environment_tag(&app_id, &mode, &tag))
    }

    /// Gets a link to the logs of a day: a datetime.date or "YYYY-MM-DD". `download_archived_logs` downloads them.
    ///
    /// Deploy API v1, section 3.23, Download Archived Logs for a Specific Date:
    /// GET /apps/{AppId}/environments/{Mode}/logs/{Date}.
    fn get_archived_logs(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        date: Arg<date, Day>,
    ) -> PyResult<ArchivedLogs> {
        self.call(py, |client| client.get_archived_logs(&app_id, &mode, &date.0))
    }

    /// Gets a link to the access logs of a day: a datetime.date or "YYYY-MM-DD". `download_archived_access_logs`
    /// follows it.
    ///
    /// Deploy API v1, later documentation, Download Archived Access Logs for a Specific Date:
    /// GET /apps/{AppId}/environments/{Mode}/access-logs/{Date}.
    fn get_archived_access_logs(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        date: Arg<date, Day>,
    ) -> PyResult<ArchivedLogs> {
        self.call(py, |client| client.get_archived_access_logs(&app_id, &mode, &date.0))
    }
}
