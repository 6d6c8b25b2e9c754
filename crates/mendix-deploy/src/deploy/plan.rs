//! What a deployment would do: decided from what is wanted and what was found, and from nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::found::Found;
use super::{BackupPolicy, DeployPackage, Deployment, RollbackPolicy};
use crate::api::check_scale;
use crate::deploy_report::DeployedState;
use crate::redact::one_line;
use crate::request::check_name;
use crate::{Environment, EnvironmentSettings, Error, ErrorCode, Mode, PackageStatus, Result, Status};

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedStep {
    /// Its name: `backup`, `upload`, `stop`, `transport`, `settings`, `scale`, `start` or `confirm`.
    pub name: String,
    /// Why it is not needed; `None` for a step that is.
    pub skipped: Option<String>,
}

/// A setting that is changed. Values of constants and custom settings may be secrets, and are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedChange {
    /// What it is: `constant`, `custom_setting`, `scheduled_event`, `instances` or `memory_per_instance`.
    pub what: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What it was, where that is known and no secret.
    pub before: Option<String>,
    /// What it becomes, where that is no secret.
    pub after: Option<String>,
}

/// What may make the deployment fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeployRisk {
    /// The error code that the service may answer with, such as `MISSING_CONSTANT`; or `SOURCE_NOT_RUNNING` or
    /// `UNKNOWN_SCALE`, which are of this library.
    pub code: String,
    /// The name of what it is about, where it has one.
    pub name: Option<String>,
    /// Why, in words.
    pub message: String,
}

/// What a deployment would do, in order. Its `Display` is for a person; its JSON is the same in all languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeployPlan {
    /// The app.
    pub app_id: String,
    /// The environment.
    pub mode: String,
    /// What is there now.
    pub before: DeployedState,
    /// What will be there.
    pub after: DeployedState,
    /// Every step, those that are skipped too.
    pub steps: Vec<PlannedStep>,
    /// The settings that are changed.
    pub changes: Vec<PlannedChange>,
    /// What may make it fail.
    pub risks: Vec<DeployRisk>,
}

/// What contradicts itself is refused before anything is read.
pub(super) fn check(deployment: &Deployment) -> Result<()> {
    let is_file = matches!(deployment.package, DeployPackage::File(_));
    if let DeployPackage::Id(id) = &deployment.package {
        check_name("package_id", id)?;
    }
    if let Some(name) = &deployment.name {
        check_name("name", name)?;
    }
    let problem = match &deployment.package {
        DeployPackage::FromMode(from) if from.eq_ignore_ascii_case(&deployment.mode) => {
            "from_mode is the environment itself; expected another one of the app"
        }
        _ if !is_file && deployment.name.is_some() => "name is for a package that is uploaded, from a file",
        _ if deployment.rollback == RollbackPolicy::Data && deployment.backup == BackupPolicy::Never => {
            "rollback \"data\" restores a backup, and backup is \"never\""
        }
        _ => return Ok(()),
    };
    Err(Error::invalid_input(problem))
}

/// The decision. It reads nothing and changes nothing.
pub(super) fn decide(deployment: &Deployment, found: &Found) -> Result<DeployPlan> {
    let (changes, mut risks) = settings(deployment, found)?;
    let scale = scale(deployment, &found.environment)?;
    let steps = steps(deployment, found, &changes, &scale);
    let skipped = |name: &str| steps.iter().find(|step| step.name == name)?.skipped.as_deref();
    if let Some(status) = found.source_status.as_ref().filter(|status| **status != Status::Running) {
        let message = format!("it is {status}: that its package was ever started there is not known");
        risks.push(risk("SOURCE_NOT_RUNNING", Some(deployment.package.source()), &message));
    }
    let transports = skipped("transport").is_none();
    if deployment.while_running && transports && found.environment.status == Status::Running {
        let message = "a service that follows the document demands a stopped environment for the transport";
        risks.push(risk(ErrorCode::AppIsRunning.as_str(), None, message));
    }
    if scale.iter().any(|change| change.before.is_none()) && deployment.rollback != RollbackPolicy::None {
        let message = "the service does not tell it: a rollback cannot put it back";
        risks.push(risk("UNKNOWN_SCALE", None, message));
    }
    if let (RollbackPolicy::Data, Some(why)) = (deployment.rollback, skipped("backup")) {
        let message = format!("rollback \"data\" restores a backup, and none is made here: {why}");
        return Err(Error::invalid_input(message));
    }
    if !deployment.auto_sync_db && transports {
        let message =
            "a model that needs another structure of the database does not start without auto_sync_db";
        risks.push(risk(ErrorCode::InvalidDbStructure.as_str(), None, message));
    }
    let after = DeployedState {
        status: Status::Running.to_string(),
        package_id: found.package_id.clone(),
        model_version: found.model_version.clone(),
    };
    Ok(DeployPlan {
        app_id: deployment.app_id.clone(),
        mode: deployment.mode.clone(),
        before: found.state(),
        after,
        steps,
        changes: changes.into_iter().chain(scale).collect(),
        risks,
    })
}

fn steps(
    deployment: &Deployment,
    found: &Found,
    changes: &[PlannedChange],
    scale: &[PlannedChange],
) -> Vec<PlannedStep> {
    let environment = &found.environment;
    let is_stopped = environment.status == Status::Stopped || environment.status == Status::Empty;
    // The document's own example says `"Production": "false"` of the environment of that mode.
    let is_production = environment.production == Some(true)
        || deployment.mode.eq_ignore_ascii_case(Mode::Production.as_str())
        || environment.mode == Mode::Production;
    let is_empty = environment.status == Status::Empty
        || (found.deployed.is_none() && is_stopped && environment.model_version.is_none());
    let nothing_asked =
        |is_asked: bool| if is_asked { "they are as wanted" } else { "nothing else is wanted" };
    let backup = match deployment.backup {
        _ if is_empty => Some("nothing was ever deployed"),
        BackupPolicy::Never => Some("no backup is wanted"),
        BackupPolicy::Production if !is_production => Some("it is not a production environment"),
        BackupPolicy::Production | BackupPolicy::Always => None,
    };
    let is_file = matches!(deployment.package, DeployPackage::File(_));
    let upload = (!is_file).then_some("the app has the package");
    let stop = is_stopped.then_some("it does not run");
    let is_ready = found.deployed.as_ref().is_some_and(|package| package.status == PackageStatus::Succeeded);
    let is_there = is_ready && found.package_id.as_deref() == found.deployed_id();
    let transport = is_there.then_some("the environment has the package");
    let set = changes.is_empty().then(|| nothing_asked(deployment.has_settings()));
    let is_scale_asked = deployment.instances.or(deployment.memory_per_instance).is_some();
    let scaled = scale.is_empty().then(|| nothing_asked(is_scale_asked));
    let mut steps = vec![
        ("backup", backup),
        ("upload", upload),
        ("stop", stop),
        ("transport", transport),
        ("settings", set),
        ("scale", scaled),
        ("start", None),
        ("confirm", None),
    ];
    if deployment.while_running {
        steps.swap(2, 3);
    }
    let planned = |(name, skipped): (&str, Option<&str>)| PlannedStep {
        name: name.to_owned(),
        skipped: skipped.map(str::to_owned),
    };
    steps.into_iter().map(planned).collect()
}

/// The settings that must be changed, and what may make the deployment fail.
fn settings(deployment: &Deployment, found: &Found) -> Result<(Vec<PlannedChange>, Vec<DeployRisk>)> {
    let (mut changes, mut risks) = (Vec::new(), Vec::new());
    let package_constants = found.info.as_ref().and_then(|info| info.constants.as_deref());
    let current = found.settings.as_ref();
    for (name, value) in &deployment.constants {
        let in_package = package_constants.map(|all| all.iter().find(|constant| constant.name == *name));
        let on_environment =
            current.and_then(|settings| settings.constants.iter().find(|constant| constant.name == *name));
        let is_there = (in_package.map(|found| found.is_some()), on_environment.is_some());
        check_is_there("constant", name, "CONSTANT_NOT_FOUND", is_there, &mut risks)?;
        let of_package = in_package.flatten().and_then(|constant| constant.data_type.as_deref());
        let data_type = of_package.or(on_environment.and_then(|constant| constant.data_type.as_deref()));
        check_type(name, value, data_type.unwrap_or_default())?;
        if on_environment.and_then(|constant| constant.value.as_ref()) != Some(value) {
            changes.push(change("constant", Some(name), None, None));
        }
    }
    for (name, value) in &deployment.custom_settings {
        let on_environment = current
            .and_then(|settings| settings.custom_settings.iter().find(|setting| setting.name == *name));
        if on_environment.is_none() {
            let message = "the environment does not list it";
            risks.push(risk("CUSTOM_SETTING_NOT_SUPPORTED", Some(name), message));
        }
        if on_environment.and_then(|setting| setting.value.as_ref()) != Some(value) {
            changes.push(change("custom_setting", Some(name), None, None));
        }
    }
    let package_events = found.info.as_ref().and_then(|info| info.scheduled_events.as_deref());
    for (name, enabled) in &deployment.scheduled_events {
        let in_package = package_events.map(|all| all.iter().any(|event| event.name == *name));
        let on_environment =
            current.and_then(|settings| settings.scheduled_events.iter().find(|event| event.name == *name));
        let is_there = (in_package, on_environment.is_some());
        check_is_there("scheduled event", name, "SCHEDULED_EVENT_NOT_FOUND", is_there, &mut risks)?;
        let wanted = if *enabled { "Enabled" } else { "Disabled" };
        let value = on_environment.and_then(|event| event.value.as_deref());
        if value != Some(wanted) {
            changes.push(change("scheduled_event", Some(name), value, Some(wanted)));
        }
    }
    for constant in package_constants.unwrap_or_default() {
        let has_value = |settings: &EnvironmentSettings| {
            settings.constants.iter().any(|other| other.name == constant.name && other.value.is_some())
        };
        let is_known = constant.default_value.is_some()
            || deployment.constants.contains_key(&constant.name)
            || current.is_some_and(has_value);
        if !is_known {
            let message = "it has no default, no value on the environment, and none was given";
            risks.push(risk(ErrorCode::MissingConstant.as_str(), Some(&constant.name), message));
        }
    }
    Ok((changes, risks))
}

/// Refuses a setting that neither the package nor the environment has. One that the package is known to lack may be
/// refused by the service.
fn check_is_there(
    what: &str,
    name: &str,
    code: &str,
    (in_package, on_environment): (Option<bool>, bool),
    risks: &mut Vec<DeployRisk>,
) -> Result<()> {
    match (in_package, on_environment) {
        (Some(false), false) => Err(Error::invalid_input(format!(
            "{what} {name:?} is neither in the package nor on the environment"
        ))),
        (Some(false), true) => {
            risks.push(risk(code, Some(name), "the package does not have it"));
            Ok(())
        }
        (None, false) => {
            risks.push(risk(code, Some(name), "the environment does not have it yet"));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Refuses a value that its type cannot have. The message does not repeat it: it may be a secret.
fn check_type(name: &str, value: &str, data_type: &str) -> Result<()> {
    let fits = match data_type.trim_start_matches('_').to_ascii_lowercase().as_str() {
        "boolean" => ["true", "false"].iter().any(|word| value.eq_ignore_ascii_case(word)),
        "integer" | "long" | "integer/long" => value.parse::<i64>().is_ok(),
        "decimal" | "float" => value.parse::<f64>().is_ok_and(f64::is_finite),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    Err(Error::invalid_input(format!("the value for constant {name:?} is not of its type, {data_type}")))
}

/// What must be scaled. The service sets both figures at once.
fn scale(deployment: &Deployment, environment: &Environment) -> Result<Vec<PlannedChange>> {
    check_scale(deployment.instances, deployment.memory_per_instance)?;
    let figures = [
        ("instances", deployment.instances, environment.instances),
        ("memory_per_instance", deployment.memory_per_instance, environment.memory_per_instance),
    ];
    let differing = figures.iter().filter(|(_, wanted, is)| wanted.is_some() && wanted != is);
    let changes: Vec<PlannedChange> = differing
        .map(|(what, wanted, is)| {
            let text = |figure: &Option<u32>| figure.map(|figure| figure.to_string());
            change(what, None, text(is).as_deref(), text(wanted).as_deref())
        })
        .collect();
    let unknown = figures.iter().find(|(_, wanted, is)| wanted.is_none() && is.is_none());
    match unknown {
        Some((what, ..)) if !changes.is_empty() => Err(Error::invalid_input(format!(
            "{what} is missing; the service sets both figures at once, and does not tell this one"
        ))),
        _ => Ok(changes),
    }
}

fn change(what: &str, name: Option<&str>, before: Option<&str>, after: Option<&str>) -> PlannedChange {
    PlannedChange {
        what: what.to_owned(),
        name: name.map(str::to_owned),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

fn risk(code: &str, name: Option<&str>, message: &str) -> DeployRisk {
    DeployRisk { code: code.to_owned(), name: name.map(str::to_owned), message: message.to_owned() }
}

impl DeployPlan {
    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.skipped.is_some())
    }

    /// Whether another package runs afterwards.
    pub(super) fn changes_model(&self) -> bool {
        self.steps.iter().any(|step| step.name == "transport" && step.skipped.is_none())
    }
}

impl fmt::Display for DeployPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A package must not write lines of its own into what a person reads.
        let text = |text: &Option<String>, otherwise: &str| {
            one_line(text.clone().unwrap_or_else(|| otherwise.to_owned()))
        };
        let version = |state: &DeployedState| text(&state.model_version, "unknown");
        let (before, after) = (&self.before, &self.after);
        let status = one_line(before.status.clone());
        writeln!(f, "{} of {} is {status}", self.mode, self.app_id)?;
        writeln!(f, "  model version: {} -> {}", version(before), version(after))?;
        let (old, new) = (text(&before.package_id, "none"), text(&after.package_id, "a new one"));
        writeln!(f, "  package: {old} -> {new}")?;
        for change in &self.changes {
            write!(f, "  {}", change.what)?;
            if let Some(name) = &change.name {
                write!(f, " {}", one_line(name.clone()))?;
            }
            match &change.after {
                Some(after) => writeln!(f, ": {} -> {after}", text(&change.before, "unknown"))?,
                None => writeln!(f, ": another value")?,
            }
        }
        for step in &self.steps {
            match &step.skipped {
                None => writeln!(f, "  {}", step.name)?,
                Some(why) => writeln!(f, "  {}: skipped, {why}", step.name)?,
            }
        }
        for risk in &self.risks {
            let name =
                risk.name.as_ref().map_or_else(String::new, |name| format!(" {}", one_line(name.clone())));
            writeln!(f, "  risk {}{name}: {}", risk.code, risk.message)?;
        }
        Ok(())
    }
}
