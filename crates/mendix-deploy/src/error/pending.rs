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
}

/// What a wait was waiting for, so that another wait, or another process, can resume it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pending {
    /// The kind of wait.
    pub wait_for: WaitFor,
    /// The app.
    pub app_id: String,
    /// The environment.
    pub mode: String,
    /// The start job, where one was waited for and the start gave it.
    // A token without the key has lost it; one that has null was made so.
    #[serde(deserialize_with = "Option::deserialize")]
    pub job_id: Option<String>,
    /// The status, where one was waited for.
    pub status: Option<String>,
    /// The backup, where one was waited for.
    pub snapshot_id: Option<String>,
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
            last_seen: None,
        }
    }

    /// The text that `resume_wait` takes.
    pub(crate) fn token(&self) -> String {
        // Names and text can always be written as JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}
