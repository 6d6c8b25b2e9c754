//! Deployments as JSON: what callers of other languages write, and what a journal keeps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{BackupPolicy, DeployOptions, DeployPackage, DeployService, Deployment, RollbackPolicy};
use crate::{Error, Result};

/// A deployment as its JSON has it, with the options of the call.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wishes {
    app_id: String,
    mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    package_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_mode: Option<String>,
    name: Option<String>,
    #[serde(default)]
    constants: BTreeMap<String, String>,
    #[serde(default)]
    custom_settings: BTreeMap<String, String>,
    #[serde(default)]
    scheduled_events: BTreeMap<String, bool>,
    instances: Option<u32>,
    memory_per_instance: Option<u32>,
    auto_sync_db: Option<bool>,
    #[serde(default)]
    backup: BackupPolicy,
    #[serde(default)]
    rollback: RollbackPolicy,
    #[serde(default)]
    while_running: bool,
    #[serde(default)]
    service: DeployService,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease: Option<PathBuf>,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    step_timeout: Option<f64>,
}

impl Wishes {
    fn read(json: &str) -> Result<Wishes> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let read = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let path = error.path().to_string();
            problem(&path, error.inner())
        });
        read.and_then(|wishes: Wishes| {
            deserializer.end().map_err(|error| problem(".", &error))?;
            Ok(wishes)
        })
        .map_err(|problem| Error::invalid_input(format!("deployment cannot be read: {problem}")))
    }

    fn deployment(self) -> Result<Deployment> {
        let package = DeployPackage::one_of(self.package, self.package_id, self.from_mode)?;
        Ok(Deployment {
            app_id: self.app_id,
            mode: self.mode,
            package,
            name: self.name,
            constants: self.constants,
            custom_settings: self.custom_settings,
            scheduled_events: self.scheduled_events,
            instances: self.instances,
            memory_per_instance: self.memory_per_instance,
            auto_sync_db: self.auto_sync_db.unwrap_or(true),
            backup: self.backup,
            rollback: self.rollback,
            while_running: self.while_running,
            service: self.service,
        })
    }
}

impl Deployment {
    /// Reads a deployment from JSON: an object with `app_id`, `mode`, one of `package` (a path), `package_id` and
    /// `from_mode`, and the names of the methods for whatever else is wanted.
    ///
    /// The object may have the options of the call too: see [`DeployOptions::from_json`].
    ///
    /// # Errors
    ///
    /// `InvalidInput` naming a key that is missing, unknown or has a value of another type.
    pub fn from_json(json: &str) -> Result<Deployment> {
        Wishes::read(json)?.deployment()
    }
}

impl DeployOptions<'_> {
    /// Reads the options out of the JSON of a deployment: `journal` and `lease` (paths), and `step_timeout` (in seconds).
    ///
    /// # Errors
    ///
    /// Those of [`Deployment::from_json`].
    pub fn from_json(json: &str) -> Result<Self> {
        let wishes = Wishes::read(json)?;
        let mut options =
            DeployOptions { journal: wishes.journal, lease: wishes.lease, ..DeployOptions::default() };
        if let Some(seconds) = wishes.step_timeout {
            options.step_timeout = Duration::try_from_secs_f64(seconds).map_err(|_| {
                Error::invalid_input(format!(
                    "step_timeout is {seconds:?}; expected a positive number of seconds"
                ))
            })?;
        }
        Ok(options)
    }
}

/// For a journal.
impl Serialize for Deployment {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let this = self.clone();
        let (package, package_id, from_mode) = match this.package {
            DeployPackage::File(path) => (Some(path), None, None),
            DeployPackage::Id(id) => (None, Some(id), None),
            DeployPackage::FromMode(mode) => (None, None, Some(mode)),
        };
        let wishes = Wishes {
            app_id: this.app_id,
            mode: this.mode,
            package,
            package_id,
            from_mode,
            name: this.name,
            constants: this.constants,
            custom_settings: this.custom_settings,
            scheduled_events: this.scheduled_events,
            instances: this.instances,
            memory_per_instance: this.memory_per_instance,
            auto_sync_db: Some(this.auto_sync_db),
            backup: this.backup,
            rollback: this.rollback,
            while_running: this.while_running,
            service: this.service,
            ..Wishes::default()
        };
        wishes.serialize(serializer)
    }
}

/// From a journal.
impl<'de> Deserialize<'de> for Deployment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Deployment, D::Error> {
        Wishes::deserialize(deserializer)?.deployment().map_err(de::Error::custom)
    }
}

/// What is wrong with JSON: the key, and never a value, which may be a secret.
fn problem(path: &str, error: &serde_json::Error) -> String {
    let text = error.to_string();
    let names_a_key = ["unknown field", "missing field", "duplicate field"];
    match text.split(" at line ").next() {
        Some(text) if names_a_key.iter().any(|beginning| text.starts_with(beginning)) => text.to_owned(),
        _ if error.is_data() && path == "." => "it is not an object".to_owned(),
        _ if error.is_data() => format!("{path} has a value that it cannot have"),
        _ => format!("it is not valid JSON at line {} column {}", error.line(), error.column()),
    }
}
