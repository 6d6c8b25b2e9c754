//! What a deployment did.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::redact::one_line;

/// What is on an environment, or will be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeployedState {
    /// The status of the environment.
    pub status: String,
    /// Identifier of the package; `None` where there is none, or where it is not uploaded yet.
    pub package_id: Option<String>,
    /// Version of the model, where it is known.
    pub model_version: Option<String>,
}

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeployOutcome {
    /// The package runs, with the settings that were wanted.
    Deployed,
    /// It ran already, by the journal; no change was sent.
    Unchanged,
    /// It failed, and what ran before runs again.
    RolledBack,
    /// It failed, and not everything could be put back.
    RollbackFailed,
    /// It failed, and nothing was put back: nothing had been changed, or the policy says so.
    Failed,
}

impl DeployOutcome {
    /// All of them.
    pub const ALL: &[DeployOutcome] = &[
        DeployOutcome::Deployed,
        DeployOutcome::Unchanged,
        DeployOutcome::RolledBack,
        DeployOutcome::RollbackFailed,
        DeployOutcome::Failed,
    ];

    /// Its name, as the JSON of a report has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DeployOutcome::Deployed => "deployed",
            DeployOutcome::Unchanged => "unchanged",
            DeployOutcome::RolledBack => "rolled_back",
            DeployOutcome::RollbackFailed => "rollback_failed",
            DeployOutcome::Failed => "failed",
        }
    }
}

impl fmt::Display for DeployOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepStatus {
    /// It has begun. Only observers see it.
    Started,
    /// It is done.
    Done,
    /// It was not needed.
    Skipped,
    /// It failed.
    Failed,
}

impl StepStatus {
    /// All of them.
    pub const ALL: &[StepStatus] =
        &[StepStatus::Started, StepStatus::Done, StepStatus::Skipped, StepStatus::Failed];

    /// Its name, as the JSON of a step has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            StepStatus::Started => "started",
            StepStatus::Done => "done",
            StepStatus::Skipped => "skipped",
            StepStatus::Failed => "failed",
        }
    }
}

impl fmt::Display for StepStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One step of a deployment, as it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeployStep {
    /// Its name: `backup`, `upload`, `stop`, `transport`, `settings`, `scale`, `start` or `confirm`; `stop_again` when
    /// somebody else started the app meanwhile; those of a rollback begin with `rollback_`.
    pub name: String,
    /// How far it is.
    pub status: StepStatus,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// Why it was skipped, or why it failed.
    pub reason: Option<String>,
}

/// What a deployment did. Its `Display` is for a person; its JSON is the same in all languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeployReport {
    /// The app.
    pub app_id: String,
    /// The environment.
    pub mode: String,
    /// How it ended.
    pub outcome: DeployOutcome,
    /// What was there before.
    pub before: DeployedState,
    /// What was there at the end, as far as it could be read.
    pub after: DeployedState,
    /// Every step in order, those that were skipped too.
    pub steps: Vec<DeployStep>,
    /// How long the app was down, from the stop until it had started, in milliseconds; `None` where it was not stopped, or
    /// did not start.
    pub downtime_ms: Option<u64>,
    /// Identifier of the backup that was made.
    pub backup: Option<String>,
    /// The package that is deployed again after a rollback.
    pub rolled_back_to: Option<String>,
    /// After a failure: what is not as it was before, one sentence each.
    pub differences: Vec<String>,
    /// Names of packages that may have been uploaded and are not used: the responses to those uploads were lost.
    pub orphans: Vec<String>,
}

impl DeployReport {
    /// The step that failed first, if one did.
    #[must_use]
    pub fn failed_step(&self) -> Option<&DeployStep> {
        self.steps.iter().find(|step| step.status == StepStatus::Failed)
    }
}

impl fmt::Display for DeployReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| one_line(text.to_owned());
        let state = |state: &DeployedState| {
            let version = state.model_version.as_deref().unwrap_or("unknown");
            let package = state.package_id.as_deref().unwrap_or("none");
            shown(&format!("{}, model version {version}, package {package}", state.status))
        };
        writeln!(f, "{} of {}: {}", self.mode, self.app_id, self.outcome)?;
        writeln!(f, "  before: {}", state(&self.before))?;
        writeln!(f, "  after: {}", state(&self.after))?;
        for step in &self.steps {
            write!(f, "  {}: {}", step.name, step.status)?;
            if step.status != StepStatus::Skipped {
                write!(f, ", {}", Seconds(step.elapsed_ms))?;
            }
            match &step.reason {
                Some(reason) => writeln!(f, ", {}", shown(reason))?,
                None => writeln!(f)?,
            }
        }
        if let Some(downtime) = self.downtime_ms {
            writeln!(f, "  downtime: {}", Seconds(downtime))?;
        }
        if let Some(backup) = &self.backup {
            writeln!(f, "  backup: {}", shown(backup))?;
        }
        if let Some(package) = &self.rolled_back_to {
            writeln!(f, "  rolled back to package: {}", shown(package))?;
        }
        for difference in &self.differences {
            writeln!(f, "  not as before: {}", shown(difference))?;
        }
        for orphan in &self.orphans {
            writeln!(f, "  a package may have been uploaded that is not used: {}", shown(orphan))?;
        }
        Ok(())
    }
}

/// Milliseconds as a person reads them.
struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} s", self.0 / 1000, self.0 % 1000 / 100)
    }
}
