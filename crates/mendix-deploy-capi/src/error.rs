//! Errors: a status, and the details behind it.

use std::ffi::{CString, c_char};
use std::ptr;

use mendix_deploy::Evidence;

use crate::failure::Failure;
use crate::guard::{self, guard};
use crate::handle::{self, Held};
use crate::report::Report;
use crate::status::{
    MXD_EVIDENCE_AMBIGUOUS, MXD_EVIDENCE_INCOMPLETE, MXD_EVIDENCE_NOT_SENT, MXD_EVIDENCE_REFUSED,
    MXD_INVALID_INPUT, MXD_OK, mxd_evidence, mxd_status,
};
use crate::text::{self, c_text};

/// Why a call failed. Belongs to the caller, who frees it with mxd_error_free.
pub struct mxd_error {
    status: mxd_status,
    operation: CString,
    message: CString,
    text: CString,
    code: Option<CString>,
    http_status: i32,
    evidence: mxd_evidence,
    attempts: i32,
    retry_after_ms: Option<i64>,
    hint: Option<CString>,
    path: Option<CString>,
    wait_token: Option<CString>,
    report: Option<CString>,
    json: CString,
}

impl Held for mxd_error {
    const NAME: &'static str = "mxd_error";
}

impl mxd_error {
    pub(crate) fn new(operation: &str, failure: &Failure) -> mxd_error {
        let report = Report::new(operation, failure);
        mxd_error {
            status: report.status,
            operation: c_text(report.operation),
            message: c_text(report.message),
            text: c_text(&report.text),
            code: report.code.map(c_text),
            http_status: report.http_status.unwrap_or(0).into(),
            evidence: evidence(report.evidence),
            attempts: report.attempts.len().try_into().unwrap_or(i32::MAX),
            retry_after_ms: report.retry_after_ms,
            hint: report.hint.map(c_text),
            path: report.path.as_deref().map(c_text),
            wait_token: report.wait_token.as_deref().map(c_text),
            // Strings and numbers: there is nothing in them that could not be written.
            report: report
                .deployment
                .map(|report| c_text(&serde_json::to_string(report).unwrap_or_default())),
            json: c_text(&serde_json::to_string(&report).unwrap_or_default()),
        }
    }

    pub(crate) fn status(&self) -> mxd_status {
        self.status
    }
}

fn evidence(evidence: Evidence) -> mxd_evidence {
    match evidence {
        Evidence::NotSent => MXD_EVIDENCE_NOT_SENT,
        Evidence::Incomplete => MXD_EVIDENCE_INCOMPLETE,
        Evidence::Refused => MXD_EVIDENCE_REFUSED,
        // The cautious reading of whatever is added.
        _ => MXD_EVIDENCE_AMBIGUOUS,
    }
}

/// Reads a field of an error; `instead` where there is no error.
fn field<T>(error: *const mxd_error, instead: T, read: impl FnOnce(&mxd_error) -> T) -> T {
    guard(None, || handle::find(error).map(|error| read(&error))).unwrap_or(instead)
}

/// The pointer stays valid until the error is freed: the table of handles holds what it points to.
fn borrowed(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// The status that was returned with the error. MXD_OK for NULL; MXD_INVALID_INPUT for what is not an error.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_status(error: *const mxd_error) -> mxd_status {
    let instead = if error.is_null() { MXD_OK } else { MXD_INVALID_INPUT };
    field(error, instead, mxd_error::status)
}

/// The message: the service's own where it gave one. Borrowed from the error; NULL without one.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_message(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| error.message.as_ptr())
}

/// One line for a person or a log: the operation, the message, HTTP status and code, and what to do.
///
///     transport_package: The app must be stopped. [HTTP 403 APP_IS_RUNNING]; stop the environment, and wait ...
///
/// It holds no API key and no signed link. Borrowed from the error; NULL without one.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_text(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| error.text.as_ptr())
}

/// The service's code in upper case with '_' for spaces, such as "ALREADY_STARTED". Borrowed from the error; NULL
/// where the service gave none.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_code(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| borrowed(error.code.as_ref()))
}

/// The HTTP status of the response; 0 where there was none.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_http_status(error: *const mxd_error) -> i32 {
    field(error, 0, |error| error.http_status)
}

/// The name of the function that failed, without "mxd_": "stop_environment". For a wait or a download it may be the call
/// of the service that it made: "get_start_status". Uploads are all "upload_package". Borrowed from the error; NULL
/// without one.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_operation(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| error.operation.as_ptr())
}

/// What the failure proves, whether the request can have taken effect: one of MXD_EVIDENCE_...; 0 without an error.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_evidence(error: *const mxd_error) -> mxd_evidence {
    field(error, 0, |error| error.evidence)
}

/// The number of attempts; 0 where there was none, or without an error. mxd_error_json lists them.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_attempt_count(error: *const mxd_error) -> i32 {
    field(error, 0, |error| error.attempts)
}

/// How long the service asks to wait before the next attempt, counted from its response; -1 where it does not ask.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_retry_after_ms(error: *const mxd_error) -> i64 {
    field(error, -1, |error| error.retry_after_ms.unwrap_or(-1))
}

/// A hint: what to do next. Borrowed from the error; NULL where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_hint(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| borrowed(error.hint.as_ref()))
}

/// The path of the file that could not be used, after MXD_IO. Borrowed from the error; NULL where it has none.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_path(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| borrowed(error.path.as_ref()))
}

/// The text with which mxd_resume_wait resumes a wait that had begun, in this process or another one, in any language. It is
/// JSON, names what was waited for, and holds no secret. Borrowed from the error; NULL where it was not a wait.
///
///     {"wait_for": "start", "app_id": "calc", "mode": "Acceptance", "job_id": "02df2e50-...", ...}
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_wait_token(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| borrowed(error.wait_token.as_ref()))
}

/// What a deployment did that failed, as JSON: see mxd_deploy. Its "outcome" is "rolled_back", "rollback_failed" or "failed";
/// "differences" says what is not as it was before, one sentence each. Borrowed from the error; NULL where it has none.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_report(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| borrowed(error.report.as_ref()))
}

/// The whole error as JSON.
///
///     {"kind": "Conflict", "status": 23, "operation": "transport_package", "message": "The app must be stopped.",
///      "text": "transport_package: The app must be stopped. [HTTP 403 APP_IS_RUNNING]; ...",
///      "http_status": 403, "code": "APP_IS_RUNNING", "code_text": "APP_IS_RUNNING", "evidence": "Refused",
///      "attempts": [{"evidence": "Refused", "elapsed_ms": 87, "reused_connection": true}], "retry_after_ms": null,
///      "hint": "stop the environment, and wait until its status is Stopped", "path": null, "os_error": null,
///      "pending": null, "wait_token": null, "report": null, "cause": null}
///
/// "pending" is there when a wait failed that had begun: what was waited for; "wait_token" is that as text. "os_error" is
/// the error number of the operating system, where there is one. "report" is what a deployment did that failed, and "cause" the
/// error of its step. Borrowed from the error; NULL without one.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_json(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| error.json.as_ptr())
}

/// Frees an error, and with it the strings that were borrowed from it. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_free(error: *mut mxd_error) {
    guard::free(error);
}

/// Frees a string that a function of this library gave as a result ("out_..."). NULL is allowed.
///
/// A string is plain memory, which its owner may write to as far as the NUL at its end, that NUL included: what it
/// holds when it is freed does not matter. That it is freed once, and by nothing else, cannot be checked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_string_free(string: *mut c_char) {
    // SAFETY: the caller promises that it is NULL, or came from here and was not freed before.
    guard((), || unsafe { text::free(string) });
}

#[cfg(test)]
mod tests {
    use mendix_deploy::ErrorKind;

    use super::*;
    use crate::status::*;

    #[test]
    fn every_kind_has_its_status() {
        let statuses = [
            MXD_INVALID_INPUT,
            MXD_UNAUTHORIZED,
            MXD_FORBIDDEN,
            MXD_NOT_FOUND,
            MXD_CONFLICT,
            MXD_RATE_LIMITED,
            MXD_API,
            MXD_TIMEOUT,
            MXD_TRANSPORT,
            MXD_AMBIGUOUS,
            MXD_WAIT_TIMED_OUT,
            MXD_INVALID_RESPONSE,
            MXD_IO,
            MXD_CANCELLED,
            MXD_DEPLOY_FAILED,
        ];
        let kinds: Vec<i32> = ErrorKind::ALL.iter().map(|kind| *kind as i32).collect();
        assert_eq!(kinds, statuses);
        assert!(!kinds.contains(&MXD_INTERNAL) && !kinds.contains(&MXD_OK));
    }

    #[test]
    fn the_json_of_an_error_is_what_its_fields_say() {
        let error = mxd_error::new("get_app", &Failure::misuse("app_id is NULL; expected text in UTF-8"));
        let json: serde_json::Value = serde_json::from_slice(error.json.as_bytes()).unwrap();
        assert_eq!(json["kind"], "InvalidInput");
        assert_eq!(json["status"], MXD_INVALID_INPUT);
        assert_eq!(json["text"], "get_app: app_id is NULL; expected text in UTF-8");
        assert_eq!(error.text.to_str(), Ok("get_app: app_id is NULL; expected text in UTF-8"));
    }
}
