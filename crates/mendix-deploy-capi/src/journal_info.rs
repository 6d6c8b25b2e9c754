//! What the journal of a deployment says.

use std::ffi::c_char;

use mendix_deploy::JournalInfo;

use crate::argument::text;
use crate::call::to_json;
use crate::entry::give;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Reads the journal `path` of a deployment: what is deployed, and how far it is. No client is needed, nothing is sent, and
/// the journal is left as it is; its deployment may be running. There are no values of constants in the result.
/// One of "package" (the absolute path of a file), "package_id" and "from_mode" says what is deployed; the others are null.
/// "outcome" is that of mxd_deploy, or null where the deployment has not ended: it runs, or mxd_resume_deploy continues it.
/// "steps" are those that are over.
/// Fails with MXD_INVALID_INPUT when it is damaged, was written by another version, is empty, or is not a regular file;
/// MXD_IO when it cannot be read.
///
///     {"app_id": "calc", "mode": "Acceptance", "package": "/builds/calc_1.2.0.254.mda", "package_id": null,
///      "from_mode": null, "begun_at": "2026-11-26T01:29:58.5Z", "outcome": null,
///      "steps": [{"name": "stop", "status": "done", "started_at": "2026-11-26T01:30:00.25Z", "elapsed_ms": 20312,
///                 "reason": null}, ...]}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_inspect_journal(
    path: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        give("inspect_journal", ("out_json", out_json), error, || {
            to_json(&JournalInfo::read(text("path", path)?)?)
        })
    }
}
