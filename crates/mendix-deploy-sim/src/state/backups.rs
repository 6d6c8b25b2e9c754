//! Backups: sections 3.15 to 3.18.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::{App, Environment, Invocation, Moment, Options, Refusal, Snapshot, SnapshotState, State};

/// How long a snapshot is kept: three months, as in the document's examples.
const KEPT_MS: i64 = 92 * 24 * 3600 * 1000;

impl Snapshot {
    /// One that an environment of an app has to wait for.
    pub(super) fn queued(
        comment: String,
        (app, environment): (&App, &Environment),
        options: &Options,
        now: i64,
    ) -> Snapshot {
        let package = environment.package.as_ref().and_then(|id| app.packages.get(id));
        let starts = now.saturating_add_unsigned(options.backup_queue_ms);
        Snapshot {
            comment,
            state: SnapshotState::Queued,
            asked: Some(now),
            starts: Some(starts),
            model_version: package.map(|package| package.version.clone()).unwrap_or_default(),
            due: Some(starts.saturating_add_unsigned(options.backup_ms)),
            ..Snapshot::default()
        }
    }

    pub(super) fn settle(&mut self, now: i64) {
        if self.starts.is_some_and(|starts| starts <= now) {
            self.starts = None;
            self.state = SnapshotState::InProgress;
        }
        let Some(due) = self.due.filter(|due| *due <= now) else { return };
        self.due = None;
        if self.failure.is_some() {
            self.state = SnapshotState::Failed;
            self.failed_on = Some(due);
            self.model_version.clear();
            return;
        }
        self.state = SnapshotState::Completed;
        self.created_on = Some(due);
        self.expires_on = Some(due.saturating_add(KEPT_MS));
    }

    /// Whether it is gone by now. Those of the seed, which are as old as the document, stay.
    pub(super) fn has_expired(&self, now: i64) -> bool {
        self.asked.is_some() && self.expires_on.is_some_and(|expires| expires <= now)
    }

    fn show(&self, id: &str) -> Value {
        json!({
            "SnapshotID": id,
            "Comment": self.comment,
            "State": self.state,
            "ExpiresOn": self.expires_on,
            "CreatedOn": self.created_on,
            "ModelVersion": self.model_version,
        })
    }
}

impl State {
    fn with_backups(&self, invocation: &Invocation) -> Result<&Environment, Refusal> {
        let environment = self.environment(invocation)?.2;
        if environment.rights.backups { Ok(environment) } else { Err(Refusal::no_access(invocation.call)) }
    }

    /// Newest first; what is being made comes before all.
    pub(super) fn list_backups(&self, invocation: &Invocation) -> Result<Value, Refusal> {
        let mut snapshots: Vec<_> = self.with_backups(invocation)?.snapshots.iter().collect();
        snapshots.sort_by_key(|(_, snapshot)| Reverse(snapshot.created_on.unwrap_or(i64::MAX)));
        Ok(snapshots.into_iter().map(|(id, snapshot)| snapshot.show(id)).collect())
    }

    pub(super) fn get_backup_links(
        &self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        let id = invocation.id.as_str();
        let snapshot = self.with_backups(invocation)?.snapshots.get(id);
        if snapshot.is_none_or(|snapshot| snapshot.state != SnapshotState::Completed) {
            return Err(Refusal::of(invocation.call, "SNAPSHOT_NOT_FOUND"));
        }
        let link = |kind: &str| moment.link(&format!("/backups/{id}/{kind}"), self.options.link_ms);
        Ok(json!({
            "FilesOnly": link("files"),
            "DatabaseOnly": link("database"),
            "DatabaseAndFiles": link("full"),
        }))
    }

    pub(super) fn create_backup(
        &mut self,
        invocation: &Invocation,
        moment: Moment<'_>,
    ) -> Result<Value, Refusal> {
        self.with_backups(invocation)?;
        self.check_v4(invocation)?;
        let fields = invocation.fields(self, &["Comment"])?;
        let comment = match fields.get("Comment") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(comment)) => comment.clone(),
            Some(_) => return Err(Refusal::bad_body(invocation.call, "Comment must be a string.")),
        };
        let (app, _, environment) = self.environment(invocation)?;
        let mut snapshot = Snapshot::queued(comment, (app, environment), &self.options, moment.now);
        let id = self.new_id();
        let environment = self.environment_mut(invocation)?;
        snapshot.failure = environment.next_backup_failure.take();
        snapshot.settle(moment.now);
        let shown = snapshot.show(&id);
        environment.snapshots.insert(id, snapshot);
        Ok(shown)
    }

    pub(super) fn restore_backup(&mut self, invocation: &Invocation) -> Result<Value, Refusal> {
        let (call, id) = (invocation.call, invocation.id.as_str());
        let busy = self.with_backups(invocation)?.is_busy();
        self.check_v4(invocation)?;
        // The snapshot may be of another environment of the app.
        let mut snapshots = self.app(invocation)?.environments.values().flat_map(|other| &other.snapshots);
        let snapshot =
            snapshots.find(|(other, snapshot)| *other == id && snapshot.state == SnapshotState::Completed);
        let Some((_, snapshot)) = snapshot else {
            return Err(Refusal::of(call, "NOT_FOUND").with("<SnapshotId>", id));
        };
        if busy {
            return Err(Refusal::of(call, "ERROR_NOT_ALLOWED").with("loft", &invocation.app_id));
        }
        let shown = snapshot.show(id);
        id.clone_into(&mut self.environment_mut(invocation)?.data);
        Ok(shown)
    }
}
