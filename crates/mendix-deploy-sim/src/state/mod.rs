//! The state machine behind the API. It knows no HTTP: each call is a change of [`State`] at a moment.

mod apps;
mod backups;
mod builds;
mod environments;
mod invocation;
mod metadata;
mod model;
mod packages;
mod refusal;
mod seed;
mod settings;
mod snapshots;
#[cfg(test)]
mod tests;
mod uploads;

pub(crate) use invocation::{Answer, Invocation, Moment, Upload};
pub(crate) use metadata::Metadata;
pub use model::{
    App, Archive, Constant, Credentials, Database, Environment, EnvironmentStatus, JobState, Options,
    Package, PackageStatus, Restore, Rights, Snapshot, SnapshotState, StartJob, State, Task,
};
pub(crate) use refusal::Refusal;

use serde_json::Value;

use crate::{Bodies, Call};

impl State {
    /// Carries out one call.
    pub(crate) fn perform(&mut self, invocation: &Invocation, moment: Moment<'_>) -> Result<Answer, Refusal> {
        self.settle(moment.now);
        let answer = match invocation.call {
            Call::ListApps => self.list_apps(),
            Call::CreateSandbox => self.create_sandbox(invocation)?,
            Call::GetApp => self.get_app(invocation)?,
            Call::ListEnvironments => self.list_environments(invocation)?,
            Call::GetEnvironment => self.get_environment(invocation)?,
            Call::StartEnvironment => self.start_environment(invocation, moment)?,
            Call::GetStartStatus => self.get_start_status(invocation)?,
            Call::StopEnvironment => return self.stop_environment(invocation, moment),
            Call::GetEnvironmentPackage | Call::GetEnvironmentPackageLink => {
                self.get_environment_package(invocation, moment)?
            }
            Call::UploadPackage => return self.upload_package(invocation, moment),
            Call::TransportPackage => return self.transport_package(invocation),
            Call::CleanEnvironment => return self.clean_environment(invocation),
            Call::GetEnvironmentSettings => self.get_environment_settings(invocation)?,
            Call::SetEnvironmentSettings => self.set_environment_settings(invocation)?,
            Call::ListBackups => self.list_backups(invocation)?,
            Call::GetBackupLinks => self.get_backup_links(invocation, moment)?,
            Call::CreateBackup => self.create_backup(invocation, moment)?,
            Call::RestoreBackup => self.restore_backup(invocation)?,
            Call::ScaleEnvironment => self.scale_environment(invocation)?,
            Call::CreateEnvironmentTag => self.create_environment_tag(invocation)?,
            Call::ListEnvironmentTags => self.list_environment_tags(invocation)?,
            Call::DeleteEnvironmentTag => return self.delete_environment_tag(invocation),
            Call::GetArchivedLogs => self.archived_logs(invocation, moment, "app")?,
            Call::GetArchivedAccessLogs => self.archived_logs(invocation, moment, "access")?,
            Call::ListPackages => self.list_packages(invocation)?,
            Call::GetPackage | Call::GetPackageLink => self.get_package(invocation, moment)?,
            Call::DeletePackage => return self.delete_package(invocation),
            Call::BuildPackage => self.build_package(invocation, moment)?,
            Call::UploadPackageV2 => self.upload_package_v2(invocation, moment)?,
            Call::GetUploadStatus => self.get_upload_status(invocation)?,
            Call::ListSnapshots => self.list_snapshots(invocation)?,
            Call::CreateSnapshot => self.create_snapshot(invocation, moment)?,
            Call::GetSnapshot => self.get_snapshot(invocation)?,
            Call::UpdateSnapshot => self.update_snapshot(invocation)?,
            Call::DeleteSnapshot => return self.delete_snapshot(invocation),
            Call::CreateArchive => self.create_archive(invocation, moment)?,
            Call::GetArchive => self.get_archive(invocation, moment)?,
            Call::RestoreSnapshot => self.restore_snapshot(invocation, moment)?,
            Call::GetRestore => self.get_restore(invocation, moment)?,
        };
        Ok(Answer::Json(answer))
    }

    /// Completes all that is due.
    pub(crate) fn settle(&mut self, now: i64) {
        for app in self.apps.values_mut() {
            for package in app.packages.values_mut() {
                package.settle(now);
            }
            for environment in app.environments.values_mut() {
                environment.settle(now);
            }
        }
    }

    /// A new id, the same in every run.
    fn new_id(&mut self) -> String {
        self.last_id += 1;
        format!("51e0a7c4-0000-4000-8000-{:012x}", self.last_id)
    }

    fn undocumented(&self, text: &'static str, json: Value) -> Answer {
        match self.options.bodies {
            Bodies::Empty => Answer::Empty,
            Bodies::Text => Answer::Text(text),
            Bodies::Json => Answer::Json(json),
        }
    }

    fn app(&self, invocation: &Invocation) -> Result<&App, Refusal> {
        let (call, id) = (invocation.call, invocation.app_id.as_str());
        if id.trim().is_empty() {
            return Err(Refusal::missing_parameters(call));
        }
        let is_subdomain =
            id.len() <= 63 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match self.apps.get(id) {
            Some(app) => Ok(app),
            None if is_subdomain => Err(Refusal::no_app(call)),
            None => Err(Refusal::bad_app_id(call)),
        }
    }

    /// The environment with the name that it has in the state, after all checks that every call makes.
    fn environment(&self, invocation: &Invocation) -> Result<(&App, &str, &Environment), Refusal> {
        let (call, mode) = (invocation.call, invocation.mode.as_str());
        let app = self.app(invocation)?;
        if mode.trim().is_empty() {
            return Err(Refusal::missing_parameters(call));
        }
        let lower = mode.to_lowercase();
        let found = app.environments.iter().find(|(name, _)| name.to_lowercase() == lower);
        let Some((name, environment)) = found else {
            let known = ["test", "acceptance", "production"].contains(&lower.as_str());
            return Err(if known { Refusal::no_environment(call) } else { Refusal::bad_mode(call, mode) });
        };
        let reads_environment = matches!(call, Call::GetEnvironment | Call::ScaleEnvironment);
        if !environment.rights.api_access || (app.sandbox && !reads_environment) {
            return Err(Refusal::no_access(call));
        }
        Ok((app, name, environment))
    }

    /// The same, to change it.
    fn environment_mut(&mut self, invocation: &Invocation) -> Result<&mut Environment, Refusal> {
        let name = self.environment(invocation)?.1.to_owned();
        let app = self.apps.get_mut(&invocation.app_id);
        let environment = app.and_then(|app| app.environments.get_mut(&name));
        environment.ok_or_else(|| Refusal::no_environment(invocation.call))
    }
}
