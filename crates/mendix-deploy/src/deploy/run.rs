//! The steps of a deployment, in order.

use std::ffi::OsStr;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use super::found::{FileStamp, deployed};
use super::goal::{has_values, wanted_settings};
use super::record::{Record, Step};
use super::steps::{Halt, Halting, Run, is_refused_as_running, is_unknown, unknown, untold};
use super::{DeployPackage, Deployment};
use crate::retry::Work;
use crate::{
    BackupState, EnvironmentSettings, Error, ErrorCode, ErrorKind, Evidence, PackageSource, Result, Status,
    UploadJob, WaitOptions,
};

/// How often a package is uploaded whose upload may have taken effect.
const MOST_UPLOADS: usize = 4;

impl Run<'_, '_> {
    pub(super) fn deployment(&self) -> &Deployment {
        &self.begin.deployment
    }

    /// The app and the environment.
    pub(super) fn target(&self) -> (String, String) {
        (self.deployment().app_id.clone(), self.deployment().mode.clone())
    }

    /// All steps.
    pub(super) fn forward(&mut self) -> Halting<()> {
        self.planned(Step::Backup, Run::backup)?;
        self.planned(Step::Upload, Run::upload)?;
        // Where the service wants the app stopped first, the transport follows the stop.
        let is_early = self.deployment().while_running && self.transport_while_running()?;
        self.planned(Step::Stop, |run| run.stop(Step::Stop))?;
        if !is_early {
            self.planned(Step::Transport, |run| {
                run.while_stopped(Step::Transport, Step::StopAgain, Run::transport)
            })?;
        }
        self.planned(Step::Settings, Run::settings)?;
        self.planned(Step::Scale, Run::scale)?;
        self.stop_again()?;
        self.planned(Step::Start, |run| {
            let auto_sync_db = run.deployment().auto_sync_db;
            run.while_stopped(Step::Start, Step::StopAgain, |run| run.start(Step::Start, auto_sync_db))
        })?;
        self.planned(Step::Confirm, |run| {
            let package_id = run.package_id()?;
            run.confirm(&package_id)
        })
    }

    /// Makes a step of the plan, or leaves it out as the plan says.
    fn planned(&mut self, step: Step, work: impl FnOnce(&mut Self) -> Halting<()>) -> Halting<()> {
        let planned = self.begin.plan.steps.iter().find(|planned| planned.name == step.name());
        match planned.and_then(|planned| planned.skipped.clone()) {
            Some(reason) => self.skip(step, &reason),
            None => self.step(step, work),
        }
    }

    pub(super) fn step_options<'w>(&self) -> WaitOptions<'w> {
        // At least one poll.
        WaitOptions::new().timeout(self.budget().left(self.client.clock()).max(Duration::from_secs(1)))
    }

    /// The package that is wanted: given, or uploaded.
    pub(super) fn package_id(&self) -> Halting<String> {
        let uploaded = self.journal.id_of(Step::Upload).map(str::to_owned);
        uploaded.or_else(|| self.begin.plan.after.package_id.clone()).ok_or_else(|| {
            let message = "the service accepted the upload, and did not tell the identifier of the package";
            let hint = "find the package in the Mendix portal, and deploy it by its package_id";
            Halt::Failed(Error::new(ErrorKind::InvalidResponse, Evidence::Refused, message).with_hint(hint))
        })
    }

    fn backup(&mut self) -> Halting<()> {
        let (app_id, mode) = self.target();
        let comment = format!("mendix-deploy {}", self.begin.id);
        if self.is_of_today() {
            return self.make_snapshot(&comment);
        }
        let id = self.once(
            Step::Backup,
            Work::Mutating,
            &|client| {
                let mut backups = client.list_backups(&app_id, &mode)?.into_iter();
                let mine = backups.find(|backup| {
                    backup.comment.as_deref() == Some(&comment) && backup.state != BackupState::Failed
                });
                Ok(mine.map(|backup| Some(backup.snapshot_id)))
            },
            &|client, _| Ok(Some(client.create_backup(&app_id, &mode, Some(&comment))?.snapshot_id)),
        )?;
        let id = id.filter(|id| !id.is_empty()).ok_or_else(|| untold("backup"))?;
        let options = self.step_options();
        self.client.wait_for_backup(&app_id, &mode, &id, options).map_err(Halt::Failed)?;
        Ok(())
    }

    fn upload(&mut self) -> Halting<()> {
        let mut job_id = None;
        if !self.journal.is_accepted(Step::Upload) {
            let DeployPackage::File(path) = &self.deployment().package else {
                return Ok(());
            };
            let path = path.clone();
            self.check_same_file(&path)?;
            let mut package_id = self.find_uploaded()?;
            if package_id.is_none() {
                let job = self.send_until_known(&path)?;
                (package_id, job_id) = (job.package_id, job.job_id);
            }
            self.accept(Step::Upload, package_id)?;
        }
        let package_id = self.package_id()?;
        if self.is_of_today() {
            self.await_processing(&package_id, job_id.as_deref())?;
        }
        Ok(())
    }

    /// Uploads the package, and once more where it is not known whether it arrived: a package more harms nothing.
    fn send_until_known(&mut self, path: &Path) -> Halting<UploadJob> {
        let mut sent = self.send_package(path)?;
        for _ in 1..MOST_UPLOADS {
            if !sent.as_ref().is_err_and(is_unknown) || self.client.is_cancelled() {
                break;
            }
            sent = self.send_package(path)?;
        }
        sent.map_err(Halt::Failed)
    }

    /// Uploads the package under a name of its own.
    fn send_package(&mut self, path: &Path) -> Halting<Result<UploadJob>> {
        self.await_service()?;
        let app_id = self.deployment().app_id.clone();
        let (name, at) = (self.upload_name(path), self.now());
        self.write(Record::Intent { step: Step::Upload, at, name: Some(name.clone()) })?;
        Ok(self.patiently(Work::Upload, |client| {
            let source = PackageSource::file(path).called("package").on_progress(|progress| {
                let mut options = self.options.borrow_mut();
                options.on_progress.as_mut().map_or(ControlFlow::Continue(()), |observer| observer(progress))
            });
            if self.is_of_today() {
                return client.upload_package_v2(&app_id, source, Some(&name));
            }
            let package_id = client.upload_package(&app_id, source, Some(&name))?.package_id;
            Ok(UploadJob { package_id, ..UploadJob::default() })
        }))
    }

    /// The name of the package holds the mark of this deployment, so that it can be told from others. One that is sent once
    /// more, since the response to the first was lost, gets another name.
    fn upload_name(&self, path: &Path) -> String {
        let earlier = self.journal.upload_names().len();
        let suffix = if earlier == 0 { String::new() } else { format!("-{}", earlier + 1) };
        let text = |part: Option<&OsStr>| part.and_then(|part| part.to_str()).map(str::to_owned);
        let file_name = text(path.file_name()).unwrap_or_else(|| "package.mda".to_owned());
        let (name, mark) = match &self.deployment().name {
            Some(name) => (name.clone(), suffix),
            None => (file_name, format!("-{}{suffix}", &self.begin.id[..8.min(self.begin.id.len())])),
        };
        match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => format!("{stem}{mark}.{extension}"),
            _ => format!("{name}{mark}"),
        }
    }

    fn check_same_file(&self, path: &Path) -> Halting<()> {
        let known = &self.begin.before.file;
        if known.is_some() && *known != FileStamp::of(path).ok() {
            let problem = format!(
                "{} has changed since the deployment began; deploy it with another journal",
                path.display()
            );
            return Err(Halt::Failed(Error::invalid_input(problem).with_operation("upload_package")));
        }
        Ok(())
    }

    /// Stops the app, and waits until it has stopped. A lost response is decided by the status.
    pub(super) fn stop(&mut self, step: Step) -> Halting<()> {
        let (app_id, mode) = self.target();
        self.once(
            step,
            Work::Mutating,
            &|client| {
                let is_stopped = client.get_environment(&app_id, &mode)?.status == Status::Stopped;
                Ok(is_stopped.then_some(None))
            },
            &|client, _| client.stop_environment(&app_id, &mode).map(|()| None),
        )?;
        let options = self.step_options();
        self.client.wait_for_status(&app_id, &mode, &Status::Stopped, options).map_err(Halt::Failed)?;
        Ok(())
    }

    /// Transports the package to the running app: whether the service allows that.
    fn transport_while_running(&mut self) -> Halting<bool> {
        if self.journal.ended(Step::Stop).is_some() && !self.journal.is_begun(Step::Transport) {
            return Ok(false);
        }
        let mut is_refused = false;
        self.planned(Step::Transport, |run| match run.transport() {
            Err(Halt::Failed(error)) if error.code() == Some(&ErrorCode::AppIsRunning) => {
                is_refused = true;
                Err(Halt::Left(error))
            }
            result => result,
        })
        .or_else(|halt| if is_refused { Ok(()) } else { Err(halt) })?;
        Ok(!is_refused)
    }

    pub(super) fn transport_to(&mut self, step: Step, package_id: &str) -> Halting<()> {
        let (app_id, mode) = self.target();
        self.once(
            step,
            Work::Transport,
            &|client| {
                let found = deployed(client, &app_id, &mode)?;
                Ok(found.is_some_and(|found| found.package_id == package_id).then_some(None))
            },
            &|client, _| client.transport_package(&app_id, &mode, package_id).map(|()| None),
        )?;
        Ok(())
    }

    fn transport(&mut self) -> Halting<()> {
        let package_id = self.package_id()?;
        self.transport_to(Step::Transport, &package_id)
    }

    fn settings(&mut self) -> Halting<()> {
        let (app_id, mode) = self.target();
        let current = self.read(|client| client.get_environment_settings(&app_id, &mode))?;
        let wanted = wanted_settings(self.deployment(), &current)
            .map_err(|error| Halt::Failed(error.of_operation("set_environment_settings")))?;
        match wanted {
            Some(wanted) => self.set(Step::Settings, &wanted),
            None => Ok(()),
        }
    }

    pub(super) fn set(&mut self, step: Step, wanted: &EnvironmentSettings) -> Halting<()> {
        let (app_id, mode) = self.target();
        self.once(
            step,
            Work::Mutating,
            &|client| {
                let found = client.get_environment_settings(&app_id, &mode)?;
                Ok(has_values(&found, wanted).then_some(None))
            },
            &|client, _| client.set_environment_settings(&app_id, &mode, wanted).map(|_| None),
        )?;
        Ok(())
    }

    fn scale(&mut self) -> Halting<()> {
        let (deployment, before) = (self.deployment(), &self.begin.before);
        let instances = deployment.instances.or(before.instances);
        let memory = deployment.memory_per_instance.or(before.memory_per_instance);
        match (instances, memory) {
            (Some(instances), Some(memory)) => self.scale_to(Step::Scale, instances, memory),
            // The plan refuses it.
            _ => Ok(()),
        }
    }

    /// Sets both figures.
    pub(super) fn scale_to(&mut self, step: Step, instances: u32, memory: u32) -> Halting<()> {
        let (app_id, mode) = self.target();
        self.once(
            step,
            Work::Mutating,
            &|client| {
                let found = client.get_environment(&app_id, &mode)?;
                if found.instances.is_none() || found.memory_per_instance.is_none() {
                    return Err(unknown("whether the environment was scaled", "scale_environment"));
                }
                let is_so = found.instances == Some(instances) && found.memory_per_instance == Some(memory);
                Ok(is_so.then_some(None))
            },
            &|client, _| client.scale_environment(&app_id, &mode, instances, memory).map(|_| None),
        )?;
        Ok(())
    }

    /// Stops an app that somebody else, or the platform, has started meanwhile: what it runs is not known.
    fn stop_again(&mut self) -> Halting<()> {
        if self.journal.is_begun(Step::Start) || self.journal.ended(Step::Start).is_some() {
            return Ok(());
        }
        let (app_id, mode) = self.target();
        let status = self.read(|client| Ok(client.get_environment(&app_id, &mode)?.status))?;
        if status == Status::Running || self.journal.is_begun(Step::StopAgain) {
            self.step(Step::StopAgain, |run| run.stop(Step::StopAgain))?;
        }
        Ok(())
    }

    /// Starts the app, and waits until it runs.
    pub(super) fn start(&mut self, step: Step, auto_sync_db: bool) -> Halting<()> {
        let (app_id, mode) = self.target();
        let job_id = self.once(
            step,
            Work::Mutating,
            &|client| {
                let runs = client.get_environment(&app_id, &mode)?.status == Status::Running;
                Ok(runs.then_some(None))
            },
            &|client, was_sent| match client.start_environment(&app_id, &mode, auto_sync_db) {
                // The one that was sent before.
                Err(error) if was_sent && is_refused_as_running(&error) => Ok(None),
                started => started.map(|job| job.job_id),
            },
        )?;
        let options = self.step_options();
        let started = self.client.wait_for_start(&app_id, &mode, job_id.as_deref(), options);
        match started {
            Ok(_) => Ok(()),
            // The service forgets the jobs of starts that have ended.
            Err(error) if error.code() == Some(&ErrorCode::NoSuchStartJob) && self.runs()? => Ok(()),
            Err(error) => Err(Halt::Failed(self.explained(error))),
        }
    }

    pub(super) fn runs(&self) -> Halting<bool> {
        let (app_id, mode) = self.target();
        self.read(|client| Ok(client.get_environment(&app_id, &mode)?.status == Status::Running))
    }

    /// A failure of a start, with what can be known of its reason.
    fn explained(&self, error: Error) -> Error {
        if error.code() != Some(&ErrorCode::MissingConstant) {
            return error;
        }
        let (app_id, mode) = self.target();
        let Ok(settings) = self.client.get_environment_settings(&app_id, &mode) else { return error };
        let missing = settings.constants.iter().filter(|constant| constant.value.is_none());
        let names: Vec<&str> = missing.map(|constant| constant.name.as_str()).collect();
        if names.is_empty() {
            return error;
        }
        let message = format!("{} Without a value: {}.", error.message(), names.join(", "));
        error.described(message)
    }

    /// Checks with GETs that the app runs, and with which package.
    pub(super) fn confirm(&mut self, package_id: &str) -> Halting<()> {
        let (app_id, mode) = self.target();
        let options = self.step_options();
        self.client.wait_for_status(&app_id, &mode, &Status::Running, options).map_err(Halt::Failed)?;
        let found = self.read(|client| deployed(client, &app_id, &mode))?;
        match found {
            Some(found) if found.package_id == package_id => Ok(()),
            found => {
                let found = found.map_or_else(|| "none".to_owned(), |found| found.package_id);
                let message = format!("{mode} has package {found}, and {package_id} was deployed");
                let hint = "somebody else has deployed meanwhile: find out who, before you deploy again";
                Err(Halt::Failed(Error::new(ErrorKind::Conflict, Evidence::Refused, message).with_hint(hint)))
            }
        }
    }
}
