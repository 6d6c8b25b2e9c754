//! What is wanted on an environment, as options.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use mendix_deploy::{BackupPolicy, DeployPackage, DeployService, Deployment, RollbackPolicy};

use crate::arguments::{Assignment, Targets, named, switch};
use crate::commands::settings::{Wishes, variable};
use crate::failure::{Outcome, refuse_missing};

/// A package, and the settings that it is to have.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// The package, a file
    #[arg(value_hint = ValueHint::FilePath, required_unless_present_any = ["package_id", "from_mode"])]
    package: Option<PathBuf>,
    #[command(flatten)]
    pub(super) targets: Targets,
    /// A package that the app has, by its identifier
    #[arg(long, value_name = "ID", conflicts_with = "package")]
    package_id: Option<String>,
    /// The package that is on another environment of the app
    #[arg(long, value_name = "MODE", conflicts_with_all = ["package", "package_id"])]
    from_mode: Option<String>,
    /// The name of the uploaded package; that of the file by default
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The value of a constant; may be repeated. Other users of the machine can read it meanwhile
    #[arg(long, value_name = "NAME=VALUE", value_parser = Assignment)]
    constant: Vec<(String, String)>,
    /// The value of a constant, from an environment variable; may be repeated
    #[arg(long, value_name = "NAME=VARIABLE", value_parser = Assignment)]
    constant_from_env: Vec<(String, String)>,
    /// The value of a custom setting; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = Assignment)]
    custom_setting: Vec<(String, String)>,
    /// Enable or disable a scheduled event; may be repeated
    #[arg(long, value_name = "NAME=on|off", value_parser = switch)]
    scheduled_event: Vec<(String, bool)>,
    /// Settings in TOML or JSON: see `mendix-deploy settings --help`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    settings: Option<PathBuf>,
    /// The number of instances
    #[arg(long, value_name = "NUMBER")]
    instances: Option<u32>,
    /// The memory of each instance, in MB
    #[arg(long, value_name = "MB")]
    memory: Option<u32>,
    /// Do not change the structure of the database
    #[arg(long)]
    no_sync_db: bool,
    /// When to back up first: never, production or always
    #[arg(long, value_name = "WHEN", default_value = "production", value_parser = named::<BackupPolicy>)]
    backup: BackupPolicy,
    /// What to put back after a failure: none, package (with the settings) or data (too, from the backup)
    #[arg(long, value_name = "WHAT", default_value = "package", value_parser = named::<RollbackPolicy>)]
    rollback: RollbackPolicy,
    /// Transport the package before the stop, where the service allows it: less downtime
    #[arg(long)]
    while_running: bool,
    /// The calls for uploads and backups: detected, document or today
    #[arg(long, value_name = "WHICH", default_value = "detected", value_parser = named::<DeployService>)]
    service: DeployService,
}

impl Wanted {
    /// Whether a rollback may lose data.
    pub(super) fn restores_data(&self) -> bool {
        self.rollback == RollbackPolicy::Data
    }

    /// Refuses what no environment can have, before anything is sent.
    pub(super) fn check(&self) -> Outcome {
        if let Some(file) = &self.package {
            refuse_missing("the package", file)?;
        }
        self.deployment("app", "mode").map(drop)
    }

    pub(super) fn deployment(&self, app_id: &str, mode: &str) -> Outcome<Deployment> {
        let package =
            DeployPackage::one_of(self.package.clone(), self.package_id.clone(), self.from_mode.clone())?;
        let wishes = match &self.settings {
            Some(file) => Wishes::read(file)?,
            None => Wishes::default(),
        };
        let from_env = self
            .constant_from_env
            .iter()
            .map(|(name, variable)| Ok((name.clone(), self::variable(variable)?)))
            .collect::<Outcome<Vec<_>>>()?;
        let mut deployment = Deployment::new(app_id, mode, package)
            .constants(wishes.constants)
            .constants(self.constant.iter().cloned())
            .constants(from_env)
            .custom_settings(wishes.custom_settings)
            .custom_settings(self.custom_setting.iter().cloned())
            .scheduled_events(wishes.scheduled_events)
            .scheduled_events(self.scheduled_event.iter().cloned())
            .auto_sync_db(!self.no_sync_db)
            .backup(self.backup)
            .rollback(self.rollback)
            .while_running(self.while_running)
            .service(self.service);
        if let Some(name) = &self.name {
            deployment = deployment.name(name);
        }
        if let Some(instances) = self.instances {
            deployment = deployment.instances(instances);
        }
        if let Some(memory) = self.memory {
            deployment = deployment.memory_per_instance(memory);
        }
        Ok(deployment)
    }
}
