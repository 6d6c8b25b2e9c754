//! Uploads: section 3.10, and version 2.

use serde_json::{Value, json};

use super::{Answer, Invocation, Moment, Package, PackageStatus, Refusal, State};
use crate::Rule;

impl State {
    /// Whether an upload would be taken, as far as that is known before its bytes.
    pub(crate) fn check_upload(&self, invocation: &Invocation) -> Result<(), Refusal> {
        if self.app(invocation)?.sandbox { Err(Refusal::no_access(invocation.call)) } else { Ok(()) }
    }

    pub(super) fn upload_package(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Answer, Refusal> {
        let is_processed = self.options.has(Rule::UploadsAreProcessed);
        let id = self.store(invocation, moment, is_processed)?;
        Ok(self.undocumented("Package uploaded", json!({"PackageId": id})))
    }

    pub(super) fn upload_package_v2(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        let id = self.store(invocation, moment, true)?;
        let job_id = self.new_id();
        if let Some(app) = self.apps.get_mut(&invocation.app_id) {
            app.upload_jobs.insert(job_id.clone(), id.clone());
        }
        Ok(json!({"PackageId": id, "JobId": job_id}))
    }

    pub(super) fn get_upload_status(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        let app = self.app(invocation)?;
        let package = app.upload_jobs.get(&invocation.id).and_then(|id| app.packages.get(id));
        let package = package.ok_or_else(|| Refusal::new(404, "NOT_FOUND", "There is no such job."))?;
        let status = match package.status {
            PackageStatus::Succeeded => "Completed",
            PackageStatus::Failed => "Failed",
            PackageStatus::Queued => "Queued",
            PackageStatus::Building | PackageStatus::Uploading => "Running",
        };
        Ok(json!({"Status": status}))
    }

    /// Keeps an upload as a package of the app: its id.
    fn store(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
        is_processed: bool,
    ) -> Result<String, Refusal> {
        self.check_upload(invocation)?;
        let Some(upload) = &invocation.upload else {
            return Err(Refusal::of(invocation.call, "INVALID_PACKAGE"));
        };
        let id = self.new_id();
        let ready = is_processed.then(|| moment.now.saturating_add_unsigned(self.options.processing_ms));
        let mut package = Package {
            name: upload.name.clone(),
            version: upload.metadata.model_version.clone().unwrap_or_else(|| "1.0.0.0".to_owned()),
            runtime_version: upload.metadata.runtime_version.clone().unwrap_or_else(|| "9.24.0".to_owned()),
            creator: self.credentials.username.clone(),
            creation_date: moment.now,
            status: if is_processed { PackageStatus::Building } else { PackageStatus::Succeeded },
            ready,
            size: upload.size,
            sha256: upload.sha256.clone(),
            constants: upload.metadata.constants.clone(),
            scheduled_events: upload.metadata.scheduled_events.clone(),
            ..Package::default()
        };
        if let Some(app) = self.apps.get_mut(&invocation.app_id) {
            let fails = is_processed && std::mem::take(&mut app.next_processing_fails);
            package.processing_fails = fails || upload.problem.is_some();
            package.settle(moment.now);
            app.packages.insert(id.clone(), package);
        }
        Ok(id)
    }
}
