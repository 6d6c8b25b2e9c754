//! What the settings should be, and what is not as it was before.

use serde_json::json;

use super::Deployment;
use super::found::{Before, deployed};
use crate::deploy_report::DeployedState;
use crate::{Client, EnvironmentSettings, Error, ErrorKind, Result};

/// The settings with what is wanted, where that changes them.
pub(super) fn wanted_settings(
    deployment: &Deployment,
    current: &EnvironmentSettings,
) -> Result<Option<EnvironmentSettings>> {
    let mut settings = current.clone();
    for (name, value) in &deployment.constants {
        settings.set_constant(name, value)?;
    }
    for (name, value) in &deployment.custom_settings {
        if settings.custom_settings.iter().any(|setting| setting.name == *name) {
            settings.set_custom_setting(name, value)?;
        } else {
            // The environment lists those that were set before.
            let new = serde_json::from_value(json!({"Name": name, "Value": value}));
            settings.custom_settings.push(new.map_err(|_| unreadable(name))?);
        }
    }
    for (name, enabled) in &deployment.scheduled_events {
        settings.set_scheduled_event(name, *enabled)?;
    }
    Ok((settings != *current).then_some(settings))
}

fn unreadable(name: &str) -> Error {
    Error::invalid_input(format!("custom setting {name:?} cannot be written as JSON"))
}

/// The settings with the values that they had, where that changes them. What is not there any more is left out.
pub(super) fn former_settings(
    before: &EnvironmentSettings,
    current: &EnvironmentSettings,
) -> Option<EnvironmentSettings> {
    let mut settings = current.clone();
    let former = |name: &str, items: &[(&str, Option<&String>)]| -> Option<Option<String>> {
        items.iter().find(|(other, _)| *other == name).map(|(_, value)| value.cloned())
    };
    let (constants, custom, events) = (values(before).0, values(before).1, values(before).2);
    for item in &mut settings.constants {
        item.value = former(&item.name, &constants).unwrap_or(item.value.take());
    }
    for item in &mut settings.custom_settings {
        item.value = former(&item.name, &custom).unwrap_or(item.value.take());
    }
    for item in &mut settings.scheduled_events {
        item.value = former(&item.name, &events).unwrap_or(item.value.take());
    }
    (settings != *current).then_some(settings)
}

type Values<'a> = Vec<(&'a str, Option<&'a String>)>;

/// The names and values of the three sections.
fn values(settings: &EnvironmentSettings) -> (Values<'_>, Values<'_>, Values<'_>) {
    let constants = settings.constants.iter().map(|item| (item.name.as_str(), item.value.as_ref()));
    let custom = settings.custom_settings.iter().map(|item| (item.name.as_str(), item.value.as_ref()));
    let events = settings.scheduled_events.iter().map(|item| (item.name.as_str(), item.value.as_ref()));
    (constants.collect(), custom.collect(), events.collect())
}

/// Whether a service with the settings `found` has the values of `wanted`.
pub(super) fn has_values(found: &EnvironmentSettings, wanted: &EnvironmentSettings) -> bool {
    let (found, wanted) = (values(found), values(wanted));
    let has = |found: &Values<'_>, wanted: &Values<'_>| wanted.iter().all(|item| found.contains(item));
    has(&found.0, &wanted.0) && has(&found.1, &wanted.1) && has(&found.2, &wanted.2)
}

/// What is on the environment now.
#[derive(Debug)]
pub(super) struct Now {
    pub(super) state: DeployedState,
    instances: Option<u32>,
    memory_per_instance: Option<u32>,
    settings: Option<EnvironmentSettings>,
}

impl Now {
    pub(super) fn read(client: &Client, app_id: &str, mode: &str) -> Result<Now> {
        let environment = client.get_environment(app_id, mode)?;
        let package = deployed(client, app_id, mode)?;
        let settings = match client.get_environment_settings(app_id, mode) {
            Ok(settings) => Some(settings),
            Err(error) if error.kind() == ErrorKind::Forbidden => None,
            Err(error) => return Err(error),
        };
        let state = DeployedState {
            status: environment.status.to_string(),
            package_id: package.map(|package| package.package_id),
            model_version: environment.model_version,
        };
        let (instances, memory_per_instance) = (environment.instances, environment.memory_per_instance);
        Ok(Now { state, instances, memory_per_instance, settings })
    }

    /// What is not as it was before, one sentence each. It names settings, and does not show their values.
    pub(super) fn differences(&self, before: &Before) -> Vec<String> {
        let mut found = Vec::new();
        let (was, is) = (&before.state, &self.state);
        if !is.status.eq_ignore_ascii_case(&was.status) {
            found.push(format!("The environment is {}; it was {}.", is.status, was.status));
        }
        if is.package_id != was.package_id {
            let name = |id: &Option<String>| id.clone().unwrap_or_else(|| "none".to_owned());
            found.push(format!("The package is {}; it was {}.", name(&is.package_id), name(&was.package_id)));
        }
        let figures = [
            ("number of instances", self.instances, before.instances),
            ("memory per instance", self.memory_per_instance, before.memory_per_instance),
        ];
        for (what, is, was) in figures {
            if let (Some(is), Some(was)) = (is, was)
                && is != was
            {
                found.push(format!("The {what} is {is}; it was {was}."));
            }
        }
        if let (Some(is), Some(was)) = (&self.settings, &before.settings) {
            let (is, was) = (values(is), values(was));
            for (what, is, was) in [
                ("constant", &is.0, &was.0),
                ("custom setting", &is.1, &was.1),
                ("scheduled event", &is.2, &was.2),
            ] {
                setting_differences(what, is, was, &mut found);
            }
        }
        found
    }
}

fn setting_differences(what: &str, is: &Values<'_>, was: &Values<'_>, found: &mut Vec<String>) {
    for (name, value) in was {
        match is.iter().find(|(other, _)| other == name) {
            None => found.push(format!("The {what} {name} is gone.")),
            Some((_, other)) if other != value => found.push(format!("The {what} {name} has another value.")),
            Some(_) => {}
        }
    }
    for (name, _) in is.iter().filter(|(name, _)| !was.iter().any(|(other, _)| other == name)) {
        found.push(format!("The {what} {name} is new."));
    }
}
