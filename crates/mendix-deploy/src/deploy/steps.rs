//! How a step is made: each change is announced in the journal, sent once, and recorded.

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::journal::Journal;
use super::lock::Lease;
use super::options::DeployOptions;
use super::record::{Begin, Failure, Record, Step};
use crate::deploy_report::{DeployStep, StepStatus};
use crate::retry::{Budget, Polling, Work, is_retryable};
use crate::{Client, Error, ErrorCode, ErrorKind, Evidence, Result, Status};

/// One run of a deployment, from its beginning or from where another process left it.
pub(super) struct Run<'a, 'o> {
    pub(super) client: &'a Client,
    pub(super) operation: &'static str,
    pub(super) options: RefCell<DeployOptions<'o>>,
    pub(super) journal: Journal,
    pub(super) begin: Begin,
    pub(super) started: (Instant, Timestamp),
    /// Of the step that is made.
    pub(super) budget: Cell<Option<Budget>>,
    pub(super) is_rolling_back: bool,
    pub(super) _lease: Option<Lease>,
}

/// Why a step did not end well.
pub(super) enum Halt {
    /// It failed: what was changed is put back.
    Failed(Error),
    /// The caller cancelled, the journal cannot be written, or an outage cuts off a rollback: everything is left as it is, to be
    /// resumed.
    Left(Error),
}

/// A step that has begun.
struct Started {
    at: Timestamp,
    /// The time that was left for the step around it.
    outer: Option<Budget>,
}

pub(super) type Halting<T> = std::result::Result<T, Halt>;

/// Whether a change was made, and with which identifier, if the service gives one.
pub(super) type Made = Option<Option<String>>;

impl Run<'_, '_> {
    /// The time, by the clock of the client.
    pub(super) fn now(&self) -> Timestamp {
        let (started, wall) = self.started;
        let passed = self.client.clock().now().saturating_duration_since(started);
        let now = wall + SignedDuration::try_from(passed).unwrap_or_default();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(wall)
    }

    /// Makes a step, unless the journal says that it ended.
    pub(super) fn step(&mut self, step: Step, work: impl FnOnce(&mut Self) -> Halting<()>) -> Halting<()> {
        let Some(started) = self.begin_step(step)? else {
            return Ok(());
        };
        let made = work(self);
        self.end_step(step, &started, made)
    }

    /// Announces a step, unless the journal says that it ended.
    fn begin_step(&self, step: Step) -> Halting<Option<Started>> {
        match self.journal.ended(step) {
            Some((_, None)) => return Ok(None),
            Some((_, Some(failure))) => return Err(Halt::Failed(failure.to_error())),
            None => {}
        }
        self.check_cancelled()?;
        let at = self.journal.announced_at(step).unwrap_or_else(|| self.now());
        self.notify(&report(step, at, StepStatus::Started, 0, None))?;
        let outer = self.budget.replace(None);
        self.budget.set(Some(self.budget()));
        Ok(Some(Started { at, outer }))
    }

    /// Records how a step ended, unless it is left to be resumed.
    fn end_step(&mut self, step: Step, started: &Started, made: Halting<()>) -> Halting<()> {
        self.budget.set(started.outer);
        let made = match made {
            Err(Halt::Failed(error)) => match self.halt(error) {
                Halt::Failed(error) => Err(error),
                left @ Halt::Left(_) => return Err(left),
            },
            Err(left @ Halt::Left(_)) => return Err(left),
            Ok(()) => Ok(()),
        };
        let elapsed_ms = u64::try_from(self.now().duration_since(started.at).as_millis()).unwrap_or_default();
        let (status, reason) = match &made {
            Ok(()) => (StepStatus::Done, None),
            Err(error) => (StepStatus::Failed, Some(error.to_string())),
        };
        let report = report(step, started.at, status, elapsed_ms, reason);
        let failure = made.as_ref().err().map(Failure::of);
        self.write(Record::Ended { step, report: report.clone(), failure })?;
        self.notify(&report)?;
        made.map_err(Halt::Failed)
    }

    /// Leaves out a step, unless it is over.
    pub(super) fn skip(&mut self, step: Step, reason: &str) -> Halting<()> {
        if self.journal.ended(step).is_some() {
            return Ok(());
        }
        let report = report(step, self.now(), StepStatus::Skipped, 0, Some(reason.to_owned()));
        self.write(Record::Ended { step, report: report.clone(), failure: None })?;
        self.notify(&report)
    }

    /// Makes a change once. `send` is told whether it was sent before.
    ///
    /// Where the journal says that it was accepted, it is not sent. Where it was sent and its outcome is not known, `find`
    /// looks for its effect, for as long as the service may still be working on it. Only when there is none it is sent
    /// again. A service that refuses the change since the app has not stopped yet is asked again.
    pub(super) fn once(
        &mut self,
        step: Step,
        work: Work,
        find: &dyn Fn(&Client) -> Result<Made>,
        send: &dyn Fn(&Client, bool) -> Result<Option<String>>,
    ) -> Halting<Option<String>> {
        if self.journal.is_accepted(step) {
            return Ok(self.journal.id_of(step).map(str::to_owned));
        }
        let attempt = |run: &Self, was_sent| {
            let passes = |error: &Error| is_retryable(work, error) || run.stops_still(error);
            run.while_it_passes(passes, |client| send(client, was_sent))
        };
        if !self.journal.is_announced(step) {
            self.await_service()?;
            let at = self.now();
            self.write(Record::Intent { step, at, name: None })?;
            match attempt(self, false) {
                Err(error) if is_unknown(&error) && !self.client.is_cancelled() => {}
                result => return self.record(step, result),
            }
        }
        match self.settle(step, find) {
            Ok(Some(id)) => self.accept(step, id),
            Ok(None) => {
                let result = attempt(self, true);
                self.record(step, result)
            }
            // That the state could not be read does not tell whether the change was made.
            Err(error) => Err(Halt::Failed(error)),
        }
    }

    /// Records whether a change was made.
    fn record(&mut self, step: Step, result: Result<Option<String>>) -> Halting<Option<String>> {
        match result {
            Ok(id) => self.accept(step, id),
            Err(error) => {
                if error.evidence() != Evidence::Ambiguous {
                    let at = self.now();
                    self.write(Record::Refused { step, at })?;
                }
                Err(Halt::Failed(error))
            }
        }
    }

    /// Waits with a GET until the service responds. A change that is sent during an outage may take effect unseen.
    pub(super) fn await_service(&self) -> Halting<()> {
        let (app_id, mode) = self.target();
        self.read(|client| client.get_environment(&app_id, &mode)).map(drop)
    }

    pub(super) fn accept(&mut self, step: Step, id: Option<String>) -> Halting<Option<String>> {
        let at = self.now();
        self.write(Record::Accepted { step, at, id: id.clone() })?;
        Ok(id)
    }

    /// Looks for the effect of a change whose outcome is not known, until it shows, or the time is up in which the service
    /// responds to a change.
    fn settle(&self, step: Step, find: &dyn Fn(&Client) -> Result<Made>) -> Result<Made> {
        let clock = self.client.clock();
        let since = self.journal.sent_at(step).map(|at| self.now().duration_since(at));
        let passed = since.and_then(|since| since.try_into().ok()).unwrap_or_default();
        let budget = Budget::new(clock, self.client.action_timeout().saturating_sub(passed));
        let mut polling = Polling::new();
        loop {
            let found = self.patiently(Work::Wait, find)?;
            if found.is_some() || budget.left(clock).is_zero() {
                return Ok(found);
            }
            self.client.sleep(polling.pause(&budget, clock, None))?;
        }
    }

    /// Whether a change is refused only since a stop that the service accepted is not over: the status is that of an app
    /// that starts, too.
    fn stops_still(&self, error: &Error) -> bool {
        let (app_id, mode) = self.target();
        is_refused_as_running(error)
            && self
                .client
                .get_environment(&app_id, &mode)
                .is_ok_and(|environment| environment.status == Status::Stopped)
    }

    /// Makes a change that needs a stopped app. Where somebody else, or the platform, has started it meanwhile, it is
    /// stopped once more.
    pub(super) fn while_stopped(
        &mut self,
        step: Step,
        halting: Step,
        change: impl Fn(&mut Self) -> Halting<()>,
    ) -> Halting<()> {
        if !self.journal.is_begun(step) && self.journal.is_begun(halting) {
            self.step(halting, |run| run.stop(halting))?;
        }
        match change(self) {
            Err(Halt::Failed(error))
                if is_refused_as_running(&error)
                    && !self.journal.is_accepted(step)
                    && !self.journal.is_begun(halting) =>
            {
                self.step(halting, |run| run.stop(halting))?;
                change(self)
            }
            result => result,
        }
    }

    /// Makes a call again for as long as the step may take, where its failure allows it: an outage is waited for.
    pub(super) fn patiently<T>(&self, work: Work, call: impl Fn(&Client) -> Result<T>) -> Result<T> {
        self.while_it_passes(|error| is_retryable(work, error), call)
    }

    fn while_it_passes<T>(
        &self,
        passes: impl Fn(&Error) -> bool,
        call: impl Fn(&Client) -> Result<T>,
    ) -> Result<T> {
        while_it_passes(self.client, self.operation, self.budget(), passes, call)
    }

    /// The time for the step; outside of one, that of a step.
    pub(super) fn budget(&self) -> Budget {
        let whole = || Budget::new(self.client.clock(), self.options.borrow().step_timeout);
        self.budget.get().unwrap_or_else(whole)
    }

    /// Reads something for as long as a step may take.
    pub(super) fn read<T>(&self, call: impl Fn(&Client) -> Result<T>) -> Halting<T> {
        self.patiently(Work::Wait, call).map_err(|error| self.halt(error))
    }

    /// What an error means for the deployment. A rollback that an outage cuts off is left, to be resumed: its failure would be
    /// the end of it.
    pub(super) fn halt(&self, error: Error) -> Halt {
        let can_resume = self.is_rolling_back && self.journal.path().is_some();
        if self.is_cancelled(&error) || (can_resume && is_outage(&error)) {
            return Halt::Left(error);
        }
        Halt::Failed(error)
    }

    pub(super) fn write(&mut self, record: Record) -> Halting<()> {
        self.journal.write(record).map_err(Halt::Left)
    }

    fn notify(&self, step: &DeployStep) -> Halting<()> {
        match self.options.borrow_mut().on_step.as_mut().map(|observer| observer(step)) {
            Some(ControlFlow::Break(())) => {
                Err(Halt::Left(Error::cancelled("cancelled by the observer of steps")))
            }
            _ => Ok(()),
        }
    }

    fn check_cancelled(&self) -> Halting<()> {
        if self.client.is_cancelled() {
            return Err(Halt::Left(Error::cancelled("cancelled by the caller")));
        }
        Ok(())
    }

    /// Whether a failure is only that the caller cancelled.
    fn is_cancelled(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Cancelled
            || (error.evidence() == Evidence::Ambiguous && self.client.is_cancelled())
    }
}

fn report(
    step: Step,
    started_at: Timestamp,
    status: StepStatus,
    elapsed_ms: u64,
    reason: Option<String>,
) -> DeployStep {
    DeployStep { name: step.name().to_owned(), status, started_at, elapsed_ms, reason }
}

/// Whether the service did not respond, or a gateway did in its place.
fn is_outage(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport | ErrorKind::RateLimited)
        || error.http_status().is_some_and(|status| status >= 500 && error.code().is_none())
}

/// Makes a call again while its failure passes, and there is time.
pub(super) fn while_it_passes<T>(
    client: &Client,
    operation: &'static str,
    budget: Budget,
    passes: impl Fn(&Error) -> bool,
    call: impl Fn(&Client) -> Result<T>,
) -> Result<T> {
    let clock = client.clock();
    let mut polling = Polling::new();
    loop {
        match call(client) {
            Err(error) if !budget.left(clock).is_zero() && passes(&error) => {
                let pause = polling.pause(&budget, clock, error.retry_after());
                client.report_retry(operation, &error, pause)?;
                client.sleep(pause)?;
            }
            result => return result,
        }
    }
}

/// Whether a change was refused since the app runs, or starts.
pub(super) fn is_refused_as_running(error: &Error) -> bool {
    let code = error.code();
    matches!(
        code,
        Some(ErrorCode::AppIsRunning | ErrorCode::AppAlreadyHasAStartingJob | ErrorCode::AlreadyStarted)
    )
}

/// Whether a change may have taken effect.
pub(super) fn is_unknown(error: &Error) -> bool {
    error.kind() == ErrorKind::Ambiguous
}

/// A change that is not sent again, since its effect cannot be seen.
pub(super) fn unknown(what: &str, operation: &'static str) -> Error {
    let message = format!("{what} is not known, and the service does not tell; it is not sent twice");
    Error::new(ErrorKind::Ambiguous, Evidence::Ambiguous, message).with_operation(operation).permanent()
}

/// The service accepted a change that has to be waited for, and did not tell by which identifier.
pub(super) fn untold(what: &str) -> Halt {
    let message = format!("the service accepted the {what}, and did not tell its identifier");
    Halt::Failed(Error::new(ErrorKind::InvalidResponse, Evidence::Refused, message))
}
