//! Statuses, and the error that says more.

use std::borrow::Cow;
use std::ffi::{CString, c_char};
use std::ptr;

use mendix_deploy::{Attempt, Error, Evidence, Pending};
use serde::Serialize;

use crate::ffi::{self, Failure, c_text};
use crate::handle::{self, Held};

/// What a function answers: MXD_OK, or why it failed. The numbers never change; new ones may be added.
pub type mxd_status = i32;

/// It worked.
pub const MXD_OK: mxd_status = 0;
/// An argument or a setting cannot be right. Nothing was sent.
pub const MXD_INVALID_INPUT: mxd_status = 10;
/// The username or the API key was refused.
pub const MXD_UNAUTHORIZED: mxd_status = 20;
/// The account has no right to do this.
pub const MXD_FORBIDDEN: mxd_status = 21;
/// The app, environment, package, backup or job does not exist, or is not visible to the account.
pub const MXD_NOT_FOUND: mxd_status = 22;
/// The state forbids it now: the app is running, is starting already, is locked ...
pub const MXD_CONFLICT: mxd_status = 23;
/// Too many requests.
pub const MXD_RATE_LIMITED: mxd_status = 24;
/// Any other refusal by the service.
pub const MXD_API: mxd_status = 25;
/// The time allowed for the call ran out. The request cannot have changed anything.
pub const MXD_TIMEOUT: mxd_status = 30;
/// The connection could not be made, or broke. The request cannot have changed anything.
pub const MXD_TRANSPORT: mxd_status = 31;
/// The request went out whole, it may change something, and no usable answer came back: it may or may not have
/// taken effect. It is never sent again.
pub const MXD_AMBIGUOUS: mxd_status = 32;
/// A wait ended before what it waited for happened. The service goes on with it.
pub const MXD_WAIT_TIMED_OUT: mxd_status = 33;
/// The service answered with something that is no valid reply to the call.
pub const MXD_INVALID_RESPONSE: mxd_status = 40;
/// A local file could not be read or written.
pub const MXD_IO: mxd_status = 50;
/// The caller cancelled the call, by a token or by the answer of a callback.
pub const MXD_CANCELLED: mxd_status = 60;
/// A bug of this library. Please report it.
pub const MXD_INTERNAL: mxd_status = 90;

/// What a failure proves about the request.
pub type mxd_evidence = i32;

/// No byte of the request left this machine.
pub const MXD_EVIDENCE_NOT_SENT: mxd_evidence = 1;
/// The last byte of the request was not handed over: the service cannot hold a whole request.
pub const MXD_EVIDENCE_INCOMPLETE: mxd_evidence = 2;
/// The service answered, and said no.
pub const MXD_EVIDENCE_REFUSED: mxd_evidence = 3;
/// The request went out whole and no usable answer came: it may have taken effect, where it has one.
pub const MXD_EVIDENCE_AMBIGUOUS: mxd_evidence = 4;

/// Why a call failed. Belongs to the caller, who ends it with mxd_error_free.
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
    json: CString,
}

impl Held for mxd_error {
    const NAME: &'static str = "mxd_error";
}

/// An error as JSON.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    kind: String,
    status: mxd_status,
    operation: &'a str,
    message: &'a str,
    text: String,
    http_status: Option<u16>,
    code: Option<&'a str>,
    code_text: Option<&'a str>,
    evidence: String,
    attempts: Vec<ReportedAttempt>,
    retry_after_ms: Option<i64>,
    hint: Option<&'a str>,
    path: Option<Cow<'a, str>>,
    os_error: Option<i32>,
    pending: Option<ReportedPending<'a>>,
}

#[derive(Serialize)]
struct ReportedAttempt {
    evidence: String,
    elapsed_ms: u128,
    reused_connection: bool,
}

#[derive(Serialize)]
struct ReportedPending<'a> {
    app_id: &'a str,
    mode: &'a str,
    job_id: Option<&'a str>,
    last_seen: Option<&'a str>,
}

impl<'a> Report<'a> {
    pub(crate) fn of_core(operation: &'a str, error: &'a Error) -> Report<'a> {
        // What is no call, such as reading settings, has no name in the core.
        let named = !error.operation().is_empty();
        Report {
            kind: format!("{:?}", error.kind()),
            status: error.kind() as mxd_status,
            operation: if named { error.operation() } else { operation },
            message: error.message(),
            text: if named { error.to_string() } else { format!("{operation}: {error}") },
            http_status: error.http_status(),
            code: error.code().map(mendix_deploy::ErrorCode::as_str),
            code_text: error.code_text(),
            evidence: format!("{:?}", error.evidence()),
            attempts: error.attempts().iter().map(ReportedAttempt::from).collect(),
            retry_after_ms: error.retry_after().map(|time| time.as_millis().try_into().unwrap_or(i64::MAX)),
            hint: error.hint(),
            path: error.path().map(std::path::Path::to_string_lossy),
            os_error: error.io_error().and_then(std::io::Error::raw_os_error),
            pending: error.pending().map(ReportedPending::from),
        }
    }

    /// What this layer has to say by itself.
    fn new(
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
            evidence: format!("{evidence:?}"),
            attempts: Vec::new(),
            retry_after_ms: None,
            hint: None,
            path: None,
            os_error: None,
            pending: None,
        }
    }
}

impl mxd_error {
    pub(crate) fn new(operation: &'static str, failure: Failure) -> mxd_error {
        match failure {
            Failure::Core(error) => {
                mxd_error::from_report(&Report::of_core(operation, &error), error.evidence())
            }
            Failure::Misuse(message) => {
                let evidence = Evidence::NotSent;
                let report = Report::new("InvalidInput", MXD_INVALID_INPUT, evidence, operation, &message);
                mxd_error::from_report(&report, evidence)
            }
            Failure::Panic => {
                let message = "a bug of the library: it panicked, and wrote why to standard error";
                let evidence = Evidence::Ambiguous;
                let report = Report::new("Internal", MXD_INTERNAL, evidence, operation, message);
                mxd_error::from_report(&report, evidence)
            }
        }
    }

    pub(crate) fn status(&self) -> mxd_status {
        self.status
    }

    fn from_report(report: &Report<'_>, evidence: Evidence) -> mxd_error {
        mxd_error {
            status: report.status,
            operation: c_text(report.operation),
            message: c_text(report.message),
            text: c_text(&report.text),
            code: report.code.map(c_text),
            http_status: report.http_status.unwrap_or(0).into(),
            evidence: self::evidence(evidence),
            attempts: report.attempts.len().try_into().unwrap_or(i32::MAX),
            retry_after_ms: report.retry_after_ms,
            hint: report.hint.map(c_text),
            path: report.path.as_deref().map(c_text),
            // Strings and numbers: there is nothing in it that could not be written.
            json: c_text(&serde_json::to_string(report).unwrap_or_default()),
        }
    }
}

fn evidence(evidence: Evidence) -> mxd_evidence {
    match evidence {
        Evidence::NotSent => MXD_EVIDENCE_NOT_SENT,
        Evidence::Incomplete => MXD_EVIDENCE_INCOMPLETE,
        Evidence::Refused => MXD_EVIDENCE_REFUSED,
        // The careful reading of whatever is added.
        _ => MXD_EVIDENCE_AMBIGUOUS,
    }
}

impl From<&Attempt> for ReportedAttempt {
    fn from(attempt: &Attempt) -> ReportedAttempt {
        ReportedAttempt {
            evidence: format!("{:?}", attempt.evidence),
            elapsed_ms: attempt.elapsed.as_millis(),
            reused_connection: attempt.reused_connection,
        }
    }
}

impl<'a> From<&'a Pending> for ReportedPending<'a> {
    fn from(pending: &'a Pending) -> ReportedPending<'a> {
        ReportedPending {
            app_id: &pending.app_id,
            mode: &pending.mode,
            job_id: pending.job_id.as_deref(),
            last_seen: pending.last_seen.as_deref(),
        }
    }
}

/// Reads a field of an error; `instead` where there is no error.
fn field<T>(error: *const mxd_error, instead: T, read: impl FnOnce(&mxd_error) -> T) -> T {
    ffi::shield(None, || handle::find(error).map(|error| read(&error))).unwrap_or(instead)
}

/// The pointer stays good until the error is freed: the table of handles holds what it points to.
fn text(text: &CString) -> *const c_char {
    text.as_ptr()
}

fn optional_text(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

/// The status that came with the error. MXD_OK for NULL; MXD_INVALID_INPUT for what is no error.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_status(error: *const mxd_error) -> mxd_status {
    let instead = if error.is_null() { MXD_OK } else { MXD_INVALID_INPUT };
    field(error, instead, mxd_error::status)
}

/// What went wrong, in words: the service's own where it gave any. Borrowed from the error; NULL without one.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_message(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| text(&error.message))
}

/// One line for a person or a log: the operation, the message, HTTP status and code, and what to do. It holds no
/// API key and no signed link. Borrowed from the error; NULL without one.
///
///     transport_package: The app must be stopped. [HTTP 403 APP_IS_RUNNING]; stop the environment, and wait ...
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_text(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| text(&error.text))
}

/// The service's code in upper case with '_' for spaces, such as "ALREADY_STARTED". Borrowed from the error; NULL
/// where the service gave none.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_code(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| optional_text(error.code.as_ref()))
}

/// The HTTP status of the answer; 0 where there was none.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_http_status(error: *const mxd_error) -> i32 {
    field(error, 0, |error| error.http_status)
}

/// What failed, by the name of its function without "mxd_": "stop_environment". For a wait or a download it may be the
/// call of the service that it made: "get_start_status". Uploads are all "upload_package". Borrowed from the error; NULL without one.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_operation(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| text(&error.operation))
}

/// What the failure proves about the request: one of MXD_EVIDENCE_...; 0 without an error.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_evidence(error: *const mxd_error) -> mxd_evidence {
    field(error, 0, |error| error.evidence)
}

/// How often the call was tried; 0 where it was not, or without an error. mxd_error_json lists the attempts.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_attempt_count(error: *const mxd_error) -> i32 {
    field(error, 0, |error| error.attempts)
}

/// How long the service asks to wait before the next try, as of its answer; -1 where it does not say.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_retry_after_ms(error: *const mxd_error) -> i64 {
    field(error, -1, |error| error.retry_after_ms.unwrap_or(-1))
}

/// What to do next, in words. Borrowed from the error; NULL where there is nothing to say.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_hint(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| optional_text(error.hint.as_ref()))
}

/// After MXD_IO: the file that could not be used. Borrowed from the error; NULL where it has no name.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_path(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| optional_text(error.path.as_ref()))
}

/// All of it as JSON. "pending" is there after MXD_WAIT_TIMED_OUT: what another wait needs to go on. "os_error" is the
/// number of the operating system, where it gave one. Borrowed from the error; NULL without one.
///
///     {"kind": "Conflict", "status": 23, "operation": "transport_package", "message": "The app must be stopped.",
///      "text": "transport_package: The app must be stopped. [HTTP 403 APP_IS_RUNNING]; ...",
///      "http_status": 403, "code": "APP_IS_RUNNING", "code_text": "APP_IS_RUNNING", "evidence": "Refused",
///      "attempts": [{"evidence": "Refused", "elapsed_ms": 87, "reused_connection": true}], "retry_after_ms": null,
///      "hint": "stop the environment, and wait until its status is Stopped", "path": null, "os_error": null,
///      "pending": null}
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_json(error: *const mxd_error) -> *const c_char {
    field(error, ptr::null(), |error| text(&error.json))
}

/// Ends an error, and with it the strings that were borrowed from it. NULL is no error.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_error_free(error: *mut mxd_error) {
    ffi::free(error);
}

/// Frees a string that a function of this library gave as a result ("out_..."). NULL is allowed.
///
/// A string is plain memory, which its owner may write to as far as the NUL at its end, that NUL included: what it
/// holds when it is freed does not matter. That it is freed once, and by nothing else, cannot be checked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_string_free(string: *mut c_char) {
    // SAFETY: the caller promises that it is NULL, or came from here and was not freed before.
    unsafe { ffi::free_text(string) };
}

#[cfg(test)]
mod tests {
    use mendix_deploy::ErrorKind;

    use super::*;

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
        ];
        let kinds: Vec<i32> = ErrorKind::ALL.iter().map(|kind| *kind as i32).collect();
        assert_eq!(kinds, statuses);
        assert!(!kinds.contains(&MXD_INTERNAL) && !kinds.contains(&MXD_OK));
    }

    #[test]
    fn the_json_of_an_error_is_what_its_fields_say() {
        let error = mxd_error::new("get_app", Failure::misuse("app_id is NULL; expected text in UTF-8"));
        let json: serde_json::Value = serde_json::from_slice(error.json.as_bytes()).unwrap();
        assert_eq!(json["kind"], "InvalidInput");
        assert_eq!(json["status"], MXD_INVALID_INPUT);
        assert_eq!(json["text"], "get_app: app_id is NULL; expected text in UTF-8");
        assert_eq!(error.text.to_str(), Ok("get_app: app_id is NULL; expected text in UTF-8"));
    }
}
