//! What a deployment would do, and what it did.

use std::time::Duration;

use mendix_deploy::{DeployOutcome, StepStatus};
use pyo3::inspect::{PyStaticConstant, PyStaticExpr};
use pyo3::prelude::*;
use pyo3::type_hint_subscript;
use pyo3::types::PyTuple;

use crate::arguments::builtin;
use crate::enums::EnumValue;
use crate::models::{Moment, View, html, model};
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
    blank r#"{"status": ""}"#
}

model! {
    /// One step of a plan.
    PlannedStep {
        /// Its name: `backup`, `upload`, `stop`, `transport`, `settings`, `scale`, `start` or `confirm`.
        name: &str,
        /// Why it is not needed; None for a step that is.
        skipped: Option<&str>,
    }
    blank r#"{"name": ""}"#
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
    blank r#"{"what": ""}"#
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
    blank r#"{"code": "", "message": ""}"#
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
    blank r#"{"app_id": "", "mode": "", "before": {"status": ""}, "after": {"status": ""}, "steps": [], "changes": [], "risks": []}"#
    with {
        fn __str__(&self) -> String {
            self.0.to_string()
        }
    }
    html {
        /// As a notebook shows it.
        fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
            let plan = &self.0;
            let steps = plan.steps.iter().map(|step| {
                [step.name.clone(), step.skipped.as_ref().map_or_else(String::new, |why| format!("skipped: {why}"))]
            });
            let changes = plan.changes.iter().map(|change| {
                let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "…".to_owned());
                let name = change.name.clone().unwrap_or_default();
                [format!("{} {name}", change.what), format!("{} → {}", text(&change.before), text(&change.after))]
            });
            let risks = plan.risks.iter().map(|risk| {
                let name = risk.name.clone().unwrap_or_default();
                [format!("risk {} {name}", risk.code), risk.message.clone()]
            });
            let caption = format!("{} of {} is {}", plan.mode, plan.app_id, plan.before.status);
            html::rows(py, &caption, steps.chain(changes).chain(risks))
        }
    }
}

model! {
    /// One step of a deployment, as it happened.
    DeployStep {
        /// Its name: `backup`, `upload`, `stop`, `transport`, `settings`, `scale`, `start` or `confirm`; `stop_again` when
        /// somebody else started the app meanwhile; those of a rollback begin with `rollback_`.
        name: &str,
        /// How far it is.
        status: EnumValue<'_, StepStatus>,
        /// When it began.
        started_at: Moment,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
        /// Why it was skipped, or why it failed.
        reason: Option<&str>,
    }
    blank r#"{"name": "", "status": "done", "started_at": "1970-01-01T00:00:00Z", "elapsed_ms": 0}"#
}

model! {
    /// What a deployment did. `str` is for a person; the JSON is the same in all languages.
    DeployReport {
        /// The app.
        app_id: &str,
        /// The environment.
        mode: &str,
        /// How it ended.
        outcome: EnumValue<'_, DeployOutcome>,
        /// What was there before.
        before: DeployedState,
        /// What was there at the end, as far as it could be read.
        after: DeployedState,
        /// Every step in order, those that were skipped too.
        steps: Tuple<'_, DeployStep, mendix_deploy::DeployStep>,
        /// How long the app was down, from the stop until it had started, in milliseconds; None where it was not stopped, or
        /// did not start.
        downtime_ms: Option<u64>,
        /// Identifier of the backup that was made.
        backup: Option<&str>,
        /// The package that is deployed again after a rollback.
        rolled_back_to: Option<&str>,
        /// After a failure: what is not as it was before, one sentence each.
        differences: Texts<'_>,
        /// Names of packages that may have been uploaded and are not used: the responses to those uploads were lost.
        orphans: Texts<'_>,
    }
    blank r#"{"app_id": "", "mode": "", "outcome": "deployed", "before": {"status": ""}, "after": {"status": ""}, "steps": [], "differences": [], "orphans": []}"#
    with {
        /// The step that failed first, if one did.
        #[getter]
        fn failed_step(&self) -> Option<DeployStep> {
            self.0.failed_step().cloned().map(DeployStep)
        }

        fn __str__(&self) -> String {
            self.0.to_string()
        }
    }
    html {
        /// As a notebook shows it.
        fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
            let report = &self.0;
            let steps = report.steps.iter().map(|step| {
                let seconds = Duration::from_millis(step.elapsed_ms).as_secs_f64();
                let reason = step.reason.as_ref().map_or_else(String::new, |why| format!(": {why}"));
                [step.name.clone(), format!("{}, {seconds:.1} s{reason}", step.status)]
            });
            let differences = report.differences.iter().map(|text| ["not as before".to_owned(), text.clone()]);
            let caption = format!("{} of {}: {}", report.mode, report.app_id, report.outcome);
            html::rows(py, &caption, steps.chain(differences))
        }
    }
}

impl View<'_, DeployedState> for mendix_deploy::DeployedState {
    fn view(&self) -> DeployedState {
        DeployedState(self.clone())
    }
}

/// Texts as a tuple.
pub(crate) struct Texts<'a>(&'a [String]);

impl<'a> View<'a, Texts<'a>> for Vec<String> {
    fn view(&'a self) -> Texts<'a> {
        Texts(self)
    }
}

impl<'py> IntoPyObject<'py> for Texts<'_> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        builtin("tuple"),
        builtin("str"),
        PyStaticExpr::Constant { value: PyStaticConstant::Ellipsis }
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0)
    }
}
