//! What kind of failure an error is, and what it proves.

use std::fmt;

/// What kind of failure it was, in the caller's terms.
///
/// The numbers are those of the C interface. They are spaced, and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum ErrorKind {
    /// An argument or a setting cannot be right. Nothing was sent.
    InvalidInput = 10,
    /// The username or the API key was refused.
    Unauthorized = 20,
    /// The account has no right to do this.
    Forbidden = 21,
    /// The app, environment, package, backup or job does not exist, or is not visible to the account.
    NotFound = 22,
    /// The state forbids it now: the app is running, is starting already, is locked …
    Conflict = 23,
    /// Too many requests.
    RateLimited = 24,
    /// Any other refusal by the service.
    Api = 25,
    /// The time allowed for the call ran out, and the request cannot have taken effect.
    Timeout = 30,
    /// The connection could not be made, or broke, and the request cannot have taken effect.
    Transport = 31,
    /// The request went out whole, it may change something, and no usable answer came back: it may or may not
    /// have taken effect. It is never sent again.
    Ambiguous = 32,
    /// A wait ended before what it waited for happened. The service goes on with it.
    WaitTimedOut = 33,
    /// The service answered with something that is no valid reply to the call.
    InvalidResponse = 40,
    /// A local file could not be read or written.
    Io = 50,
    /// The caller cancelled the call.
    Cancelled = 60,
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
    ];
}

/// What a failure proves about the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// No byte of the request left this machine.
    NotSent,
    /// The last byte of the request was not handed to the socket: the server cannot hold a whole request.
    Incomplete,
    /// The service answered, and said no; or, to a wait, not yet.
    Refused,
    /// The request went out whole and no usable answer came: it may have taken effect.
    Ambiguous,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Evidence::NotSent => "the request was not sent",
            Evidence::Incomplete => "the request was not sent whole",
            Evidence::Refused => "the service refused",
            Evidence::Ambiguous => "the request was sent, and may have taken effect",
        })
    }
}
