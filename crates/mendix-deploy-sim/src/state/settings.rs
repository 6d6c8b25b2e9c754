//! Settings: sections 3.13 and 3.14.

use serde_json::{Map, Value, json};

use super::{Constant, Environment, Invocation, Refusal, State};
use crate::Rule;

const SECTIONS: [(&str, &str, &str); 3] = [
    ("Constants", "CONSTANT_NOT_FOUND", "constant name"),
    ("CustomSettings", "CUSTOM_SETTING_NOT_SUPPORTED", ""),
    ("ScheduledEvents", "SCHEDULED_EVENT_NOT_FOUND", "scheduled event name"),
];

impl State {
    pub(super) fn get_environment_settings(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        Ok(self.environment(invocation)?.2.shown_settings())
    }

    /// Checks all before changing any.
    pub(super) fn set_environment_settings(&mut self, invocation: &Invocation) -> Result<Value, Refusal> {
        let call = invocation.call;
        let mut settings = self.environment(invocation)?.2.settings.clone();
        let trims = !self.options.has(Rule::ConstantsAsGiven);
        if invocation.body.is_null() {
            return Err(Refusal::missing_parameters(call));
        }
        let fields = invocation.fields(self, &SECTIONS.map(|(name, ..)| name))?;
        for (section, unknown, placeholder) in SECTIONS {
            let Some(changes) = fields.get(section) else { continue };
            let Some(changes) = changes.as_array() else {
                return Err(Refusal::bad_body(call, &format!("{section} must be an array.")));
            };
            for change in changes {
                let Some((change, name)) = named(change) else {
                    return Err(Refusal::bad_body(call, &format!("Every entry of {section} needs a Name.")));
                };
                let entries = settings.get_mut(section).and_then(Value::as_array_mut);
                let entry = entries.into_iter().flatten().filter_map(Value::as_object_mut);
                let mut entry = entry.filter(|entry| entry.get("Name").and_then(Value::as_str) == Some(name));
                let Some(entry) = entry.next() else {
                    let refusal = Refusal::of(call, unknown);
                    return Err(if placeholder.is_empty() {
                        refusal
                    } else {
                        refusal.with(placeholder, name)
                    });
                };
                let value = change.get("Value").and_then(Value::as_str);
                if section == "ScheduledEvents" && !matches!(value, Some("Enabled" | "Disabled")) {
                    return Err(Refusal::of(call, "INVALID_SCHEDULED_EVENT_PARAMETER"));
                }
                apply(entry, change);
                if trims
                    && section == "Constants"
                    && let Some(value) = value
                {
                    entry.insert("Value".to_owned(), json!(value.trim()));
                }
            }
        }
        let environment = self.environment_mut(invocation)?;
        environment.settings = settings;
        Ok(environment.shown_settings())
    }
}

impl Environment {
    /// The three sections always, then whatever else there is.
    fn shown_settings(&self) -> Value {
        let mut shown = Map::new();
        for (section, ..) in SECTIONS {
            let value = self.settings.get(section).cloned();
            shown.insert(section.to_owned(), value.unwrap_or_else(|| Value::Array(Vec::new())));
        }
        for (name, value) in &self.settings {
            shown.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(shown)
    }

    pub(super) fn misses_a_constant(&self) -> bool {
        let constants = self.settings.get("Constants").and_then(Value::as_array);
        constants.into_iter().flatten().any(|constant| constant.get("Value").is_none_or(Value::is_null))
    }

    /// What a transport does: constants and scheduled events become those that the package declares, where it is
    /// known which. What is set stays set.
    pub(super) fn declare(&mut self, constants: Option<&[Constant]>, events: Option<&[String]>) {
        if let Some(constants) = constants {
            let declared = constants.iter().map(|constant| {
                let default = json!({"Name": constant.name, "DataType": "", "Value": constant.default_value, "DeployedValue": null});
                let mut entry = self.entry("Constants", &constant.name).unwrap_or(default);
                entry["DataType"] = json!(constant.data_type);
                entry
            });
            let declared = declared.collect();
            self.settings.insert("Constants".to_owned(), declared);
        }
        if let Some(events) = events {
            let declared = events.iter().map(|name| {
                let default = json!({"Name": name, "DeployedValue": "Disabled", "Value": "Disabled"});
                self.entry("ScheduledEvents", name).unwrap_or(default)
            });
            let declared = declared.collect();
            self.settings.insert("ScheduledEvents".to_owned(), declared);
        }
    }

    fn entry(&self, section: &str, name: &str) -> Option<Value> {
        let entries = self.settings.get(section)?.as_array()?;
        entries.iter().find(|entry| entry["Name"] == name).cloned()
    }

    /// What a start does.
    pub(super) fn deploy_settings(&mut self) {
        let sections = self.settings.values_mut().filter_map(Value::as_array_mut);
        for entry in sections.flatten().filter_map(Value::as_object_mut) {
            if let Some(value) = entry.get("Value").cloned() {
                entry.insert("DeployedValue".to_owned(), value);
            }
        }
    }
}

fn named(entry: &Value) -> Option<(&Map<String, Value>, &str)> {
    let entry = entry.as_object()?;
    Some((entry, entry.get("Name")?.as_str()?))
}

/// Callers cannot change which settings are deployed, nor their types; unknown fields are kept.
fn apply(entry: &mut Map<String, Value>, change: &Map<String, Value>) {
    for (name, value) in change {
        if !matches!(name.as_str(), "Name" | "DataType" | "DeployedValue") {
            entry.insert(name.clone(), value.clone());
        }
    }
}
