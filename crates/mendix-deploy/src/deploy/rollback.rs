//! What is put back after a failure, and what is not as it was before.

use super::RollbackPolicy;
use super::goal::{Now, former_settings};
use super::record::Step;
use super::steps::{Halt, Halting, Run, unknown};
use crate::deploy_report::DeployOutcome;
use crate::{ErrorCode, Status};

/// What came of a failure.
pub(super) struct Aftermath {
    pub(super) outcome: DeployOutcome,
    /// What is there now, where it could be read.
    pub(super) now: Option<Now>,
    pub(super) differences: Vec<String>,
}

impl Run<'_, '_> {
    /// Puts back what was changed, by the policy, and compares what is there now with what was there before.
    pub(super) fn roll_back(&mut self) -> Halting<Aftermath> {
        let policy = self.deployment().rollback;
        let is_rolled_back = match policy {
            _ if !self.journal.has_changes() => None,
            RollbackPolicy::None => None,
            RollbackPolicy::Package | RollbackPolicy::Data => match self.put_back(policy) {
                Ok(is_complete) => Some(is_complete),
                Err(Halt::Failed(_)) => Some(false),
                Err(Halt::Left(error)) => return Err(Halt::Left(error)),
            },
        };
        let (app_id, mode) = self.target();
        let (now, mut differences) = match self.read(|client| Now::read(client, &app_id, &mode)) {
            Ok(now) => {
                let differences = now.differences(&self.begin.before);
                (Some(now), differences)
            }
            Err(Halt::Failed(error)) => {
                (None, vec![format!("What is there now could not be read: {error}.")])
            }
            Err(Halt::Left(error)) => return Err(Halt::Left(error)),
        };
        if self.has_lost_scale() {
            differences.push("The scale was changed, and the service does not tell what it was.".to_owned());
        }
        self.add_data(policy, &mut differences);
        let outcome = match is_rolled_back {
            None => DeployOutcome::Failed,
            Some(true) if now.is_some() => DeployOutcome::RolledBack,
            Some(_) => DeployOutcome::RollbackFailed,
        };
        Ok(Aftermath { outcome, now, differences })
    }

    /// What may have happened to the data.
    fn add_data(&self, policy: RollbackPolicy, differences: &mut Vec<String>) {
        if self.journal.is_done(Step::RollbackRestore) {
            return;
        }
        if self.journal.is_begun(Step::RollbackRestore) {
            differences.push(
                "The data may be those of the backup: whether it was restored is not known.".to_owned(),
            );
        } else if self.journal.is_begun(Step::Start) && self.begin.plan.changes_model() {
            let backup = match self.backup_id() {
                Some(id) if policy != RollbackPolicy::Data => format!("; backup {id} has them as they were"),
                _ => String::new(),
            };
            differences
                .push(format!("The data may have been changed by the new model, which was started{backup}."));
        }
    }

    /// The backup of this deployment.
    pub(super) fn backup_id(&self) -> Option<&str> {
        self.journal.id_of(Step::Backup).filter(|id| !id.is_empty())
    }

    /// Whether all of it was put back.
    fn put_back(&mut self, policy: RollbackPolicy) -> Halting<bool> {
        let (app_id, mode) = self.target();
        let before = self.begin.before.clone();
        let now = self.read(|client| Now::read(client, &app_id, &mode))?;
        let wanted = self.package_id().ok();
        let was_changed = self.journal.is_begun(Step::RollbackTransport);
        let is_foreign = now.state.package_id != before.state.package_id && now.state.package_id != wanted;
        if is_foreign && !was_changed {
            // Somebody else has deployed: theirs stays.
            return Ok(false);
        }
        self.stop_for_rollback(&now)?;
        let mut is_complete = !self.has_lost_scale();
        match &before.state.package_id {
            Some(package_id) if was_changed || now.state.package_id.as_ref() != Some(package_id) => {
                let package_id = package_id.clone();
                self.step(Step::RollbackTransport, |run| {
                    run.while_stopped(Step::RollbackTransport, Step::RollbackStop, |run| {
                        run.transport_to(Step::RollbackTransport, &package_id)
                    })
                })?;
            }
            // No call takes a package away.
            None if now.state.package_id.is_some() => is_complete = false,
            _ => {}
        }
        if policy == RollbackPolicy::Data
            && self.journal.is_begun(Step::Start)
            && let Some(backup) = self.backup_id().map(str::to_owned)
        {
            self.step(Step::RollbackRestore, |run| run.restore(&backup))?;
        }
        // Without them the app still starts.
        is_complete &= self.kept_going(Run::former_settings)?;
        is_complete &= self.kept_going(Run::former_scale)?;
        if before.ran() {
            let is_started = self.journal.ended(Step::RollbackStart).is_some()
                || self.journal.is_begun(Step::RollbackStart);
            if is_started || !self.runs()? {
                self.step(Step::RollbackStart, |run| {
                    run.while_stopped(Step::RollbackStart, Step::RollbackStop, |run| {
                        run.start(Step::RollbackStart, true)
                    })
                })?;
            }
            if let Some(package_id) = before.state.package_id {
                self.step(Step::RollbackConfirm, |run| run.confirm(&package_id))?;
            }
        }
        Ok(is_complete)
    }

    /// A step whose failure does not end the rollback: whether it went well.
    fn kept_going(&mut self, step: impl FnOnce(&mut Self) -> Halting<()>) -> Halting<bool> {
        match step(self) {
            Ok(()) => Ok(true),
            Err(Halt::Failed(_)) => Ok(false),
            Err(left) => Err(left),
        }
    }

    /// Stops what runs, or what a start that did not end may still start. An app that was never stopped, because the stop
    /// failed or the package was transported while it ran, goes on.
    fn stop_for_rollback(&mut self, now: &Now) -> Halting<()> {
        let is_begun = self.journal.is_begun(Step::RollbackStop);
        let was_started = self.journal.is_begun(Step::Start);
        let has_failed = self
            .journal
            .ended(Step::Start)
            .and_then(|(_, failure)| failure)
            .is_some_and(|failure| failure.to_error().code().is_some_and(is_end_of_start));
        let runs = Status::Running == now.state.status.as_str();
        let may_start = was_started && !has_failed;
        let runs_unknown = runs && (was_started || self.journal.is_done(Step::Stop));
        let is_over = self.journal.is_begun(Step::RollbackStart);
        if is_begun || (!is_over && (may_start || runs_unknown)) {
            self.step(Step::RollbackStop, |run| run.stop(Step::RollbackStop))?;
        }
        Ok(())
    }

    fn restore(&mut self, backup: &str) -> Halting<()> {
        if self.is_of_today() {
            return self.restore_snapshot(backup);
        }
        let (app_id, mode) = self.target();
        self.once(
            Step::RollbackRestore,
            crate::retry::Work::Mutating,
            &|_| Err(unknown("whether the backup was restored", "restore_backup")),
            &|client, _| client.restore_backup(&app_id, &mode, backup).map(|_| None),
        )?;
        Ok(())
    }

    fn former_settings(&mut self) -> Halting<()> {
        let Some(before) = self.begin.before.settings.clone() else { return Ok(()) };
        let (app_id, mode) = self.target();
        let current = self.read(|client| client.get_environment_settings(&app_id, &mode))?;
        match former_settings(&before, &current) {
            Some(wanted) => self.step(Step::RollbackSettings, |run| run.set(Step::RollbackSettings, &wanted)),
            None if self.journal.is_begun(Step::RollbackSettings) => {
                self.step(Step::RollbackSettings, |_| Ok(()))
            }
            None => Ok(()),
        }
    }

    fn former_scale(&mut self) -> Halting<()> {
        match self.begin.before.scale() {
            Some((instances, memory)) if self.journal.is_begun(Step::Scale) => {
                self.step(Step::RollbackScale, |run| run.scale_to(Step::RollbackScale, instances, memory))
            }
            _ => Ok(()),
        }
    }

    /// Whether it was scaled, and the service did not tell how it was before.
    fn has_lost_scale(&self) -> bool {
        self.journal.is_begun(Step::Scale) && self.begin.before.scale().is_none()
    }
}

/// Whether a start with this code is over, and did not start the app.
fn is_end_of_start(code: &ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::DbSyncFailed
            | ErrorCode::InsecureAdminPassword
            | ErrorCode::InvalidDbStructure
            | ErrorCode::MissingConstant
            | ErrorCode::NoMdaHasBeenDeployed
            | ErrorCode::NoPackage
            | ErrorCode::StartFailed
            | ErrorCode::StartupActionFailed
    )
}
