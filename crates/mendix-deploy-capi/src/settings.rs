//! Settings: sections 3.13 and 3.14 of the API document.

use std::ffi::{c_char, c_int};

use mendix_deploy::EnvironmentSettings;

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::entry::give;
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::status::mxd_status;

/// Gets the settings of an environment. A changed value takes effect at the next start: until then "DeployedValue" is in
/// effect.
/// Deploy API v1, section 3.13, Retrieve Environment Settings: GET /apps/{AppId}/environments/{Mode}/settings
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
        call::json("get_environment_settings", client, out_json, error, |client| {
            Ok(client.get_environment_settings(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Changes the settings of an environment, and gives all of them as they are then. `settings` is JSON of the form that
/// mxd_get_environment_settings gives; it may hold only the settings to change, but at least one.
/// Deploy API v1, section 3.14, Set Environment Settings: POST /apps/{AppId}/environments/{Mode}/settings
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
        call::json("set_environment_settings", client, out_json, error, |client| {
            let settings = EnvironmentSettings::from_json(text("settings", settings)?)?;
            Ok(client.set_environment_settings(text("app_id", app_id)?, text("mode", mode)?, &settings)?)
        })
    }
}

/// Changes settings in JSON form, without a client. Gives all of them, for mxd_set_environment_settings.
///
/// # Safety
///
/// `settings` is NULL or ends with a NUL; `out_json` and `error` are NULL or can be written to.
unsafe fn change(
    operation: &'static str,
    settings: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
    change: impl FnOnce(&mut EnvironmentSettings) -> Result<(), Failure>,
) -> mxd_status {
    let body = || {
        // SAFETY: the caller's promise.
        let mut settings = EnvironmentSettings::from_json(unsafe { text("settings", settings)? })?;
        change(&mut settings)?;
        call::to_json(&settings)
    };
    // SAFETY: the caller's promise.
    unsafe { give(operation, ("out_json", out_json), error, body) }
}

/// Sets the value of a constant in `settings`, the JSON of mxd_get_environment_settings. Nothing is sent: the result is
/// the JSON with that change, for mxd_set_environment_settings.
/// Fails with MXD_INVALID_INPUT when the package has no such constant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_settings_set_constant(
    settings: *const c_char,
    name: *const c_char,
    value: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        change("settings_set_constant", settings, out_json, error, |settings| {
            Ok(settings.set_constant(text("name", name)?, text("value", value)?)?)
        })
    }
}

/// Sets the value of a custom setting, as mxd_settings_set_constant does.
/// Fails with MXD_INVALID_INPUT when the environment has no such setting.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_settings_set_custom_setting(
    settings: *const c_char,
    name: *const c_char,
    value: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        change("settings_set_custom_setting", settings, out_json, error, |settings| {
            Ok(settings.set_custom_setting(text("name", name)?, text("value", value)?)?)
        })
    }
}

/// Enables (1) or disables (0) a scheduled event, as mxd_settings_set_constant does.
/// Fails with MXD_INVALID_INPUT when the package has no such event.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_settings_set_scheduled_event(
    settings: *const c_char,
    name: *const c_char,
    enabled: c_int,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        change("settings_set_scheduled_event", settings, out_json, error, |settings| {
            Ok(settings.set_scheduled_event(text("name", name)?, enabled != 0)?)
        })
    }
}
