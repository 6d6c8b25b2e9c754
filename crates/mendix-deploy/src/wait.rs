//! Waits for what the service continues after its response: polls until a state is reached or the time is up.

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use serde::Serialize;

use crate::request::check_name;
use crate::retry::{Budget, Polling, Work, is_retryable};
use crate::{
    Backup, BackupState, Client, Environment, Error, ErrorCode, ErrorKind, Evidence, Extra, Pending, Result,
    StartState, StartStatus, Status, WaitFor,
};

/// How long a wait lasts by default: 15 minutes.
pub const DEFAULT_WAIT_TIMEOUT: Duration = Duration::from_mins(15);

/// How long a backup may be missing in the list after it was created.
const LISTED_WITHIN: Duration = Duration::from_mins(1);

/// The result of a wait that was resumed: that of the wait which it resumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Waited {
    /// Of [`Client::wait_for_start`].
    Start(StartStatus),
    /// Of [`Client::wait_for_status`].
    Status(Environment),
    /// Of [`Client::wait_for_backup`].
    Backup(Backup),
}

/// What one poll of a wait has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitProgress {
    /// The state last seen, as the service writes it; empty when none was seen yet.
    pub seen: String,
    /// How long the wait has lasted.
    pub elapsed: Duration,
    /// Why this poll failed, if it did. The wait continues.
    pub error: Option<String>,
}

type Observer<'a> = Box<dyn FnMut(&WaitProgress) -> ControlFlow<()> + 'a>;

/// How long a wait lasts, and who is notified of its progress.
///
/// A wait polls the state, for 15 minutes by default. The pauses between two polls grow from 0.25 to 10 seconds, with
/// jitter. A poll that fails for a transient reason (no connection, no response, HTTP 408, 421, 425, 429, a 5xx without
/// an error code) does not end the wait.
#[must_use]
pub struct WaitOptions<'a> {
    timeout: Duration,
    observer: Option<Observer<'a>>,
}

impl Default for WaitOptions<'_> {
    fn default() -> Self {
        WaitOptions { timeout: DEFAULT_WAIT_TIMEOUT, observer: None }
    }
}

impl<'a> WaitOptions<'a> {
    /// The default options: 15 minutes, and no observer.
    pub fn new() -> WaitOptions<'a> {
        WaitOptions::default()
    }

    /// Sets how long to wait in all; 15 minutes by default.
    pub fn timeout(mut self, timeout: Duration) -> WaitOptions<'a> {
        self.timeout = timeout;
        self
    }

    /// Notifies `observer` of every poll, on the thread of the call.
    ///
    /// When it returns [`ControlFlow::Break`], the wait ends with [`ErrorKind::Cancelled`], unless that poll has seen the
    /// state that is waited for: then the wait succeeds.
    pub fn on_progress(
        mut self,
        observer: impl FnMut(&WaitProgress) -> ControlFlow<()> + 'a,
    ) -> WaitOptions<'a> {
        self.observer = Some(Box::new(observer));
        self
    }
}

impl fmt::Debug for WaitOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitOptions").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

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

    fn wait_for_start_of(&self, pending: Pending, options: WaitOptions<'_>) -> Result<StartStatus> {
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

    fn wait_for_status_of(&self, pending: Pending, options: WaitOptions<'_>) -> Result<Environment> {
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

    fn wait_for_backup_of(&self, pending: Pending, options: WaitOptions<'_>) -> Result<Backup> {
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

    /// Resumes a wait that ended before its goal, in this process or another one.
    ///
    /// `wait_token` is that of the error that ended it: [`Error::wait_token`]. `options` are those of the new wait, with a
    /// time limit of its own.
    ///
    /// # Errors
    ///
    /// Those of the wait. `InvalidInput` when the token cannot be read.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{Status, WaitOptions};
    ///
    /// let result = client.wait_for_status("calc", "Acceptance", &Status::Stopped, WaitOptions::new());
    /// if let Some(token) = result.err().as_ref().and_then(mendix_deploy::Error::wait_token) {
    ///     client.resume_wait(&token, WaitOptions::new())?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume_wait(&self, wait_token: &str, options: WaitOptions<'_>) -> Result<Waited> {
        let pending: Pending = serde_json::from_str(wait_token).map_err(|_| {
            let message = "wait_token cannot be read; expected the one of the error that ended a wait";
            Error::invalid_input(message).with_operation("resume_wait")
        })?;
        match pending.wait_for {
            WaitFor::Start => self.wait_for_start_of(pending, options).map(Waited::Start),
            WaitFor::Status => self.wait_for_status_of(pending, options).map(Waited::Status),
            WaitFor::Backup => self.wait_for_backup_of(pending, options).map(Waited::Backup),
        }
    }

    /// Polls until a poll has a value, or the time is up. A poll has no more time than the wait has left.
    fn wait<T>(
        &self,
        operation: &'static str,
        mut pending: Pending,
        mut options: WaitOptions<'_>,
        mut poll: impl FnMut(&Client, &Pending, Duration) -> Result<Poll<T>>,
    ) -> Result<T> {
        if options.timeout.is_zero() {
            let message = "timeout is 0; expected a positive time";
            return Err(Error::invalid_input(message).with_operation(operation));
        }
        let clock = self.clock();
        let budget = Budget::new(clock, options.timeout);
        let mut polling = Polling::new();
        let mut failure = None;
        loop {
            let left = budget.left(clock);
            if left.is_zero() {
                return Err(timed_out(operation, options.timeout, pending, failure));
            }
            let mut reached = None;
            failure = match poll(&self.for_one_poll(left), &pending, budget.elapsed(clock)) {
                Ok(Poll { seen, value }) => {
                    pending.last_seen = seen.or(pending.last_seen);
                    reached = value;
                    None
                }
                Err(error) if is_retryable(Work::Wait, &error) => Some(error),
                Err(error) => return Err(error.with_pending(pending)),
            };
            let progress = WaitProgress {
                seen: pending.last_seen.clone().unwrap_or_default(),
                elapsed: budget.elapsed(clock),
                error: failure.as_ref().map(ToString::to_string),
            };
            let goes_on = options.observer.as_mut().is_none_or(|observer| observer(&progress).is_continue());
            if let Some(value) = reached {
                return Ok(value);
            }
            let ended = |error: Error| error.with_operation(operation).with_pending(pending.clone());
            if !goes_on {
                return Err(ended(Error::cancelled("the wait was cancelled by its observer")));
            }
            let pause = polling.pause(&budget, clock, failure.as_ref().and_then(Error::retry_after));
            if let Some(error) = &failure {
                self.report_retry(operation, error, pause).map_err(ended)?;
            }
            self.sleep(pause).map_err(ended)?;
        }
    }
}

/// What one poll has found: the state as the service writes it, if there is one, and the result of the wait, if it is the
/// state that is waited for.
struct Poll<T> {
    seen: Option<String>,
    value: Option<T>,
}

/// Whether a state is final, and not the one that is waited for.
fn is_final_failure(state: &str) -> bool {
    ["Failed", "Error", "Aborted", "Cancelled"].iter().any(|failed| state.eq_ignore_ascii_case(failed))
}

fn failed(operation: &'static str, what: &str, state: &str) -> Error {
    Error::new(ErrorKind::Api, Evidence::Refused, format!("{what} is {state}; it does not go on"))
        .with_operation(operation)
        .permanent()
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

fn timed_out(
    operation: &'static str,
    timeout: Duration,
    pending: Pending,
    last_failure: Option<Error>,
) -> Error {
    let seen = match pending.last_seen.as_deref() {
        None | Some("") => "in an unknown state",
        Some(seen) => seen,
    };
    let why = last_failure
        .as_ref()
        .map_or_else(String::new, |failure| format!("; the last poll failed: {failure}"));
    let never_seen = last_failure.filter(|_| pending.last_seen.is_none());
    let message = format!(
        "{} of {} was still {seen} after {} s{why}; the service goes on",
        pending.mode,
        pending.app_id,
        timeout.as_secs_f64(),
    );
    let (evidence, attempts) = match &never_seen {
        Some(failure) => (failure.evidence(), failure.attempts()),
        None => (Evidence::Refused, [].as_slice()),
    };
    Error::new(ErrorKind::WaitTimedOut, evidence, message)
        .after(attempts.to_vec())
        .with_operation(operation)
        .with_hint("resume the wait with its token, or check the environment in the Mendix portal")
        .with_pending(pending)
}
