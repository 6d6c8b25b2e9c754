//! The Build API: packages that are listed, built and deleted.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::{Answer, Invocation, Moment, Package, PackageStatus, Refusal, State};

impl State {
    /// Newest first.
    pub(super) fn list_packages(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        let mut packages: Vec<_> = self.app(invocation)?.packages.iter().collect();
        packages.sort_by_key(|(_, package)| Reverse(package.creation_date));
        Ok(packages.into_iter().map(|(id, package)| package.show(id, &self.options)).collect())
    }

    pub(super) fn get_package(&self, invocation: &Invocation, moment: Moment<'_>) -> Result<Value, Refusal> {
        let package = self.package(invocation)?;
        Ok(self.show_package(&invocation.id, package, invocation.asks_for_url().then_some(moment)))
    }

    fn package(&self, invocation: &Invocation) -> Result<&Package, Refusal> {
        let found = self.app(invocation)?.packages.get(&invocation.id);
        found.ok_or_else(|| Refusal::of(invocation.call, "PACKAGE_NOT_FOUND"))
    }

    pub(super) fn delete_package(&mut self, invocation: &Invocation) -> Result<Answer, Refusal> {
        self.package(invocation)?;
        let id = Some(&invocation.id);
        let mut environments = self.app(invocation)?.environments.values();
        if environments.any(|other| other.package.as_ref() == id || other.running_package.as_ref() == id) {
            return Err(Refusal::of(invocation.call, "PACKAGE_IN_USE"));
        }
        if let Some(app) = self.apps.get_mut(&invocation.app_id) {
            app.packages.remove(&invocation.id);
        }
        Ok(self.undocumented("Package deleted", json!({})))
    }

    pub(super) fn build_package(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        let call = invocation.call;
        let is_free = self.app(invocation)?.sandbox;
        let fields = invocation.fields(self, &["Branch", "Revision", "Version", "Description"])?;
        let (revision, version) = (text(&fields, "Revision"), text(&fields, "Version"));
        if revision.is_empty() || version.is_empty() {
            return Err(Refusal::missing_parameters(call));
        }
        let numbers: Vec<&str> = version.split('.').collect();
        if numbers.len() != 3 || numbers.iter().any(|number| number.parse::<u32>().is_err()) {
            return Err(Refusal::of(call, "INVALID_VERSION"));
        }
        let branch = text(&fields, "Branch");
        let branch = match branch.strip_prefix("branches/").unwrap_or(branch) {
            "" | "trunk" | "main" => "Main line",
            branch => branch,
        };
        let version = format!("{version}.{revision}");
        let id = self.new_id();
        let begins = moment.now.saturating_add_unsigned(self.options.build_queue_ms);
        let mut package = Package {
            name: format!("{branch}-{version}.mda"),
            description: text(&fields, "Description").to_owned(),
            version,
            runtime_version: "9.24.0".to_owned(),
            creator: self.credentials.username.clone(),
            creation_date: moment.now,
            status: PackageStatus::Queued,
            begins: Some(begins),
            ready: Some(begins.saturating_add_unsigned(self.options.build_ms)),
            size: 4 << 20,
            ..Package::default()
        };
        if let Some(app) = self.apps.get_mut(&invocation.app_id) {
            package.processing_fails = std::mem::take(&mut app.next_build_fails);
            package.settle(moment.now);
            // What is built for a free app is deployed too.
            for environment in app.environments.values_mut().filter(|_| is_free) {
                environment.package = Some(id.clone());
            }
            app.packages.insert(id.clone(), package);
        }
        Ok(json!({"PackageId": id}))
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default().trim()
}
