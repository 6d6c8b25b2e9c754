//! Settings that are wanted: from a file, or by their names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mendix_deploy::EnvironmentSettings;
use serde::Deserialize;

use crate::arguments::is_on;
use crate::failure::{Failure, Outcome};
use crate::suggest;

/// A file of settings, with the values of the environment variables that it names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    pub(crate) constants: Vec<(String, String)>,
    pub(crate) custom_settings: Vec<(String, String)>,
    pub(crate) scheduled_events: Vec<(String, bool)>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    constants: BTreeMap<String, Value>,
    custom_settings: BTreeMap<String, Value>,
    scheduled_events: BTreeMap<String, bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Bool(bool),
    Integer(i64),
    Decimal(f64),
    Variable(Variable),
}

/// A table alone: without more, a list of one text would be taken for one, too.
#[derive(Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
struct Variable {
    env: String,
}

impl TryFrom<BTreeMap<String, String>> for Variable {
    type Error = &'static str;

    fn try_from(mut table: BTreeMap<String, String>) -> Result<Variable, &'static str> {
        match (table.remove("env"), table.is_empty()) {
            (Some(env), true) => Ok(Variable { env }),
            _ => Err(EXPECTED),
        }
    }
}

impl Value {
    fn resolve(self) -> Outcome<String> {
        Ok(match self {
            Value::Text(text) => text,
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Decimal(value) => value.to_string(),
            Value::Variable(Variable { env }) => variable(&env)?,
        })
    }
}

/// The value of an environment variable.
pub(crate) fn variable(name: &str) -> Outcome<String> {
    std::env::var(name)
        .map_err(|_| Failure::usage(format!("the environment variable {name} is not set, or is not UTF-8")))
}

impl Wishes {
    /// Reads a file: JSON where its name says so, TOML otherwise.
    pub(crate) fn read(path: &Path) -> Outcome<Wishes> {
        let cannot = |problem: String| Failure::usage(format!("{}: {problem}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| cannot(format!("it cannot be read: {error}")))?;
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let written: Written = if is_json {
            serde_json::from_str(&text)
                .map_err(|error| cannot(format!("line {}: {}", error.line(), EXPECTED)))?
        } else {
            toml::from_str(&text).map_err(|error: toml::de::Error| {
                let place = error.span().map_or(0, |span| span.start).min(text.len());
                cannot(format!("line {}: {}", text[..place].matches('\n').count() + 1, EXPECTED))
            })?
        };
        let resolved = |values: BTreeMap<String, Value>| {
            values.into_iter().map(|(name, value)| Ok((name, value.resolve()?))).collect::<Outcome<Vec<_>>>()
        };
        let wishes = Wishes {
            constants: resolved(written.constants)?,
            custom_settings: resolved(written.custom_settings)?,
            scheduled_events: written.scheduled_events.into_iter().collect(),
        };
        Ok(wishes)
    }

    /// Sets in these settings what is wanted.
    pub(super) fn put_into(&self, settings: &mut EnvironmentSettings) -> Outcome {
        for (name, value) in &self.constants {
            settings.set_constant(name, value)?;
        }
        for (name, value) in &self.custom_settings {
            settings.set_custom_setting(name, value)?;
        }
        for (name, is_enabled) in &self.scheduled_events {
            settings.set_scheduled_event(name, *is_enabled)?;
        }
        Ok(())
    }
}

/// It does not repeat what is there: that may be a secret.
const EXPECTED: &str = "expected the tables constants, custom_settings and scheduled_events, with a text, a number, a bool \
                        or { env = \"VARIABLE\" } for each name";

/// Sets what has this name: a constant, a custom setting or a scheduled event.
pub(super) fn set(settings: &mut EnvironmentSettings, name: &str, value: &str) -> Outcome {
    if settings.constants.iter().any(|one| one.name == name) {
        settings.set_constant(name, value)?;
    } else if settings.custom_settings.iter().any(|one| one.name == name) {
        settings.set_custom_setting(name, value)?;
    } else if settings.scheduled_events.iter().any(|one| one.name == name) {
        let is_enabled = is_on(value).ok_or_else(|| {
            Failure::usage(format!("{name} is a scheduled event; expected {name}=on or {name}=off"))
        })?;
        settings.set_scheduled_event(name, is_enabled)?;
    } else {
        return Err(unknown(settings, name));
    }
    Ok(())
}

/// The value of what has this name.
pub(super) fn value(settings: &EnvironmentSettings, name: &str) -> Outcome<Option<String>> {
    let constants = settings.constants.iter().map(|one| (&one.name, &one.value));
    let custom = settings.custom_settings.iter().map(|one| (&one.name, &one.value));
    let events = settings.scheduled_events.iter().map(|one| (&one.name, &one.value));
    let found = constants.chain(custom).chain(events).find(|(known, _)| *known == name);
    found.map(|(_, value)| value.clone()).ok_or_else(|| unknown(settings, name))
}

fn unknown(settings: &EnvironmentSettings, name: &str) -> Failure {
    let constants = settings.constants.iter().map(|one| one.name.as_str());
    let custom = settings.custom_settings.iter().map(|one| one.name.as_str());
    let events = settings.scheduled_events.iter().map(|one| one.name.as_str());
    let known: Vec<&str> = constants.chain(custom).chain(events).collect();
    let meant = match suggest::closest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => "`mendix-deploy settings get` lists them".to_owned(),
    };
    Failure::NotFound(format!(
        "the environment has no constant, custom setting or scheduled event {name}; {meant}"
    ))
}
