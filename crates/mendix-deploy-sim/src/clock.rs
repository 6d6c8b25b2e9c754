//! The simulator's time: real, faster, or moved by hand.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// How time passes in the simulator.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Clock {
    /// Real time.
    #[default]
    Real,
    /// This many times as fast, a positive number.
    Fast(f64),
    /// Only by [`Simulator::advance`](crate::Simulator::advance); nothing sleeps.
    Manual,
}

impl Clock {
    /// Whether time can pass so.
    pub(crate) fn check(self) -> io::Result<()> {
        match self {
            Clock::Fast(factor) if !(factor.is_finite() && factor > 0.0) => {
                let problem = format!("time cannot pass {factor} times as fast; expected a positive number");
                Err(io::Error::new(io::ErrorKind::InvalidInput, problem))
            }
            Clock::Real | Clock::Fast(_) | Clock::Manual => Ok(()),
        }
    }
}

/// Where manual time starts: 10 August 2018, 12:00:00 UTC.
pub const MANUAL_START: i64 = 1_533_902_400_000;

/// A running clock. Times are milliseconds since the Unix epoch, as in the API.
#[derive(Debug)]
pub(crate) struct Timekeeper {
    clock: Clock,
    started: Instant,
    start_ms: i64,
    advanced: watch::Sender<Duration>,
}

impl Timekeeper {
    pub(crate) fn new(clock: Clock) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let start_ms = if clock == Clock::Manual { MANUAL_START } else { millis(since_epoch) };
        Self { clock, started: Instant::now(), start_ms, advanced: watch::Sender::new(Duration::ZERO) }
    }

    pub(crate) fn now(&self) -> i64 {
        let advanced = *self.advanced.borrow();
        let passed = match self.clock {
            Clock::Real => self.started.elapsed(),
            Clock::Fast(factor) => Duration::try_from_secs_f64(self.started.elapsed().as_secs_f64() * factor)
                .unwrap_or(Duration::MAX),
            Clock::Manual => Duration::ZERO,
        };
        self.start_ms.saturating_add(millis(passed.saturating_add(advanced)))
    }

    /// Advances the time. Works with every clock, not only with the manual one.
    pub(crate) fn advance(&self, by: Duration) {
        self.advanced.send_modify(|advanced| *advanced = advanced.saturating_add(by));
    }

    /// Waits until this much of the simulator's time has passed.
    pub(crate) async fn sleep(&self, duration: Duration) {
        let due = self.now().saturating_add(millis(duration));
        let mut advanced = self.advanced.subscribe();
        loop {
            let left = due.saturating_sub(self.now());
            let Ok(left @ 1..) = u64::try_from(left) else { return };
            let left = Duration::from_millis(left);
            let real = match self.clock {
                Clock::Real => Some(left),
                Clock::Fast(factor) => {
                    Some(Duration::try_from_secs_f64(left.as_secs_f64() / factor).unwrap_or(Duration::MAX))
                }
                Clock::Manual => None,
            };
            match real {
                // The time may be advanced in the meantime.
                Some(real) => drop(tokio::time::timeout(real, advanced.changed()).await),
                None => drop(advanced.changed().await),
            }
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manual_time_stands_still() {
        let time = Timekeeper::new(Clock::Manual);
        assert_eq!(time.now(), MANUAL_START);
        time.advance(Duration::from_millis(7));
        assert_eq!(time.now(), MANUAL_START + 7);
    }

    #[test]
    fn fast_time_runs_ahead() {
        let time = Timekeeper::new(Clock::Fast(1000.0));
        let start = time.now();
        std::thread::sleep(Duration::from_millis(5));
        assert!(time.now() - start >= 5000);
    }

    #[test]
    fn time_may_run_to_its_end() {
        let time = Timekeeper::new(Clock::Fast(f64::MAX));
        std::thread::sleep(Duration::from_millis(1));
        time.advance(Duration::MAX);
        assert_eq!(time.now(), i64::MAX);
    }

    #[test]
    fn time_passes_forwards_only() {
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(
                Clock::Fast(factor).check().unwrap_err().kind(),
                io::ErrorKind::InvalidInput,
                "{factor}"
            );
        }
        Clock::Fast(0.5).check().unwrap();
    }
}
