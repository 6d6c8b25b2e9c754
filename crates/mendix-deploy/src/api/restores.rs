//! Restores of snapshots to environments, by the Backups API v2.

use jiff::Timestamp;

use crate::api::state::TaskState;
use crate::model::model;
use crate::request::{Path, Request, check_name};
use crate::{Client, Result, reply};

model! {
    /// A restore of a snapshot to an environment.
    #[derive(Default)]
    Restore {
        /// Identifier of the restore; opaque text. Empty only in the result of
        /// [`restore_snapshot`](Client::restore_snapshot), when its response did not have it.
        restore_id: String = "restore_id",
        /// The snapshot that is restored.
        source_snapshot_id: Option<String> = "source_snapshot_id",
        /// The environment that it was made of.
        source_environment_id: Option<String> = "source_environment_id",
        /// The environment whose data is replaced.
        target_environment_id: Option<String> = "target_environment_id",
        /// How far it has come.
        state: TaskState = "state",
        /// Why it failed, or how far it has come.
        status_message: Option<String> = "status_message",
        /// When it was asked for, in UTC.
        created_at: Option<Timestamp> = "created_at",
        /// When it was completed or failed, in UTC; `None` until then.
        finished_at: Option<Timestamp> = "finished_at",
        /// When it was last changed, in UTC.
        updated_at: Option<Timestamp> = "updated_at",
    }
}

impl Client {
    /// Begins to restore a snapshot to a stopped environment, **whose data is replaced**.
    ///
    /// The snapshot may be of another environment of the app. With `db_only` the files stay as they are. The service
    /// continues after its response: [`wait_for_restore`](Client::wait_for_restore) waits until it is completed. A lost
    /// response is `Ambiguous`: restores are not listed.
    ///
    /// Backups API v2, *Restore Snapshot*: `POST /apps/{ProjectId}/environments/{EnvironmentId}/restores`, with
    /// `?source_snapshot_id={SourceSnapshotId}&db_only={DbOnly}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `NOT_SUPPORTED` or `SERVICE_UNAVAILABLE`; `Conflict` with `ERROR_NOT_ALLOWED`,
    /// `ENVIRONMENT_BUSY` or `INVALID_STATE`; `Forbidden` with `NO_ACCESS`; `NotFound` with `ENVIRONMENT_NOT_FOUND` or
    /// `NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::WaitOptions;
    ///
    /// let snapshot_id = "c879c6b1-3aa5-4e10-aaab-cb145841862f";
    /// let restore = client.restore_snapshot("project", "environment", snapshot_id, false)?;
    /// client.wait_for_restore("project", "environment", &restore.restore_id, WaitOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Restore Snapshot")]
    pub fn restore_snapshot(
        &self,
        project_id: &str,
        environment_id: &str,
        source_snapshot_id: &str,
        db_only: bool,
    ) -> Result<Restore> {
        const OPERATION: &str = "restore_snapshot";
        check_name("source_snapshot_id", source_snapshot_id)
            .map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::environment_v2(project_id, environment_id).then("restores");
        let request = Request::post(OPERATION, path)?
            .query("source_snapshot_id", source_snapshot_id)
            .query("db_only", if db_only { "true" } else { "false" });
        self.receive(&request, None, |body| {
            Ok(reply::decode(&body).unwrap_or_else(|_| Restore {
                source_snapshot_id: Some(source_snapshot_id.to_owned()),
                target_environment_id: Some(environment_id.to_owned()),
                ..Restore::default()
            }))
        })
    }

    /// Gets one restore.
    ///
    /// Backups API v2, *Retrieve Restore*: `GET /apps/{ProjectId}/environments/{EnvironmentId}/restores/{RestoreId}`.
    ///
    /// # Errors
    ///
    /// Those of [`get_snapshot`](Client::get_snapshot).
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let restore = client.get_restore("project", "environment", "7c1b3a52-0d1e-4f62-9f8a-2b3c4d5e6f70")?;
    /// println!("{}", restore.state);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Restore")]
    pub fn get_restore(&self, project_id: &str, environment_id: &str, restore_id: &str) -> Result<Restore> {
        let path = Path::environment_v2(project_id, environment_id).then("restores");
        self.send(&Request::get("get_restore", path.given("restore_id", restore_id))?)
    }
}
