//! The deployment in one call.

use std::path::PathBuf;

use mendix_deploy::{DeployPackage, Deployment};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};
use pyo3::{Borrowed, type_hint_identifier, type_hint_subscript};

use crate::arguments::names::{
    app_id, auto_sync_db, backup, constants, custom_settings, from_mode, instances, memory_per_instance,
    mode, name, package, package_id, rollback, scheduled_events, while_running,
};
use crate::arguments::{Arg, Argument, Name, Wrong, builtin};
use crate::client::Client;
use crate::errors;
use crate::models::{View, model};
use crate::settings::Tuple;

model! {
    /// What is on an environment, or will be.
    DeployedState {
        /// The status of the environment.
        status: &str,
        /// Identifier of the package; None where there is none, or where it is not uploaded yet.
        package_id: Option<&str>,
        /// Version of the model, where it is known.
        model_version: Option<&str>,
    }
}

model! {
    /// One step of a plan.
    PlannedStep {
        /// Its name: `backup`, `upload`, `stop`, `transport`, `settings`, `scale`, `start` or `confirm`.
        name: &str,
        /// Why it is not needed; None for a step that is.
        skipped: Option<&str>,
    }
}

model! {
    /// A setting that is changed. Values of constants and custom settings may be secrets, and are left out.
    PlannedChange {
        /// What it is: `constant`, `custom_setting`, `scheduled_event`, `instances` or `memory_per_instance`.
        what: &str,
        /// Its name, where it has one.
        name: Option<&str>,
        /// What it was, where that is known and no secret.
        before: Option<&str>,
        /// What it becomes, where that is no secret.
        after: Option<&str>,
    }
}

model! {
    /// What may make a deployment fail.
    DeployRisk {
        /// The error code that the service may answer with, such as `MISSING_CONSTANT`.
        code: &str,
        /// The name of what it is about, where it has one.
        name: Option<&str>,
        /// Why, in words.
        message: &str,
    }
}

model! {
    /// What a deployment would do, in order. `str` is for a person; the JSON is the same in all languages.
    DeployPlan {
        /// The app.
        app_id: &str,
        /// The environment.
        mode: &str,
        /// What is there now.
        before: DeployedState,
        /// What will be there.
        after: DeployedState,
        /// Every step, those that are skipped too.
        steps: Tuple<'_, PlannedStep, mendix_deploy::PlannedStep>,
        /// The settings that are changed.
        changes: Tuple<'_, PlannedChange, mendix_deploy::PlannedChange>,
        /// What may make it fail.
        risks: Tuple<'_, DeployRisk, mendix_deploy::DeployRisk>,
    }
    with {
        fn __str__(&self) -> String {
            self.0.to_string()
        }
    }
}

impl View<'_, DeployedState> for mendix_deploy::DeployedState {
    fn view(&self) -> DeployedState {
        DeployedState(self.clone())
    }
}

/// A mapping from names to values of one type.
pub(crate) struct ByName<T>(Vec<(String, T)>);

impl<'a, 'py> Argument<'a, 'py> for ByName<String> {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Mapping"),
        builtin("str"),
        builtin("str")
    );
    const EXPECTED: &'static str = "a mapping from names to text";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        by_name(&object, |value| {
            let Ok(text) = value.cast::<pyo3::types::PyString>() else { return Err(Wrong::Type) };
            <&str>::from_object(text.as_any().as_borrowed()).map(str::to_owned)
        })
    }
}

impl<'a, 'py> Argument<'a, 'py> for ByName<bool> {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Mapping"),
        builtin("str"),
        builtin("bool")
    );
    const EXPECTED: &'static str = "a mapping from names to bool";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        by_name(&object, |value| bool::from_object(value.as_borrowed()))
    }
}

fn by_name<T>(
    object: &Bound<'_, PyAny>,
    value: impl Fn(&Bound<'_, PyAny>) -> Result<T, Wrong>,
) -> Result<ByName<T>, Wrong> {
    let Ok(mapping) = object.cast::<PyMapping>() else { return Err(Wrong::Type) };
    let copy = PyDict::new(object.py());
    copy.update(mapping)?;
    let item = |(name, given): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        Ok((<&str>::from_object(name.as_borrowed())?.to_owned(), value(&given)?))
    };
    copy.iter().map(item).collect::<Result<_, Wrong>>().map(ByName)
}

#[pymethods]
impl Client {
    /// Plans a deployment: returns what it would do. Sends GETs only.
    ///
    /// >>> print(client.plan_deploy("calc", "Acceptance", package="calc_1.0.0.45.mda"))
    ///
    /// Exactly one of these selects the package. package: path of a file to upload. package_id: a package of the app.
    /// from_mode: another environment of the app, whose package is used.
    /// name: name of the uploaded package; by default that of the file.
    /// constants, custom_settings, scheduled_events: mappings from names to the wanted values.
    /// auto_sync_db: whether the start may change the structure of the database.
    /// backup: "never", "production" (only if the environment is a production environment) or "always".
    /// rollback: "none", "package" (package and settings) or "data" (the backup too). It is checked, and does not change
    /// the plan.
    /// while_running: transport the package before the stop, where the service allows it.
    ///
    /// The environment is restarted even if it has the package already: that does not prove that it runs.
    ///
    /// Raises InvalidInputError when the package is not one, a constant or scheduled event is neither in the package nor on
    /// the environment, or a value does not fit its type; NotFoundError when the environment or its package is not there.
    #[pyo3(signature = (
        app_id, mode, *, package=None, package_id=None, from_mode=None, name=None, constants=None,
        custom_settings=None, scheduled_events=None, instances=None, memory_per_instance=None,
        auto_sync_db: "bool" = true, backup: "str" = "production", rollback: "str" = "package",
        while_running: "bool" = false
    ))]
    #[expect(clippy::too_many_arguments, reason = "each is one keyword in Python")]
    fn plan_deploy(
        &self,
        py: Python<'_>,
        app_id: Arg<app_id, &str>,
        mode: Arg<mode, &str>,
        package: Option<Arg<package, PathBuf>>,
        package_id: Option<Arg<package_id, &str>>,
        from_mode: Option<Arg<from_mode, &str>>,
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
    ) -> PyResult<DeployPlan> {
        let package = DeployPackage::one_of(
            package.map(Arg::into_inner),
            package_id.map(|id| id.to_string()),
            from_mode.map(|mode| mode.to_string()),
        );
        let package = package.map_err(|error| errors::raise(py, &error))?;
        let backup = backup.parse().map_err(|error| errors::raise(py, &error))?;
        let rollback = rollback.parse().map_err(|error| errors::raise(py, &error))?;
        let mut deployment = Deployment::new(*app_id, *mode, package)
            .constants(constants.map(|all| all.into_inner().0).unwrap_or_default())
            .custom_settings(custom_settings.map(|all| all.into_inner().0).unwrap_or_default())
            .scheduled_events(scheduled_events.map(|all| all.into_inner().0).unwrap_or_default())
            .auto_sync_db(auto_sync_db)
            .backup(backup)
            .rollback(rollback)
            .while_running(while_running);
        if let Some(name) = name {
            deployment = deployment.name(*name);
        }
        if let Some(instances) = instances {
            deployment = deployment.instances(*instances);
        }
        if let Some(memory) = memory_per_instance {
            deployment = deployment.memory_per_instance(*memory);
        }
        self.call(py, |client| client.plan_deploy(&deployment))
    }
}
