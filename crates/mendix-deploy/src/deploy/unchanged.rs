//! Whether a deployment is in place already, by its journal.

use std::path::Path;

use jiff::Timestamp;

use super::found::Found;
use super::journal::Journal;
use super::plan::decide;
use super::record::Begin;
use super::{DeployPlan, Deployment, PlannedChange, PlannedStep};
use crate::deploy_report::{DeployOutcome, DeployReport, DeployStep, StepStatus};
use crate::{Error, Result, Status};

/// The plan that does nothing, where the journal says that this was deployed and the environment is still so.
pub(super) fn in_place(
    journal: &Journal,
    deployment: &Deployment,
    found: &Found,
) -> Result<Option<DeployPlan>> {
    let Some(begin) = journal.begin() else { return Ok(None) };
    if begin.deployment != *deployment {
        return Err(of_another(journal, begin));
    }
    let was_deployed = journal.finished().is_some_and(|(report, _)| {
        report.outcome == DeployOutcome::Deployed && report.after.package_id.as_deref() == found.deployed_id()
    });
    if !was_deployed || found.environment.status != Status::Running || begin.before.file != found.file {
        return Ok(None);
    }
    let known = Found { package_id: found.deployed_id().map(str::to_owned), ..found.clone() };
    let mut plan = decide(deployment, &known)?;
    // The document's service does not tell figures that were set.
    let is_untold = |change: &PlannedChange| change.name.is_none() && change.before.is_none();
    plan.changes.retain(|change| !is_untold(change));
    if !plan.changes.is_empty() {
        return Ok(None);
    }
    for step in &mut plan.steps {
        step.skipped = Some("the package runs already, by the journal".to_owned());
    }
    plan.risks.clear();
    Ok(Some(plan))
}

/// Refuses the journal of another deployment.
pub(super) fn of_another(journal: &Journal, begin: &Begin) -> Error {
    let path = journal.path().unwrap_or(Path::new("")).display();
    Error::invalid_input(format!(
        "the journal {path} is of another deployment, to {} of {}; expected one of its own for each deployment",
        begin.deployment.mode, begin.deployment.app_id
    ))
}

/// The report of a deployment that was there already.
pub(super) fn unchanged(plan: DeployPlan, now: Timestamp) -> DeployReport {
    let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or_default();
    let step = |planned: PlannedStep| DeployStep {
        name: planned.name,
        status: StepStatus::Skipped,
        started_at: now,
        elapsed_ms: 0,
        reason: planned.skipped,
    };
    DeployReport {
        app_id: plan.app_id,
        mode: plan.mode,
        outcome: DeployOutcome::Unchanged,
        after: plan.before.clone(),
        before: plan.before,
        steps: plan.steps.into_iter().map(step).collect(),
        downtime_ms: None,
        backup: None,
        rolled_back_to: None,
        differences: Vec::new(),
        orphans: Vec::new(),
    }
}
