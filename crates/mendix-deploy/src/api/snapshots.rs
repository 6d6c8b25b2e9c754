//! Snapshots: the Backups API v2, which has taken the place of [backups](super::backups).

use std::collections::HashSet;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::api::backups::LONGEST_COMMENT;
use crate::api::state::TaskState;
use crate::client::Identified;
use crate::model::model;
use crate::request::{Path, Request, check_length};
use crate::{Client, Error, ErrorCode, Result, reply};

/// How many snapshots a page has.
const PAGE: &str = "100";

model! {
    /// A snapshot of the data of an environment.
    #[derive(Default)]
    Snapshot {
        /// Identifier of the snapshot; opaque text. Empty only in the result of
        /// [`create_snapshot`](Client::create_snapshot), when its response did not have it.
        snapshot_id: String = "snapshot_id",
        /// How far it has come: whether it can be used.
        state: TaskState = "state",
        /// Why it failed, or how far it has come.
        status_message: Option<String> = "status_message",
        /// Version of the package that was deployed at the time.
        model_version: Option<String> = "model_version",
        /// Comment.
        comment: Option<String> = "comment",
        /// When it was asked for, in UTC.
        created_at: Option<Timestamp> = "created_at",
        /// When it was completed or failed, in UTC; `None` until then.
        finished_at: Option<Timestamp> = "finished_at",
        /// When it was last changed, in UTC.
        updated_at: Option<Timestamp> = "updated_at",
        /// When it expires, in UTC.
        expires_at: Option<Timestamp> = "expires_at",
    }
}

impl Identified for Snapshot {
    fn id(&self) -> &str {
        &self.snapshot_id
    }
}

#[derive(Serialize)]
struct Comment<'a> {
    comment: &'a str,
}

impl Client {
    /// Lists the snapshots of an environment on all pages, newest first. [`iter_snapshots`](Client::iter_snapshots) gives
    /// them one by one.
    ///
    /// `project_id` is that of the [`App`](crate::App), and `environment_id` that of the
    /// [`Environment`](crate::Environment), for all calls for snapshots.
    ///
    /// Backups API v2, *List Snapshots*: `GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `NOT_SUPPORTED` or `SNAPSHOT_LISTING_FAILED`; `Forbidden` with `NO_ACCESS`;
    /// `NotFound` with `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let app = client.get_app("calc")?;
    /// let environment = client.get_environment("calc", "Acceptance")?;
    /// let (project_id, environment_id) = (app.project_id.unwrap(), environment.environment_id.unwrap());
    /// for snapshot in client.list_snapshots(&project_id, &environment_id)? {
    ///     println!("{} {} {:?}", snapshot.snapshot_id, snapshot.state, snapshot.created_at);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "List Snapshots")]
    pub fn list_snapshots(&self, project_id: &str, environment_id: &str) -> Result<Vec<Snapshot>> {
        self.snapshots("list_snapshots", project_id, environment_id)?.collect()
    }

    /// Iterates over the snapshots of an environment, newest first. Gets the first page now, and each other one when it is
    /// needed.
    ///
    /// # Errors
    ///
    /// Those of [`list_snapshots`](Client::list_snapshots), now and for each item.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let snapshots = client.iter_snapshots("project", "environment")?;
    /// println!("{:?} snapshots", snapshots.total());
    /// for snapshot in snapshots.take(10) {
    ///     println!("{}", snapshot?.snapshot_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn iter_snapshots(&self, project_id: &str, environment_id: &str) -> Result<Snapshots> {
        self.snapshots("iter_snapshots", project_id, environment_id)
    }

    fn snapshots(
        &self,
        operation: &'static str,
        project_id: &str,
        environment_id: &str,
    ) -> Result<Snapshots> {
        let mut snapshots = Snapshots {
            client: self.clone(),
            operation,
            project_id: project_id.to_owned(),
            environment_id: environment_id.to_owned(),
            page: Vec::new().into_iter(),
            offset: 0,
            total: None,
            seen: HashSet::new(),
            is_complete: false,
        };
        snapshots.turn()?;
        Ok(snapshots)
    }

    /// Begins to make a snapshot of an environment.
    ///
    /// The service continues after its response: [`wait_for_snapshot`](Client::wait_for_snapshot) waits until it is
    /// complete.
    ///
    /// With a comment the snapshots are listed first, unless [`read_back`](crate::ClientBuilder::read_back) is off: if the
    /// response is lost or does not describe the snapshot, the one new snapshot with that comment is the result. So give
    /// each snapshot a unique comment. Without a comment a lost response is `Ambiguous`, and after a response that does not
    /// describe the snapshot `snapshot_id` is empty.
    ///
    /// Backups API v2, *Create Snapshot*: `POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `NOT_SUPPORTED` or `SERVICE_UNAVAILABLE`; `Conflict` with `ENVIRONMENT_BUSY` or
    /// `INVALID_STATE`; `Forbidden` with `NO_ACCESS`; `NotFound` with `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let snapshot = client.create_snapshot("project", "environment", Some("before 1.0.0.45"))?;
    /// println!("{}", snapshot.snapshot_id);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Create Snapshot")]
    pub fn create_snapshot(
        &self,
        project_id: &str,
        environment_id: &str,
        comment: Option<&str>,
    ) -> Result<Snapshot> {
        const OPERATION: &str = "create_snapshot";
        check_length("comment", comment.unwrap_or_default(), LONGEST_COMMENT)
            .map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::environment_v2(project_id, environment_id).then("snapshots");
        let request = match comment {
            None => Request::post(OPERATION, path)?,
            Some(comment) => Request::post_json(OPERATION, path, &Comment { comment })?,
        };
        let known = || Snapshot { comment: comment.map(str::to_owned), ..Snapshot::default() };
        let Some(comment) = comment.filter(|comment| !comment.is_empty()) else {
            // The snapshot could not be told from others.
            return self.receive(&request, None, |body| Ok(reply::decode(&body).unwrap_or_else(|_| known())));
        };
        let budget = self.budget(&request);
        // A new one is on the first page.
        let snapshots = self.list_before(budget, |client: &Client| {
            Ok(client.snapshots(OPERATION, project_id, environment_id)?.page.collect())
        })?;
        self.change_within(
            budget,
            &request,
            |body| reply::decode(&body),
            |client| snapshots.only_new(client, |snapshot| snapshot.comment.as_deref() == Some(comment)),
            known,
        )
    }

    /// Gets one snapshot.
    ///
    /// Backups API v2, *Retrieve Snapshot*: `GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS` or `NOT_SUPPORTED`; `Forbidden` with `NO_ACCESS`; `NotFound` with
    /// `ENVIRONMENT_NOT_FOUND` or `NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let snapshot = client.get_snapshot("project", "environment", "c879c6b1-3aa5-4e10-aaab-cb145841862f")?;
    /// println!("{}", snapshot.state);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Snapshot")]
    pub fn get_snapshot(
        &self,
        project_id: &str,
        environment_id: &str,
        snapshot_id: &str,
    ) -> Result<Snapshot> {
        self.send(&Request::get("get_snapshot", one(project_id, environment_id, snapshot_id))?)
    }

    /// Changes the comment of a snapshot. It cannot be empty.
    ///
    /// When the response is lost, the call succeeds once the snapshot has the comment.
    ///
    /// Backups API v2, *Update Snapshot*: `PUT /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}`.
    ///
    /// # Errors
    ///
    /// Those of [`get_snapshot`](Client::get_snapshot).
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// client.update_snapshot("project", "environment", "c879c6b1-3aa5-4e10-aaab-cb145841862f", "keep")?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Update Snapshot")]
    pub fn update_snapshot(
        &self,
        project_id: &str,
        environment_id: &str,
        snapshot_id: &str,
        comment: &str,
    ) -> Result<Snapshot> {
        const OPERATION: &str = "update_snapshot";
        let checked = if comment.is_empty() {
            Err(Error::invalid_input("comment is empty"))
        } else {
            check_length("comment", comment, LONGEST_COMMENT)
        };
        checked.map_err(|error| error.with_operation(OPERATION))?;
        let path = one(project_id, environment_id, snapshot_id);
        self.change(
            &Request::put_json(OPERATION, path, &Comment { comment })?,
            |body| reply::decode(&body),
            |client| {
                let snapshot = client.get_snapshot(project_id, environment_id, snapshot_id)?;
                Ok(Some(snapshot).filter(|snapshot| snapshot.comment.as_deref() == Some(comment)))
            },
            || Snapshot {
                snapshot_id: snapshot_id.to_owned(),
                comment: Some(comment.to_owned()),
                ..Snapshot::default()
            },
        )
    }

    /// Deletes a snapshot. It cannot be undone.
    ///
    /// When the response is lost, the call succeeds once the service does not find the snapshot any more.
    ///
    /// Backups API v2, *Delete Snapshot*: `DELETE /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}`.
    ///
    /// # Errors
    ///
    /// Those of [`get_snapshot`](Client::get_snapshot).
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// client.delete_snapshot("project", "environment", "c879c6b1-3aa5-4e10-aaab-cb145841862f")?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Delete Snapshot")]
    pub fn delete_snapshot(&self, project_id: &str, environment_id: &str, snapshot_id: &str) -> Result<()> {
        self.change(
            &Request::delete("delete_snapshot", one(project_id, environment_id, snapshot_id))?,
            |_| Ok(()),
            |client| match client.get_snapshot(project_id, environment_id, snapshot_id) {
                Ok(_) => Ok(None),
                Err(error) if error.code() == Some(&ErrorCode::NotFound) => Ok(Some(())),
                Err(error) => Err(error),
            },
            || (),
        )
    }
}

/// The path of one snapshot.
pub(super) fn one(project_id: &str, environment_id: &str, snapshot_id: &str) -> Path {
    Path::environment_v2(project_id, environment_id).then("snapshots").given("snapshot_id", snapshot_id)
}

/// The snapshots of an environment, newest first, page by page: see [`Client::iter_snapshots`].
///
/// A snapshot that is made in the meantime moves the others to later places; none is given twice. One that is deleted in
/// the meantime moves them to earlier places, where they may be missed.
#[must_use]
pub struct Snapshots {
    client: Client,
    operation: &'static str,
    project_id: String,
    environment_id: String,
    page: std::vec::IntoIter<Snapshot>,
    /// How many the service has sent.
    offset: u64,
    total: Option<u64>,
    /// The identifiers of those.
    seen: HashSet<String>,
    is_complete: bool,
}

impl Snapshots {
    /// How many there are on all pages, as the last page said; `None` when the service does not say so.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Gets the pages that follow by another client, such as one with another time limit or token.
    pub fn set_client(&mut self, client: Client) {
        self.client = client;
    }

    /// Gets the next page.
    fn turn(&mut self) -> Result<()> {
        let path = Path::environment_v2(&self.project_id, &self.environment_id).then("snapshots");
        let request = Request::get(self.operation, path)?;
        let request = request.query("offset", &self.offset.to_string()).query("limit", PAGE);
        let page =
            self.client.receive(&request, None, |body| reply::decode_page::<Snapshot>(&body, "snapshots"))?;
        self.offset += page.items.len() as u64;
        let mut new = page.items;
        new.retain(|snapshot| self.seen.insert(snapshot.snapshot_id.clone()));
        self.total = page.total.or(if page.is_whole { Some(self.offset) } else { self.total });
        // A page may have more than was asked for. One without anything new is the last, whatever the total says.
        self.is_complete = new.is_empty() || self.total.is_some_and(|total| self.offset >= total);
        self.page = new.into_iter();
        Ok(())
    }
}

impl Iterator for Snapshots {
    type Item = Result<Snapshot>;

    fn next(&mut self) -> Option<Result<Snapshot>> {
        if let Some(snapshot) = self.page.next() {
            return Some(Ok(snapshot));
        }
        if self.is_complete {
            return None;
        }
        if let Err(error) = self.turn() {
            self.is_complete = true;
            return Some(Err(error));
        }
        self.page.next().map(Ok)
    }
}

impl fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshots")
            .field("project_id", &self.project_id)
            .field("environment_id", &self.environment_id)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
