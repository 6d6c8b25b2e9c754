//! Scaling: section 3.19 of the API document.

use std::ffi::c_char;

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::status::mxd_status;

/// Sets the number of instances of an environment, and the memory of each in MB (1024 at least). Mendix Cloud v4 only;
/// more than one instance needs Mendix 7 or later.
/// Deploy API v1, section 3.19, Scaling Environments: POST /apps/{AppId}/environments/{Mode}/scale
/// Fails with INVALID_REQUEST; MXD_FORBIDDEN with NOT_ALLOWED; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
///      "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0", "Production": false,
///      "EnvironmentId": "38471410-861f-47e5-8efc-2f4b16f04005", "RuntimeLayer": "SHARED", "Instances": 1,
///      "MemoryPerInstance": 2048, "TotalMemory": 2048}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_scale_environment(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    instances: i32,
    memory_per_instance: i32,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("scale_environment", client, out_json, error, |client| {
            let instances = count("instances", instances)?;
            let memory_per_instance = count("memory_per_instance", memory_per_instance)?;
            Ok(client.scale_environment(
                text("app_id", app_id)?,
                text("mode", mode)?,
                instances,
                memory_per_instance,
            )?)
        })
    }
}

/// A number that the caller passes; what is too small is left for the core to find.
fn count(argument: &str, count: i32) -> Result<u32, Failure> {
    u32::try_from(count)
        .map_err(|_| Failure::misuse(format!("{argument} is {count}; expected a positive number")))
}
