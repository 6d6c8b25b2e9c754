//! Waits for what the Backups API v2 works on: snapshots, archives and restores.

use super::{Task, WaitOptions};
use crate::{Archive, Client, Pending, Restore, Result, Snapshot, TaskState, WaitFor};

/// A task of the Backups API v2: all of them tell their state in the same fields.
macro_rules! task {
    ($model:ty, $what:literal) => {
        impl Task for $model {
            const WHAT: &'static str = $what;

            fn state(&self) -> &str {
                self.state.as_str()
            }

            fn is_done(&self) -> bool {
                self.state == TaskState::Completed
            }

            fn why(&self) -> Option<&str> {
                self.status_message.as_deref()
            }
        }
    };
}

task!(Snapshot, "the snapshot");
task!(Archive, "the archive");
task!(Restore, "the restore");

/// The identifiers of a wait, each empty where it has none.
struct Ids {
    project: String,
    environment: String,
    snapshot: String,
    archive: String,
    restore: String,
}

impl Ids {
    fn of(pending: &Pending) -> Ids {
        let id = |id: &Option<String>| id.clone().unwrap_or_default();
        Ids {
            project: id(&pending.project_id),
            environment: id(&pending.environment_id),
            snapshot: id(&pending.snapshot_id),
            archive: id(&pending.archive_id),
            restore: id(&pending.restore_id),
        }
    }
}

impl Client {
    /// Waits until a snapshot is completed, after [`create_snapshot`](Client::create_snapshot).
    ///
    /// # Errors
    ///
    /// Those of [`get_snapshot`](Client::get_snapshot). `Api` when the snapshot failed. `WaitTimedOut` when the time is up: the
    /// service continues, and [`resume_wait`](Client::resume_wait) takes the [`wait_token`](crate::Error::wait_token).
    /// `Cancelled` when the token or the observer ends the wait. `InvalidInput` for a timeout of zero.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::WaitOptions;
    ///
    /// let snapshot = client.create_snapshot("project", "environment", Some("before 1.2"))?;
    /// client.wait_for_snapshot("project", "environment", &snapshot.snapshot_id, WaitOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_snapshot(
        &self,
        project_id: &str,
        environment_id: &str,
        snapshot_id: &str,
        options: WaitOptions<'_>,
    ) -> Result<Snapshot> {
        let mut pending = Pending::of_environment(WaitFor::Snapshot, project_id, environment_id);
        pending.snapshot_id = Some(snapshot_id.to_owned());
        self.wait_for_snapshot_of(pending, options)
    }

    pub(super) fn wait_for_snapshot_of(
        &self,
        pending: Pending,
        options: WaitOptions<'_>,
    ) -> Result<Snapshot> {
        let ids = Ids::of(&pending);
        self.wait_for_task("wait_for_snapshot", pending, options, |client| {
            client.get_snapshot(&ids.project, &ids.environment, &ids.snapshot)
        })
    }

    /// Waits until an archive is completed, after [`create_archive`](Client::create_archive). The result has the link to it.
    ///
    /// # Errors
    ///
    /// Those of [`get_archive`](Client::get_archive). `Api` when the archive failed. `WaitTimedOut` when the time is up: the
    /// service continues, and [`resume_wait`](Client::resume_wait) takes the [`wait_token`](crate::Error::wait_token).
    /// `Cancelled` when the token or the observer ends the wait. `InvalidInput` for a timeout of zero.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::WaitOptions;
    ///
    /// let snapshot_id = "c879c6b1-3aa5-4e10-aaab-cb145841862f";
    /// let archive = client.create_archive("project", "environment", snapshot_id, "database_only")?;
    /// let archive_id = &archive.archive_id;
    /// client.wait_for_archive("project", "environment", snapshot_id, archive_id, WaitOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_archive(
        &self,
        project_id: &str,
        environment_id: &str,
        snapshot_id: &str,
        archive_id: &str,
        options: WaitOptions<'_>,
    ) -> Result<Archive> {
        let mut pending = Pending::of_environment(WaitFor::Archive, project_id, environment_id);
        pending.snapshot_id = Some(snapshot_id.to_owned());
        pending.archive_id = Some(archive_id.to_owned());
        self.wait_for_archive_of(pending, options)
    }

    pub(super) fn wait_for_archive_of(&self, pending: Pending, options: WaitOptions<'_>) -> Result<Archive> {
        let ids = Ids::of(&pending);
        self.wait_for_task("wait_for_archive", pending, options, |client| {
            client.get_archive(&ids.project, &ids.environment, &ids.snapshot, &ids.archive)
        })
    }

    /// Waits until a restore is completed, after [`restore_snapshot`](Client::restore_snapshot).
    ///
    /// # Errors
    ///
    /// Those of [`get_restore`](Client::get_restore). `Api` when the restore failed. `WaitTimedOut` when the time is up: the
    /// service continues, and [`resume_wait`](Client::resume_wait) takes the [`wait_token`](crate::Error::wait_token).
    /// `Cancelled` when the token or the observer ends the wait. `InvalidInput` for a timeout of zero.
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
    pub fn wait_for_restore(
        &self,
        project_id: &str,
        environment_id: &str,
        restore_id: &str,
        options: WaitOptions<'_>,
    ) -> Result<Restore> {
        let mut pending = Pending::of_environment(WaitFor::Restore, project_id, environment_id);
        pending.restore_id = Some(restore_id.to_owned());
        self.wait_for_restore_of(pending, options)
    }

    pub(super) fn wait_for_restore_of(&self, pending: Pending, options: WaitOptions<'_>) -> Result<Restore> {
        let ids = Ids::of(&pending);
        self.wait_for_task("wait_for_restore", pending, options, |client| {
            client.get_restore(&ids.project, &ids.environment, &ids.restore)
        })
    }
}
