//! Environments, and starting and stopping them: sections 3.4 to 3.8 and 3.12 of the API document.

use std::ffi::{c_char, c_int};

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Lists the environments of an app.
/// Deploy API v1, section 3.4, Retrieve Environments: GET /apps/{AppId}/environments
///
///     [{"Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
///       "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0", "Production": false,
///       "EnvironmentId": "38471410-861f-47e5-8efc-2f4b16f04005", "RuntimeLayer": "SHARED", "Instances": 1,
///       "MemoryPerInstance": 2048, "TotalMemory": 2048}, ...]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_list_environments(
    client: *const mxd_client,
    app_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("list_environments", client, out_json, error, |client| {
            Ok(client.list_environments(text("app_id", app_id)?)?)
        })
    }
}

/// Gets one environment. `mode` is "Test", "Acceptance", "Production", or the name of a flexible environment.
/// Deploy API v1, section 3.5, Retrieve Environment: GET /apps/{AppId}/environments/{Mode}
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
///      "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0", "Production": false,
///      "EnvironmentId": "38471410-861f-47e5-8efc-2f4b16f04005", "RuntimeLayer": "SHARED", "Instances": 1,
///      "MemoryPerInstance": 2048, "TotalMemory": 2048}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_environment(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_environment", client, out_json, error, |client| {
            Ok(client.get_environment(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Starts an environment, and returns before it runs: mxd_wait_for_start waits for that. `auto_sync_db` (1 or 0)
/// synchronises the database with the model; the Mendix Cloud does so in any case from v4 on.
/// Deploy API v1, section 3.6, Start Environment: POST /apps/{AppId}/environments/{Mode}/start
/// Fails with INVALID_APPID; MXD_NOT_FOUND with APP_NOT_FOUND; MXD_CONFLICT with NO_MDA_HAS_BEEN_DEPLOYED,
/// APP_ALREADY_HAS_A_STARTING_JOB or ALREADY_STARTED. "JobId" is absent when the service accepted the call without giving
/// it, or when its response was lost and the app was found running: mxd_wait_for_start takes NULL for it.
///
///     {"JobId": "02df2e50-0e79-11e4-9191-0800200c9a66"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_start_environment(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    auto_sync_db: c_int,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("start_environment", client, out_json, error, |client| {
            Ok(client.start_environment(text("app_id", app_id)?, text("mode", mode)?, auto_sync_db != 0)?)
        })
    }
}

/// Gets the status of a start. A start that failed is an error, with the reason as its code.
/// Deploy API v1, section 3.7, Get Start Environment Status: GET /apps/{AppId}/environments/{Mode}/start/{JobId}
/// Fails with DB_SYNC_FAILED, INVALID_DB_STRUCTURE, MISSING_CONSTANT, INSECURE_ADMIN_PASSWORD, STARTUP_ACTION_FAILED or
/// START_FAILED; MXD_CONFLICT with NO_PACKAGE, ALREADY_LOCKED or ALREADY_STARTED; further with INVALID_PARAMETERS or
/// INVALID_ENVIRONMENT; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND or NO_SUCH_STARTJOB.
///
///     {"Status": "Starting"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_start_status(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    job_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_start_status", client, out_json, error, |client| {
            Ok(client.get_start_status(
                text("app_id", app_id)?,
                text("mode", mode)?,
                text("job_id", job_id)?,
            )?)
        })
    }
}

/// Stops an environment, and returns before it has stopped: mxd_wait_for_status waits for that.
/// Deploy API v1, section 3.8, Stop Environment: POST /apps/{AppId}/environments/{Mode}/stop
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT or STOP_FAILED; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_stop_environment(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::nothing("stop_environment", client, error, |client| {
            Ok(client.stop_environment(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Removes ALL DATA of an environment: its files and its database records. It must be stopped. The environments in the
/// response may be partial.
/// Deploy API v1, section 3.12, Clean environment: POST /apps/{AppId}/environments/{Mode}/clean
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT or ENVIRONMENT_CLEAN_FAILED; MXD_CONFLICT with
/// ENVIRONMENT_NOT_STOPPED; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     [{"Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
///       "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0", "Production": false,
///       "EnvironmentId": "38471410-861f-47e5-8efc-2f4b16f04005", "RuntimeLayer": "SHARED", "Instances": 1,
///       "MemoryPerInstance": 2048, "TotalMemory": 2048}, ...]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_clean_environment(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("clean_environment", client, out_json, error, |client| {
            Ok(client.clean_environment(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}
