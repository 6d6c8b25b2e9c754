//! What kind of failure an error is, and what it proves.

use std::fmt;

/// What kind of failure an [`Error`](crate::Error) is.
///
/// The numbers are those of the C interface. They are spaced, and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum ErrorKind {
    /// An argument or a setting is invalid. Nothing was sent.
    InvalidInput = 10,
    /// The username or the API key was refused.
    Unauthorized = 20,
    /// The account has no right to do this.
    Forbidden = 21,
    /// The app, environment, package, backup or job does not exist, or is not visible to the account.
    NotFound = 22,
    /// The current state does not allow it: the app is running, is starting already, is locked …
    Conflict = 23,
    /// Too many requests.
    RateLimited = 24,
    /// Any other error of the service.
    Api = 25,
    /// The time limit of the call expired, and the request cannot have taken effect.
    Timeout = 30,
    /// The connection could not be made, or broke, and the request cannot have taken effect.
    Transport = 31,
    /// A mutating request was sent whole, and no usable response came: it may have taken effect. It is never sent again.
    Ambiguous = 32,
    /// The time of a wait was up before the state was reached. The service continues.
    WaitTimedOut = 33,
    /// The response is not valid for the call.
    InvalidResponse = 40,
    /// A local file could not be read or written.
    Io = 50,
    /// The caller cancelled the call.
    Cancelled = 60,
    /// A deployment failed at one of its steps. [`report`](crate::Error::report) says what was done, and what is there now.
    DeployFailed = 70,
}

impl ErrorKind {
    /// Every kind, in the order of the numbers.
    pub const ALL: &'static [ErrorKind] = &[
        ErrorKind::InvalidInput,
        ErrorKind::Unauthorized,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::Conflict,
        ErrorKind::RateLimited,
        ErrorKind::Api,
        ErrorKind::Timeout,
        ErrorKind::Transport,
        ErrorKind::Ambiguous,
        ErrorKind::WaitTimedOut,
        ErrorKind::InvalidResponse,
        ErrorKind::Io,
        ErrorKind::Cancelled,
        ErrorKind::DeployFailed,
    ];
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ErrorKind::InvalidInput => "invalid input",
            ErrorKind::Unauthorized => "unauthorized",
            ErrorKind::Forbidden => "forbidden",
            ErrorKind::NotFound => "not found",
            ErrorKind::Conflict => "conflict",
            ErrorKind::RateLimited => "rate limited",
            ErrorKind::Api => "refused by the service",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Transport => "connection failed",
            ErrorKind::Ambiguous => "ambiguous",
            ErrorKind::WaitTimedOut => "wait timed out",
            ErrorKind::InvalidResponse => "invalid response",
            ErrorKind::Io => "file error",
            ErrorKind::Cancelled => "cancelled",
            ErrorKind::DeployFailed => "deployment failed",
        })
    }
}

/// What a failure proves about the request: whether it can have taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// No byte of the request left this machine.
    NotSent,
    /// The request was not sent whole: the server cannot have acted on it.
    Incomplete,
    /// The service refused the request; for a wait, the state was not reached.
    Refused,
    /// The request was sent whole and no usable response came: it may have taken effect.
    Ambiguous,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Evidence::NotSent => "the request was not sent",
            Evidence::Incomplete => "the request was not sent whole",
            Evidence::Refused => "the service refused",
            Evidence::Ambiguous => "the request was sent, and may have taken effect",
        })
    }
}
