//! Settings: sections 3.13 and 3.14 of the document.
//!
//! What comes from the service goes back to it, so nothing may be lost on the way: every object keeps the JSON that
//! it was read from, and writing it changes there what the caller changed. (A number beyond the range of a 64-bit
//! one is rounded, as in any JSON value of `serde_json`; values are text by the document.)

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::model::{Extra, Unfit, unfit};
use crate::reply::{self, describe};
use crate::request::{Path, Request};
use crate::{Client, Error, Result};

/// The settings of an environment, in the order in which the service lists them.
///
/// A change takes effect at the next start: until then `deployed_value` is what counts.
#[derive(Clone)]
#[non_exhaustive]
pub struct EnvironmentSettings {
    /// The constants of the package.
    pub constants: Vec<Constant>,
    /// Settings of the runtime.
    pub custom_settings: Vec<CustomSetting>,
    /// The scheduled events of the package.
    pub scheduled_events: Vec<ScheduledEvent>,
    original: Extra,
}

/// A constant of the package.
#[derive(Clone)]
#[non_exhaustive]
pub struct Constant {
    /// Its name with its module, for example `MyFirstModule.BooleanConstant`.
    pub name: String,
    /// Its type, in the service's words.
    pub data_type: Option<String>,
    /// Its value, as text; in effect from the next start on.
    pub value: Option<String>,
    /// The value that the running app has.
    pub deployed_value: Option<String>,
    original: Extra,
}

/// A setting of the runtime.
#[derive(Clone)]
#[non_exhaustive]
pub struct CustomSetting {
    /// Its name.
    pub name: String,
    /// Its value, as text; in effect from the next start on.
    pub value: Option<String>,
    /// The value that the running app has.
    pub deployed_value: Option<String>,
    original: Extra,
}

/// A scheduled event of the package.
#[derive(Clone)]
#[non_exhaustive]
pub struct ScheduledEvent {
    /// Its name with its module.
    pub name: String,
    /// `Enabled` or `Disabled`; in effect from the next start on.
    pub value: Option<String>,
    /// The value that the running app has.
    pub deployed_value: Option<String>,
    original: Extra,
}

const SECTIONS: &[&str] = &["Constants", "CustomSettings", "ScheduledEvents"];

impl EnvironmentSettings {
    /// Gives a constant a value.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the package has no such constant.
    pub fn set_constant(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        find(&mut self.constants, "constant", name, |constant| &constant.name)?.value = Some(value.into());
        Ok(())
    }

    /// Gives a custom setting a value.
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

    /// Whether all that these settings say is in the others too, but for the values that the running app has. Settings
    /// that say nothing are in none.
    fn is_in(&self, others: &EnvironmentSettings) -> bool {
        let (Ok(Value::Object(wanted)), Ok(Value::Object(found))) =
            (serde_json::to_value(self), serde_json::to_value(others))
        else {
            return false;
        };
        let says_something =
            wanted.values().any(|section| section.as_array().is_none_or(|items| !items.is_empty()));
        says_something
            && wanted.iter().all(|(section, wanted)| match wanted {
                Value::Array(items) => items.iter().all(|item| has(found.get(section), item)),
                other => found.get(section) == Some(other),
            })
    }

    /// Reads settings from the JSON that the service sends.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the text is no JSON, or JSON of another shape. A name that this version does not know is
    /// kept, but for one that differs from a known name in its case only.
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

/// Whether a section has an item of this name in which all that this one says is said too.
fn has(section: Option<&Value>, item: &Value) -> bool {
    let items = section.and_then(Value::as_array);
    items.into_iter().flatten().any(|other| match (item, other) {
        (Value::Object(item), Value::Object(other)) => {
            item.iter().all(|(field, value)| field == "DeployedValue" || is_same(other.get(field), value))
        }
        (item, other) => item == other,
    })
}

/// Whether a service that has `value` shows it so: it may write a number where text was sent, and leave out what is null.
fn is_same(shown: Option<&Value>, value: &Value) -> bool {
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    shown.map_or(value.is_null(), |shown| {
        shown == value || plain(shown).is_some_and(|shown| plain(value) == Some(shown))
    })
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

/// Text, or the text of another plain value.
fn text(object: &Extra, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// Writes a field back only where the caller changed it, so that what the service wrote in another type stays so.
fn put(object: &mut Extra, key: &str, value: Option<&String>) {
    if text(object, key).as_ref() != value {
        object.insert(key.to_owned(), value.map_or(Value::Null, |value| Value::String(value.clone())));
    }
}

/// Reads an object field by field and keeps it; writes it back with what was changed.
macro_rules! keeps_its_json {
    ($type:ident { $($field:ident = $key:literal),+ }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<$type, D::Error> {
                let original = Extra::deserialize(deserializer)?;
                let name = text(&original, "Name").ok_or_else(|| unfit(Unfit::Missing("Name")))?;
                Ok($type { name, $($field: text(&original, $key),)+ original })
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                let mut object = self.original.clone();
                put(&mut object, "Name", Some(&self.name));
                $(put(&mut object, $key, self.$field.as_ref());)+
                object.serialize(serializer)
            }
        }
    };
}

/// Two settings are equal when they would be written the same.
macro_rules! compares_as_json {
    ($($type:ident)+) => {
        $(impl PartialEq for $type {
            fn eq(&self, other: &$type) -> bool {
                serde_json::to_value(self).ok() == serde_json::to_value(other).ok()
            }
        }

        impl Eq for $type {})+
    };
}

/// A value may be a password: `Debug` shows the names.
macro_rules! hides_its_values {
    ($($type:ident)+) => {
        $(impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($type)).field("name", &self.name).finish_non_exhaustive()
            }
        })+
    };
}

compares_as_json!(EnvironmentSettings Constant CustomSetting ScheduledEvent);
hides_its_values!(Constant CustomSetting ScheduledEvent);

impl fmt::Debug for EnvironmentSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvironmentSettings")
            .field("constants", &self.constants)
            .field("custom_settings", &self.custom_settings)
            .field("scheduled_events", &self.scheduled_events)
            .finish_non_exhaustive()
    }
}

keeps_its_json!(Constant { data_type = "DataType", value = "Value", deployed_value = "DeployedValue" });
keeps_its_json!(CustomSetting { value = "Value", deployed_value = "DeployedValue" });
keeps_its_json!(ScheduledEvent { value = "Value", deployed_value = "DeployedValue" });

impl<'de> Deserialize<'de> for EnvironmentSettings {
    fn deserialize<D: Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<EnvironmentSettings, D::Error> {
        fn list<T: DeserializeOwned, E: serde::de::Error>(
            object: &Extra,
            key: &'static str,
        ) -> std::result::Result<Vec<T>, E> {
            let read = |(place, item)| {
                T::deserialize(item).map_err(|error| {
                    unfit(format_args!("{} in item {} of {key}", describe(&error), place + 1))
                })
            };
            match object.get(key) {
                None | Some(Value::Null) => Ok(Vec::new()),
                Some(Value::Array(items)) => items.iter().enumerate().map(read).collect(),
                Some(_) => Err(unfit(Unfit::Mistyped(key))),
            }
        }
        let original = Extra::deserialize(deserializer)?;
        Ok(EnvironmentSettings {
            constants: list(&original, "Constants")?,
            custom_settings: list(&original, "CustomSettings")?,
            scheduled_events: list(&original, "ScheduledEvents")?,
            original,
        })
    }
}

impl Serialize for EnvironmentSettings {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        fn list<T: Serialize, E: serde::ser::Error>(
            object: &mut Extra,
            key: &str,
            items: &[T],
        ) -> std::result::Result<(), E> {
            // A list that is not there, or null, stays so.
            if !items.is_empty() || object.get(key).is_some_and(Value::is_array) {
                object.insert(key.to_owned(), serde_json::to_value(items).map_err(E::custom)?);
            }
            Ok(())
        }
        let mut object = self.original.clone();
        list(&mut object, "Constants", &self.constants)?;
        list(&mut object, "CustomSettings", &self.custom_settings)?;
        list(&mut object, "ScheduledEvents", &self.scheduled_events)?;
        object.serialize(serializer)
    }
}

impl Client {
    /// Gets the settings of an environment.
    ///
    /// Section 3.13, *Retrieve Environment Settings*: `GET /apps/{AppId}/environments/{Mode}/settings`.
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

    /// Changes the settings of an environment. They take effect at the next start.
    ///
    /// Get the settings first, change in them what is to change, and give them back: what this version does not
    /// know survives.
    ///
    /// Section 3.14, *Set Environment Settings*: `POST /apps/{AppId}/environments/{Mode}/settings`.
    ///
    /// # Errors
    ///
    /// `InvalidInput`, and nothing is sent, when they have no section.
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
                    // Without a section it tells nothing.
                    if read.are_none() { Err(reply::unreadable("it has no settings")) } else { Ok(read) }
                })
            },
            |client| {
                let found = client.get_environment_settings(app_id, mode)?;
                if !settings.is_in(settings) {
                    // They say nothing that could be found there.
                    return Err(Error::untold());
                }
                Ok(settings.is_in(&found).then_some(found))
            },
            || settings.clone(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = r#"{
        "Later": {"b": 1, "a": [2.50]},
        "ScheduledEvents": [{"Note": "first", "Name": "M.Event", "DeployedValue": "Disabled", "Value": "Disabled"}],
        "Constants": [
            {"Value": "false", "Name": "M.Flag", "DataType": "_Boolean", "DeployedValue": "false", "Hidden": null},
            {"Name": "M.Count", "Value": 7, "DeployedValue": null},
            {"Name": "M.Missing"}
        ],
        "CustomSettings": []
    }"#;

    fn compact(json: &str) -> String {
        serde_json::from_str::<Value>(json).unwrap().to_string()
    }

    #[test]
    fn settings_come_back_as_they_were_sent_to_the_letter() {
        let settings = EnvironmentSettings::from_json(SENT).unwrap();
        assert_eq!(serde_json::to_string(&settings).unwrap(), compact(SENT));
        let odd = r#"{"Constants":null,"Else":true}"#;
        let settings = EnvironmentSettings::from_json(odd).unwrap();
        assert_eq!(serde_json::to_string(&settings).unwrap(), odd);
    }

    #[test]
    fn a_change_touches_only_its_own_field() {
        let mut settings = EnvironmentSettings::from_json(SENT).unwrap();
        settings.set_constant("M.Flag", "true").unwrap();
        settings.set_scheduled_event("M.Event", true).unwrap();
        settings.set_constant("M.Missing", "x").unwrap();
        let expected = compact(SENT)
            .replace(r#""Value":"false","Name":"M.Flag""#, r#""Value":"true","Name":"M.Flag""#)
            .replace(r#""Value":"Disabled""#, r#""Value":"Enabled""#)
            .replace(r#"{"Name":"M.Missing"}"#, r#"{"Name":"M.Missing","Value":"x"}"#)
            .replace(r#""DeployedValue":"Enabled""#, r#""DeployedValue":"Disabled""#);
        assert_eq!(serde_json::to_string(&settings).unwrap(), expected);
        assert_eq!(settings.constants[1].value.as_deref(), Some("7"));
    }

    #[test]
    fn settings_are_equal_when_they_say_the_same_and_show_no_value() {
        let mut changed = EnvironmentSettings::from_json(SENT).unwrap();
        let as_sent = changed.clone();
        changed.set_constant("M.Flag", "s3cret").unwrap();
        assert_ne!(changed, as_sent);
        let written = serde_json::to_string(&changed).unwrap();
        assert_eq!(EnvironmentSettings::from_json(&written).unwrap(), changed);
        assert!(!format!("{changed:?}").contains("s3cret"));
    }

    #[test]
    fn a_name_that_is_not_there_is_refused_with_those_that_are() {
        let mut settings = EnvironmentSettings::from_json(SENT).unwrap();
        let error = settings.set_constant("M.Flagg", "x").unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::InvalidInput);
        assert!(error.message().contains("M.Flagg") && error.message().contains("M.Count"), "{error}");
        let error = settings.set_custom_setting("x", "y").unwrap_err();
        assert!(error.message().contains("settings: none"), "{error}");
    }

    #[test]
    fn json_of_another_shape_is_refused() {
        for bad in ["", "{", "[]", r#"{"Constants":{}}"#, r#"{"Constants":[{"Value":"x"}]}"#] {
            let error = EnvironmentSettings::from_json(bad).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidInput, "{bad}");
        }
    }

    #[test]
    fn a_known_field_in_the_wrong_case_is_refused() {
        for (bad, meant) in [
            (r#"{"constants":[]}"#, "constants, but Constants"),
            (r#"{"Constants":[{"Name":"M.A","value":"1"}]}"#, "value, but Value"),
            (r#"{"ScheduledEvents":[{"Name":"M.A","NAME":"M.A"}]}"#, "NAME, but Name"),
        ] {
            let error = EnvironmentSettings::from_json(bad).unwrap_err();
            assert!(error.message().contains(meant), "{bad}: {error}");
        }
    }

    #[test]
    fn what_was_sent_is_in_what_is_there_only_when_all_of_it_is() {
        let is_in = |wanted: &str, found: &str| {
            let read = |json| EnvironmentSettings::from_json(json).unwrap();
            read(wanted).is_in(&read(found))
        };
        assert!(is_in(SENT, SENT));
        let one = r#"{"Constants": [{"Name": "M.A", "Value": "1", "DeployedValue": "0"}]}"#;
        let more = r#"{"Constants": [{"Name": "M.B", "Value": "2"}, {"Name": "M.A", "Value": "1", "DeployedValue": "1"}]}"#;
        assert!(is_in(one, more) && !is_in(more, one));
        assert!(!is_in(one, r#"{"Constants": [{"Name": "M.A", "Value": "2"}]}"#));
        let other = r#"{"Constants": [], "RuntimeSettings": {"Mode": "new"}}"#;
        assert!(is_in(other, other) && !is_in(other, &other.replace("new", "old")));
        assert!(!is_in("{}", SENT), "what says nothing proves nothing");
        let text = r#"{"Constants": [{"Name": "M.Count", "Value": "8", "Hidden": null}]}"#;
        assert!(is_in(text, r#"{"Constants": [{"Name": "M.Count", "Value": 8}]}"#));
        assert!(!is_in(text, r#"{"Constants": [{"Name": "M.Count", "Value": 80}]}"#));
    }
}
