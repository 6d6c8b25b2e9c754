//! What a deployment finds before it changes anything: with GETs only.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DeployPackage, Deployment};
use crate::deploy_report::DeployedState;
use crate::{
    Client, Environment, EnvironmentSettings, ErrorCode, ErrorKind, Package, PackageInfo, Result, Status,
};

/// What was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// The package that is wanted, where it is known by its identifier.
    pub(super) package_id: Option<String>,
    pub(super) model_version: Option<String>,
    /// What the package says of itself, where it is a file.
    pub(super) info: Option<PackageInfo>,
    pub(super) file: Option<FileStamp>,
    /// The status of the environment whose package is taken.
    pub(super) source_status: Option<Status>,
    pub(super) environment: Environment,
    pub(super) deployed: Option<Package>,
    /// The settings, where they could be read.
    pub(super) settings: Option<EnvironmentSettings>,
}

/// What tells one version of a file from another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileStamp {
    size: u64,
    modified: Option<Timestamp>,
}

impl FileStamp {
    /// That of a package, where it is a file that is there.
    pub(super) fn of_package(package: &DeployPackage) -> Option<FileStamp> {
        match package {
            DeployPackage::File(path) => FileStamp::of(path).ok(),
            DeployPackage::Id(_) | DeployPackage::FromMode(_) => None,
        }
    }

    pub(super) fn of(path: &Path) -> std::io::Result<FileStamp> {
        let metadata = std::fs::metadata(path)?;
        let modified = metadata.modified().ok().and_then(|time| time.try_into().ok());
        Ok(FileStamp { size: metadata.len(), modified })
    }
}

/// What was on the environment before: what a rollback puts back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Before {
    pub(super) state: DeployedState,
    pub(super) instances: Option<u32>,
    pub(super) memory_per_instance: Option<u32>,
    pub(super) settings: Option<EnvironmentSettings>,
    pub(super) file: Option<FileStamp>,
    /// Which today's service tells.
    #[serde(default)]
    pub(super) environment_id: Option<String>,
}

impl Before {
    /// Whether the app ran.
    pub(super) fn ran(&self) -> bool {
        Status::Running == self.state.status.as_str()
    }

    /// The number of instances, and the memory of each, where the service told both.
    pub(super) fn scale(&self) -> Option<(u32, u32)> {
        self.instances.zip(self.memory_per_instance)
    }
}

impl Found {
    pub(super) fn read(client: &Client, deployment: &Deployment, operation: &'static str) -> Result<Found> {
        let (app_id, mode) = (deployment.app_id.as_str(), deployment.mode.as_str());
        let mut found = Found::default();
        match &deployment.package {
            DeployPackage::File(path) => {
                match PackageInfo::read_as("package", path) {
                    Ok(info) => found.info = Some(info),
                    // The service decides, as for an upload.
                    Err(error) if !client.checks_packages() && error.kind() == ErrorKind::InvalidInput => {}
                    Err(error) => return Err(error.with_operation(operation)),
                }
                found.file = FileStamp::of(path).ok();
                found.model_version = found.info.as_ref().and_then(|info| info.model_version.clone());
            }
            DeployPackage::Id(id) => found.package_id = Some(id.clone()),
            DeployPackage::FromMode(from) => {
                found.source_status = Some(environment(client, app_id, from)?.status);
                let package = client.get_environment_package(app_id, from)?;
                found.package_id = Some(package.package_id);
                found.model_version = package.version;
            }
        }
        found.environment = environment(client, app_id, mode)?;
        found.deployed = deployed(client, app_id, mode)?;
        let is_needed =
            deployment.has_settings() || found.info.as_ref().is_some_and(|info| info.constants.is_some());
        found.settings = match client.get_environment_settings(app_id, mode) {
            Ok(settings) => Some(settings),
            // Whoever wants no settings needs no right to read them.
            Err(error) if !is_needed && error.kind() == ErrorKind::Forbidden => None,
            Err(error) => return Err(error),
        };
        Ok(found)
    }

    pub(super) fn deployed_id(&self) -> Option<&str> {
        self.deployed.as_ref().map(|package| package.package_id.as_str())
    }

    pub(super) fn state(&self) -> DeployedState {
        DeployedState {
            status: self.environment.status.to_string(),
            package_id: self.deployed_id().map(str::to_owned),
            model_version: self.environment.model_version.clone(),
        }
    }

    pub(super) fn before(&self) -> Before {
        Before {
            state: self.state(),
            instances: self.environment.instances,
            memory_per_instance: self.environment.memory_per_instance,
            settings: self.settings.clone(),
            file: self.file.clone(),
            environment_id: self.environment.environment_id.clone(),
        }
    }
}

/// The package that is deployed to an environment; `None` where there is none.
pub(super) fn deployed(client: &Client, app_id: &str, mode: &str) -> Result<Option<Package>> {
    match client.get_environment_package(app_id, mode) {
        Ok(package) => Ok(Some(package)),
        Err(error) if error.code() == Some(&ErrorCode::PackageNotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// An environment; where there is none of that mode, the error names those that there are.
fn environment(client: &Client, app_id: &str, mode: &str) -> Result<Environment> {
    client.get_environment(app_id, mode).map_err(|error| {
        let is_unknown =
            matches!(error.code(), Some(ErrorCode::EnvironmentNotFound | ErrorCode::InvalidEnvironment));
        let Some(environments) = is_unknown.then(|| client.list_environments(app_id).ok()).flatten() else {
            return error;
        };
        let modes: Vec<&str> = environments.iter().map(|other| other.mode.as_str()).collect();
        let there = if modes.is_empty() { "none".to_owned() } else { modes.join(", ") };
        let message = format!("{} The mode was {mode:?}; the app has: {there}", error.message());
        error.described(message)
    })
}
