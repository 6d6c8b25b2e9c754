//! Pauses that a caller can cancel, and the events between attempts.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use log::warn;

use crate::cancel::POLL_INTERVAL;
use crate::{CancelToken, Clock, Error, Result};

/// What a client reports to its observer of a call, besides its result.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallEvent<'a> {
    /// An attempt failed in a way that is retryable; the next one follows after `pause`.
    Retrying {
        /// The call.
        operation: &'static str,
        /// Why the attempt failed.
        error: &'a Error,
        /// How long the client waits.
        pause: Duration,
    },
    /// The response to a mutating call was lost, and reading back the state confirmed the call: it succeeds.
    Adopted {
        /// The call.
        operation: &'static str,
        /// How the response was lost.
        error: &'a Error,
    },
}

/// Is notified of events, on the thread of the call.
pub(crate) type Observer = Arc<dyn Fn(&CallEvent<'_>) -> ControlFlow<()> + Send + Sync>;

/// Pauses on a client's clock, which its token cancels and of which its observer is notified.
#[derive(Clone, Copy)]
pub(crate) struct Pauses<'a> {
    pub(crate) clock: &'a dyn Clock,
    pub(crate) cancel: Option<&'a CancelToken>,
    pub(crate) observer: Option<&'a Observer>,
}

impl Pauses<'_> {
    /// Sleeps, unless the caller cancels.
    pub(crate) fn sleep(&self, time: Duration) -> Result<()> {
        let ends = self.clock.now().checked_add(time);
        let mut left = time;
        loop {
            if self.cancel.is_some_and(CancelToken::is_cancelled) {
                return Err(Error::cancelled("cancelled by the caller"));
            }
            if left.is_zero() {
                return Ok(());
            }
            // Hundreds of pauses at once would keep a processor busy with nothing but looking at their tokens.
            let slice = if self.cancel.is_some() { left.min(POLL_INTERVAL) } else { left };
            self.clock.sleep(slice);
            // A sleep that took longer counts in full, and one that the clock did not advance by counts as well.
            let until_end =
                ends.map_or(Duration::MAX, |ends| ends.saturating_duration_since(self.clock.now()));
            left = left.saturating_sub(slice).min(until_end);
        }
    }

    /// Notifies the observer, who may end the call.
    pub(crate) fn notify(&self, event: &CallEvent<'_>) -> ControlFlow<()> {
        self.observer.map_or(ControlFlow::Continue(()), |observer| observer(event))
    }

    /// Reports a retry to the log and to the observer, who may end the call.
    pub(crate) fn report_retry(&self, operation: &'static str, error: &Error, pause: Duration) -> Result<()> {
        warn!("{error}; retrying in {pause:?}");
        match self.notify(&CallEvent::Retrying { operation, error, pause }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::cancelled("cancelled by the observer of events")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use super::*;

    /// Counts the sleeps, which take no time.
    #[derive(Default)]
    struct Sleeps(AtomicUsize);

    impl Clock for Sleeps {
        fn now(&self) -> Instant {
            Instant::now()
        }

        fn sleep(&self, _: Duration) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_pause_that_nothing_can_end_is_one_sleep() {
        let token = CancelToken::new();
        for (cancel, expected) in [(None, 1), (Some(&token), 20)] {
            let clock = Sleeps::default();
            let pauses = Pauses { clock: &clock, cancel, observer: None };
            pauses.sleep(Duration::from_secs(1)).unwrap();
            assert_eq!(clock.0.into_inner(), expected, "{cancel:?}");
        }
    }
}
