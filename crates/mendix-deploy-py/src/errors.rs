//! The core's error as a Python exception. The classes are written in Python: `mendix_deploy.exceptions`.

use std::error::Error as StdError;

use mendix_deploy::{Error, ErrorKind};
use pyo3::exceptions::{PyException, PyOSError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};

use crate::enums::EnumValue;

fn module(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    MODULE
        .get_or_try_init(py, || py.import("mendix_deploy.exceptions").map(Bound::unbind))
        .map(|module| module.bind(py))
}

fn class(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "InvalidInputError",
        ErrorKind::Unauthorized => "UnauthorizedError",
        ErrorKind::Forbidden => "ForbiddenError",
        ErrorKind::NotFound => "NotFoundError",
        ErrorKind::Conflict => "ConflictError",
        ErrorKind::RateLimited => "RateLimitedError",
        ErrorKind::Api => "ApiError",
        ErrorKind::Timeout => "RequestTimeoutError",
        ErrorKind::Transport => "TransportError",
        ErrorKind::Ambiguous => "AmbiguousError",
        ErrorKind::WaitTimedOut => "WaitTimedOutError",
        ErrorKind::InvalidResponse => "InvalidResponseError",
        ErrorKind::Io => "FileError",
        ErrorKind::Cancelled => "CancelledError",
        ErrorKind::DeployFailed => "DeployFailedError",
        _ => "MendixDeployError",
    }
}

/// The class of each kind of error, for the tests.
#[pyfunction]
#[pyo3(name = "_error_classes")]
pub(crate) fn error_classes() -> Vec<(String, &'static str)> {
    ErrorKind::ALL.iter().map(|kind| (format!("{kind:?}"), class(*kind))).collect()
}

/// The exception for an argument that is invalid.
pub(crate) fn invalid_input(py: Python<'_>, problem: &str) -> PyErr {
    let made =
        module(py).and_then(|module| module.getattr(class(ErrorKind::InvalidInput))?.call1((problem,)));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// Reports a failure that must not fail the call, as Python does for exceptions that nobody can catch.
/// `KeyboardInterrupt`, `SystemExit` and the like are not failures, and are passed on.
pub(crate) fn report<T>(py: Python<'_>, result: PyResult<T>) -> PyResult<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, None);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The exception for an error of the core.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    build(py, error).unwrap_or_else(|failure| failure)
}

fn build(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let exceptions = module(py)?;
    let attempt = exceptions.getattr(intern!(py, "Attempt"))?;
    let attempts = error
        .attempts()
        .iter()
        .map(|made| {
            attempt.call1((EnumValue(&made.evidence), made.elapsed.as_secs_f64(), made.reused_connection))
        })
        .collect::<PyResult<Vec<_>>>()?;

    let keywords = PyDict::new(py);
    keywords.set_item("kind", EnumValue(&error.kind()))?;
    keywords.set_item("operation", Some(error.operation()).filter(|operation| !operation.is_empty()))?;
    keywords.set_item("message", error.message())?;
    keywords.set_item("http_status", error.http_status())?;
    keywords.set_item("code", error.code().map(mendix_deploy::ErrorCode::as_str))?;
    keywords.set_item("code_text", error.code_text())?;
    keywords.set_item("evidence", EnumValue(&error.evidence()))?;
    keywords.set_item("hint", error.hint())?;
    keywords.set_item("retry_after", error.retry_after().map(|after| after.as_secs_f64()))?;
    keywords.set_item("attempts", PyTuple::new(py, attempts)?)?;

    let text = error.to_string();
    // A traceback shows the hint as a note, on a line of its own.
    let text = error.hint().and_then(|hint| text.strip_suffix(hint)?.strip_suffix("; ")).unwrap_or(&text);
    let text = error.cause().map_or_else(|| text.to_owned(), |cause| format!("{text}: {cause}"));
    let value = exceptions.getattr(class(error.kind()))?.call((text,), Some(&keywords))?;

    if let Some(pending) = error.pending() {
        value.setattr("app_id", &pending.app_id)?;
        value.setattr("mode", &pending.mode)?;
        value.setattr("job_id", pending.job_id.as_deref())?;
        value.setattr("snapshot_id", pending.snapshot_id.as_deref())?;
        value.setattr("package_id", pending.package_id.as_deref())?;
        value.setattr("project_id", pending.project_id.as_deref())?;
        value.setattr("environment_id", pending.environment_id.as_deref())?;
        value.setattr("archive_id", pending.archive_id.as_deref())?;
        value.setattr("restore_id", pending.restore_id.as_deref())?;
        value.setattr("last_seen", pending.last_seen.as_deref())?;
        value.setattr("wait_token", error.wait_token())?;
    }
    if let Some(report) = error.report() {
        value.setattr("step", report.failed_step().map(|step| &step.name))?;
        // By its name: the class is above this module.
        let class = py.import("mendix_deploy._native")?.getattr("DeployReport")?;
        let json = serde_json::to_string(report).unwrap_or_default();
        value.setattr("report", class.call_method1("from_json", (json,))?)?;
    }
    if error.kind() == ErrorKind::Io {
        value.setattr("filename", error.path().map(std::path::Path::as_os_str))?;
    }
    if value.is_instance_of::<PyOSError>()
        && let Some(number) = error.io_error().map(|error| os_error(py, error)).transpose()?.flatten()
    {
        value.setattr("errno", number)?;
        value.setattr("strerror", py.import("os")?.call_method1("strerror", (number,))?)?;
    }
    let exception = PyErr::from_value(value);
    // What the text says already is not a source, so a traceback does not repeat it.
    let cause = error.source().map(|source| match source.downcast_ref::<Error>() {
        Some(error) => raise(py, error),
        None => PyException::new_err(source.to_string()),
    });
    exception.set_cause(py, cause);
    Ok(exception)
}

/// The `errno` of an error, also where its text was made by the core.
fn os_error(py: Python<'_>, error: &std::io::Error) -> PyResult<Option<i32>> {
    use std::io::ErrorKind as Kind;

    if let Some(number) = error.raw_os_error() {
        return Ok(Some(number));
    }
    let name = match error.kind() {
        Kind::ConnectionRefused => "ECONNREFUSED",
        Kind::ConnectionReset => "ECONNRESET",
        Kind::ConnectionAborted => "ECONNABORTED",
        Kind::BrokenPipe => "EPIPE",
        Kind::HostUnreachable => "EHOSTUNREACH",
        Kind::NetworkUnreachable => "ENETUNREACH",
        _ => return Ok(None),
    };
    py.import("errno")?.getattr(name)?.extract().map(Some)
}
