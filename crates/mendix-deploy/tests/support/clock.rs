//! A clock that skips every pause.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use mendix_deploy::Clock;

/// It moves by what was skipped and by nothing else. Clones are the same clock.
#[derive(Clone)]
pub(crate) struct Skipping {
    started: Instant,
    began: Timestamp,
    skipped: Arc<Mutex<Duration>>,
    on_sleep: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl Skipping {
    pub(crate) fn new() -> Skipping {
        Skipping::telling(|_| ())
    }

    /// A clock that passes each sleep on, for example to a simulator whose time is manual.
    pub(crate) fn telling(on_sleep: impl Fn(Duration) + Send + Sync + 'static) -> Skipping {
        Skipping {
            started: Instant::now(),
            began: Timestamp::now(),
            skipped: Arc::default(),
            on_sleep: Arc::new(on_sleep),
        }
    }

    /// How much was skipped so far.
    pub(crate) fn skipped(&self) -> Duration {
        *self.skipped.lock().unwrap()
    }
}

impl Clock for Skipping {
    fn now(&self) -> Instant {
        self.started + self.skipped()
    }

    fn sleep(&self, time: Duration) {
        *self.skipped.lock().unwrap() += time;
        (self.on_sleep)(time);
    }

    fn timestamp(&self) -> Timestamp {
        self.began + self.skipped()
    }

    /// Pauses are as long as they can be.
    fn random(&self) -> f64 {
        1.0
    }
}
