//! The deployment in one call.

use std::ffi::c_char;

use mendix_deploy::Deployment;

use crate::argument::text;
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;

/// Plans a deployment: returns what it would do. Sends GETs only. `deployment` is a JSON object with these keys.
/// Required: "app_id", "mode", and one of "package" (path of a file to upload), "package_id" (a package of the app) and
/// "from_mode" (another environment of the app, whose package is used).
/// Optional: "name" (of the uploaded package), "constants" and "custom_settings" (values by name), "scheduled_events"
/// (true or false by name), "instances", "memory_per_instance", "auto_sync_db" (true by default), "backup" ("never",
/// "production" by default, or "always"), "rollback" ("none", "package" by default, or "data"; it is checked, and does
/// not change the plan), "while_running" (true: transport the package before the stop, where the service allows it).
/// The result has no values of constants and custom settings: they may be secrets. The environment is restarted even if
/// it has the package already: that does not prove that it runs.
/// Fails with MXD_INVALID_INPUT when a key is unknown, the package is not one, a constant or scheduled event is neither in the
/// package nor on the environment, or a value does not fit its type; MXD_NOT_FOUND when the environment or its package is not
/// there; as mxd_get_environment, mxd_get_environment_package and mxd_get_environment_settings do.
///
///     {"app_id": "calc", "mode": "Acceptance",
///      "before": {"status": "Running", "package_id": "b3d14e53-...", "model_version": "1.1.0.253"},
///      "after": {"status": "Running", "package_id": null, "model_version": "1.2.0.254"},
///      "steps": [{"name": "backup", "skipped": "it is not a production environment"}, {"name": "upload", "skipped": null}, ...],
///      "changes": [{"what": "constant", "name": "MyFirstModule.BooleanConstant", "before": null, "after": null}],
///      "risks": [{"code": "MISSING_CONSTANT", "name": "MyFirstModule.Endpoint", "message": "it has no default, ..."}]}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_plan_deploy(
    client: *const mxd_client,
    deployment: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("plan_deploy", client, out_json, error, |client| {
            Ok(client.plan_deploy(&Deployment::from_json(text("deployment", deployment)?)?)?)
        })
    }
}
