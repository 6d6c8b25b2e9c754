//! Packages on environments: sections 3.9 and 3.11.

use serde_json::{Value, json};

use super::{
    Answer, Database, EnvironmentStatus, Invocation, Moment, Options, Package, PackageStatus, Refusal, State,
};
use crate::Rule;

impl Package {
    pub(super) fn settle(&mut self, now: i64) {
        if self.begins.is_some_and(|begins| begins <= now) {
            self.begins = None;
            self.status = PackageStatus::Building;
        }
        if self.ready.is_some_and(|ready| ready <= now) {
            self.ready = None;
            self.status =
                if self.processing_fails { PackageStatus::Failed } else { PackageStatus::Succeeded };
        }
    }

    pub(super) fn runtime_major(&self) -> u32 {
        self.runtime_version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0)
    }

    #[expect(clippy::cast_precision_loss, reason = "a size in MiB is a rounded figure")]
    pub(super) fn show(&self, id: &str, options: &Options) -> Value {
        let in_mib = self.size_in_mib && !options.has(Rule::SizeInBytes);
        let size = if in_mib { json!(self.size as f64 / f64::from(1 << 20)) } else { json!(self.size) };
        let mut shown = json!({
            "Status": self.status,
            "CreationDate": self.creation_date,
            "ExpiryDate": self.expiry_date,
            "Description": self.description,
            "Version": self.version,
            "Size": size,
            "PackageId": id,
            "Creator": self.creator,
            "Name": self.name,
        });
        if options.has(Rule::PackageMendixVersion) {
            shown["MendixVersion"] = json!(self.runtime_version);
        }
        shown
    }
}

impl State {
    pub(super) fn get_environment_package(
        &self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        let (app, _, environment) = self.environment(invocation)?;
        let id = environment.package.as_deref();
        let package = id.and_then(|id| Some((id, app.packages.get(id)?)));
        let (id, package) = package.ok_or_else(|| Refusal::of(invocation.call, "PACKAGE_NOT_FOUND"))?;
        let with_link = invocation.asks_for_url() && self.options.has(Rule::PackageUrl);
        Ok(self.show_package(id, package, with_link.then_some(moment)))
    }

    /// A package, with a link to its bytes where there is a moment for that.
    pub(super) fn show_package(&self, id: &str, package: &Package, link: Option<Moment<'_>>) -> Value {
        let mut shown = package.show(id, &self.options);
        if let Some(moment) = link {
            let link = moment.link(&format!("/packages/{id}"), self.options.link_ms);
            shown["Url"] = json!({"Location": link, "TTL": self.options.link_ms / 1000});
        }
        shown
    }

    /// How many bytes there are behind a link.
    pub(crate) fn link_bytes(&self, path: &str) -> u64 {
        let id = path.strip_prefix("/packages/");
        let package = id.and_then(|id| self.apps.values().find_map(|app| app.packages.get(id)));
        package.map_or(self.options.link_bytes, |package| package.size)
    }

    pub(super) fn transport_package(&mut self, invocation: &Invocation) -> Result<Answer, Refusal> {
        let (call, options) = (invocation.call, &self.options);
        let (app, mode, environment) = self.environment(invocation)?;
        if !environment.rights.transport {
            return Err(if options.has(Rule::TransportRefusal) {
                Refusal::new(403, "NOT ALLOWED", format!("No access to transport to environment '{mode}'."))
            } else {
                Refusal::of(call, "TRANSPORT_NOT_ALLOWED").with("'mode'", &format!("'{mode}'"))
            });
        }
        let fields = invocation.fields(self, &["PackageId"])?;
        let id = fields.get("PackageId").and_then(Value::as_str).unwrap_or_default().to_owned();
        if id.trim().is_empty() {
            return Err(Refusal::missing_parameters(call));
        }
        if environment.is_busy() && !options.has(Rule::TransportWhileRunning) {
            let refusal = Refusal::of(call, "APP_IS_RUNNING").with("'mode'", &format!("'{mode}'"));
            return Err(refusal.with("'app id'", &format!("'{}'", invocation.app_id)));
        }
        let not_found = || Refusal::of(call, "PACKAGE_NOT_FOUND");
        let package = app.packages.get(&id).ok_or_else(not_found)?;
        match package.status {
            PackageStatus::Succeeded => {}
            PackageStatus::Failed if options.has(Rule::FailedPackageRefusal) => {
                return Err(Refusal::new(403, "NOT ALLOWED", "The package could not be processed."));
            }
            PackageStatus::Failed => return Err(Refusal::of(call, "PACKAGE_PARSE_FAILED")),
            PackageStatus::Queued | PackageStatus::Building | PackageStatus::Uploading => {
                let processing = "The package is still being processed. Please try again later.";
                return Err(if options.has(Rule::UploadsAreProcessed) {
                    Refusal::new(503, "SERVICE UNAVAILABLE", processing)
                } else {
                    not_found()
                });
            }
        }
        if environment.cloud_v4 && package.runtime_major() < 6 {
            return Err(Refusal::of(call, "INVALID_RUNTIME_VERSION"));
        }
        let changes_database = package.changes_database;
        let (constants, events) = (package.constants.clone(), package.scheduled_events.clone());
        let environment = self.environment_mut(invocation)?;
        if changes_database && environment.running_package.as_deref() != Some(&id) {
            environment.database = Database::OutOfSync;
        }
        if environment.status == EnvironmentStatus::Empty {
            environment.status = EnvironmentStatus::Stopped;
        }
        environment.package = Some(id);
        environment.declare(constants.as_deref(), events.as_deref());
        Ok(self.undocumented("Package transported", json!({})))
    }
}
