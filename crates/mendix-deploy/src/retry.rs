//! What a failure proves, and whether it is retried: calls, uploads, downloads, waits and read-backs all ask here.

use std::time::{Duration, Instant};

use crate::pause::Pauses;
use crate::request::{Content, Request};
use crate::{Attempt, Clock, Error, ErrorCode, ErrorKind, Evidence, Result};

/// The first pause after a failure is drawn from up to this; each next one from up to twice as much.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// The time that an attempt needs to be of any use; an eighth of the budget where that is less.
const USEFUL: Duration = Duration::from_secs(1);

/// Judges what a failed attempt proves. `sent` is how much of the request was sent.
///
/// The service sends its codes with 4xx, 500 and 200; only transport sends one with 503, while the package is in
/// preparation. Any other code with a 5xx is from a gateway, which does not know what the service did. A mutating call that
/// was sent whole and got no usable response is ambiguous, however the response failed.
pub(crate) fn judge(request: &Request, sent: Evidence, error: Error) -> Error {
    let is_of_a_gateway = matches!(error.http_status(), Some(501..=599)) && error.code().is_some();
    let error =
        if is_of_a_gateway && !is_busy(Work::of(request), &error) { error.proving(sent) } else { error };
    match error.evidence() {
        Evidence::Ambiguous if !request.mutates() => error,
        Evidence::Ambiguous if !is_local(&error) => error.ambiguous(),
        Evidence::Ambiguous => {
            error.with_hint("the call may have taken effect: check the state before you repeat it")
        }
        _ => error,
    }
}

/// Whether the failure is local: another attempt would not change it.
fn is_local(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Io | ErrorKind::Cancelled)
}

/// The kind of work that is attempted, which decides what is retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// A GET: it can be sent any number of times.
    Read,
    /// A mutating call: it is retried only when it cannot have taken effect.
    Mutating,
    /// A transport: mutating, and the service may still be preparing the package that was uploaded.
    Transport,
    /// An upload: mutating, and each attempt is expensive, so that all of them are counted.
    Upload,
    /// A GET of a signed link, whose server has no error codes.
    Download,
    /// A poll of a wait or a read-back: the next one follows until the time is up.
    Wait,
}

impl Work {
    pub(crate) fn of(request: &Request) -> Work {
        match request.content {
            Content::Multipart { .. } => Work::Upload,
            _ if !request.mutates() => Work::Read,
            _ if request.operation == "transport_package" => Work::Transport,
            _ => Work::Mutating,
        }
    }
}

/// How often a call or transfer is attempted. What is retryable, and how long the pauses are, is the same for all clients.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    pub(crate) max_attempts: usize,
}

impl RetryPolicy {
    /// How long to pause before the next attempt, after `made` of them; `None` when no other is allowed.
    pub(crate) fn pause_after(
        self,
        work: Work,
        error: &Error,
        made: usize,
        budget: &Budget,
        clock: &dyn Clock,
    ) -> Option<Duration> {
        let is_allowed = match work {
            _ if !is_retryable(work, error) => false,
            // The service asks to come back later: as long as there is time.
            Work::Read | Work::Mutating | Work::Transport if is_busy(work, error) => self.max_attempts > 1,
            _ => made < self.max_attempts,
        };
        budget.pause(clock, made, error.retry_after()).filter(|_| is_allowed)
    }
}

/// Whether a failure is retryable. Evidence decides, then status and code.
pub(crate) fn is_retryable(work: Work, error: &Error) -> bool {
    if is_local(error) || error.is_permanent() || is_redirect(error) {
        return false;
    }
    if is_busy(work, error) {
        return true;
    }
    match work {
        Work::Mutating | Work::Transport | Work::Upload => {
            matches!(error.evidence(), Evidence::NotSent | Evidence::Incomplete)
        }
        Work::Read => match error.http_status() {
            None => true,
            Some(500) => error.evidence() != Evidence::Refused,
            Some(501..=599) if error.code().is_some() => true,
            Some(_) => is_transient_status(error) || is_truncated(error),
        },
        Work::Download => match error.http_status() {
            // A link that is not a URL has no status either.
            None => is_truncated(error),
            Some(status) => status == 500 || is_transient_status(error),
        },
        Work::Wait => match error.http_status() {
            None => true,
            Some(404) => error.code().is_none(),
            Some(400..=499) => is_transient_status(error),
            Some(_) => error.evidence() != Evidence::Refused || is_transient_code(error),
        },
    }
}

/// Whether the service, or a gateway before it, asks to come back later.
fn is_busy(work: Work, error: &Error) -> bool {
    match error.http_status() {
        Some(429) => true,
        // The service writes its codes in upper case, and gateways the phrase of the status.
        Some(503) => {
            work == Work::Transport
                && error.code() == Some(&ErrorCode::ServiceUnavailable)
                && error.code_text().is_some_and(|text| !text.contains(char::is_lowercase))
        }
        _ => false,
    }
}

/// Whether it is a redirect, which is never followed on an API call: the configuration is wrong, and stays so.
fn is_redirect(error: &Error) -> bool {
    matches!(error.http_status(), Some(300..=399))
}

/// Whether the status is about the way to the service, not about the call.
fn is_transient_status(error: &Error) -> bool {
    matches!(error.http_status(), Some(408 | 421 | 425 | 429 | 502..=504 | 520..=529))
}

/// Whether a response began, and was not complete.
fn is_truncated(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport)
}

/// Whether the code means "not now": a call is not retried for it, and a wait does not end with it.
fn is_transient_code(error: &Error) -> bool {
    matches!(error.code(), Some(ErrorCode::ServiceUnavailable | ErrorCode::SnapshotListingFailed))
}

/// The attempts of one call, upload or download so far.
pub(crate) struct Retries<'a> {
    pauses: Pauses<'a>,
    policy: RetryPolicy,
    operation: &'static str,
    work: Work,
    allowance: Allowance,
    made: usize,
    earlier: Vec<Attempt>,
}

/// The time for retries.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Allowance {
    /// That of the call, for all of them.
    Call(Budget),
    /// So much from each failure on: a transfer as a whole has no limit.
    EachFailure(Duration),
}

impl<'a> Retries<'a> {
    pub(crate) fn new(
        pauses: Pauses<'a>,
        policy: RetryPolicy,
        operation: &'static str,
        work: Work,
        allowance: Allowance,
    ) -> Retries<'a> {
        Retries { pauses, policy, operation, work, allowance, made: 0, earlier: Vec::new() }
    }

    /// The number of the next attempt, from 1 on.
    pub(crate) fn next(&self) -> usize {
        self.made + 1
    }

    /// Counts an attempt that another one follows without a pause.
    pub(crate) fn repeat_at_once(&mut self, error: &Error) {
        self.made += 1;
        self.earlier.extend_from_slice(error.attempts());
    }

    /// Counts from here on: what was tried before has brought progress.
    pub(crate) fn count_again(&mut self) {
        self.made = 0;
    }

    /// Pauses before the next attempt. The error is what the caller gets, when there is no next attempt.
    pub(crate) fn pause(&mut self, error: Error, can_repeat: bool) -> Result<()> {
        self.made += 1;
        let clock = self.pauses.clock;
        let budget = match self.allowance {
            Allowance::Call(budget) => budget,
            Allowance::EachFailure(time) => Budget::new(clock, time),
        };
        let pause = self.policy.pause_after(self.work, &error, self.made, &budget, clock);
        let Some(pause) = pause.filter(|_| can_repeat) else {
            return Err(error.after(std::mem::take(&mut self.earlier)));
        };
        let reported = self.pauses.report_retry(self.operation, &error, pause);
        self.earlier.extend_from_slice(error.attempts());
        reported
            .and_then(|()| self.pauses.sleep(pause))
            .map_err(|error| error.with_operation(self.operation).after(self.earlier.clone()))
    }
}

/// The time of a call with all its attempts, pauses and read-backs, or of a wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    total: Duration,
    started: Instant,
}

impl Budget {
    pub(crate) fn new(clock: &dyn Clock, total: Duration) -> Budget {
        Budget { total, started: clock.now() }
    }

    pub(crate) fn total(&self) -> Duration {
        self.total
    }

    pub(crate) fn elapsed(&self, clock: &dyn Clock) -> Duration {
        clock.now().saturating_duration_since(self.started)
    }

    pub(crate) fn left(&self, clock: &dyn Clock) -> Duration {
        self.total.saturating_sub(self.elapsed(clock))
    }

    /// What one attempt may take of it. A quarter is kept where something may follow.
    pub(crate) fn share(&self, clock: &dyn Clock, is_last: bool) -> Duration {
        let left = self.left(clock);
        if is_last { left } else { left / 4 * 3 }
    }

    /// How long to pause before the next attempt: full jitter, or what the service asks for. `None` when no useful
    /// time would be left then.
    fn pause(&self, clock: &dyn Clock, made: usize, asked: Option<Duration>) -> Option<Duration> {
        let left = self.left(clock);
        let doublings = u32::try_from(made.saturating_sub(1)).unwrap_or(u32::MAX).min(16);
        let longest = (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE);
        let time = left.checked_sub(self.useful())?;
        let pause = longest.mul_f64(chance(clock)).min(time).max(asked.unwrap_or_default());
        (pause <= time).then_some(pause)
    }

    /// The time that an attempt needs to be of any use.
    fn useful(&self) -> Duration {
        USEFUL.min(self.total / 8)
    }
}

/// The pauses between the polls of a wait or a read-back: they grow, with jitter, so that many waits do not poll at the
/// same moment.
#[derive(Debug)]
pub(crate) struct Polling {
    next: Duration,
}

impl Polling {
    const FIRST: Duration = Duration::from_millis(250);
    const LONGEST: Duration = Duration::from_secs(10);

    pub(crate) fn new() -> Polling {
        Polling { next: Polling::FIRST }
    }

    /// The next pause, or longer where the service asks for it. It leaves time for a last poll before the end.
    pub(crate) fn pause(&mut self, budget: &Budget, clock: &dyn Clock, asked: Option<Duration>) -> Duration {
        let varied = self.next.mul_f64(0.8 + 0.4 * chance(clock));
        self.next = (self.next * 3 / 2).min(Polling::LONGEST);
        let left = budget.left(clock);
        let before_last_poll = left.saturating_sub(budget.useful());
        let longest = if before_last_poll.is_zero() { left } else { before_last_poll };
        varied.max(asked.unwrap_or_default()).min(longest)
    }
}

/// A number from 0 to 1, whatever another clock gives.
fn chance(clock: &dyn Clock) -> f64 {
    let chance = clock.random();
    if chance.is_nan() { 1.0 } else { chance.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests;
