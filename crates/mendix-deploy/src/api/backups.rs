//! Backups: sections 3.15 to 3.18 of the document.

use jiff::Timestamp;
use serde::Serialize;

use crate::client::Identified;
use crate::model::{Extra, model, open_field};
use crate::request::{Path, Request, check_length};
use crate::{Client, Result, SignedUrl, reply};

/// The longest comment of a backup, in bytes.
pub(super) const LONGEST_COMMENT: usize = 4096;

open_field! {
    without_case
    /// The state of a backup.
    BackupState {
        /// It is waiting to be made.
        Queued,
        /// It is being made.
        Running,
        /// It is complete.
        Completed,
        /// It could not be made.
        Failed,
    }
}

model! {
    /// A backup of an environment, which the document also calls a snapshot.
    Backup {
        /// Identifier of the backup; opaque text, for example `201703221355`. Empty only in the result of
        /// [`create_backup`](Client::create_backup), when its response did not have it.
        snapshot_id: String = "SnapshotID" | "SnapshotId",
        /// Comment.
        comment: Option<String> = "Comment",
        /// The state: whether it is complete.
        state: BackupState = "State",
        /// When it expires, in UTC.
        expires_on: Option<Timestamp> = "ExpiresOn",
        /// When it was completed, in UTC; `None` until then.
        created_on: Option<Timestamp> = "CreatedOn",
        /// Version of the package that was deployed at the time.
        model_version: Option<String> = "ModelVersion",
    }
}

/// The part of a backup to download.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BackupPart {
    /// The files.
    FilesOnly,
    /// The database.
    DatabaseOnly,
    /// Both.
    DatabaseAndFiles,
}

model! {
    /// Signed links to the parts of a backup, which expire.
    BackupLinks {
        /// The files.
        files_only: Option<SignedUrl> = "FilesOnly",
        /// The database.
        database_only: Option<SignedUrl> = "DatabaseOnly",
        /// Both.
        database_and_files: Option<SignedUrl> = "DatabaseAndFiles",
    }
}

impl BackupLinks {
    /// The link to one part.
    #[must_use]
    pub fn part(&self, part: BackupPart) -> Option<&SignedUrl> {
        match part {
            BackupPart::FilesOnly => self.files_only.as_ref(),
            BackupPart::DatabaseOnly => self.database_only.as_ref(),
            BackupPart::DatabaseAndFiles => self.database_and_files.as_ref(),
        }
    }
}

impl Client {
    /// Lists the backups of an environment.
    ///
    /// The service no longer documents this call: its successor is [`list_snapshots`](Client::list_snapshots).
    ///
    /// Deploy API v1, section 3.15, *List Environment Backups*: `GET /apps/{AppId}/environments/{Mode}/snapshots`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `INVALID_ENVIRONMENT` or `SNAPSHOT_LISTING_FAILED`; `Forbidden` with
    /// `NO_ACCESS`; `NotFound` with `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// for backup in client.list_backups("calc", "Acceptance")? {
    ///     println!("{} {:?}", backup.snapshot_id, backup.created_on);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "List Environment Backups")]
    pub fn list_backups(&self, app_id: &str, mode: &str) -> Result<Vec<Backup>> {
        let path = Path::environment(app_id, mode).then("snapshots");
        self.send_for_list(&Request::get("list_backups", path)?)
    }

    /// Gets the links to a backup. [`download_backup`](Client::download_backup) downloads it.
    ///
    /// The service no longer documents this call: its successor is [`create_archive`](Client::create_archive).
    ///
    /// Deploy API v1, section 3.16, *Download a Backup for an Environment*:
    /// `GET /apps/{AppId}/environments/{Mode}/snapshots/{SnapshotId}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS` or `INVALID_ENVIRONMENT`; `Forbidden` with `NO_ACCESS`; `NotFound` with
    /// `ENVIRONMENT_NOT_FOUND` or `SNAPSHOT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let links = client.get_backup_links("calc", "Acceptance", "201703221355")?;
    /// if let Some(link) = links.database_only {
    ///     println!("{link}"); // only its host
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Download a Backup for an Environment")]
    pub fn get_backup_links(&self, app_id: &str, mode: &str, snapshot_id: &str) -> Result<BackupLinks> {
        let path = Path::environment(app_id, mode).then("snapshots").given("snapshot_id", snapshot_id);
        self.send(&Request::get("get_backup_links", path)?)
    }

    /// Begins to make a backup of an environment.
    ///
    /// Mendix Cloud v4 only. The service continues after its response; `created_on` is `None` until the backup is complete.
    ///
    /// With a comment the backups are listed first, unless [`read_back`](crate::ClientBuilder::read_back) is off: if the
    /// response is lost or does not describe the backup, the one new backup with that comment is the result. So give each
    /// backup a unique comment. Without a comment a lost response is `Ambiguous`, and after a response that does not
    /// describe the backup `snapshot_id` is empty.
    ///
    /// The service no longer documents this call: its successor is [`create_snapshot`](Client::create_snapshot).
    ///
    /// Deploy API v1, section 3.17, *Create a Backup of an Environment*: `POST /apps/{AppId}/environments/{Mode}/snapshots`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_ENVIRONMENT`; `Forbidden` with `NO_ACCESS`; `NotFound` with `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let backup = client.create_backup("calc", "Acceptance", Some("before 1.0.0.45"))?;
    /// println!("{}", backup.snapshot_id);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Create a Backup of an Environment")]
    pub fn create_backup(&self, app_id: &str, mode: &str, comment: Option<&str>) -> Result<Backup> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body<'a> {
            comment: &'a str,
        }
        const OPERATION: &str = "create_backup";
        check_length("comment", comment.unwrap_or_default(), LONGEST_COMMENT)
            .map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::environment(app_id, mode).then("snapshots");
        let request = match comment {
            None => Request::post(OPERATION, path)?,
            Some(comment) => Request::post_json(OPERATION, path, &Body { comment })?,
        };
        let known = || Backup::known(String::new(), comment);
        let Some(comment) = comment.filter(|comment| !comment.is_empty()) else {
            // The backup could not be told from others.
            return self.receive(&request, None, |body| Ok(reply::decode(&body).unwrap_or_else(|_| known())));
        };
        let budget = self.budget(&request);
        let backups = self.list_before(budget, |client| client.list_backups(app_id, mode))?;
        self.change_within(
            budget,
            &request,
            |body| reply::decode(&body),
            |client| backups.only_new(client, |backup| backup.comment.as_deref() == Some(comment)),
            known,
        )
    }

    /// Begins to restore a backup to a stopped environment, **whose data is replaced**.
    ///
    /// Mendix Cloud v4 only. The backup may be of another environment of the app. When the response does not describe the
    /// backup, the result has only its `snapshot_id`. A lost response is `Ambiguous`: it cannot be read back.
    ///
    /// The service no longer documents this call: its successor is [`restore_snapshot`](Client::restore_snapshot).
    ///
    /// Deploy API v1, section 3.18, *Restore a Backup to an Environment*:
    /// `POST /apps/{AppId}/environments/{Mode}/restore/{SnapshotId}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_ENVIRONMENT`; `NotFound` with `NOT_FOUND` or `ENVIRONMENT_NOT_FOUND`; `Conflict` with
    /// `ERROR_NOT_ALLOWED`; `Forbidden` with `NO_ACCESS`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// client.restore_backup("calc", "Acceptance", "0c982ca3-621f-40e9-9c6e-96492934170a")?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Restore a Backup to an Environment")]
    pub fn restore_backup(&self, app_id: &str, mode: &str, snapshot_id: &str) -> Result<Backup> {
        let path = Path::environment(app_id, mode).then("restore").given("snapshot_id", snapshot_id);
        self.receive(&Request::post("restore_backup", path)?, None, |body| {
            Ok(reply::decode(&body).unwrap_or_else(|_| Backup::known(snapshot_id.to_owned(), None)))
        })
    }
}

impl Identified for Backup {
    fn id(&self) -> &str {
        &self.snapshot_id
    }
}

impl Backup {
    /// A backup of which no more is known.
    fn known(snapshot_id: String, comment: Option<&str>) -> Backup {
        Backup {
            snapshot_id,
            comment: comment.map(str::to_owned),
            state: BackupState::default(),
            expires_on: None,
            created_on: None,
            model_version: None,
            extra: Extra::default(),
        }
    }
}
