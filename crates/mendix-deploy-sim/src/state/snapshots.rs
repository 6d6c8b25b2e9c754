//! The Backups API v2: snapshots, their archives, and restores.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Answer, App, Archive, Environment, Invocation, Moment, Refusal, Restore, Snapshot, SnapshotState, State,
    Task,
};
use crate::{Call, Rule};

/// How long a snapshot is kept: three months.
const KEPT_MS: i64 = 92 * 24 * 3600 * 1000;
/// How many snapshots a page has, unless the client asks for fewer.
const PAGE: usize = 100;
/// How many more the first page has, where [`Rule::FirstPageHasMore`] holds.
const MORE: usize = 20;

/// A time as the API writes it.
fn time(milliseconds: Option<i64>) -> Value {
    let time = milliseconds.and_then(|time| Timestamp::from_millisecond(time).ok());
    time.map_or(Value::Null, |time| json!(format!("{time:.3}")))
}

impl Task {
    fn new(now: i64, takes_ms: u64, failure: Option<String>) -> Self {
        Self { asked: now, due: now.saturating_add_unsigned(takes_ms), failure }
    }

    fn state(&self, now: i64) -> &'static str {
        match (&self.failure, now) {
            (_, now) if now <= self.asked && now < self.due => "queued",
            (_, now) if now < self.due => "running",
            (Some(_), _) => "failed",
            (None, _) => "completed",
        }
    }

    fn is_completed(&self, now: i64) -> bool {
        self.state(now) == "completed"
    }

    /// The fields that all tasks have.
    fn show(&self, now: i64, mut shown: Value) -> Value {
        let is_over = now >= self.due;
        let finished = is_over.then_some(self.due);
        shown["state"] = json!(self.state(now));
        shown["status_message"] = json!(self.failure.as_ref().filter(|_| is_over));
        shown["created_at"] = time(Some(self.asked));
        shown["finished_at"] = time(finished);
        shown["updated_at"] = time(finished.or(Some(self.asked)));
        shown
    }
}

impl Snapshot {
    fn asked(&self) -> i64 {
        self.asked.or(self.created_on).unwrap_or_default()
    }

    fn show_v2(&self, id: &str) -> Value {
        let state = match self.state {
            SnapshotState::Completed => "completed",
            SnapshotState::Queued => "queued",
            SnapshotState::InProgress => "running",
            SnapshotState::Failed => "failed",
        };
        let finished = self.created_on.or(self.failed_on);
        let has_failed = self.state == SnapshotState::Failed;
        let version = Some(&self.model_version).filter(|version| !version.is_empty() && finished.is_some());
        json!({
            "snapshot_id": id,
            "state": state,
            "status_message": self.failure.as_ref().filter(|_| has_failed),
            "model_version": version,
            "comment": self.comment,
            "created_at": time(Some(self.asked())),
            "finished_at": time(finished),
            "updated_at": time(finished),
            "expires_at": time(self.expires_on.or(Some(self.asked().saturating_add(KEPT_MS)))),
        })
    }
}

impl State {
    /// The environment that the path names by its id, and its app, with the keys that both have in the state.
    fn environment_v2(&self, invocation: &Invocation) -> Result<(&str, &App, &str, &Environment), Refusal> {
        let call = invocation.call;
        let app = self.apps.iter().find(|(_, app)| app.project_id == invocation.project_id);
        let found = app.and_then(|(app_id, app)| {
            let mut environments = app.environments.iter();
            let is_it =
                |(_, other): &(&String, &Environment)| other.environment_id == invocation.environment_id;
            environments
                .find(is_it)
                .map(|(mode, environment)| (app_id.as_str(), app, mode.as_str(), environment))
        });
        let (app_id, app, mode, environment) =
            found.ok_or_else(|| Refusal::of(call, "ENVIRONMENT_NOT_FOUND"))?;
        if !environment.rights.api_access || !environment.rights.backups {
            return Err(Refusal::of(call, "NO_ACCESS"));
        }
        if app.sandbox || !environment.cloud_v4 {
            return Err(Refusal::of(call, "NOT_SUPPORTED"));
        }
        let changes = matches!(call, Call::CreateSnapshot | Call::RestoreSnapshot);
        if changes && environment.maintenance {
            return Err(Refusal::of(call, "INVALID_STATE"));
        }
        Ok((app_id, app, mode, environment))
    }

    fn environment_v2_mut(&mut self, invocation: &Invocation) -> Result<&mut Environment, Refusal> {
        let (app_id, _, mode, _) = self.environment_v2(invocation)?;
        let (app_id, mode) = (app_id.to_owned(), mode.to_owned());
        let app = self.apps.get_mut(&app_id);
        let environment = app.and_then(|app| app.environments.get_mut(&mode));
        environment.ok_or_else(|| Refusal::of(invocation.call, "ENVIRONMENT_NOT_FOUND"))
    }

    /// The snapshot that the path names.
    fn snapshot<'a>(&'a self, invocation: &Invocation) -> Result<&'a Snapshot, Refusal> {
        let found = self.environment_v2(invocation)?.3.snapshots.get(&invocation.snapshot_id);
        found.ok_or_else(|| Refusal::of(invocation.call, "NOT_FOUND"))
    }

    fn snapshot_mut(&mut self, invocation: &Invocation) -> Result<&mut Snapshot, Refusal> {
        let found = self.environment_v2_mut(invocation)?.snapshots.get_mut(&invocation.snapshot_id);
        found.ok_or_else(|| Refusal::of(invocation.call, "NOT_FOUND"))
    }

    /// A page of them, newest first.
    pub(super) fn list_snapshots(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        let mut snapshots: Vec<_> = self.environment_v2(invocation)?.3.snapshots.iter().collect();
        snapshots.sort_by_key(|(_, snapshot)| Reverse(snapshot.asked()));
        let number = |name: &str, usual: usize| match invocation.query(name) {
            None => Ok(usual),
            Some(text) => text.parse().map_err(|_| Refusal::of(invocation.call, "INVALID_PARAMETERS")),
        };
        let (offset, limit) = (number("offset", 0)?, number("limit", PAGE)?.min(PAGE));
        let more = if offset == 0 && self.options.has(Rule::FirstPageHasMore) { MORE } else { 0 };
        let total = snapshots.len();
        let page = snapshots.into_iter().skip(offset).take(limit + more);
        let page: Vec<_> = page.map(|(id, snapshot)| snapshot.show_v2(id)).collect();
        Ok(json!({"snapshots": page, "total": total, "offset": offset, "limit": limit}))
    }

    pub(super) fn create_snapshot(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        let comment = self.comment(invocation)?;
        let (_, app, _, environment) = self.environment_v2(invocation)?;
        let is_made = |other: &Snapshot| other.due.is_some();
        if environment.is_being_restored(moment.now) || environment.snapshots.values().any(is_made) {
            return Err(Refusal::of(invocation.call, "ENVIRONMENT_BUSY"));
        }
        let mut snapshot = Snapshot::queued(comment, (app, environment), &self.options, moment.now);
        let id = self.new_id();
        let environment = self.environment_v2_mut(invocation)?;
        snapshot.failure = environment.next_backup_failure.take();
        let shown = snapshot.show_v2(&id);
        snapshot.settle(moment.now);
        environment.snapshots.insert(id, snapshot);
        Ok(shown)
    }

    pub(super) fn get_snapshot(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        Ok(self.snapshot(invocation)?.show_v2(&invocation.snapshot_id))
    }

    pub(super) fn update_snapshot(&mut self, invocation: &Invocation) -> Result<Value, Refusal> {
        let comment = self.comment(invocation)?;
        let snapshot = self.snapshot_mut(invocation)?;
        snapshot.comment = comment;
        Ok(snapshot.show_v2(&invocation.snapshot_id))
    }

    pub(super) fn delete_snapshot(&mut self, invocation: &Invocation) -> Result<Answer, Refusal> {
        self.snapshot(invocation)?;
        self.environment_v2_mut(invocation)?.snapshots.remove(&invocation.snapshot_id);
        Ok(Answer::Empty)
    }

    fn comment(&self, invocation: &Invocation) -> Result<String, Refusal> {
        match invocation.fields(self, &["comment"])?.get("comment") {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(comment)) => Ok(comment.clone()),
            Some(_) => Err(Refusal::bad_body(invocation.call, "comment must be a string.")),
        }
    }

    pub(super) fn create_archive(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        let call = invocation.call;
        if self.snapshot(invocation)?.state != SnapshotState::Completed {
            return Err(Refusal::of(call, "NOT_FOUND"));
        }
        let data_type = invocation.query("data_type").unwrap_or("files_and_database").to_owned();
        if !["files_and_database", "database_only"].contains(&data_type.as_str()) {
            return Err(Refusal::of(call, "UNSUPPORTED"));
        }
        let takes_ms = self.options.archive_ms;
        let id = self.new_id();
        let failure = self.environment_v2_mut(invocation)?.next_archive_failure.take();
        let archive = Archive { data_type, task: Task::new(moment.now, takes_ms, failure) };
        let shown = self.show_archive(invocation, &id, &archive, moment);
        self.snapshot_mut(invocation)?.archives.insert(id, archive);
        Ok(shown)
    }

    pub(super) fn get_archive(&self, invocation: &Invocation, moment: Moment<'_>) -> Result<Value, Refusal> {
        let archive = self.snapshot(invocation)?.archives.get(&invocation.id);
        let archive = archive.ok_or_else(|| Refusal::of(invocation.call, "NOT_FOUND"))?;
        Ok(self.show_archive(invocation, &invocation.id, archive, moment))
    }

    fn show_archive(
        &self,
        invocation: &Invocation,
        id: &str,
        archive: &Archive,
        moment: Moment<'_>,
    ) -> Value {
        let is_there = archive.task.is_completed(moment.now);
        let link = || moment.link(&format!("/archives/{id}"), self.options.archive_link_ms);
        let shown = json!({
            "archive_id": id,
            "snapshot_id": invocation.snapshot_id,
            "data_type": archive.data_type,
            "url": is_there.then(link),
        });
        archive.task.show(moment.now, shown)
    }

    pub(super) fn restore_snapshot(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        let call = invocation.call;
        let (_, app, _, environment) = self.environment_v2(invocation)?;
        let snapshot_id = invocation.query("source_snapshot_id").unwrap_or_default();
        if snapshot_id.is_empty() {
            return Err(Refusal::of(call, "INVALID_PARAMETERS"));
        }
        // The snapshot may be of another environment of the app.
        let is_usable = |snapshot: &Snapshot| snapshot.state == SnapshotState::Completed;
        let source =
            app.environments.values().find(|other| other.snapshots.get(snapshot_id).is_some_and(is_usable));
        let source_environment_id = match source {
            Some(source) => source.environment_id.clone(),
            None => return Err(Refusal::of(call, "NOT_FOUND")),
        };
        if environment.is_being_restored(moment.now) {
            return Err(Refusal::of(call, "ENVIRONMENT_BUSY"));
        }
        if environment.is_busy() {
            return Err(Refusal::of(call, "ERROR_NOT_ALLOWED"));
        }
        let takes_ms = self.options.restore_ms;
        let id = self.new_id();
        let environment = self.environment_v2_mut(invocation)?;
        let failure = environment.next_restore_failure.take();
        if failure.is_none() {
            snapshot_id.clone_into(&mut environment.data);
        }
        let task = Task::new(moment.now, takes_ms, failure);
        let restore = Restore { snapshot_id: snapshot_id.to_owned(), source_environment_id, task };
        let shown = restore.show(&id, invocation, moment.now);
        environment.restores.insert(id, restore);
        Ok(shown)
    }

    pub(super) fn get_restore(&self, invocation: &Invocation, moment: Moment<'_>) -> Result<Value, Refusal> {
        let restore = self.environment_v2(invocation)?.3.restores.get(&invocation.id);
        let restore = restore.ok_or_else(|| Refusal::of(invocation.call, "NOT_FOUND"))?;
        Ok(restore.show(&invocation.id, invocation, moment.now))
    }
}

impl Environment {
    fn is_being_restored(&self, now: i64) -> bool {
        self.restores.values().any(|restore| now < restore.task.due)
    }
}

impl Restore {
    fn show(&self, id: &str, invocation: &Invocation, now: i64) -> Value {
        let shown = json!({
            "restore_id": id,
            "source_snapshot_id": self.snapshot_id,
            "source_environment_id": self.source_environment_id,
            "target_environment_id": invocation.environment_id,
        });
        self.task.show(now, shown)
    }
}
