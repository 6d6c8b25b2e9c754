//! The clock of pauses and waits.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The clock of a client's pauses, between the attempts of a call and between the polls of a wait.
///
/// [`ClientBuilder::clock`](crate::ClientBuilder::clock) replaces that of the machine. A test of a program that retries
/// and waits then does not sleep: its clock advances when it is asked to sleep. Limits of the network, such as
/// `connect_timeout`, are in real time with any clock.
///
/// ```
/// use std::sync::Mutex;
/// use std::time::{Duration, Instant};
/// use mendix_deploy::{Client, Clock, Credentials};
///
/// /// Skips every pause.
/// struct Skipping(Instant, Mutex<Duration>);
///
/// impl Clock for Skipping {
///     fn now(&self) -> Instant {
///         self.0 + *self.1.lock().unwrap()
///     }
///     fn sleep(&self, time: Duration) {
///         *self.1.lock().unwrap() += time;
///     }
/// }
///
/// # fn main() -> mendix_deploy::Result<()> {
/// let clock = Skipping(Instant::now(), Mutex::default());
/// let client = Client::builder(Credentials::new("me@example.com", "example-key")?).clock(clock).build()?;
/// # Ok(())
/// # }
/// ```
pub trait Clock: Send + Sync {
    /// The current time. It never goes back.
    fn now(&self) -> Instant;

    /// Sleeps for `time`. A pause that a token can cancel is made of sleeps of 50 milliseconds at most.
    fn sleep(&self, time: Duration);

    /// The date and the time of day, for what a deployment records. It may be set, unlike [`now`](Clock::now).
    fn timestamp(&self) -> Timestamp {
        Timestamp::now()
    }

    /// A random number from 0 to 1, for the jitter of pauses.
    fn random(&self) -> f64 {
        fastrand::f64()
    }
}

/// The clock of this machine.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
