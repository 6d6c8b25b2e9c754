//! Settings: sections 3.13 and 3.14 of the document.
//!
//! What comes from the service goes back to it, so nothing may be lost on the way: every object keeps the JSON that
//! it was read from, and writing it changes there what the caller changed. (A number beyond the range of a 64-bit
//! one is rounded, as in any JSON value of `serde_json`; values are text by the document.)

mod json;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use self::json::setting;
use crate::model::{Extra, Unfit, unfit};
use crate::reply::{self, describe};
use crate::request::{Path, Request};
use crate::{Client, Error, Result};

/// The settings of an environment, in the order of the service.
///
/// A change takes effect at the next start; until then the app runs with `deployed_value`.
#[derive(Clone)]
#[non_exhaustive]
pub struct EnvironmentSettings {
    /// The constants of the package.
    pub constants: Vec<Constant>,
    /// The custom settings of the runtime.
    pub custom_settings: Vec<CustomSetting>,
    /// The scheduled events of the package.
    pub scheduled_events: Vec<ScheduledEvent>,
    original: Extra,
}

setting! {
    /// A constant of the package.
    Constant {
        /// Its name with its module, for example `MyFirstModule.BooleanConstant`.
        name,
        /// Its type, as the service writes it.
        data_type = "DataType",
        /// Its value, which takes effect at the next start.
        value = "Value",
        /// The value with which the app runs.
        deployed_value = "DeployedValue",
    }
}

setting! {
    /// A custom setting of the runtime.
    CustomSetting {
        /// Its name.
        name,
        /// Its value, which takes effect at the next start.
        value = "Value",
        /// The value with which the app runs.
        deployed_value = "DeployedValue",
    }
}

setting! {
    /// A scheduled event of the package.
    ScheduledEvent {
        /// Its name with its module.
        name,
        /// `Enabled` or `Disabled`, which takes effect at the next start.
        value = "Value",
        /// The value with which the app runs.
        deployed_value = "DeployedValue",
    }
}

const CONSTANTS: &str = "Constants";
const CUSTOM_SETTINGS: &str = "CustomSettings";
const SCHEDULED_EVENTS: &str = "ScheduledEvents";
const SECTIONS: &[&str] = &[CONSTANTS, CUSTOM_SETTINGS, SCHEDULED_EVENTS];

impl EnvironmentSettings {
    /// Sets the value of a constant.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the package has no such constant.
    pub fn set_constant(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        find(&mut self.constants, "constant", name, |constant| &constant.name)?.value = Some(value.into());
        Ok(())
    }

    /// Sets the value of a custom setting.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the environment has no such setting.
    pub fn set_custom_setting(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        find(&mut self.custom_settings, "custom setting", name, |setting| &setting.name)?.value =
            Some(value.into());
        Ok(())
    }

    /// Enables or disables a scheduled event.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the package has no such event.
    pub fn set_scheduled_event(&mut self, name: &str, enabled: bool) -> Result<()> {
        let value = if enabled { "Enabled" } else { "Disabled" };
        find(&mut self.scheduled_events, "scheduled event", name, |event| &event.name)?.value =
            Some(value.to_owned());
        Ok(())
    }

    /// Whether a service with the settings `found` has all that these say.
    fn is_in(&self, found: &EnvironmentSettings) -> bool {
        match (serde_json::to_value(self), serde_json::to_value(found)) {
            (Ok(Value::Object(wanted)), Ok(Value::Object(found))) => json::is_in(&wanted, &found),
            _ => false,
        }
    }

    /// Reads settings from the JSON that the service sends.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the text is not JSON of this shape, or has a field whose name differs from a known one only in
    /// case. Other unknown fields are kept.
    pub fn from_json(json: &str) -> Result<EnvironmentSettings> {
        let refuse = |problem: String| {
            Error::invalid_input(format!(
                "settings cannot be read: {problem}; expected the JSON that get_environment_settings gives"
            ))
        };
        let settings: EnvironmentSettings =
            serde_json::from_str(json).map_err(|error| refuse(describe(&error)))?;
        match settings.misspelled() {
            Some((found, meant)) => Err(refuse(format!("there is no field {found}, but {meant}"))),
            None => Ok(settings),
        }
    }

    /// Whether no section is there, not even an empty one.
    fn are_none(&self) -> bool {
        self.constants.is_empty()
            && self.custom_settings.is_empty()
            && self.scheduled_events.is_empty()
            && !SECTIONS.iter().any(|section| self.original.contains_key(*section))
    }

    /// A field that is meant to be a known one, and that the service would not take for it.
    fn misspelled(&self) -> Option<(&String, &'static str)> {
        const FIELDS: &[&str] = &["Name", "DataType", "Value", "DeployedValue"];
        let items = (self.constants.iter().map(|item| &item.original))
            .chain(self.custom_settings.iter().map(|item| &item.original))
            .chain(self.scheduled_events.iter().map(|item| &item.original));
        std::iter::once((&self.original, SECTIONS)).chain(items.map(|item| (item, FIELDS))).find_map(
            |(object, known)| {
                object.keys().find_map(|found| {
                    let meant = known.iter().find(|name| name.eq_ignore_ascii_case(found))?;
                    (found != meant).then_some((found, *meant))
                })
            },
        )
    }
}

fn find<'a, T>(
    items: &'a mut [T],
    kind: &str,
    name: &str,
    name_of: impl Fn(&T) -> &String,
) -> Result<&'a mut T> {
    let known = items.iter().map(|item| name_of(item).as_str()).collect::<Vec<_>>().join(", ");
    items.iter_mut().find(|item| name_of(item) == name).ok_or_else(|| {
        let known = if known.is_empty() { "none".to_owned() } else { known };
        Error::invalid_input(format!("name is {name:?}; expected a {kind} of these settings: {known}"))
    })
}

impl<'de> Deserialize<'de> for EnvironmentSettings {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<EnvironmentSettings, D::Error> {
        let original = Extra::deserialize(deserializer)?;
        Ok(EnvironmentSettings {
            constants: json::read_section(&original, CONSTANTS)?,
            custom_settings: json::read_section(&original, CUSTOM_SETTINGS)?,
            scheduled_events: json::read_section(&original, SCHEDULED_EVENTS)?,
            original,
        })
    }
}

impl Serialize for EnvironmentSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut object = self.original.clone();
        json::write_section(&mut object, CONSTANTS, &self.constants)?;
        json::write_section(&mut object, CUSTOM_SETTINGS, &self.custom_settings)?;
        json::write_section(&mut object, SCHEDULED_EVENTS, &self.scheduled_events)?;
        object.serialize(serializer)
    }
}

impl PartialEq for EnvironmentSettings {
    fn eq(&self, other: &EnvironmentSettings) -> bool {
        json::is_written_alike(self, other)
    }
}

impl Eq for EnvironmentSettings {}

impl fmt::Debug for EnvironmentSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvironmentSettings")
            .field("constants", &self.constants)
            .field("custom_settings", &self.custom_settings)
            .field("scheduled_events", &self.scheduled_events)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Gets the settings of an environment.
    ///
    /// Deploy API v1, section 3.13, *Retrieve Environment Settings*: `GET /apps/{AppId}/environments/{Mode}/settings`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS` or `INVALID_ENVIRONMENT`; `NotFound` with `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// for constant in client.get_environment_settings("calc", "Acceptance")?.constants {
    ///     println!("{} = {:?}", constant.name, constant.value);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Environment Settings")]
    pub fn get_environment_settings(&self, app_id: &str, mode: &str) -> Result<EnvironmentSettings> {
        let path = Path::environment(app_id, mode).then("settings");
        self.receive(&Request::get("get_environment_settings", path)?, None, |body| reply::decode_any(&body))
    }

    /// Changes the settings of an environment, which take effect at the next start.
    ///
    /// Get the settings first, change them, and send them back: fields that this version does not know are kept.
    ///
    /// Deploy API v1, section 3.14, *Set Environment Settings*: `POST /apps/{AppId}/environments/{Mode}/settings`.
    ///
    /// # Errors
    ///
    /// `InvalidInput`, and nothing is sent, when the settings have no section.
    /// `Api` with `INVALID_PARAMETERS`, `INVALID_ENVIRONMENT`, `CUSTOM_SETTING_NOT_SUPPORTED` or
    /// `INVALID_SCHEDULED_EVENT_PARAMETER`; `NotFound` with `CONSTANT_NOT_FOUND`, `SCHEDULED_EVENT_NOT_FOUND` or
    /// `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let mut settings = client.get_environment_settings("calc", "Acceptance")?;
    /// settings.set_constant("MyFirstModule.BooleanConstant", "true")?;
    /// client.set_environment_settings("calc", "Acceptance", &settings)?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Set Environment Settings")]
    pub fn set_environment_settings(
        &self,
        app_id: &str,
        mode: &str,
        settings: &EnvironmentSettings,
    ) -> Result<EnvironmentSettings> {
        const OPERATION: &str = "set_environment_settings";
        if settings.are_none() {
            let problem = format!("settings has nothing to set; expected one of {}", SECTIONS.join(", "));
            return Err(Error::invalid_input(problem).with_operation(OPERATION));
        }
        let path = Path::environment(app_id, mode).then("settings");
        let request = Request::post_json(OPERATION, path, settings)?;
        self.change(
            &request,
            |body| {
                reply::decode_any(&body).and_then(|read: EnvironmentSettings| {
                    // Without a section it is not a response to this call.
                    if read.are_none() { Err(reply::unreadable("it has no settings")) } else { Ok(read) }
                })
            },
            |client| {
                let found = client.get_environment_settings(app_id, mode)?;
                if !settings.is_in(settings) {
                    // There is nothing to compare.
                    return Err(Error::inconclusive());
                }
                Ok(settings.is_in(&found).then_some(found))
            },
            || settings.clone(),
        )
    }
}
