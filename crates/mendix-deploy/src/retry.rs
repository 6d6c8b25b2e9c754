//! What a failure proves, and whether the call may go again. Nothing else decides that.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::request::{Content, Request};
use crate::{CancelToken, Error, ErrorCode, ErrorKind, Evidence, Result};

/// The first pause is drawn from up to this; each next one from up to twice as much.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What a client tells its observer of a call beside its result.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallEvent<'a> {
    /// An attempt failed in a way that allows another one, which follows after `pause`.
    Retrying {
        /// The call.
        operation: &'static str,
        /// Why the attempt failed.
        error: &'a Error,
        /// How long the client waits.
        pause: Duration,
    },
    /// The answer to a change was lost, and the state shows that the change was made: the call succeeds.
    Adopted {
        /// The call.
        operation: &'static str,
        /// How the answer was lost.
        error: &'a Error,
    },
}

/// A change that went out whole and got no usable answer is ambiguous, however the answer failed.
pub(crate) fn judge(request: &Request, error: Error) -> Error {
    let is_ours = matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Io | ErrorKind::Cancelled);
    if request.mutates() && error.evidence() == Evidence::Ambiguous && !is_ours {
        error.ambiguous()
    } else {
        error
    }
}

/// Whether a call may go again after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It may not.
    Never,
    /// It may, a few times.
    Soon,
    /// The service asks for patience: as long as there is time.
    Later,
    /// An upload may, once, without asking for leave: the server knows no `Expect`.
    WithoutExpect,
}

/// Decides by evidence, call and code. A change goes again only when it cannot have taken effect.
pub(crate) fn again(request: &Request, error: &Error) -> Again {
    if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Io | ErrorKind::Cancelled)
        || error.is_permanent()
    {
        return Again::Never;
    }
    match error.http_status() {
        Some(429) => return Again::Later,
        Some(417) if matches!(request.content, Content::Multipart { .. }) => return Again::WithoutExpect,
        _ => {}
    }
    match error.evidence() {
        Evidence::NotSent | Evidence::Incomplete => Again::Soon,
        Evidence::Refused | Evidence::Ambiguous if request.mutates() => {
            // Right after an upload the service is still busy with the package.
            let in_preparation = request.operation == "transport_package"
                && error.http_status() == Some(503)
                && error.code() == Some(&ErrorCode::ServiceUnavailable);
            if in_preparation { Again::Later } else { Again::Never }
        }
        Evidence::Refused | Evidence::Ambiguous => match (error.http_status(), error.kind()) {
            (None | Some(502..=504), _) | (_, ErrorKind::Timeout | ErrorKind::Transport) => Again::Soon,
            (Some(_), _) => Again::Never,
        },
    }
}

/// The time of a call, with all its attempts, pauses and looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    ends: Option<Instant>,
}

impl Budget {
    pub(crate) fn new(pace: &dyn Pace, total: Duration) -> Budget {
        Budget { ends: pace.now().checked_add(total) }
    }

    pub(crate) fn left(&self, pace: &dyn Pace) -> Duration {
        self.ends.map_or(Duration::MAX, |ends| ends.saturating_duration_since(pace.now()))
    }

    /// What one attempt may take of it. A quarter is kept where something may follow.
    pub(crate) fn share(&self, pace: &dyn Pace, is_last: bool) -> Duration {
        let left = self.left(pace);
        if is_last { left } else { left / 4 * 3 }
    }

    /// How long to wait before the next attempt: full jitter, or what the service asks for. `None` when too little
    /// time would be left then.
    pub(crate) fn pause(
        &self,
        pace: &dyn Pace,
        attempts: usize,
        asked: Option<Duration>,
    ) -> Option<Duration> {
        let left = self.left(pace);
        if left < FIRST_PAUSE {
            return None;
        }
        let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(16);
        let longest = (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE);
        let pause = longest.mul_f64(pace.chance()).min(left / 4 * 3).max(asked.unwrap_or_default());
        (pause < left).then_some(pause)
    }
}

/// Time and chance. Tests put their own in their place.
pub(crate) trait Pace: Send + Sync {
    fn now(&self) -> Instant;
    /// A number from 0 to 1.
    fn chance(&self) -> f64;
    /// Waits, unless the caller cancels.
    fn pause(&self, time: Duration, cancel: Option<&CancelToken>) -> Result<()>;
}

/// The time of this machine.
#[derive(Debug)]
pub(crate) struct RealPace;

impl Pace for RealPace {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }

    fn pause(&self, time: Duration, cancel: Option<&CancelToken>) -> Result<()> {
        let started = Instant::now();
        loop {
            if cancel.is_some_and(CancelToken::is_cancelled) {
                return Err(Error::cancelled("cancelled by the caller"));
            }
            let left = time.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(crate::transport::SLICE));
        }
    }
}

/// Reads `Retry-After`: seconds, or a date.
pub(crate) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(header.trim()).ok()?.timestamp();
    Some(date.duration_since(now).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Path;

    struct Fixed(Instant, f64);

    impl Pace for Fixed {
        fn now(&self) -> Instant {
            self.0
        }
        fn chance(&self) -> f64 {
            self.1
        }
        fn pause(&self, _: Duration, _: Option<&CancelToken>) -> Result<()> {
            Ok(())
        }
    }

    fn look() -> Request {
        Request::get("get_app", Path::app("calc")).unwrap()
    }

    fn change() -> Request {
        Request::post("stop_environment", Path::environment("calc", "Test").then("stop")).unwrap()
    }

    fn error(kind: ErrorKind, evidence: Evidence) -> Error {
        Error::new(kind, evidence, "x")
    }

    #[test]
    fn a_change_goes_again_only_when_it_cannot_have_taken_effect() {
        for (kind, evidence, expected) in [
            (ErrorKind::Transport, Evidence::NotSent, Again::Soon),
            (ErrorKind::Timeout, Evidence::NotSent, Again::Soon),
            (ErrorKind::Transport, Evidence::Incomplete, Again::Soon),
            (ErrorKind::Conflict, Evidence::Refused, Again::Never),
            (ErrorKind::Ambiguous, Evidence::Ambiguous, Again::Never),
            (ErrorKind::InvalidResponse, Evidence::Ambiguous, Again::Never),
            (ErrorKind::Cancelled, Evidence::NotSent, Again::Never),
            (ErrorKind::Io, Evidence::Incomplete, Again::Never),
            (ErrorKind::InvalidInput, Evidence::NotSent, Again::Never),
        ] {
            assert_eq!(again(&change(), &error(kind, evidence)), expected, "{kind:?} {evidence:?}");
        }
        let unavailable =
            || error(ErrorKind::Api, Evidence::Refused).with_status(503).with_code("SERVICE UNAVAILABLE");
        assert_eq!(again(&change(), &unavailable()), Again::Never);
        let path = Path::environment("calc", "Test").then("transport");
        assert_eq!(again(&Request::post("transport_package", path).unwrap(), &unavailable()), Again::Later);
        let limited = error(ErrorKind::RateLimited, Evidence::Refused).with_status(429);
        assert_eq!(again(&change(), &limited), Again::Later);
    }

    #[test]
    fn a_look_goes_again_after_what_passes_and_not_after_a_refusal() {
        for (status, kind, evidence, expected) in [
            (None, ErrorKind::Transport, Evidence::Ambiguous, Again::Soon),
            (None, ErrorKind::Timeout, Evidence::Ambiguous, Again::Soon),
            (None, ErrorKind::InvalidResponse, Evidence::Ambiguous, Again::Soon),
            (Some(200), ErrorKind::Transport, Evidence::Ambiguous, Again::Soon),
            (Some(502), ErrorKind::Api, Evidence::Ambiguous, Again::Soon),
            (Some(503), ErrorKind::Api, Evidence::Refused, Again::Soon),
            (Some(200), ErrorKind::InvalidResponse, Evidence::Ambiguous, Again::Never),
            (Some(302), ErrorKind::InvalidResponse, Evidence::Refused, Again::Never),
            (Some(500), ErrorKind::Api, Evidence::Refused, Again::Never),
            (Some(500), ErrorKind::Api, Evidence::Ambiguous, Again::Never),
            (Some(404), ErrorKind::NotFound, Evidence::Refused, Again::Never),
            (Some(429), ErrorKind::RateLimited, Evidence::Refused, Again::Later),
        ] {
            let error = error(kind, evidence);
            let error = if let Some(status) = status { error.with_status(status) } else { error };
            assert_eq!(again(&look(), &error), expected, "{status:?} {kind:?} {evidence:?}");
        }
    }

    #[test]
    fn pauses_grow_vary_and_end_with_the_budget() {
        let now = Instant::now();
        let budget = Budget::new(&Fixed(now, 0.0), Duration::from_mins(1));
        let at = |chance, attempts, asked| budget.pause(&Fixed(now, chance), attempts, asked);
        assert_eq!(at(1.0, 1, None), Some(Duration::from_millis(200)));
        assert_eq!(at(0.5, 3, None), Some(Duration::from_millis(400)));
        assert_eq!(at(1.0, 40, None), Some(Duration::from_secs(5)));
        assert_eq!(at(0.0, 1, None), Some(Duration::ZERO));
        assert_eq!(at(1.0, 1, Some(Duration::from_secs(7))), Some(Duration::from_secs(7)));
        assert_eq!(at(1.0, 1, Some(Duration::from_secs(61))), None);
        let later = Fixed(now + Duration::from_secs(40), 1.0);
        assert_eq!(
            budget.pause(&Fixed(now + Duration::from_secs(56), 1.0), 40, None),
            Some(Duration::from_secs(3))
        );
        assert_eq!(budget.pause(&Fixed(now + Duration::from_millis(59_900), 1.0), 1, None), None);
        assert_eq!(budget.share(&later, false), Duration::from_secs(15));
        assert_eq!(budget.share(&later, true), Duration::from_secs(20));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-24T04:00:00Z".parse().unwrap();
        assert_eq!(retry_after("90", now), Some(Duration::from_secs(90)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 04:00:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Tue, 24 Nov 2026 03:00:00 GMT", now), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-1", "99999999999999999999999"] {
            assert_eq!(retry_after(nonsense, now), None, "{nonsense}");
        }
    }
}
