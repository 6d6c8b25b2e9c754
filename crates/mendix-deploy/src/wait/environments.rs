//! Waits for an environment: for a start, a status or a backup.

use std::time::Duration;

use super::{Poll, WaitOptions, failed, is_final_failure};
use crate::request::check_name;
use crate::{
    Backup, BackupState, Client, Environment, Error, ErrorCode, ErrorKind, Evidence, Extra, Pending, Result,
    StartState, StartStatus, Status, WaitFor,
};

/// How long a backup may be missing in the list after it was created.
const LISTED_WITHIN: Duration = Duration::from_mins(1);

impl Client {
    /// Waits until a start action has succeeded.
    ///
    /// `job` is the [`StartJob`](crate::StartJob), or its `job_id`. Without an identifier, because the response to the
    /// start did not have one, the wait is for the environment to be running.
    ///
    /// # Errors
    ///
    /// Those of [`get_start_status`](Client::get_start_status), with the reason why the app did not start in
    /// [`code`](Error::code). `Api` when the start has a final state other than `Started`. `Conflict` with
    /// `NO_SUCH_STARTJOB` when the job was there and is gone: another start has superseded it, or the environment was
    /// stopped again, as the message and the hint say. `WaitTimedOut` when the time is up: the service continues, and
    /// [`resume_wait`](Client::resume_wait) takes the [`wait_token`](Error::wait_token). `Cancelled` when the token or the
    /// observer ends the wait. `InvalidInput` for a timeout of zero.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use std::ops::ControlFlow;
    /// use mendix_deploy::WaitOptions;
    ///
    /// let job = client.start_environment("calc", "Acceptance", true)?;
    /// let options = WaitOptions::new().on_progress(|progress| {
    ///     println!("{} after {:?}", progress.seen, progress.elapsed);
    ///     ControlFlow::Continue(())
    /// });
    /// client.wait_for_start("calc", "Acceptance", &job, options)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_start<'a>(
        &self,
        app_id: &str,
        mode: &str,
        job: impl Into<Option<&'a str>>,
        options: WaitOptions<'_>,
    ) -> Result<StartStatus> {
        let mut pending = Pending::new(WaitFor::Start, app_id, mode);
        pending.job_id = job.into().filter(|job_id| !job_id.is_empty()).map(str::to_owned);
        self.wait_for_start_of(pending, options)
    }

    pub(super) fn wait_for_start_of(
        &self,
        pending: Pending,
        options: WaitOptions<'_>,
    ) -> Result<StartStatus> {
        const OPERATION: &str = "wait_for_start";
        self.wait(OPERATION, pending, options, |client, pending, _| {
            let Some(job_id) = &pending.job_id else {
                // A start of which nothing is known but that it was accepted.
                let poll = poll_status(OPERATION, client, pending, &Status::Running)?;
                let started = StartStatus { status: StartState::Started, extra: Extra::default() };
                return Ok(Poll { seen: poll.seen, value: poll.value.map(|_| started) });
            };
            let status = client.get_start_status(&pending.app_id, &pending.mode, job_id);
            let status = status.map_err(|error| match pending.last_seen {
                Some(_) if error.code() == Some(&ErrorCode::NoSuchStartJob) => gone(client, pending, error),
                _ => error,
            })?;
            let seen = status.status.to_string();
            if is_final_failure(&seen) {
                return Err(failed(OPERATION, "the start", &seen));
            }
            let is_started = status.status == StartState::Started;
            Ok(Poll { seen: Some(seen), value: is_started.then_some(status) })
        })
    }

    /// Waits until an environment has a status, such as [`Status::Stopped`] after
    /// [`stop_environment`](Client::stop_environment).
    ///
    /// # Errors
    ///
    /// Those of [`get_environment`](Client::get_environment). `InvalidInput` for an empty status or a timeout of zero.
    /// `Api` when the environment has failed. `WaitTimedOut` when the time is up; [`pending`](Error::pending) has the
    /// status last seen. `Cancelled` when the token or the observer ends the wait.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{Status, WaitOptions};
    ///
    /// client.stop_environment("calc", "Acceptance")?;
    /// client.wait_for_status("calc", "Acceptance", &Status::Stopped, WaitOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_status(
        &self,
        app_id: &str,
        mode: &str,
        status: &Status,
        options: WaitOptions<'_>,
    ) -> Result<Environment> {
        let mut pending = Pending::new(WaitFor::Status, app_id, mode);
        pending.status = Some(status.as_str().to_owned());
        self.wait_for_status_of(pending, options)
    }

    pub(super) fn wait_for_status_of(
        &self,
        pending: Pending,
        options: WaitOptions<'_>,
    ) -> Result<Environment> {
        const OPERATION: &str = "wait_for_status";
        let status = Status::from(pending.status.as_deref().unwrap_or_default());
        if status.as_str().is_empty() {
            // No environment ever has it: the wait would last for as long as it may.
            let message = "status is empty; expected one such as \"Stopped\"";
            return Err(Error::invalid_input(message).with_operation(OPERATION));
        }
        self.wait(OPERATION, pending, options, |client, pending, _| {
            poll_status(OPERATION, client, pending, &status)
        })
    }

    /// Waits until a backup is complete, after [`create_backup`](Client::create_backup).
    ///
    /// # Errors
    ///
    /// Those of [`list_backups`](Client::list_backups). `Api` when the backup failed; `NotFound` with
    /// `SNAPSHOT_NOT_FOUND` when it is not among the backups, or not any more. `WaitTimedOut` when the time is up: the
    /// service continues with the backup. `Cancelled`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::WaitOptions;
    ///
    /// let backup = client.create_backup("calc", "Acceptance", Some("before 1.2"))?;
    /// client.wait_for_backup("calc", "Acceptance", &backup.snapshot_id, WaitOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_backup(
        &self,
        app_id: &str,
        mode: &str,
        snapshot_id: &str,
        options: WaitOptions<'_>,
    ) -> Result<Backup> {
        let mut pending = Pending::new(WaitFor::Backup, app_id, mode);
        pending.snapshot_id = Some(snapshot_id.to_owned());
        self.wait_for_backup_of(pending, options)
    }

    pub(super) fn wait_for_backup_of(&self, pending: Pending, options: WaitOptions<'_>) -> Result<Backup> {
        const OPERATION: &str = "wait_for_backup";
        let snapshot_id = pending.snapshot_id.clone().unwrap_or_default();
        check_name("snapshot_id", &snapshot_id).map_err(|error| error.with_operation(OPERATION))?;
        // Since when it is missing in lists that were read: those that could not be read tell nothing.
        let mut missing_since = None;
        self.wait(OPERATION, pending, options, |client, pending, elapsed| {
            let mut backups = client.list_backups(&pending.app_id, &pending.mode)?.into_iter();
            let Some(backup) = backups.find(|backup| backup.snapshot_id == snapshot_id) else {
                let missing_since = *missing_since.get_or_insert(elapsed);
                return match &pending.last_seen {
                    None if elapsed < missing_since + LISTED_WITHIN => Ok(Poll { seen: None, value: None }),
                    last_seen => Err(not_listed(OPERATION, last_seen.as_deref())),
                };
            };
            let seen = backup.state.to_string();
            if is_final_failure(&seen) {
                return Err(failed(OPERATION, "the backup", &seen));
            }
            let is_complete = backup.state == BackupState::Completed;
            Ok(Poll { seen: Some(seen), value: is_complete.then_some(backup) })
        })
    }
}

/// Whether an environment has a status.
fn poll_status(
    operation: &'static str,
    client: &Client,
    pending: &Pending,
    status: &Status,
) -> Result<Poll<Environment>> {
    let environment = client.get_environment(&pending.app_id, &pending.mode)?;
    let seen = environment.status.to_string();
    let is_reached = environment.status == *status;
    if !is_reached && is_final_failure(&seen) {
        return Err(failed(operation, "the environment", &seen));
    }
    Ok(Poll { seen: Some(seen), value: is_reached.then_some(environment) })
}

/// A start job that was seen before, and is not there any more: what the environment tells of it.
fn gone(client: &Client, pending: &Pending, error: Error) -> Error {
    let (state, hint) = match client.get_environment(&pending.app_id, &pending.mode) {
        Ok(environment) if environment.status == Status::Running => {
            let hint = "another start may have superseded it, or it ended and was forgotten: check with \
                        get_environment_package what runs";
            ("Running", hint)
        }
        Ok(environment) if environment.status == Status::Stopped => {
            ("Stopped", "the environment was stopped again: start it once more when nobody else works on it")
        }
        Err(error) if error.kind() == ErrorKind::Cancelled => return error,
        _ => ("in an unknown state", "check the environment before starting it again"),
    };
    let seen = pending.last_seen.as_deref().unwrap_or_default();
    error.superseded(format!("the start job was {seen} and is gone; the environment is {state}"), hint)
}

/// A backup that is not among the environment's.
fn not_listed(operation: &'static str, last_seen: Option<&str>) -> Error {
    let message = match last_seen {
        Some(seen) => format!("the backup was {seen} and is gone; it was deleted or has expired"),
        None => "there is no such backup of the environment".to_owned(),
    };
    Error::new(ErrorKind::NotFound, Evidence::Refused, message)
        .with_operation(operation)
        .with_code(ErrorCode::SnapshotNotFound.as_str())
        .permanent()
}
