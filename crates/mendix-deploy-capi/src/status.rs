//! The statuses of calls, and what a failure proves.

/// The result of a function: MXD_OK, or why it failed. The numbers never change; new ones may be added.
pub type mxd_status = i32;

/// The call succeeded.
pub const MXD_OK: mxd_status = 0;
/// An argument or a setting is invalid. Nothing was sent.
pub const MXD_INVALID_INPUT: mxd_status = 10;
/// The username or the API key was refused.
pub const MXD_UNAUTHORIZED: mxd_status = 20;
/// The account has no right to do this.
pub const MXD_FORBIDDEN: mxd_status = 21;
/// The app, environment, package, backup or job does not exist, or is not visible to the account. Of an mxd_json: there is
/// no such value.
pub const MXD_NOT_FOUND: mxd_status = 22;
/// The current state forbids the call: the app is running, is already starting, is locked ...
pub const MXD_CONFLICT: mxd_status = 23;
/// Too many requests.
pub const MXD_RATE_LIMITED: mxd_status = 24;
/// Any other error response of the service.
pub const MXD_API: mxd_status = 25;
/// The time limit of the call was reached. The request cannot have changed anything.
pub const MXD_TIMEOUT: mxd_status = 30;
/// The connection could not be made, or broke. The request cannot have changed anything.
pub const MXD_TRANSPORT: mxd_status = 31;
/// A mutating call may or may not have taken effect: the whole request was sent, and no usable response came. It is
/// never sent again.
pub const MXD_AMBIGUOUS: mxd_status = 32;
/// A wait reached its time limit before its goal. The service continues what was waited for.
pub const MXD_WAIT_TIMED_OUT: mxd_status = 33;
/// The response of the service is not a valid response to the call.
pub const MXD_INVALID_RESPONSE: mxd_status = 40;
/// A local file could not be read or written.
pub const MXD_IO: mxd_status = 50;
/// The caller cancelled the call, with a token or by the result of a callback.
pub const MXD_CANCELLED: mxd_status = 60;
/// A step of a deployment failed. mxd_error_report tells what was done, and what state the environment is in.
pub const MXD_DEPLOY_FAILED: mxd_status = 70;
/// A bug in this library. Please report it.
pub const MXD_INTERNAL: mxd_status = 90;

/// What a failure proves: whether the request can have taken effect.
pub type mxd_evidence = i32;

/// No byte of the request left this machine.
pub const MXD_EVIDENCE_NOT_SENT: mxd_evidence = 1;
/// The last byte of the request was not written: the service cannot have the whole request.
pub const MXD_EVIDENCE_INCOMPLETE: mxd_evidence = 2;
/// The service refused the request with an error response.
pub const MXD_EVIDENCE_REFUSED: mxd_evidence = 3;
/// The whole request was sent and no usable response came: a mutating call may have taken effect.
pub const MXD_EVIDENCE_AMBIGUOUS: mxd_evidence = 4;
