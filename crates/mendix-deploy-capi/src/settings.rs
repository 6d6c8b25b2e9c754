//! Settings: sections 3.13 and 3.14 of the API document.

use std::ffi::c_char;

use mendix_deploy::EnvironmentSettings;

use crate::client::mxd_client;
use crate::error::{mxd_error, mxd_status};
use crate::ffi::{self, text};

/// Gets the settings of an environment. A value that was changed takes effect at the next start: until then
/// "DeployedValue" is what counts.
/// Section 3.13, Retrieve Environment Settings: GET /apps/{AppId}/environments/{Mode}/settings
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"Constants": [{"Name": "MyFirstModule.BooleanConstant", "DataType": "_Boolean", "Value": "true",
///                     "DeployedValue": "false"}],
///      "CustomSettings": [{"Name": "SessionTimeout", "Value": "600000", "DeployedValue": "600000"}],
///      "ScheduledEvents": [{"Name": "MyFirstModule.Monitor_Scheduled_event", "Value": "Disabled",
///                           "DeployedValue": "Disabled"}]}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_environment_settings(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        ffi::json("get_environment_settings", client, out_json, error, |client| {
            Ok(client.get_environment_settings(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Sets the settings of an environment, and gives what they are now. `settings` is JSON of the form that
/// mxd_get_environment_settings gives.
/// Section 3.14, Set Environment Settings: POST /apps/{AppId}/environments/{Mode}/settings
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT or INVALID_SCHEDULED_EVENT_PARAMETER; MXD_NOT_FOUND with
/// CONSTANT_NOT_FOUND, SCHEDULED_EVENT_NOT_FOUND or ENVIRONMENT_NOT_FOUND; CUSTOM_SETTING_NOT_SUPPORTED.
///
///     {"Constants": [{"Name": "MyFirstModule.BooleanConstant", "DataType": "_Boolean", "Value": "true",
///                     "DeployedValue": "false"}], "CustomSettings": [], "ScheduledEvents": []}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_set_environment_settings(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    settings: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        ffi::json("set_environment_settings", client, out_json, error, |client| {
            let settings = EnvironmentSettings::from_json(text("settings", settings)?)?;
            Ok(client.set_environment_settings(text("app_id", app_id)?, text("mode", mode)?, &settings)?)
        })
    }
}
