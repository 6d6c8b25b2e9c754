//! What a journal says: one record for each line.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::found::Before;
use super::{DeployPlan, Deployment};
use crate::deploy_report::{DeployReport, DeployStep};
use crate::{Error, ErrorKind, Evidence};

/// The version of the format.
pub(super) const VERSION: u32 = 1;

/// The steps of a deployment, those of its rollback too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    Backup,
    Upload,
    Stop,
    Transport,
    Settings,
    Scale,
    StopAgain,
    Start,
    Confirm,
    RollbackStop,
    RollbackTransport,
    RollbackRestore,
    RollbackSettings,
    RollbackScale,
    RollbackStart,
    RollbackConfirm,
}

impl Step {
    /// Those that change the environment.
    pub(super) const CHANGES: [Step; 6] =
        [Step::Stop, Step::Transport, Step::Settings, Step::Scale, Step::StopAgain, Step::Start];

    pub(super) fn name(self) -> &'static str {
        match self {
            Step::Backup => "backup",
            Step::Upload => "upload",
            Step::Stop => "stop",
            Step::Transport => "transport",
            Step::Settings => "settings",
            Step::Scale => "scale",
            Step::StopAgain => "stop_again",
            Step::Start => "start",
            Step::Confirm => "confirm",
            Step::RollbackStop => "rollback_stop",
            Step::RollbackTransport => "rollback_transport",
            Step::RollbackRestore => "rollback_restore",
            Step::RollbackSettings => "rollback_settings",
            Step::RollbackScale => "rollback_scale",
            Step::RollbackStart => "rollback_start",
            Step::RollbackConfirm => "rollback_confirm",
        }
    }
}

/// The first record of a deployment: what is wanted, what was found, and what was decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Begin {
    pub(super) version: u32,
    /// Marks the backup and the uploaded package of this deployment.
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) deployment: Deployment,
    pub(super) lease: Option<std::path::PathBuf>,
    pub(super) step_timeout_ms: u64,
    pub(super) before: Before,
    pub(super) plan: DeployPlan,
}

/// One line of a journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(super) enum Record {
    /// A deployment begins.
    Begin(Box<Begin>),
    /// A change is sent next. `name` is that of the package, for an upload.
    Intent { step: Step, at: Timestamp, name: Option<String> },
    /// The service accepted the change, and gave this identifier.
    Accepted { step: Step, at: Timestamp, id: Option<String> },
    /// The change did not take effect: the service refused it, or did not get it.
    Refused { step: Step, at: Timestamp },
    /// The step is over.
    Ended { step: Step, report: DeployStep, failure: Option<Failure> },
    /// The deployment is over.
    Finished { report: Box<DeployReport>, failure: Option<Failure> },
}

/// An error, in a journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Failure {
    kind: i32,
    operation: String,
    message: String,
    http_status: Option<u16>,
    code: Option<String>,
    evidence: String,
}

impl Failure {
    pub(super) fn of(error: &Error) -> Failure {
        Failure {
            kind: error.kind() as i32,
            operation: error.operation().to_owned(),
            message: error.message().to_owned(),
            http_status: error.http_status(),
            code: error.code_text().map(str::to_owned),
            evidence: format!("{:?}", error.evidence()),
        }
    }

    /// The error again, without its attempts and what was below it.
    pub(super) fn to_error(&self) -> Error {
        let kind = ErrorKind::ALL.iter().find(|kind| **kind as i32 == self.kind);
        let all = [Evidence::NotSent, Evidence::Incomplete, Evidence::Refused];
        let evidence = all.into_iter().find(|evidence| format!("{evidence:?}") == self.evidence);
        let operation = OPERATIONS.iter().find(|operation| **operation == self.operation);
        let mut error = Error::new(
            kind.copied().unwrap_or(ErrorKind::Api),
            evidence.unwrap_or(Evidence::Ambiguous),
            self.message.as_str(),
        )
        .with_operation(operation.copied().unwrap_or_default());
        if let Some(status) = self.http_status {
            error = error.with_status(status);
        }
        match &self.code {
            Some(code) => error.with_code(code),
            None => error,
        }
    }
}

/// The calls that a step makes.
const OPERATIONS: &[&str] = &[
    "create_backup",
    "create_snapshot",
    "deploy",
    "get_app",
    "get_environment",
    "get_environment_package",
    "get_environment_settings",
    "get_package",
    "get_restore",
    "get_snapshot",
    "get_start_status",
    "get_upload_status",
    "iter_snapshots",
    "list_backups",
    "restore_backup",
    "restore_snapshot",
    "scale_environment",
    "set_environment_settings",
    "start_environment",
    "stop_environment",
    "transport_package",
    "upload_package",
    "upload_package_v2",
    "wait_for_backup",
    "wait_for_package",
    "wait_for_restore",
    "wait_for_snapshot",
    "wait_for_start",
    "wait_for_status",
    "wait_for_upload",
];
