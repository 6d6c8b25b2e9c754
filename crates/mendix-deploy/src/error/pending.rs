//! What a wait was waiting for when it failed.

use serde::{Deserialize, Serialize};

/// What a wait waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WaitFor {
    /// The end of a start: `wait_for_start`.
    Start,
    /// A status of an environment: `wait_for_status`.
    Status,
    /// The end of a backup: `wait_for_backup`.
    Backup,
    /// The end of a build: `wait_for_package`.
    Package,
    /// The end of an upload's processing: `wait_for_upload`.
    Upload,
    /// The end of a snapshot: `wait_for_snapshot`.
    Snapshot,
    /// The end of an archive: `wait_for_archive`.
    Archive,
    /// The end of a restore: `wait_for_restore`.
    Restore,
}

/// What a wait was waiting for, so that another wait, or another process, can resume it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pending {
    /// The kind of wait.
    pub wait_for: WaitFor,
    /// The app; empty where the wait was for a snapshot, an archive or a restore.
    pub app_id: String,
    /// The environment; empty where the wait was for none of an app.
    pub mode: String,
    /// The start job, where one was waited for and the start gave it; or the job of an upload.
    // A token without the key has lost it; one that has null was made so.
    #[serde(deserialize_with = "Option::deserialize")]
    pub job_id: Option<String>,
    /// The status, where one was waited for.
    pub status: Option<String>,
    /// The backup or snapshot, where one was waited for, or an archive of it.
    pub snapshot_id: Option<String>,
    /// The package, where one was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_id: Option<String>,
    /// The project, where a snapshot, an archive or a restore was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The environment, where a snapshot, an archive or a restore was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
    /// The archive, where one was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_id: Option<String>,
    /// The restore, where one was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore_id: Option<String>,
    /// The state last seen, as the service writes it.
    pub last_seen: Option<String>,
}

impl Pending {
    pub(crate) fn new(wait_for: WaitFor, app_id: &str, mode: &str) -> Pending {
        Pending {
            wait_for,
            app_id: app_id.to_owned(),
            mode: mode.to_owned(),
            job_id: None,
            status: None,
            snapshot_id: None,
            package_id: None,
            project_id: None,
            environment_id: None,
            archive_id: None,
            restore_id: None,
            last_seen: None,
        }
    }

    /// Of what belongs to an environment of the Backups API v2.
    pub(crate) fn of_environment(wait_for: WaitFor, project_id: &str, environment_id: &str) -> Pending {
        let mut pending = Pending::new(wait_for, "", "");
        pending.project_id = Some(project_id.to_owned());
        pending.environment_id = Some(environment_id.to_owned());
        pending
    }

    /// What was waited for, in words.
    pub(crate) fn what(&self) -> String {
        let (what, id) = match self.wait_for {
            WaitFor::Start | WaitFor::Status | WaitFor::Backup => {
                return format!("{} of {}", self.mode, self.app_id);
            }
            WaitFor::Package => ("package", &self.package_id),
            WaitFor::Upload => ("upload", &self.job_id),
            WaitFor::Snapshot => ("snapshot", &self.snapshot_id),
            WaitFor::Archive => ("archive", &self.archive_id),
            WaitFor::Restore => ("restore", &self.restore_id),
        };
        format!("{what} {}", id.as_deref().unwrap_or_default())
    }

    /// The text that `resume_wait` takes.
    pub(crate) fn token(&self) -> String {
        // Names and text can always be written as JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}
