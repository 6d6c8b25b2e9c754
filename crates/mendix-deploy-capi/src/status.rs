//! The statuses of calls, and what a failure proves.

/// The constants of an enum as the integers that functions take and return. Whatever C passes is an integer, but not any
/// integer is a value of an enum of Rust.
macro_rules! as_integers {
    ($integer:ident, $code:ident: $($name:ident),+) => {
        $(
            #[doc = concat!("`", stringify!($name), "` as an integer.")]
            pub const $name: $integer = $code::$name as $integer;
        )+
    };
}
pub(crate) use as_integers;

/// The result of a function: MXD_OK, or why it failed: one of mxd_status_code. The numbers never change; new ones may be
/// added.
pub type mxd_status = i32;

/// The statuses as an enum, for compilers that check a `switch`, and for tools that read headers: `(mxd_status_code)status`.
/// A later version may have more of them.
#[repr(C)]
pub enum mxd_status_code {
    /// The call succeeded.
    MXD_OK = 0,
    /// An argument or a setting is invalid. Nothing was sent.
    MXD_INVALID_INPUT = 10,
    /// The username or the API key was refused.
    MXD_UNAUTHORIZED = 20,
    /// The account has no right to do this.
    MXD_FORBIDDEN = 21,
    /// The app, environment, package, backup or job does not exist, or is not visible to the account. Of an mxd_json: the value
    /// is absent or null.
    MXD_NOT_FOUND = 22,
    /// The current state forbids the call: the app is running, is already starting, is locked ...
    MXD_CONFLICT = 23,
    /// Too many requests.
    MXD_RATE_LIMITED = 24,
    /// Any other error response of the service.
    MXD_API = 25,
    /// The time limit of the call was reached. The request cannot have changed anything.
    MXD_TIMEOUT = 30,
    /// The connection could not be made, or broke. The request cannot have changed anything.
    MXD_TRANSPORT = 31,
    /// A mutating call may or may not have taken effect: the whole request was sent, and no usable response came. It is
    /// never sent again.
    MXD_AMBIGUOUS = 32,
    /// A wait reached its time limit before its goal. The service continues what was waited for.
    MXD_WAIT_TIMED_OUT = 33,
    /// The response of the service is not a valid response to the call.
    MXD_INVALID_RESPONSE = 40,
    /// A local file could not be read or written.
    MXD_IO = 50,
    /// The caller cancelled the call, with a token or by the result of a callback.
    MXD_CANCELLED = 60,
    /// A step of a deployment failed. mxd_error_report tells what was done, and what state the environment is in.
    MXD_DEPLOY_FAILED = 70,
    /// A bug in this library. Please report it.
    MXD_INTERNAL = 90,
}

as_integers!(mxd_status, mxd_status_code: MXD_OK, MXD_INVALID_INPUT, MXD_UNAUTHORIZED, MXD_FORBIDDEN, MXD_NOT_FOUND, MXD_CONFLICT, MXD_RATE_LIMITED, MXD_API, MXD_TIMEOUT, MXD_TRANSPORT, MXD_AMBIGUOUS, MXD_WAIT_TIMED_OUT, MXD_INVALID_RESPONSE, MXD_IO, MXD_CANCELLED, MXD_DEPLOY_FAILED, MXD_INTERNAL);

/// What a failure proves: whether the request can have taken effect. One of mxd_evidence_code.
pub type mxd_evidence = i32;

/// What a failure proves, as an enum: see mxd_status_code.
#[repr(C)]
pub enum mxd_evidence_code {
    /// No byte of the request left this machine.
    MXD_EVIDENCE_NOT_SENT = 1,
    /// The last byte of the request was not written: the service cannot have the whole request.
    MXD_EVIDENCE_INCOMPLETE = 2,
    /// The service refused the request with an error response.
    MXD_EVIDENCE_REFUSED = 3,
    /// The whole request was sent and no usable response came: a mutating call may have taken effect.
    MXD_EVIDENCE_AMBIGUOUS = 4,
}

as_integers!(mxd_evidence, mxd_evidence_code: MXD_EVIDENCE_NOT_SENT, MXD_EVIDENCE_INCOMPLETE, MXD_EVIDENCE_REFUSED, MXD_EVIDENCE_AMBIGUOUS);
