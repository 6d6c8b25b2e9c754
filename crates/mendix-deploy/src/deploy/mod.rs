//! The deployment in one call: what is wanted, and the steps that lead there.

mod calls;
mod found;
mod goal;
mod journal;
mod journal_info;
mod json;
mod lock;
mod options;
mod plan;
mod record;
mod rollback;
mod run;
mod steps;
mod today;
mod unchanged;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::de::value::{self, BorrowedStrDeserializer};
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

pub use self::journal_info::JournalInfo;
pub use self::options::DeployOptions;
pub use self::plan::{DeployPlan, DeployRisk, PlannedChange, PlannedStep};

/// Where the package of a deployment comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeployPackage {
    /// A file, which is uploaded.
    File(PathBuf),
    /// A package that the app has, by its identifier.
    Id(String),
    /// The package that is on another environment of the app, by that environment's mode.
    FromMode(String),
}

impl DeployPackage {
    /// The package, where exactly one of the three is given.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when it is none, or more than one.
    pub fn one_of(
        package: Option<PathBuf>,
        package_id: Option<String>,
        from_mode: Option<String>,
    ) -> Result<DeployPackage> {
        match (package, package_id, from_mode) {
            (Some(path), None, None) => Ok(DeployPackage::File(path)),
            (None, Some(id), None) => Ok(DeployPackage::Id(id)),
            (None, None, Some(mode)) => Ok(DeployPackage::FromMode(mode)),
            _ => {
                let message = "deployment: expected exactly one of package, package_id and from_mode";
                Err(Error::invalid_input(message))
            }
        }
    }
}

impl DeployPackage {
    /// The environment that the package is taken from, where it is one.
    fn source(&self) -> &str {
        match self {
            DeployPackage::FromMode(mode) => mode,
            DeployPackage::File(_) | DeployPackage::Id(_) => "",
        }
    }
}

/// When a deployment makes a backup before it changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BackupPolicy {
    /// Never.
    Never,
    /// Where the environment is a production environment, as is the default.
    #[default]
    Production,
    /// Always.
    Always,
}

/// From its name, as the JSON of a deployment has it.
impl FromStr for BackupPolicy {
    type Err = Error;

    fn from_str(name: &str) -> Result<BackupPolicy> {
        by_name(name).ok_or_else(|| {
            Error::invalid_input(format!(
                "backup is {name:?}; expected \"never\", \"production\" or \"always\""
            ))
        })
    }
}

/// What a deployment puts back when it fails after it has changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RollbackPolicy {
    /// Nothing.
    None,
    /// The package and the settings, as is the default.
    #[default]
    Package,
    /// The data too, from the backup: what was written since is lost.
    Data,
}

/// From its name, as the JSON of a deployment has it.
impl FromStr for RollbackPolicy {
    type Err = Error;

    fn from_str(name: &str) -> Result<RollbackPolicy> {
        by_name(name).ok_or_else(|| {
            Error::invalid_input(format!("rollback is {name:?}; expected \"none\", \"package\" or \"data\""))
        })
    }
}

/// By which calls a deployment uploads and backs up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeployService {
    /// Those of today's service where it tells an `EnvironmentId`, those of the document otherwise; the default.
    #[default]
    Detected,
    /// Those of the document: `upload_package`, `create_backup`, `restore_backup`.
    Document,
    /// Those of today's service: `upload_package_v2`, `create_snapshot`, `restore_snapshot`.
    Today,
}

/// From its name, as the JSON of a deployment has it.
impl FromStr for DeployService {
    type Err = Error;

    fn from_str(name: &str) -> Result<DeployService> {
        by_name(name).ok_or_else(|| {
            let expected = "expected \"detected\", \"document\" or \"today\"";
            Error::invalid_input(format!("service is {name:?}; {expected}"))
        })
    }
}

/// A deployment: which package is wanted on which environment, and with which settings.
///
/// ```
/// use mendix_deploy::{BackupPolicy, DeployPackage, Deployment};
///
/// let deployment = Deployment::new("calc", "Acceptance", DeployPackage::File("calc_1.0.0.45.mda".into()))
///     .constants([("MyFirstModule.BooleanConstant", "true")])
///     .backup(BackupPolicy::Always);
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "give it to deploy or plan_deploy"]
pub struct Deployment {
    app_id: String,
    mode: String,
    package: DeployPackage,
    name: Option<String>,
    constants: BTreeMap<String, String>,
    custom_settings: BTreeMap<String, String>,
    scheduled_events: BTreeMap<String, bool>,
    instances: Option<u32>,
    memory_per_instance: Option<u32>,
    auto_sync_db: bool,
    backup: BackupPolicy,
    rollback: RollbackPolicy,
    while_running: bool,
    service: DeployService,
}

impl Deployment {
    /// A deployment of a package, with the settings that the environment has.
    pub fn new(app_id: impl Into<String>, mode: impl Into<String>, package: DeployPackage) -> Deployment {
        Deployment {
            app_id: app_id.into(),
            mode: mode.into(),
            package,
            name: None,
            constants: BTreeMap::new(),
            custom_settings: BTreeMap::new(),
            scheduled_events: BTreeMap::new(),
            instances: None,
            memory_per_instance: None,
            auto_sync_db: true,
            backup: BackupPolicy::default(),
            rollback: RollbackPolicy::default(),
            while_running: false,
            service: DeployService::default(),
        }
    }

    /// The name of the uploaded package; that of the file by default.
    pub fn name(mut self, name: impl Into<String>) -> Deployment {
        self.name = Some(name.into());
        self
    }

    /// The values of constants, by their names.
    pub fn constants<N: Into<String>, V: Into<String>>(
        mut self,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> Deployment {
        self.constants.extend(values.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// The values of custom settings, by their names.
    pub fn custom_settings<N: Into<String>, V: Into<String>>(
        mut self,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> Deployment {
        self.custom_settings.extend(values.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Which scheduled events are enabled, by their names.
    pub fn scheduled_events<N: Into<String>>(
        mut self,
        enabled: impl IntoIterator<Item = (N, bool)>,
    ) -> Deployment {
        self.scheduled_events.extend(enabled.into_iter().map(|(name, enabled)| (name.into(), enabled)));
        self
    }

    /// The number of instances.
    pub fn instances(mut self, instances: u32) -> Deployment {
        self.instances = Some(instances);
        self
    }

    /// The memory of each instance, in MB.
    pub fn memory_per_instance(mut self, memory: u32) -> Deployment {
        self.memory_per_instance = Some(memory);
        self
    }

    /// Whether the start may change the structure of the database. On by default.
    pub fn auto_sync_db(mut self, auto_sync_db: bool) -> Deployment {
        self.auto_sync_db = auto_sync_db;
        self
    }

    /// When to make a backup first; on production environments by default.
    pub fn backup(mut self, backup: BackupPolicy) -> Deployment {
        self.backup = backup;
        self
    }

    /// What to put back after a failure; the package and the settings by default.
    pub fn rollback(mut self, rollback: RollbackPolicy) -> Deployment {
        self.rollback = rollback;
        self
    }

    /// Whether to transport the package before the stop, where the service allows it: less downtime. Off by default, since
    /// a platform that restarts the app in between would start the new package.
    pub fn while_running(mut self, while_running: bool) -> Deployment {
        self.while_running = while_running;
        self
    }

    /// By which calls to upload and to back up; by default those of today's service where it tells an `EnvironmentId`.
    pub fn service(mut self, service: DeployService) -> Deployment {
        self.service = service;
        self
    }

    /// With the absolute path of its package, which is the same file for whoever resumes it from another folder.
    fn absolute(&self) -> Result<Deployment> {
        let mut deployment = self.clone();
        if let DeployPackage::File(path) = &self.package {
            // An empty path is refused by whoever opens it.
            if !path.as_os_str().is_empty() {
                deployment.package = DeployPackage::File(lock::absolute(path, "package")?);
            }
        }
        Ok(deployment)
    }

    fn has_settings(&self) -> bool {
        !(self.constants.is_empty() && self.custom_settings.is_empty() && self.scheduled_events.is_empty())
    }
}

/// Without values of constants and settings: they may be secrets.
impl fmt::Debug for Deployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |values: &BTreeMap<String, String>| values.keys().cloned().collect::<Vec<_>>();
        f.debug_struct("Deployment")
            .field("app_id", &self.app_id)
            .field("mode", &self.mode)
            .field("package", &self.package)
            .field("constants", &names(&self.constants))
            .field("custom_settings", &names(&self.custom_settings))
            .field("scheduled_events", &self.scheduled_events)
            .finish_non_exhaustive()
    }
}

/// The value that JSON has by this name.
fn by_name<'a, T: Deserialize<'a>>(name: &'a str) -> Option<T> {
    T::deserialize(BorrowedStrDeserializer::<value::Error>::new(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_by_its_name() {
        assert_eq!("production".parse::<BackupPolicy>().unwrap(), BackupPolicy::default());
        assert_eq!("data".parse::<RollbackPolicy>().unwrap(), RollbackPolicy::Data);
        assert_eq!("today".parse::<DeployService>().unwrap(), DeployService::Today);
        assert!("v2".parse::<DeployService>().unwrap_err().message().contains("expected \"detected\""));
        for name in ["", "Never", "daily"] {
            assert!(
                name.parse::<BackupPolicy>().unwrap_err().message().contains("expected \"never\""),
                "{name}"
            );
        }
    }
}
