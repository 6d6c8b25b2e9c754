//! The error of this library.

mod code;
mod kind;
mod pending;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::deploy_report::DeployReport;
use crate::redact::one_line;

pub use self::code::ErrorCode;
pub(crate) use self::code::NO_RIGHTS;
pub use self::kind::{ErrorKind, Evidence};
pub use self::pending::{Pending, WaitFor};

/// The result of this library's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// One attempt of a call, as an error reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// What this attempt proves.
    pub evidence: Evidence,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether it used a connection that an earlier call had opened.
    pub reused_connection: bool,
}

/// Why a call failed.
///
/// Match on [`kind`](Error::kind), or on [`code`](Error::code) where the service sent one.
/// [`evidence`](Error::evidence) tells whether the call can have taken effect. The text is one line for a person
/// and contains neither the API key nor a signed link.
///
/// `{error:#}` is the text of a deployment that failed with that of its cause; of other errors it is the same.
///
/// An error whose text is part of this one's is not its [`source`](std::error::Error::source), so that a report of the
/// whole chain repeats nothing. The error of the operating system is in [`io_error`](Error::io_error) in any case.
///
/// A copy is cheap to pass on: to another thread, or to each of several callers that waited for one result.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: &'static str,
    message: String,
    http_status: Option<u16>,
    code: Option<ErrorCode>,
    code_text: Option<String>,
    evidence: Evidence,
    attempts: Vec<Attempt>,
    hint: Option<&'static str>,
    pending: Option<Pending>,
    retry_after: Option<Duration>,
    is_permanent: bool,
    path: Option<PathBuf>,
    deploy: Option<(Box<DeployReport>, Error)>,
    /// Shared, since errors of other libraries have no copies.
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// The kind of failure, to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The method that failed, for example `stop_environment`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// What went wrong, as text: the service's own where it sent one.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status of the response, where there was one.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The service's error code, where it sent one.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.code.as_ref()
    }

    /// The service's error code, exactly as it was sent.
    #[must_use]
    pub fn code_text(&self) -> Option<&str> {
        self.0.code_text.as_deref()
    }

    /// What the failure proves: whether the request can have taken effect.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        self.0.evidence
    }

    /// The attempts that were made, in order; empty where nothing was sent.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// What to do next, where the error suggests it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        self.0.hint
    }

    /// What was waited for, when a wait failed that had begun.
    #[must_use]
    pub fn pending(&self) -> Option<&Pending> {
        self.0.pending.as_ref()
    }

    /// The text with which [`Client::resume_wait`](crate::Client::resume_wait) resumes a wait that had begun, in this
    /// process or another one. It is JSON, names what was waited for, and holds no secret.
    #[must_use]
    pub fn wait_token(&self) -> Option<String> {
        self.pending().map(Pending::token)
    }

    /// The file that could not be used, for [`ErrorKind::Io`], where it has a name.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// What a deployment did that failed, for [`ErrorKind::DeployFailed`].
    #[must_use]
    pub fn report(&self) -> Option<&DeployReport> {
        self.0.deploy.as_ref().map(|(report, _)| &**report)
    }

    /// The error of the step that failed, for [`ErrorKind::DeployFailed`]. It is the
    /// [`source`](std::error::Error::source) too.
    #[must_use]
    pub fn cause(&self) -> Option<&Error> {
        self.0.deploy.as_ref().map(|(_, cause)| cause)
    }

    /// The error of the operating system or of the connection, where it is the cause.
    #[must_use]
    pub fn io_error(&self) -> Option<&std::io::Error> {
        let source = self.0.source.as_deref()?;
        let mut all = chain(source).filter_map(|error| error.downcast_ref::<std::io::Error>());
        let first = all.next()?;
        // The first may be one of ureq's, around that of the system.
        Some(std::iter::once(first).chain(all).find(|error| error.raw_os_error().is_some()).unwrap_or(first))
    }

    /// How long the service asks to wait before the next attempt (`Retry-After`), counted from its response.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether another attempt would fail in the same way, whatever the evidence: a certificate that is not trusted.
    pub(crate) fn is_permanent(&self) -> bool {
        self.0.is_permanent
    }

    /// An error, whose message may repeat what a caller passed, such as a path.
    pub(crate) fn new(kind: ErrorKind, evidence: Evidence, message: impl Into<String>) -> Error {
        Error(Box::new(Inner {
            kind,
            operation: "",
            message: one_line(message.into()),
            http_status: None,
            code: None,
            code_text: None,
            evidence,
            attempts: Vec::new(),
            hint: None,
            pending: None,
            retry_after: None,
            is_permanent: false,
            path: None,
            deploy: None,
            source: None,
        }))
    }

    /// An invalid argument: which one, and what is expected.
    pub(crate) fn invalid_input(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::InvalidInput, Evidence::NotSent, message)
    }

    /// The caller cancelled, between two requests.
    pub(crate) fn cancelled(message: &'static str) -> Error {
        Error::new(ErrorKind::Cancelled, Evidence::NotSent, message)
    }

    /// For a read-back: the state cannot show whether a call took effect.
    pub(crate) fn inconclusive() -> Error {
        let message = "the state cannot show whether the call took effect";
        Error::new(ErrorKind::InvalidResponse, Evidence::Ambiguous, message).permanent()
    }

    /// A local file that cannot be used, and why.
    pub(crate) fn io(path: &Path, message: &str, source: std::io::Error) -> Error {
        Error::new(ErrorKind::Io, Evidence::NotSent, format!("{message}: {source}"))
            .with_path(Some(path.to_owned()))
            .with_source(source)
    }

    /// A deployment that failed at a step.
    pub(crate) fn deploy_failed(
        message: String,
        hint: &'static str,
        report: DeployReport,
        cause: Error,
    ) -> Error {
        let mut error = Error::new(ErrorKind::DeployFailed, cause.evidence(), message).with_hint(hint);
        error.0.http_status = cause.http_status();
        error.0.code = cause.code().cloned();
        error.0.code_text = cause.code_text().map(str::to_owned);
        error.0.deploy = Some((Box::new(report), cause));
        error
    }

    /// With the operation, where it does not name one yet.
    #[must_use]
    pub(crate) fn of_operation(self, operation: &'static str) -> Error {
        if self.0.operation.is_empty() { self.with_operation(operation) } else { self }
    }

    /// With another message.
    #[must_use]
    pub(crate) fn described(mut self, message: String) -> Error {
        self.0.message = one_line(message);
        self
    }

    #[must_use]
    pub(crate) fn with_operation(mut self, operation: &'static str) -> Error {
        self.0.operation = operation;
        self
    }

    #[must_use]
    pub(crate) fn with_status(mut self, status: u16) -> Error {
        self.0.http_status = Some(status);
        self
    }

    #[must_use]
    pub(crate) fn with_code(mut self, text: &str) -> Error {
        let code = ErrorCode::new(text);
        self.0.hint = code.hint().or(self.0.hint);
        self.0.code = Some(code);
        self.0.code_text = Some(text.to_owned());
        self
    }

    #[must_use]
    pub(crate) fn with_hint(mut self, hint: &'static str) -> Error {
        self.0.hint = Some(hint);
        self
    }

    #[must_use]
    pub(crate) fn with_attempt(mut self, attempt: Attempt) -> Error {
        self.0.attempts.push(attempt);
        self
    }

    /// With the attempts that came before the last one.
    #[must_use]
    pub(crate) fn after(mut self, mut earlier: Vec<Attempt>) -> Error {
        earlier.append(&mut self.0.attempts);
        self.0.attempts = earlier;
        self
    }

    #[must_use]
    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Error {
        self.0.retry_after = wait;
        self
    }

    #[must_use]
    pub(crate) fn proving(mut self, evidence: Evidence) -> Error {
        self.0.evidence = evidence;
        self
    }

    #[must_use]
    pub(crate) fn ambiguous(mut self) -> Error {
        self.0.kind = ErrorKind::Ambiguous;
        self.0.hint = self.0.hint.or(Some("check the state before you repeat it"));
        self
    }

    /// What was waited for can no longer happen, since somebody else has changed the state.
    #[must_use]
    pub(crate) fn superseded(mut self, message: String, hint: &'static str) -> Error {
        self.0.kind = ErrorKind::Conflict;
        self.0.message = one_line(message);
        self.0.hint = Some(hint);
        self
    }

    #[must_use]
    pub(crate) fn permanent(mut self) -> Error {
        self.0.is_permanent = true;
        self
    }

    #[must_use]
    pub(crate) fn with_pending(mut self, pending: Pending) -> Error {
        self.0.pending = Some(pending);
        self
    }

    #[must_use]
    pub(crate) fn with_path(mut self, path: Option<PathBuf>) -> Error {
        self.0.path = path;
        self
    }

    #[must_use]
    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        self.0.source = Some(Arc::from(source.into()));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if !inner.operation.is_empty() {
            write!(f, "{}: ", inner.operation)?;
        }
        f.write_str(&inner.message)?;
        match (inner.http_status, &inner.code) {
            // Its cause has them.
            _ if inner.deploy.is_some() => {}
            (Some(status), Some(code)) => write!(f, " [HTTP {status} {code}]")?,
            (Some(status), None) => write!(f, " [HTTP {status}]")?,
            _ => {}
        }
        if inner.attempts.len() > 1 {
            write!(f, ", after {} attempts", inner.attempts.len())?;
        }
        let proves_something = match inner.kind {
            ErrorKind::Ambiguous => true,
            // That a read was sent and got no response proves nothing.
            ErrorKind::Timeout | ErrorKind::Transport => inner.evidence != Evidence::Ambiguous,
            _ => false,
        };
        if proves_something {
            write!(f, " ({})", inner.evidence)?;
        }
        if let Some(hint) = inner.hint {
            write!(f, "; {hint}")?;
        }
        match self.cause() {
            Some(cause) if f.alternate() => write!(f, ": {cause}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("message", &inner.message)
            .field("http_status", &inner.http_status)
            .field("code", &inner.code_text)
            .field("evidence", &inner.evidence)
            .field("attempts", &inner.attempts)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Some(cause) = self.cause() {
            return Some(cause);
        }
        let source: &(dyn std::error::Error + 'static) = self.0.source.as_deref()?;
        let is_said = chain(source).any(|error| self.0.message.contains(&one_line(error.to_string())));
        (!is_said).then_some(source)
    }
}

/// An error, and those under it.
fn chain<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_one_line_that_says_what_happened_and_what_to_do() {
        let error = Error::new(ErrorKind::Conflict, Evidence::Refused, "The app must be stopped.")
            .with_operation("transport_package")
            .with_status(403)
            .with_code("APP IS RUNNING");
        assert_eq!(
            error.to_string(),
            "transport_package: The app must be stopped. [HTTP 403 APP_IS_RUNNING]; \
             stop the environment, and wait until its status is Stopped"
        );
        assert_eq!(error.code_text(), Some("APP IS RUNNING"));
    }

    #[test]
    fn a_chain_says_nothing_twice() {
        let io = || std::io::Error::from_raw_os_error(2);
        let said = Error::io(Path::new("a.mda"), "a.mda cannot be opened", io());
        let unsaid = Error::invalid_input("the argument cannot be used").with_source(io());
        let outer = Error::new(ErrorKind::WaitTimedOut, Evidence::Refused, "it was still Starting")
            .with_source(Error::io(Path::new("a.mda"), "a.mda cannot be opened", io()));
        for (error, length) in [(&said, 1), (&unsaid, 2), (&outer, 2)] {
            let texts: Vec<String> = chain(error).map(ToString::to_string).collect();
            assert_eq!(texts.len(), length, "{texts:?}");
            assert_eq!(texts.join(": ").matches(&io().to_string()).count(), 1, "{texts:?}");
        }
        for error in [said, unsaid] {
            assert_eq!(error.io_error().and_then(std::io::Error::raw_os_error), Some(2), "{error}");
        }
        assert!(Error::invalid_input("x").io_error().is_none());
    }

    #[test]
    fn a_copy_says_the_same_and_keeps_the_cause() {
        fn shareable<T: Clone + Send + Sync + 'static>(value: &T) -> T {
            value.clone()
        }
        let error = Error::invalid_input("the argument cannot be used")
            .with_source(std::io::Error::from_raw_os_error(2));
        let copy = shareable(&error);
        assert_eq!((copy.to_string(), copy.kind()), (error.to_string(), error.kind()));
        assert_eq!(copy.io_error().and_then(std::io::Error::raw_os_error), Some(2));
    }

    #[test]
    fn each_kind_has_a_text_of_its_own() {
        let texts: std::collections::HashSet<String> =
            ErrorKind::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(texts.len(), ErrorKind::ALL.len());
        assert_eq!(format!("{:>10}|", ErrorKind::Conflict), "  conflict|");
    }

    #[test]
    fn a_message_is_one_line_whatever_a_caller_passed() {
        let error = Error::invalid_input("path: /a\nb\u{1b}[31m is a directory");
        assert_eq!(error.message(), r"path: /a\nb\u{1b}[31m is a directory");
    }

    #[test]
    fn the_numbers_of_the_kinds_are_spaced_and_never_change() {
        let numbers: Vec<i32> = ErrorKind::ALL.iter().map(|kind| *kind as i32).collect();
        assert_eq!(numbers, [10, 20, 21, 22, 23, 24, 25, 30, 31, 32, 33, 40, 50, 60, 70]);
    }
}
