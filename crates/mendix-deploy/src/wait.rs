//! Waits for what the service continues after its response: polls until a state is reached or the time is up.

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::error::Pending;
use crate::retry::{Budget, Polling, Work, is_retryable};
use crate::{
    Client, Environment, Error, ErrorKind, Evidence, Extra, Result, StartState, StartStatus, Status,
};

/// How long a wait lasts by default: 15 minutes.
pub const DEFAULT_WAIT_TIMEOUT: Duration = Duration::from_mins(15);

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
    /// [`code`](Error::code). `Api` when the start has a final state other than `Started`. `WaitTimedOut` when the time is
    /// up: the service continues, and [`pending`](Error::pending) holds what another wait needs. `Cancelled` when the
    /// token or the observer ends the wait. `InvalidInput` for a timeout of zero.
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
        const OPERATION: &str = "wait_for_start";
        let Some(job_id) = job.into().filter(|job_id| !job_id.is_empty()) else {
            // All that is known of this start is that it was accepted.
            self.wait_for_status(app_id, mode, &Status::Running, options)
                .map_err(|error| error.with_operation(OPERATION))?;
            return Ok(StartStatus { status: StartState::Started, extra: Extra::default() });
        };
        let pending = pending(app_id, mode, Some(job_id));
        self.wait(OPERATION, pending, options, |client| {
            let status = client.get_start_status(app_id, mode, job_id)?;
            let seen = status.status.to_string();
            if is_final_failure(&seen) {
                return Err(failed(OPERATION, "the start", &seen));
            }
            let is_started = status.status == StartState::Started;
            Ok(Poll { seen, value: is_started.then_some(status) })
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
        const OPERATION: &str = "wait_for_status";
        if status.as_str().is_empty() {
            // No environment ever has it: the wait would last for as long as it may.
            let message = "status is empty; expected one such as \"Stopped\"";
            return Err(Error::invalid_input(message).with_operation(OPERATION));
        }
        let pending = pending(app_id, mode, None);
        self.wait(OPERATION, pending, options, |client| {
            let environment = client.get_environment(app_id, mode)?;
            let seen = environment.status.to_string();
            let is_reached = environment.status == *status;
            if !is_reached && is_final_failure(&seen) {
                return Err(failed(OPERATION, "the environment", &seen));
            }
            Ok(Poll { seen, value: is_reached.then_some(environment) })
        })
    }

    /// Polls until a poll has a value, or the time is up. A poll has no more time than the wait has left.
    fn wait<T>(
        &self,
        operation: &'static str,
        mut pending: Pending,
        mut options: WaitOptions<'_>,
        poll: impl Fn(&Client) -> Result<Poll<T>>,
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
            failure = match poll(&self.for_one_poll(left)) {
                Ok(Poll { seen, value }) => {
                    pending.last_seen = Some(seen);
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

/// What one poll has found: the state as the service writes it and, when it is the one that is waited for, the result of
/// the wait.
struct Poll<T> {
    seen: String,
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

fn pending(app_id: &str, mode: &str, job_id: Option<&str>) -> Pending {
    Pending {
        app_id: app_id.to_owned(),
        mode: mode.to_owned(),
        job_id: job_id.map(str::to_owned),
        last_seen: None,
    }
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
        .with_hint("wait again, or check the environment in the Mendix portal")
        .with_pending(pending)
}
