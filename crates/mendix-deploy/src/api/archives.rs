//! Archives: the data of a snapshot as a file, by the Backups API v2.

use jiff::Timestamp;

use crate::api::snapshots;
use crate::api::state::TaskState;
use crate::model::model;
use crate::request::{Request, check_name};
use crate::{Client, Result, SignedUrl, reply};

model! {
    /// An archive of a snapshot, which can be downloaded.
    #[derive(Default)]
    Archive {
        /// Identifier of the archive; opaque text. Empty only in the result of
        /// [`create_archive`](Client::create_archive), when its response did not have it.
        archive_id: String = "archive_id",
        /// Identifier of the snapshot.
        snapshot_id: Option<String> = "snapshot_id",
        /// What is in it: [`FILES_AND_DATABASE`](Archive::FILES_AND_DATABASE) or [`DATABASE_ONLY`](Archive::DATABASE_ONLY).
        data_type: Option<String> = "data_type",
        /// How far it has come: whether it can be downloaded.
        state: TaskState = "state",
        /// Why it failed, or how far it has come.
        status_message: Option<String> = "status_message",
        /// The link to it, which expires; `None` until it is completed.
        url: Option<SignedUrl> = "url",
        /// When it was asked for, in UTC.
        created_at: Option<Timestamp> = "created_at",
        /// When it was completed or failed, in UTC; `None` until then.
        finished_at: Option<Timestamp> = "finished_at",
        /// When it was last changed, in UTC.
        updated_at: Option<Timestamp> = "updated_at",
    }
}

impl Archive {
    /// The `data_type` of files and database.
    pub const FILES_AND_DATABASE: &'static str = "files_and_database";
    /// The `data_type` of the database alone.
    pub const DATABASE_ONLY: &'static str = "database_only";
}

impl Client {
    /// Begins to make an archive of a snapshot. [`download_snapshot`](Client::download_snapshot) does this, waits and
    /// downloads it.
    ///
    /// `data_type` is `files_and_database` or `database_only`. A lost response is `Ambiguous`: the archives of a snapshot
    /// are not listed. To make another one is harmless.
    ///
    /// Backups API v2, *Request Backup Archive*:
    /// `POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives`, with `?data_type={DataType}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `NOT_SUPPORTED` or `UNSUPPORTED`; `Forbidden` with `NO_ACCESS`; `NotFound` with
    /// `ENVIRONMENT_NOT_FOUND` or `NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{Archive, WaitOptions};
    ///
    /// let snapshot_id = "c879c6b1-3aa5-4e10-aaab-cb145841862f";
    /// let archive = client.create_archive("project", "environment", snapshot_id, Archive::DATABASE_ONLY)?;
    /// let archive_id = &archive.archive_id;
    /// client.wait_for_archive("project", "environment", snapshot_id, archive_id, WaitOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Request Backup Archive")]
    pub fn create_archive(
        &self,
        project_id: &str,
        environment_id: &str,
        snapshot_id: &str,
        data_type: &str,
    ) -> Result<Archive> {
        const OPERATION: &str = "create_archive";
        check_name("data_type", data_type).map_err(|error| error.with_operation(OPERATION))?;
        let path = snapshots::one(project_id, environment_id, snapshot_id).then("archives");
        let request = Request::post(OPERATION, path)?.query("data_type", data_type);
        self.receive(&request, None, |body| {
            Ok(reply::decode(&body).unwrap_or_else(|_| Archive {
                snapshot_id: Some(snapshot_id.to_owned()),
                data_type: Some(data_type.to_owned()),
                ..Archive::default()
            }))
        })
    }

    /// Gets one archive of a snapshot. Its `url` is valid for 8 hours.
    ///
    /// Backups API v2, *Retrieve Backup Archive*:
    /// `GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives/{ArchiveId}`.
    ///
    /// # Errors
    ///
    /// Those of [`get_snapshot`](Client::get_snapshot).
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let snapshot_id = "c879c6b1-3aa5-4e10-aaab-cb145841862f";
    /// let archive = client.get_archive("project", "environment", snapshot_id, "2d6f6a2e-7a39-4d4e-8c0b-6f4f6c1f2b10")?;
    /// println!("{}", archive.state);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Backup Archive")]
    pub fn get_archive(
        &self,
        project_id: &str,
        environment_id: &str,
        snapshot_id: &str,
        archive_id: &str,
    ) -> Result<Archive> {
        let path = snapshots::one(project_id, environment_id, snapshot_id).then("archives");
        self.send(&Request::get("get_archive", path.given("archive_id", archive_id))?)
    }
}
