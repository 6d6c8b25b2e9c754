//! Waiting for what the service goes on with after its reply.

use std::fmt;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::error::Pending;
use crate::{
    Client, Environment, Error, ErrorKind, Evidence, Extra, Result, StartState, StartStatus, Status,
};

/// How long a wait lasts, unless told otherwise.
pub const DEFAULT_WAIT_TIMEOUT: Duration = Duration::from_mins(15);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What was seen of the thing that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitProgress {
    /// The state last seen, in the service's words.
    pub seen: String,
    /// How long the wait has lasted.
    pub elapsed: Duration,
}

type Observer<'a> = Box<dyn FnMut(&WaitProgress) -> ControlFlow<()> + 'a>;

/// How to wait: for 15 minutes by default. The pauses between two looks grow from a quarter of a second to ten
/// seconds, each varied a little so that many waits do not look at the same moment.
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
    /// The defaults.
    pub fn new() -> WaitOptions<'a> {
        WaitOptions::default()
    }

    /// How long to wait in all.
    pub fn timeout(mut self, timeout: Duration) -> WaitOptions<'a> {
        self.timeout = timeout;
        self
    }

    /// Tells of every look. `observer` runs on the thread of the call; when it answers
    /// [`ControlFlow::Break`], the wait ends with [`ErrorKind::Cancelled`].
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
    /// Waits until a start action has ended well.
    ///
    /// # Errors
    ///
    /// Those of [`get_start_status`](Client::get_start_status), with the reason why the app did not start in
    /// [`code`](Error::code). `WaitTimedOut` when the time is up: the service goes on, and
    /// [`pending`](Error::pending) holds what another wait needs. `Cancelled`.
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
    /// client.wait_for_start("calc", "Acceptance", &job.job_id, options)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_start(
        &self,
        app_id: &str,
        mode: &str,
        job_id: &str,
        options: WaitOptions<'_>,
    ) -> Result<StartStatus> {
        if job_id.is_empty() {
            // A start whose answer was lost, and that was seen to have happened.
            self.wait_for_status(app_id, mode, &Status::Running, options)
                .map_err(|error| error.with_operation("wait_for_start"))?;
            return Ok(StartStatus { status: StartState::Started, extra: Extra::default() });
        }
        let pending = pending(app_id, mode, Some(job_id));
        self.wait("wait_for_start", pending, options, |client| {
            let status = client.get_start_status(app_id, mode, job_id)?;
            let seen = status.status.to_string();
            Ok((status.status == StartState::Started, seen, status))
        })
    }

    /// Waits until an environment has a status: [`Status::Stopped`] after
    /// [`stop_environment`](Client::stop_environment).
    ///
    /// # Errors
    ///
    /// Those of [`get_environment`](Client::get_environment). `InvalidInput` for a status without a word.
    /// `WaitTimedOut` when the time is up; [`pending`](Error::pending) tells the status last seen. `Cancelled`.
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
            Ok((environment.status == *status, seen, environment))
        })
    }

    /// Looks again and again until the look says that it is done. A look has no more time than the wait has left.
    fn wait<T>(
        &self,
        operation: &'static str,
        mut pending: Pending,
        mut options: WaitOptions<'_>,
        look: impl Fn(&Client) -> Result<(bool, String, T)>,
    ) -> Result<T> {
        if options.timeout.is_zero() {
            let message = "timeout is 0; expected a positive time";
            return Err(Error::invalid_input(message).with_operation(operation));
        }
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let left = options.timeout.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(timed_out(operation, options.timeout, pending));
            }
            let (done, seen, value) = match look(&self.limited_to(left)) {
                Ok(seen) => seen,
                // The time was that of the wait, not that of the call.
                Err(error) if error.kind() == ErrorKind::Timeout && is_over(started, options.timeout) => {
                    return Err(timed_out(operation, options.timeout, pending).with_source(error));
                }
                Err(error) => return Err(error.with_pending(pending)),
            };
            let progress = WaitProgress { seen, elapsed: started.elapsed() };
            let goes_on = options.observer.as_mut().is_none_or(|observer| observer(&progress).is_continue());
            if done {
                return Ok(value);
            }
            pending.last_seen = Some(progress.seen);
            if !goes_on {
                let message = "the wait was cancelled by its observer";
                return Err(Error::cancelled(message).with_operation(operation).with_pending(pending));
            }
            let left = options.timeout.saturating_sub(started.elapsed());
            let varied = pause.mul_f64(0.8 + 0.4 * fastrand::f64());
            self.sleep(varied.min(left))
                .map_err(|error| error.with_operation(operation).with_pending(pending.clone()))?;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    }
}

/// Whether the time of a wait is up, or too little is left of it for another attempt of a look.
fn is_over(started: Instant, timeout: Duration) -> bool {
    const SLACK: Duration = Duration::from_millis(250);
    started.elapsed().saturating_add(SLACK) >= timeout
}

fn pending(app_id: &str, mode: &str, job_id: Option<&str>) -> Pending {
    Pending {
        app_id: app_id.to_owned(),
        mode: mode.to_owned(),
        job_id: job_id.map(str::to_owned),
        last_seen: None,
    }
}

fn timed_out(operation: &'static str, timeout: Duration, pending: Pending) -> Error {
    let seen = match pending.last_seen.as_deref() {
        None | Some("") => "in an unknown state",
        Some(seen) => seen,
    };
    let message = format!(
        "{} of {} was still {seen} after {} s; the service goes on",
        pending.mode,
        pending.app_id,
        timeout.as_secs_f64()
    );
    Error::new(ErrorKind::WaitTimedOut, Evidence::Refused, message)
        .with_operation(operation)
        .with_hint("wait again, or look at the environment in the Mendix portal")
        .with_pending(pending)
}
