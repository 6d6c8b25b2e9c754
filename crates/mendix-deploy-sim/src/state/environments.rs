//! Environments: sections 3.4 to 3.8, 3.12, and 3.19 to 3.23.

use serde_json::{Value, json};

use super::{
    Answer, Database, Environment, EnvironmentStatus, Invocation, JobState, Moment, Options, Refusal,
    StartJob, State,
};
use crate::{Rule, TagForm, state::App};

impl Environment {
    pub(super) fn is_starting(&self) -> bool {
        self.jobs.values().any(|job| job.state == JobState::Starting)
    }

    /// Whether it is not stopped.
    pub(super) fn is_busy(&self) -> bool {
        self.status == EnvironmentStatus::Running || self.is_starting()
    }

    pub(super) fn settle(&mut self, now: i64) {
        if self.stopping.is_some_and(|due| due <= now) {
            self.stopped();
        }
        let mut jobs = std::mem::take(&mut self.jobs);
        let due =
            |job: &&mut StartJob| job.state == JobState::Starting && job.due.is_some_and(|due| due <= now);
        for job in jobs.values_mut().filter(due) {
            job.failure = self.start_failure(job.auto_sync_db);
            job.state = if job.failure.is_some() { JobState::Failed } else { JobState::Started };
            if job.failure.is_none() {
                self.started();
            }
        }
        self.jobs = jobs;
        for snapshot in self.snapshots.values_mut() {
            snapshot.settle(now);
        }
        self.snapshots.retain(|_, snapshot| !snapshot.has_expired(now));
    }

    /// Why the start that ends now fails, if it does.
    fn start_failure(&mut self, auto_sync_db: bool) -> Option<String> {
        let code = match self.database {
            _ if self.status == EnvironmentStatus::Running => "ALREADY_STARTED",
            _ if self.locked => "ALREADY_LOCKED",
            _ if self.package.is_none() => "NO_PACKAGE",
            _ if self.next_start_failure.is_some() => return self.next_start_failure.take(),
            Database::OutOfSync | Database::Unsyncable if !auto_sync_db => "INVALID_DB_STRUCTURE",
            Database::Unsyncable => "DB_SYNC_FAILED",
            _ if self.misses_a_constant() => "MISSING_CONSTANT",
            _ => return None,
        };
        Some(code.to_owned())
    }

    fn start(&mut self, id: String, auto_sync_db: bool, due: i64) {
        let due = (!std::mem::take(&mut self.next_start_hangs)).then_some(due);
        self.jobs.insert(id, StartJob { auto_sync_db, due, ..StartJob::default() });
    }

    fn started(&mut self) {
        self.status = EnvironmentStatus::Running;
        self.running_package.clone_from(&self.package);
        self.database = Database::InSync;
        self.deploy_settings();
    }

    fn stopped(&mut self) {
        self.stopping = None;
        self.running_package = None;
        if self.status == EnvironmentStatus::Running {
            self.status = EnvironmentStatus::Stopped;
        }
        for job in self.jobs.values_mut().filter(|job| job.state == JobState::Starting) {
            job.state = JobState::Failed;
            job.failure = Some("START_FAILED".to_owned());
        }
    }

    fn show(&self, app: &App, mode: &str, options: &Options) -> Value {
        let production = if options.has(Rule::ProductionIsBoolean) {
            json!(self.production)
        } else {
            json!(self.production.to_string())
        };
        let mut shown =
            json!({"Status": self.status, "Mode": mode, "Url": self.url, "Production": production});
        let has_versions = !(app.sandbox && options.has(Rule::FreeEnvironments));
        let package = self.package.as_ref().and_then(|id| app.packages.get(id));
        if let Some(package) = package.filter(|_| has_versions) {
            shown["ModelVersion"] = json!(package.version);
            shown["MendixVersion"] = json!(package.runtime_version);
        }
        if options.has(Rule::MoreFields) {
            shown["EnvironmentId"] = json!(self.environment_id);
            if has_versions {
                shown["RuntimeLayer"] = json!("Docker");
            }
            self.show_scale(&mut shown);
        }
        shown
    }

    fn show_scale(&self, shown: &mut Value) {
        shown["Instances"] = json!(self.instances);
        shown["MemoryPerInstance"] = json!(self.memory_per_instance);
        // In the document's example this is not the product of the two: it is what the plan has.
        shown["TotalMemory"] = json!(self.memory_limit);
    }
}

impl State {
    pub(super) fn list_environments(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        let app = self.app(invocation)?;
        let visible = app.environments.iter().filter(|(_, environment)| environment.rights.api_access);
        Ok(visible.map(|(mode, environment)| environment.show(app, mode, &self.options)).collect())
    }

    pub(super) fn get_environment(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        let (app, mode, environment) = self.environment(invocation)?;
        Ok(environment.show(app, mode, &self.options))
    }

    pub(super) fn start_environment(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        let environment = self.environment(invocation)?.2;
        let fields = invocation.fields(self, &["AutoSyncDb"])?;
        let auto_sync_db = match fields.get("AutoSyncDb") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => return Err(Refusal::bad_body(invocation.call, "AutoSyncDb must be a boolean.")),
        };
        if environment.package.is_none() {
            return Err(Refusal::of(invocation.call, "NO_MDA_HAS_BEEN_DEPLOYED"));
        }
        if environment.is_starting() {
            return Err(Refusal::of(invocation.call, "APP_ALREADY_HAS_A_STARTING_JOB"));
        }
        if environment.status == EnvironmentStatus::Running {
            let mut refusal = Refusal::of(invocation.call, "ALREADY_STARTED");
            if self.options.has(Rule::StartedIsNoFailure) {
                refusal.status = 200;
            }
            return Err(refusal);
        }
        let id = self.new_id();
        let due = moment.now.saturating_add_unsigned(self.options.start_ms);
        self.environment_mut(invocation)?.start(id.clone(), auto_sync_db, due);
        Ok(json!({"JobId": id}))
    }

    /// What the platform does by itself: the app ends, and a start begins. Gives the id of its job.
    pub(crate) fn restart(&mut self, app_id: &str, mode: &str, now: i64) -> Result<String, String> {
        let id = self.new_id();
        let due = now.saturating_add_unsigned(self.options.start_ms);
        let app = self.apps.get_mut(app_id).ok_or_else(|| format!("there is no app `{app_id}`"))?;
        let environment = app.environments.get_mut(mode);
        let environment = environment.ok_or_else(|| format!("`{app_id}` has no environment `{mode}`"))?;
        if environment.status != EnvironmentStatus::Running {
            return Err(format!("`{mode}` of `{app_id}` does not run"));
        }
        environment.stopped();
        environment.start(id.clone(), true, due);
        Ok(id)
    }

    pub(super) fn get_start_status(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        let job = self.environment(invocation)?.2.jobs.get(&invocation.id);
        let job = job.ok_or_else(|| Refusal::of(invocation.call, "NO_SUCH_STARTJOB"))?;
        match &job.failure {
            Some(code) => Err(Refusal::of(invocation.call, code)),
            None => Ok(json!({"Status": job.state})),
        }
    }

    pub(super) fn stop_environment(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Answer, Refusal> {
        let due = moment.now.saturating_add_unsigned(self.options.stop_ms);
        let environment = self.environment_mut(invocation)?;
        if environment.is_busy() && due > moment.now {
            environment.stopping.get_or_insert(due);
        } else {
            environment.stopped();
        }
        Ok(self.undocumented("Environment stopped", json!({})))
    }

    pub(super) fn clean_environment(&mut self, invocation: &Invocation) -> Result<Answer, Refusal> {
        let (_, mode, environment) = self.environment(invocation)?;
        if environment.is_busy() {
            return Err(Refusal::of(invocation.call, "ENVIRONMENT_NOT_STOPPED"));
        }
        let empty = environment.status == EnvironmentStatus::Empty;
        if empty && self.options.has(Rule::CleanNeedsDeployment) {
            let message = "There is nothing deployed in this environment.";
            return Err(Refusal::new(422, "ENVIRONMENT_NOT_DEPLOYED", message));
        }
        let shown = json!([{"Status": environment.status, "Mode": mode, "Url": environment.url}]);
        let environment = self.environment_mut(invocation)?;
        environment.data.clear();
        environment.database = Database::InSync;
        Ok(self.undocumented("Environment cleaned", shown))
    }

    pub(super) fn scale_environment(&mut self, invocation: &Invocation) -> Result<Value, Refusal> {
        const LEAST_MEMORY: u32 = 1024;
        let call = invocation.call;
        let (app, mode, environment) = self.environment(invocation)?;
        let mode = mode.to_owned();
        if app.sandbox || !environment.cloud_v4 {
            return Err(Refusal::second(call, "NOT_ALLOWED"));
        }
        let fields = invocation.fields(self, &["Instances", "MemoryPerInstance"])?;
        let number = |name: &str| {
            let number = fields.get(name).and_then(Value::as_u64).filter(|number| *number > 0);
            // More than fits is more than any plan has.
            number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)).ok_or_else(|| {
                Refusal::new(400, "INVALID_REQUEST", format!("{name} must be a whole number above zero."))
            })
        };
        let (instances, memory) = (number("Instances")?, number("MemoryPerInstance")?);
        if memory < LEAST_MEMORY {
            return Err(Refusal::second(call, "INVALID_REQUEST"));
        }
        let package = environment.package.as_ref().and_then(|id| app.packages.get(id));
        if instances > 1 && package.is_none_or(|package| package.runtime_major() < 7) {
            return Err(Refusal::of(call, "NOT_ALLOWED"));
        }
        if u64::from(instances) * u64::from(memory) > u64::from(environment.memory_limit) {
            return Err(Refusal::of(call, "INVALID_REQUEST"));
        }
        let environment = self.environment_mut(invocation)?;
        environment.instances = instances;
        environment.memory_per_instance = memory;
        let (app, _, environment) = self.environment(invocation)?;
        let mut shown = environment.show(app, &mode, &self.options);
        shown["Production"] = json!(environment.production);
        environment.show_scale(&mut shown);
        Ok(shown)
    }

    pub(super) fn create_environment_tag(&mut self, invocation: &Invocation) -> Result<Value, Refusal> {
        self.check_v4(invocation)?;
        let tag = self.tag(invocation)?;
        let environment = self.environment_mut(invocation)?;
        if !environment.tags.contains(&tag) {
            environment.tags.push(tag.clone());
        }
        Ok(json!({"Tag": tag}))
    }

    pub(super) fn list_environment_tags(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        self.check_v4(invocation)?;
        let tags = &self.environment(invocation)?.2.tags;
        Ok(match (self.options.tags, tags.as_slice()) {
            (TagForm::Object, [tag]) => json!({"Tag": tag}),
            (TagForm::Object | TagForm::Objects, tags) => {
                tags.iter().map(|tag| json!({"Tag": tag})).collect()
            }
            (TagForm::Strings, tags) => json!(tags),
        })
    }

    /// A tag that is not there is not a failure, by the document.
    pub(super) fn delete_environment_tag(&mut self, invocation: &Invocation) -> Result<Answer, Refusal> {
        self.check_v4(invocation)?;
        let tag = self.tag(invocation)?;
        self.environment_mut(invocation)?.tags.retain(|other| *other != tag);
        Ok(self.undocumented("Tag removed", json!([])))
    }

    fn tag(&self, invocation: &Invocation) -> Result<String, Refusal> {
        let fields = invocation.fields(self, &["Tag"])?;
        let problem = match fields.get("Tag") {
            Some(Value::String(tag)) if !tag.is_empty() => return Ok(tag.clone()),
            Some(Value::String(_)) => "Tag must not be empty.",
            Some(_) => "Tag must be a string.",
            None => "Tag is missing.",
        };
        Err(Refusal::bad_body(invocation.call, problem))
    }

    pub(super) fn check_v4(&self, invocation: &Invocation) -> Result<(), Refusal> {
        let cloud_v4 = self.environment(invocation)?.2.cloud_v4;
        if cloud_v4 { Ok(()) } else { Err(Refusal::no_access(invocation.call)) }
    }

    /// The text behind a link to logs, where the state has one.
    pub(crate) fn log_text(&self, path: &str) -> Option<&str> {
        let mut parts = path.strip_prefix("/logs/")?.split('/');
        let (id, kind, day) = (parts.next()?, parts.next()?, parts.next()?);
        let mut environments = self.apps.values().flat_map(|app| app.environments.values());
        let environment = environments.find(|environment| environment.environment_id == id)?;
        let logs = if kind == "access" { &environment.access_logs } else { &environment.logs };
        logs.get(day).map(String::as_str)
    }

    /// The logs of one kind.
    pub(super) fn archived_logs(
        &self,
        invocation: &Invocation,
        moment: Moment<'_>,
        kind: &str,
    ) -> Result<Value, Refusal> {
        self.check_v4(invocation)?;
        let environment = self.environment(invocation)?.2;
        let asked: jiff::civil::Date =
            (invocation.id.len() == 10).then(|| invocation.id.parse().ok()).flatten().ok_or_else(|| {
                Refusal::new(400, "INVALID_PARAMETERS", "The date must be given as YYYY-MM-DD.")
            })?;
        let utc = jiff::tz::Offset::UTC;
        let today = utc.to_datetime(jiff::Timestamp::from_millisecond(moment.now).unwrap_or_default()).date();
        let date = asked.min(today);
        let midnight = utc.to_timestamp(date.at(0, 0, 0, 0)).unwrap_or_default().as_millisecond();
        let path = format!("/logs/{}/{kind}/{date}", environment.environment_id);
        Ok(json!({
            "Environment": environment.environment_id,
            "Date": midnight,
            "DownloadUrl": moment.link(&path, self.options.link_ms),
        }))
    }
}
