//! The Backups API v2: snapshots, their archives, and restores.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;

use crate::arguments::names::{
    archive_id, comment, data_type, db_only, environment_id, project_id, restore_id, snapshot_id,
    source_snapshot_id,
};
use crate::arguments::{Arg, DataType, Name};
use crate::client::Client;
use crate::identifiers::Id;
use crate::models::{Archive, Restore, ResultList, Snapshot};

#[pymethods]
impl Client {
    /// Lists the snapshots of an environment on all pages, newest first. `iter_snapshots` gives them one by one.
    ///
    /// project_id is that of the App, and environment_id that of the Environment, for all methods for snapshots.
    ///
    /// Raises ForbiddenError with NO_ACCESS; NotFoundError with ENVIRONMENT_NOT_FOUND; ApiError with NOT_SUPPORTED,
    /// SNAPSHOT_LISTING_FAILED and the like.
    ///
    /// Backups API v2, List Snapshots: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots.
    fn list_snapshots(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
    ) -> PyResult<ResultList<Snapshot>> {
        self.list(py, |client| client.list_snapshots(&project_id, &environment_id))
    }

    /// Iterates over the snapshots of an environment, newest first. Gets a page when it is needed, the first one now.
    ///
    /// >>> snapshots = client.iter_snapshots(project_id, environment_id)
    /// >>> print(snapshots.total)
    /// >>> newest = next(snapshots)
    ///
    /// Raises what `list_snapshots` raises, now and for each page.
    fn iter_snapshots(
        slf: &Bound<'_, Client>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
    ) -> PyResult<SnapshotIterator> {
        let Pages(pages) =
            slf.get().call(slf.py(), |client| client.iter_snapshots(&project_id, &environment_id))?;
        Ok(SnapshotIterator { client: slf.clone().unbind(), pages: Mutex::new(pages) })
    }

    /// Begins to make a snapshot of an environment: `wait_for_snapshot` waits until it is complete.
    ///
    /// With a comment that no other snapshot has, a lost response is no failure: the one new snapshot with it is the result.
    ///
    /// Raises ConflictError with ENVIRONMENT_BUSY or INVALID_STATE; ForbiddenError with NO_ACCESS; NotFoundError with
    /// ENVIRONMENT_NOT_FOUND; ApiError with NOT_SUPPORTED and the like.
    ///
    /// Backups API v2, Create Snapshot: POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots.
    #[pyo3(signature = (project_id, environment_id, *, comment=None))]
    fn create_snapshot(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        comment: Option<Arg<comment, &str>>,
    ) -> PyResult<Snapshot> {
        let comment = comment.as_deref().copied();
        self.call(py, |client| client.create_snapshot(&project_id, &environment_id, comment))
    }

    /// Gets one snapshot.
    ///
    /// Raises NotFoundError with NOT_FOUND or ENVIRONMENT_NOT_FOUND; ForbiddenError with NO_ACCESS; ApiError with
    /// NOT_SUPPORTED and the like.
    ///
    /// Backups API v2, Retrieve Snapshot: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}.
    fn get_snapshot(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        snapshot_id: Id<'_, snapshot_id>,
    ) -> PyResult<Snapshot> {
        self.call(py, |client| client.get_snapshot(&project_id, &environment_id, &snapshot_id))
    }

    /// Changes the comment of a snapshot. It cannot be empty.
    ///
    /// Raises what `get_snapshot` raises.
    ///
    /// Backups API v2, Update Snapshot: PUT /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}.
    fn update_snapshot(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        snapshot_id: Id<'_, snapshot_id>,
        comment: Arg<comment, &str>,
    ) -> PyResult<Snapshot> {
        self.call(py, |client| client.update_snapshot(&project_id, &environment_id, &snapshot_id, &comment))
    }

    /// Deletes a snapshot. It cannot be undone.
    ///
    /// Raises what `get_snapshot` raises.
    ///
    /// Backups API v2, Delete Snapshot: DELETE /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}.
    fn delete_snapshot(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        snapshot_id: Id<'_, snapshot_id>,
    ) -> PyResult<()> {
        self.call(py, |client| client.delete_snapshot(&project_id, &environment_id, &snapshot_id))
    }

    /// Begins to make an archive of a snapshot, which can be downloaded. `download_snapshot` does all of it.
    ///
    /// data_type is one of ArchiveData. A lost response raises AmbiguousError; to make another archive is harmless.
    ///
    /// Raises what `get_snapshot` raises; ApiError with UNSUPPORTED for another data_type.
    ///
    /// Backups API v2, Request Backup Archive:
    /// POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives.
    fn create_archive(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        snapshot_id: Id<'_, snapshot_id>,
        data_type: Arg<data_type, DataType<'_>>,
    ) -> PyResult<Archive> {
        self.call(py, |client| client.create_archive(&project_id, &environment_id, &snapshot_id, &data_type))
    }

    /// Gets one archive of a snapshot. Its url is there when it is completed, and valid for 8 hours.
    ///
    /// Raises what `get_snapshot` raises.
    ///
    /// Backups API v2, Retrieve Backup Archive:
    /// GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives/{ArchiveId}.
    fn get_archive(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        snapshot_id: Id<'_, snapshot_id>,
        archive_id: Id<'_, archive_id>,
    ) -> PyResult<Archive> {
        self.call(py, |client| client.get_archive(&project_id, &environment_id, &snapshot_id, &archive_id))
    }

    /// Begins to restore a snapshot to an environment, which must be stopped: its data is replaced.
    ///
    /// `wait_for_restore` waits for it. The snapshot may be of another environment of the app. With db_only the files stay as
    /// they are. A lost response raises AmbiguousError.
    ///
    /// Raises ConflictError with ERROR_NOT_ALLOWED, ENVIRONMENT_BUSY or INVALID_STATE; NotFoundError with NOT_FOUND;
    /// ForbiddenError with NO_ACCESS; ApiError with NOT_SUPPORTED and the like.
    ///
    /// Backups API v2, Restore Snapshot: POST /apps/{ProjectId}/environments/{EnvironmentId}/restores.
    #[pyo3(signature = (project_id, environment_id, source_snapshot_id, *, db_only: "bool" = false))]
    fn restore_snapshot(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        source_snapshot_id: Id<'_, source_snapshot_id>,
        #[pyo3(from_py_with = db_only::take)] db_only: bool,
    ) -> PyResult<Restore> {
        self.call(py, |client| {
            client.restore_snapshot(&project_id, &environment_id, &source_snapshot_id, db_only)
        })
    }

    /// Gets one restore.
    ///
    /// Raises what `get_snapshot` raises.
    ///
    /// Backups API v2, Retrieve Restore: GET /apps/{ProjectId}/environments/{EnvironmentId}/restores/{RestoreId}.
    fn get_restore(
        &self,
        py: Python<'_>,
        project_id: Id<'_, project_id>,
        environment_id: Id<'_, environment_id>,
        restore_id: Id<'_, restore_id>,
    ) -> PyResult<Restore> {
        self.call(py, |client| client.get_restore(&project_id, &environment_id, &restore_id))
    }
}

struct Pages(mendix_deploy::Snapshots);

impl From<mendix_deploy::Snapshots> for Pages {
    fn from(pages: mendix_deploy::Snapshots) -> Pages {
        Pages(pages)
    }
}

struct Next(Option<mendix_deploy::Snapshot>);

impl From<Option<mendix_deploy::Snapshot>> for Next {
    fn from(next: Option<mendix_deploy::Snapshot>) -> Next {
        Next(next)
    }
}

/// The snapshots of an environment, newest first: see `Client.iter_snapshots`.
///
/// A snapshot that is made in the meantime is not given. One that is deleted in the meantime may make others be missed.
#[pyclass(frozen, weakref, module = "mendix_deploy")]
pub(crate) struct SnapshotIterator {
    client: Py<Client>,
    // It is locked without the GIL, which a callback may need while it is.
    pages: Mutex<mendix_deploy::Snapshots>,
}

#[pymethods]
impl SnapshotIterator {
    fn __iter__(slf: Bound<'_, SnapshotIterator>) -> Bound<'_, SnapshotIterator> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Snapshot>> {
        let Next(next) = self.client.get().call(py, |client| {
            let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
            pages.set_client(client.clone());
            pages.next().transpose()
        })?;
        Ok(next.map(Snapshot::from))
    }

    /// How many there are on all pages; None when the service does not say so.
    #[getter]
    fn total(&self, py: Python<'_>) -> Option<u64> {
        py.detach(|| self.pages.lock().unwrap_or_else(PoisonError::into_inner).total())
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        match self.total(py) {
            Some(total) => format!("<SnapshotIterator of {total}>"),
            None => "<SnapshotIterator>".to_owned(),
        }
    }
}
