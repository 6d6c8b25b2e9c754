//! The deployment in one call.

mod models;

use std::path::PathBuf;

use mendix_deploy::{DeployOptions, DeployPackage, Deployment};
use pyo3::intern;
use pyo3::prelude::*;

use crate::arguments::names::{
    app_id, auto_sync_db, backup, constants, custom_settings, from_mode, instances, journal, lease,
    memory_per_instance, mode, name, on_step, package, package_id, progress, rollback, scheduled_events,
    service, step_timeout, while_running,
};
use crate::arguments::time::seconds;
use crate::arguments::{Arg, ByName, Name};
use crate::call::Watch;
use crate::callbacks::{Progress, StepCallback};
use crate::client::Client;
use crate::errors;
use crate::identifiers::Id;

pub(crate) use self::models::{
    DeployPlan, DeployReport, DeployRisk, DeployStep, DeployedState, PlannedChange, PlannedStep,
};

/// What is wanted of a deployment.
struct Wanted<'a> {
    package: Option<Arg<package, PathBuf>>,
    package_id: Option<Id<'a, package_id>>,
    from_mode: Option<Id<'a, from_mode>>,
    name: Option<Arg<name, &'a str>>,
    constants: Option<Arg<constants, ByName<String>>>,
    custom_settings: Option<Arg<custom_settings, ByName<String>>>,
    scheduled_events: Option<Arg<scheduled_events, ByName<bool>>>,
    instances: Option<Arg<instances, u32>>,
    memory_per_instance: Option<Arg<memory_per_instance, u32>>,
    auto_sync_db: bool,
    backup: &'a str,
    rollback: &'a str,
    while_running: bool,
    service: &'a str,
}

impl Wanted<'_> {
    fn deployment(self, app_id: &str, mode: &str) -> mendix_deploy::Result<Deployment> {
        let package = DeployPackage::one_of(
            self.package.map(Arg::into_inner),
            self.package_id.map(|id| id.to_string()),
            self.from_mode.map(|mode| mode.to_string()),
        )?;
        let mut deployment = Deployment::new(app_id, mode, package)
            .constants(self.constants.map(|all| all.into_inner().0).unwrap_or_default())
            .custom_settings(self.custom_settings.map(|all| all.into_inner().0).unwrap_or_default())
            .scheduled_events(self.scheduled_events.map(|all| all.into_inner().0).unwrap_or_default())
            .auto_sync_db(self.auto_sync_db)
            .backup(self.backup.parse()?)
            .rollback(self.rollback.parse()?)
            .while_running(self.while_running)
            .service(self.service.parse()?);
        if let Some(name) = self.name {
            deployment = deployment.name(*name);
        }
        if let Some(instances) = self.instances {
            deployment = deployment.instances(*instances);
        }
        if let Some(memory) = self.memory_per_instance {
            deployment = deployment.memory_per_instance(*memory);
        }
        Ok(deployment)
    }
}

/// Who is notified while a deployment runs.
struct Observers {
    progress: Option<Py<PyAny>>,
    /// Of steps: what shows them, and the caller's.
    steps: Vec<Py<PyAny>>,
}

impl Observers {
    /// Runs a deployment with these observers. What shows its steps is closed at the end.
    fn during<T>(
        py: Python<'_>,
        progress: Option<Progress>,
        on_step: Option<Arg<on_step, StepCallback>>,
        run: impl FnOnce(&Observers) -> PyResult<T>,
    ) -> PyResult<T> {
        let mut observers = Observers { progress: None, steps: Vec::new() };
        let mut shown = None;
        match progress {
            None | Some(Progress::Bar(false)) => {}
            Some(Progress::Callback(callback)) => observers.progress = Some(callback),
            Some(Progress::Bar(true)) => {
                let steps = py.import("mendix_deploy._progress")?.call_method0("steps")?;
                observers.progress = Some(steps.clone().unbind());
                observers.steps.push(steps.getattr(intern!(py, "step"))?.unbind());
                shown = Some(steps);
            }
        }
        observers.steps.extend(on_step.map(|callback| callback.into_inner().0));
        let result = run(&observers);
        if let Some(steps) = shown {
            errors::report(py, steps.call_method0(intern!(py, "close")))?;
        }
        result
    }

    fn observe<'o>(&'o self, options: DeployOptions<'o>, watch: &'o Watch) -> DeployOptions<'o> {
        let options = options.on_step(|step| {
            let mut each = self.steps.iter();
            each.try_for_each(|callback| watch.notify(callback, (DeployStep(step.clone()),)))
        });
        match &self.progress {
            None => options,
            Some(callback) => {
                options.on_progress(|progress| watch.notify(callback, (progress.done, progress.total)))
            }
        }
    }
}

#[pymethods]
impl Client {
    /// Plans a deployment: returns what it would do. Sends GETs only.
    ///
    /// >>> print(client.plan_deploy("calc", "Acceptance", package="calc_1.0.0.45.mda"))
    ///
    /// The arguments are those of `deploy`. rollback is checked, and does not change the plan.
    ///
    /// The environment is restarted even if it has the package already: that does not prove that it runs. A journal that says
    /// that it was deployed does, as long as the environment is as the journal says: then every step is skipped.
    ///
    /// Raises InvalidInputError when the package is not one, a constant or scheduled event is neither in the package nor on
    /// the environment, or a value does not fit its type; NotFoundError when the environment or its package is not there.
    #[pyo3(signature = (
        app_id, mode, *, package=None, package_id=None, from_mode=None, name=None, constants=None,
        custom_settings=None, scheduled_events=None, instances=None, memory_per_instance=None,
        auto_sync_db: "bool" = true, backup: "Literal['production', 'always', 'never']" = "production",
        rollback: "Literal['package', 'data', 'none']" = "package",
        while_running: "bool" = false, service: "Literal['detected', 'document', 'today']" = "detected", journal=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "each is one keyword in Python")]
    fn plan_deploy(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        package: Option<Arg<package, PathBuf>>,
        package_id: Option<Id<'_, package_id>>,
        from_mode: Option<Id<'_, from_mode>>,
        name: Option<Arg<name, &str>>,
        constants: Option<Arg<constants, ByName<String>>>,
        custom_settings: Option<Arg<custom_settings, ByName<String>>>,
        scheduled_events: Option<Arg<scheduled_events, ByName<bool>>>,
        instances: Option<Arg<instances, u32>>,
        memory_per_instance: Option<Arg<memory_per_instance, u32>>,
        #[pyo3(from_py_with = auto_sync_db::take)] auto_sync_db: bool,
        #[pyo3(from_py_with = backup::take)] backup: &str,
        #[pyo3(from_py_with = rollback::take)] rollback: &str,
        #[pyo3(from_py_with = while_running::take)] while_running: bool,
        #[pyo3(from_py_with = service::take)] service: &str,
        journal: Option<Arg<journal, PathBuf>>,
    ) -> PyResult<DeployPlan> {
        let wanted = Wanted {
            package,
            package_id,
            from_mode,
            name,
            constants,
            custom_settings,
            scheduled_events,
            instances,
            memory_per_instance,
            auto_sync_db,
            backup,
            rollback,
            while_running,
            service,
        };
        let deployment = wanted.deployment(&app_id, &mode).map_err(|error| errors::raise(py, &error))?;
        self.call(py, |client| client.plan_deploy_with(&deployment, journal.as_deref().map(PathBuf::as_path)))
    }

    /// Deploys a package: this package runs on that environment, with these settings; and if not, what ran before runs again.
    ///
    /// >>> report = client.deploy("calc", "Acceptance", package="calc_1.0.0.45.mda")
    ///
    /// Exactly one of these selects the package. package: path of a file to upload. package_id: a package of the app.
    /// from_mode: another environment of the app, whose package is used.
    /// name: name of the uploaded package; by default that of the file, with a mark of this deployment.
    /// constants, custom_settings, scheduled_events: mappings from names to the wanted values.
    /// instances, memory_per_instance (in MB): the scale.
    /// auto_sync_db: whether the start may change the structure of the database.
    /// backup: "never", "production" (only if the environment is a production environment) or "always".
    /// rollback: what to put back after a failure: "none", "package" (package and settings) or "data" (the backup too).
    /// while_running: transport the package before the stop, where the service allows it.
    /// service: by which calls to upload and to back up: "detected", "document", or "today" (upload_package_v2, snapshots).
    /// journal: path of a file that records the deployment. The same call, or `resume_deploy`, continues one that was cut
    /// off; when all is in place, the outcome is `UNCHANGED`, and no change is sent.
    /// lease: path of a file that is locked meanwhile; a second deployment with the same file raises ConflictError at once.
    /// step_timeout: how many seconds each step may take. An outage is waited for that long.
    /// progress: True draws the upload and names the steps on standard error; a callable gets the bytes done and in all.
    /// on_step: is called with a DeployStep when a step begins and when it has ended. What it raises ends the deployment
    /// there, to be resumed.
    ///
    /// Raises what `plan_deploy` raises, and nothing is changed; ConflictError when the lease or the journal is held by
    /// another process; InvalidInputError for the journal of another deployment, or a damaged one; FileError when it cannot
    /// be written; DeployFailedError, with the report, when a step failed: its text says what state the environment is in;
    /// CancelledError: everything is left as it is, to be resumed.
    #[pyo3(signature = (
        app_id, mode, *, package=None, package_id=None, from_mode=None, name=None, constants=None,
        custom_settings=None, scheduled_events=None, instances=None, memory_per_instance=None,
        auto_sync_db: "bool" = true, backup: "Literal['production', 'always', 'never']" = "production",
        rollback: "Literal['package', 'data', 'none']" = "package",
        while_running: "bool" = false, service: "Literal['detected', 'document', 'today']" = "detected",
        journal=None, lease=None, step_timeout: "float | timedelta" = 900.0, progress=None, on_step=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "each is one keyword in Python")]
    fn deploy(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        mode: Id<'_, mode>,
        package: Option<Arg<package, PathBuf>>,
        package_id: Option<Id<'_, package_id>>,
        from_mode: Option<Id<'_, from_mode>>,
        name: Option<Arg<name, &str>>,
        constants: Option<Arg<constants, ByName<String>>>,
        custom_settings: Option<Arg<custom_settings, ByName<String>>>,
        scheduled_events: Option<Arg<scheduled_events, ByName<bool>>>,
        instances: Option<Arg<instances, u32>>,
        memory_per_instance: Option<Arg<memory_per_instance, u32>>,
        #[pyo3(from_py_with = auto_sync_db::take)] auto_sync_db: bool,
        #[pyo3(from_py_with = backup::take)] backup: &str,
        #[pyo3(from_py_with = rollback::take)] rollback: &str,
        #[pyo3(from_py_with = while_running::take)] while_running: bool,
        #[pyo3(from_py_with = service::take)] service: &str,
        journal: Option<Arg<journal, PathBuf>>,
        lease: Option<Arg<lease, PathBuf>>,
        #[pyo3(from_py_with = step_timeout::take)] step_timeout: f64,
        progress: Option<Arg<progress, Progress>>,
        on_step: Option<Arg<on_step, StepCallback>>,
    ) -> PyResult<DeployReport> {
        let wanted = Wanted {
            package,
            package_id,
            from_mode,
            name,
            constants,
            custom_settings,
            scheduled_events,
            instances,
            memory_per_instance,
            auto_sync_db,
            backup,
            rollback,
            while_running,
            service,
        };
        let deployment = wanted.deployment(&app_id, &mode).map_err(|error| errors::raise(py, &error))?;
        Observers::during(py, progress.map(Arg::into_inner), on_step, |observers| {
            self.watched(py, |client, watch| {
                let mut options = DeployOptions::new().step_timeout(seconds(step_timeout));
                if let Some(path) = journal {
                    options = options.journal(path.into_inner());
                }
                if let Some(path) = lease {
                    options = options.lease(path.into_inner());
                }
                client.deploy(&deployment, observers.observe(options, watch))
            })
        })
    }

    /// Continues a deployment from its journal: one that was cancelled, or whose process ended.
    ///
    /// >>> report = client.resume_deploy("calc-1.0.0.45.journal")
    ///
    /// Where it is not known whether a change took effect, the state of the environment decides. One that has ended is not
    /// run again: its report is returned, or its error raised, and nothing is sent. Lease and step_timeout are those of the
    /// first call. progress and on_step are as in `deploy`.
    ///
    /// Raises what `deploy` raises; FileError when there is no such journal.
    #[pyo3(signature = (journal, *, progress=None, on_step=None))]
    fn resume_deploy(
        &self,
        py: Python<'_>,
        journal: Arg<journal, PathBuf>,
        progress: Option<Arg<progress, Progress>>,
        on_step: Option<Arg<on_step, StepCallback>>,
    ) -> PyResult<DeployReport> {
        Observers::during(py, progress.map(Arg::into_inner), on_step, |observers| {
            self.watched(py, |client, watch| {
                client.resume_deploy(&*journal, observers.observe(DeployOptions::new(), watch))
            })
        })
    }
}
