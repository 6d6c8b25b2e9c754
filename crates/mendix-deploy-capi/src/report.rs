//! An error as JSON: what `mxd_error_json` and events show.

use std::borrow::Cow;
use std::fmt::Debug;

use mendix_deploy::{Attempt, DeployReport, Error, Evidence, Pending};
use serde::{Serialize, Serializer};

use crate::failure::Failure;
use crate::status::{MXD_INTERNAL, MXD_INVALID_INPUT, MXD_NOT_FOUND, mxd_status};

/// An error as JSON.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    kind: String,
    pub(crate) status: mxd_status,
    pub(crate) operation: &'a str,
    pub(crate) message: &'a str,
    pub(crate) text: String,
    pub(crate) http_status: Option<u16>,
    pub(crate) code: Option<&'a str>,
    code_text: Option<&'a str>,
    #[serde(serialize_with = "by_name")]
    pub(crate) evidence: Evidence,
    pub(crate) attempts: Vec<ReportedAttempt>,
    pub(crate) retry_after_ms: Option<i64>,
    pub(crate) hint: Option<&'a str>,
    pub(crate) path: Option<Cow<'a, str>>,
    os_error: Option<i32>,
    pending: Option<&'a Pending>,
    pub(crate) wait_token: Option<String>,
    #[serde(rename = "report")]
    pub(crate) deployment: Option<&'a DeployReport>,
    /// Of the step that failed.
    cause: Option<Box<Report<'a>>>,
}

#[derive(Serialize)]
pub(crate) struct ReportedAttempt {
    #[serde(serialize_with = "by_name")]
    evidence: Evidence,
    elapsed_ms: u128,
    reused_connection: bool,
}

fn by_name<S: Serializer>(value: &impl Debug, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}"))
}

impl<'a> Report<'a> {
    pub(crate) fn new(operation: &'a str, failure: &'a Failure) -> Report<'a> {
        match failure {
            Failure::Core(error) => Report::of_core(operation, error),
            Failure::Misuse(message) => Report::of_this_layer(
                "InvalidInput",
                MXD_INVALID_INPUT,
                Evidence::NotSent,
                operation,
                message,
            ),
            Failure::Absent(message) => {
                Report::of_this_layer("NotFound", MXD_NOT_FOUND, Evidence::NotSent, operation, message)
            }
            Failure::Panic => {
                let message = "a bug of the library: it panicked, and wrote why to standard error";
                Report::of_this_layer("Internal", MXD_INTERNAL, Evidence::Ambiguous, operation, message)
            }
        }
    }

    pub(crate) fn of_core(operation: &'a str, error: &'a Error) -> Report<'a> {
        // What sends no request, such as parsing settings, has no name in the core.
        let named = !error.operation().is_empty();
        Report {
            kind: format!("{:?}", error.kind()),
            status: error.kind() as mxd_status,
            operation: if named { error.operation() } else { operation },
            message: error.message(),
            text: if named { format!("{error:#}") } else { format!("{operation}: {error:#}") },
            http_status: error.http_status(),
            code: error.code().map(mendix_deploy::ErrorCode::as_str),
            code_text: error.code_text(),
            evidence: error.evidence(),
            attempts: error.attempts().iter().map(ReportedAttempt::from).collect(),
            retry_after_ms: error.retry_after().map(|time| time.as_millis().try_into().unwrap_or(i64::MAX)),
            hint: error.hint(),
            path: error.path().map(std::path::Path::to_string_lossy),
            os_error: error.io_error().and_then(std::io::Error::raw_os_error),
            pending: error.pending(),
            wait_token: error.wait_token(),
            deployment: error.report(),
            cause: error.cause().map(|cause| Box::new(Report::of_core(operation, cause))),
        }
    }

    fn of_this_layer(
        kind: &str,
        status: mxd_status,
        evidence: Evidence,
        operation: &'a str,
        message: &'a str,
    ) -> Report<'a> {
        Report {
            kind: kind.to_owned(),
            status,
            operation,
            message,
            text: format!("{operation}: {message}"),
            http_status: None,
            code: None,
            code_text: None,
            evidence,
            attempts: Vec::new(),
            retry_after_ms: None,
            hint: None,
            path: None,
            os_error: None,
            pending: None,
            wait_token: None,
            deployment: None,
            cause: None,
        }
    }
}

impl From<&Attempt> for ReportedAttempt {
    fn from(attempt: &Attempt) -> ReportedAttempt {
        ReportedAttempt {
            evidence: attempt.evidence,
            elapsed_ms: attempt.elapsed.as_millis(),
            reused_connection: attempt.reused_connection,
        }
    }
}
