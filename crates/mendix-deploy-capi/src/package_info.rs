//! What a deployment package contains.

use std::ffi::c_char;

use mendix_deploy::PackageInfo;

use crate::argument::text;
use crate::call::to_json;
use crate::entry::give;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Reads the metadata of the deployment package (.mda) `path`. No client is needed and nothing is sent. The names are
/// those of the metadata, and whatever else is in it is kept. An absent field is not known.
/// Fails with MXD_INVALID_INPUT naming the file when it is empty, not a regular file, not a zip archive, or one whose
/// model/metadata.json is missing, damaged, not JSON, or larger than 16 MiB; MXD_IO when it cannot be read.
///
///     {"RuntimeVersion": "10.24.0", "ModelVersion": "1.2.0.254", "ProjectID": "543857rfds", "JavaVersion": "21",
///      "Constants": [{"Name": "MyFirstModule.BooleanConstant", "Type": "Boolean", "DefaultValue": "true"}],
///      "ScheduledEvents": [{"Name": "MyFirstModule.CleanUp"}]}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_inspect_package(
    path: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        give("inspect_package", ("out_json", out_json), error, || {
            to_json(&PackageInfo::read(text("path", path)?)?)
        })
    }
}
