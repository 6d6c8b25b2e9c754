//! The deployment in one call.

use std::ffi::{c_char, c_int, c_void};
use std::ops::ControlFlow;

use mendix_deploy::{DeployOptions, DeployStep, Deployment};

use crate::argument::text;
use crate::call;
use crate::callback::flow;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::status::mxd_status;
use crate::text::c_text;

/// Is called when a step of a deployment begins and when it has ended, with the step as JSON, which is valid during the
/// callback only. Runs on the thread of the call.
///
///     {"name": "stop", "status": "done", "started_at": "2026-11-26T01:30:00.25Z", "elapsed_ms": 20312, "reason": null}
///
/// "status" is "started", "done", "skipped" or "failed"; "reason" is why it was skipped, or failed. Any result but 0 ends the
/// deployment there with MXD_CANCELLED: it is left as it is, and mxd_resume_deploy continues it from its journal.
pub type mxd_step_fn = Option<unsafe extern "C" fn(user_data: *mut c_void, step: *const c_char) -> c_int>;

/// Notifies the caller's function of steps, if there is one.
fn observer(on_step: mxd_step_fn, user_data: *mut c_void) -> impl FnMut(&DeployStep) -> ControlFlow<()> {
    move |step| {
        let Some(on_step) = on_step else { return ControlFlow::Continue(()) };
        // Strings and numbers: there is nothing in it that could not be written.
        let json = c_text(&serde_json::to_string(step).unwrap_or_default());
        // SAFETY: the caller promises that its function may be called with its data during the call.
        flow(unsafe { on_step(user_data, json.as_ptr()) })
    }
}

/// Plans a deployment: returns what it would do. Sends GETs only. `deployment` is a JSON object with these keys.
/// Required: "app_id", "mode", and one of "package" (path of a file to upload), "package_id" (a package of the app) and
/// "from_mode" (another environment of the app, whose package is used).
/// Optional: "name" (of the uploaded package), "constants" and "custom_settings" (values by name), "scheduled_events"
/// (true or false by name), "instances", "memory_per_instance", "auto_sync_db" (true by default), "backup" ("never",
/// "production" by default, or "always"), "rollback" ("none", "package" by default, or "data"; it is checked, and does
/// not change the plan), "while_running" (true: transport the package before the stop, where the service allows it),
/// "service" (by which calls to upload and to back up: "detected" by default, "document" or "today"), and what mxd_deploy takes besides: of these, "journal" tells whether the package runs already.
/// The result has no values of constants and custom settings: they may be secrets. The environment is restarted even if
/// it has the package already: that does not prove that it runs.
/// Fails with MXD_INVALID_INPUT when a key is unknown, the package is not one, a constant or scheduled event is neither in the
/// package nor on the environment, or a value does not fit its type; MXD_NOT_FOUND when the environment or its package is not
/// there; as mxd_get_environment, mxd_get_environment_package and mxd_get_environment_settings do; and about the journal as
/// mxd_deploy does. A journal that does not exist is not an error.
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
            let json = text("deployment", deployment)?;
            let (deployment, options) = (Deployment::from_json(json)?, DeployOptions::from_json(json)?);
            Ok(client.plan_deploy_with(&deployment, options.journal_path())?)
        })
    }
}

/// Deploys a package: this package runs on that environment, with these settings; and if not, what ran before runs again.
/// `deployment` is a JSON object with the keys of mxd_plan_deploy, and these: "journal" (path of a file that records the
/// deployment, so that it survives a crash), "lease" (path of a file that is locked while the deployment runs: a second one
/// with the same file fails at once), "step_timeout" (how long a step may take, with its waits and retries, in seconds; 900
/// by default; an upload may take longer as long as it makes progress).
/// `on_step` may be NULL.
/// The folder of the journal must exist. The journal can be read by its owner only: it contains the values of constants and
/// settings. It contains neither the API key nor a signed link. The lease is advisory: it protects only against those who
/// use the same file, and it ends with the process.
/// The steps are backup, upload, stop, transport, settings, scale, start and confirm. Those that are not needed are skipped.
/// After a failure from the stop on, what was changed is put back, by "rollback". An outage is waited for, as long as a
/// step may take. Nothing that the service may have done already is sent a second time.
/// With a journal, the same call continues a deployment that was cut off. When it was deployed and the environment is still
/// so, no change is sent, and "outcome" is "unchanged".
/// Fails as mxd_plan_deploy does, and nothing is changed; MXD_CONFLICT when the lease or the journal is in use by another
/// deployment; MXD_INVALID_INPUT for the journal of another deployment, or a damaged one; MXD_IO when it cannot be written;
/// MXD_DEPLOY_FAILED when a step failed: the text says what state the environment is in, and mxd_error_report gives the
/// report; MXD_CANCELLED: everything is left as it is, to be resumed.
///
///     {"app_id": "calc", "mode": "Acceptance", "outcome": "deployed",
///      "before": {"status": "Running", "package_id": "b3d14e53-...", "model_version": "1.1.0.253"},
///      "after": {"status": "Running", "package_id": "6f3bd8ac-...", "model_version": "1.2.0.254"},
///      "steps": [{"name": "stop", "status": "done", "started_at": "2026-11-26T01:30:00.25Z", "elapsed_ms": 20312,
///                 "reason": null}, ...],
///      "downtime_ms": 113204, "backup": null, "rolled_back_to": null, "differences": [], "orphans": []}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_deploy(
    client: *const mxd_client,
    deployment: *const c_char,
    on_step: mxd_step_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("deploy", client, out_json, error, |client| {
            let json = text("deployment", deployment)?;
            let options = DeployOptions::from_json(json)?.on_step(observer(on_step, user_data));
            Ok(client.deploy(&Deployment::from_json(json)?, options)?)
        })
    }
}

/// Continues a deployment from its `journal`, a path: one that was cancelled, or whose process ended. `on_step` may be NULL.
/// Where it is not known whether a change took effect, the state of the environment decides. One that has ended is not run
/// again: its report is returned, or its error, and nothing is sent. The lease, and the time of a step, are those of
/// mxd_deploy.
/// Fails as mxd_deploy does; MXD_INVALID_INPUT when nothing was begun with the journal; MXD_IO when there is no such journal.
///
///     {"app_id": "calc", "mode": "Acceptance", "outcome": "deployed", ...}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_resume_deploy(
    client: *const mxd_client,
    journal: *const c_char,
    on_step: mxd_step_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("resume_deploy", client, out_json, error, |client| {
            let options = DeployOptions::new().on_step(observer(on_step, user_data));
            Ok(client.resume_deploy(text("journal", journal)?, options)?)
        })
    }
}
