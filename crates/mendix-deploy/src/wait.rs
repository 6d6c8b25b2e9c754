//! Waits for what the service continues after its response: polls until a state is reached or the time is up.

mod environments;
mod packages;
mod snapshots;

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use serde::Serialize;

use crate::redact::clean;
use crate::retry::{Budget, Polling, Work, is_retryable};
use crate::{
    Archive, Backup, Client, Environment, Error, ErrorKind, Evidence, Package, Pending, Restore, Result,
    Snapshot, StartStatus, UploadStatus, WaitFor,
};

/// How long a wait lasts by default: 15 minutes.
pub const DEFAULT_WAIT_TIMEOUT: Duration = Duration::from_mins(15);

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
    /// Of [`Client::wait_for_package`].
    Package(Package),
    /// Of [`Client::wait_for_upload`].
    Upload(UploadStatus),
    /// Of [`Client::wait_for_snapshot`].
    Snapshot(Snapshot),
    /// Of [`Client::wait_for_archive`].
    Archive(Archive),
    /// Of [`Client::wait_for_restore`].
    Restore(Restore),
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
            WaitFor::Package => self.wait_for_package_of(pending, options).map(Waited::Package),
            WaitFor::Upload => self.wait_for_upload_of(pending, options).map(Waited::Upload),
            WaitFor::Snapshot => self.wait_for_snapshot_of(pending, options).map(Waited::Snapshot),
            WaitFor::Archive => self.wait_for_archive_of(pending, options).map(Waited::Archive),
            WaitFor::Restore => self.wait_for_restore_of(pending, options).map(Waited::Restore),
        }
    }

    /// Polls until a poll has a value, or the time is up. A poll has no more time than the wait has left.
    fn wait<T>(
        &self,
        operation: &'static str,
        pending: Pending,
        options: WaitOptions<'_>,
        mut poll: impl FnMut(&Client, &Pending, Duration) -> Result<Poll<T>>,
    ) -> Result<T> {
        let mut waiting = Waiting::begin(self, operation, pending, options)?;
        loop {
            let client = waiting.client_of_poll()?;
            let (seen, value) = match poll(&client, &waiting.pending, waiting.elapsed()) {
                Ok(Poll { seen, value }) => (Ok(seen), value),
                Err(error) => (Err(error), None),
            };
            waiting.take(seen, value.is_some())?;
            if let Some(value) = value {
                return Ok(value);
            }
        }
    }

    /// Waits until the service has done with something that has a state of its own.
    fn wait_for_task<T: Task>(
        &self,
        operation: &'static str,
        pending: Pending,
        options: WaitOptions<'_>,
        get: impl Fn(&Client) -> Result<T>,
    ) -> Result<T> {
        self.wait(operation, pending, options, |client, _, _| {
            let task = get(client)?;
            let seen = task.state().to_owned();
            if is_final_failure(&seen) {
                let why = task.why().filter(|why| !why.trim().is_empty());
                let why = why.map(|why| clean(why, self.api_key(), LONGEST_REASON));
                let seen = why.map_or(seen.clone(), |why| format!("{seen} ({why})"));
                return Err(failed(operation, T::WHAT, &seen));
            }
            let is_done = task.is_done();
            Ok(Poll { seen: Some(seen), value: is_done.then_some(task) })
        })
    }
}

/// A wait, whatever it waits for.
struct Waiting<'c, 'o> {
    client: &'c Client,
    operation: &'static str,
    pending: Pending,
    options: WaitOptions<'o>,
    budget: Budget,
    polling: Polling,
    /// Why the last poll failed.
    failure: Option<Error>,
}

impl<'c, 'o> Waiting<'c, 'o> {
    fn begin(
        client: &'c Client,
        operation: &'static str,
        pending: Pending,
        options: WaitOptions<'o>,
    ) -> Result<Waiting<'c, 'o>> {
        if options.timeout.is_zero() {
            let message = "timeout is 0; expected a positive time";
            return Err(Error::invalid_input(message).with_operation(operation));
        }
        let budget = Budget::new(client.clock(), options.timeout);
        let polling = Polling::new();
        Ok(Waiting { client, operation, pending, options, budget, polling, failure: None })
    }

    fn elapsed(&self) -> Duration {
        self.budget.elapsed(self.client.clock())
    }

    /// The client for the next poll, unless the time is up.
    fn client_of_poll(&mut self) -> Result<Client> {
        let left = self.budget.left(self.client.clock());
        if left.is_zero() {
            let failure = self.failure.take();
            return Err(timed_out(self.operation, self.options.timeout, self.pending.clone(), failure));
        }
        Ok(self.client.for_one_poll(left))
    }

    /// Takes what a poll has seen, tells the observer, and sleeps until the next poll if there is one.
    fn take(&mut self, seen: Result<Option<String>>, is_reached: bool) -> Result<()> {
        self.failure = match seen {
            Ok(seen) => {
                self.pending.last_seen = seen.or(self.pending.last_seen.take());
                None
            }
            Err(error) if is_retryable(Work::Wait, &error) => Some(error),
            Err(error) => return Err(error.with_pending(self.pending.clone())),
        };
        let progress = WaitProgress {
            seen: self.pending.last_seen.clone().unwrap_or_default(),
            elapsed: self.elapsed(),
            error: self.failure.as_ref().map(ToString::to_string),
        };
        let goes_on = self.options.observer.as_mut().is_none_or(|observer| observer(&progress).is_continue());
        if is_reached {
            return Ok(());
        }
        let ended = |error: Error| error.with_operation(self.operation).with_pending(self.pending.clone());
        if !goes_on {
            return Err(ended(Error::cancelled("the wait was cancelled by its observer")));
        }
        let asked = self.failure.as_ref().and_then(Error::retry_after);
        let pause = self.polling.pause(&self.budget, self.client.clock(), asked);
        if let Some(error) = &self.failure {
            self.client.report_retry(self.operation, error, pause).map_err(ended)?;
        }
        self.client.sleep(pause).map_err(ended)
    }
}

/// The longest reason that an error repeats, in characters.
const LONGEST_REASON: usize = 500;

/// What the service works on, as it says itself.
trait Task {
    /// With its article.
    const WHAT: &'static str;

    fn state(&self) -> &str;

    fn is_done(&self) -> bool;

    /// Why it failed.
    fn why(&self) -> Option<&str> {
        None
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
        "{} was still {seen} after {} s{why}; the service goes on",
        pending.what(),
        timeout.as_secs_f64()
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
