//! What a deployment does by the calls of today's service: an upload has a job, and snapshots stand for backups.

use super::DeployService;
use super::record::Step;
use super::steps::{Halt, Halting, Run, unknown, untold};
use crate::retry::Work;
use crate::{Error, ErrorKind, Evidence, PackageStatus, TaskState};

impl Run<'_, '_> {
    /// Whether it makes the calls of today's service.
    pub(super) fn is_of_today(&self) -> bool {
        match self.deployment().service {
            DeployService::Detected => self.begin.before.environment_id.is_some(),
            DeployService::Document => false,
            DeployService::Today => true,
        }
    }

    /// The identifiers that snapshots are found by: of the project, and of the environment.
    fn snapshot_ids(&self) -> Halting<(String, String)> {
        let (app_id, _) = self.target();
        let app = self.read(|client| client.get_app(&app_id))?;
        let ids = app.project_id.zip(self.begin.before.environment_id.clone());
        ids.ok_or_else(|| {
            let message = "the service tells no ProjectId of the app, or no EnvironmentId of the environment";
            let hint = "make a backup by hand, and deploy with the backup policy \"never\"";
            Halt::Failed(Error::new(ErrorKind::InvalidResponse, Evidence::Refused, message).with_hint(hint))
        })
    }

    /// Makes a snapshot, and waits until it is completed.
    pub(super) fn make_snapshot(&mut self, comment: &str) -> Halting<()> {
        let (project, environment) = self.snapshot_ids()?;
        let id = self.once(
            Step::Backup,
            Work::Mutating,
            &|client| {
                for snapshot in client.iter_snapshots(&project, &environment)? {
                    let snapshot = snapshot?;
                    let is_mine = snapshot.comment.as_deref() == Some(comment);
                    if is_mine && snapshot.state != TaskState::Failed {
                        return Ok(Some(Some(snapshot.snapshot_id)));
                    }
                }
                Ok(None)
            },
            &|client, _| Ok(Some(client.create_snapshot(&project, &environment, Some(comment))?.snapshot_id)),
        )?;
        let id = id.filter(|id| !id.is_empty()).ok_or_else(|| untold("backup"))?;
        let options = self.step_options();
        self.client.wait_for_snapshot(&project, &environment, &id, options).map_err(Halt::Failed)?;
        Ok(())
    }

    /// Restores a snapshot, and waits until that is completed.
    pub(super) fn restore_snapshot(&mut self, snapshot: &str) -> Halting<()> {
        let (project, environment) = self.snapshot_ids()?;
        let id = self.once(
            Step::RollbackRestore,
            Work::Mutating,
            &|_| Err(unknown("whether the backup was restored", "restore_snapshot")),
            &|client, _| {
                let restore = client.restore_snapshot(&project, &environment, snapshot, false)?;
                Ok(Some(restore.restore_id))
            },
        )?;
        let id = id.filter(|id| !id.is_empty()).ok_or_else(|| untold("restore"))?;
        let options = self.step_options();
        self.client
            .wait_for_restore(&project, &environment, &id, options)
            .map_err(|error| self.halt(error))?;
        Ok(())
    }

    /// Waits until the service has processed an upload: by its job, or where that is not known by the package.
    pub(super) fn await_processing(&self, package_id: &str, job_id: Option<&str>) -> Halting<()> {
        let (app_id, _) = self.target();
        let options = self.step_options();
        let processed = match job_id {
            Some(job_id) => self.client.wait_for_upload(&app_id, job_id, options).map(drop),
            None => self.client.wait_for_package(&app_id, package_id, options).map(drop),
        };
        processed.map_err(|error| self.halt(error))
    }

    /// The package that an earlier run has uploaded, where its name tells it from others.
    pub(super) fn find_uploaded(&self) -> Halting<Option<String>> {
        let names = self.journal.upload_names();
        if names.is_empty() || self.deployment().name.is_some() {
            return Ok(None);
        }
        let (app_id, _) = self.target();
        let packages = match self.patiently(Work::Wait, |client| client.list_packages(&app_id)) {
            Ok(packages) => packages,
            Err(error) if error.kind() == ErrorKind::Cancelled => return Err(self.halt(error)),
            // A service that does not list packages tells nothing.
            Err(_) => return Ok(None),
        };
        let mut packages = packages.into_iter().filter(|package| package.status != PackageStatus::Failed);
        let found = packages.find(|package| names.iter().any(|name| package.name.as_deref() == Some(name)));
        Ok(found.map(|package| package.package_id))
    }
}
