//! Time and chance, as the pauses between attempts and the waits see them.

use std::time::{Duration, Instant};

/// The clock of a client's pauses: between two attempts of a call, and between two looks of a wait.
///
/// [`ClientBuilder::clock`](crate::ClientBuilder::clock) takes another one than that of the machine. A test of a program
/// that retries and waits then need not sleep: its clock moves on by itself when it is asked to sleep. Limits of the
/// network, such as `connect_timeout`, are in real time with any clock.
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
    /// The present moment. It never goes back.
    fn now(&self) -> Instant;

    /// Lets `time` pass. Pauses are made of many short sleeps, of 50 milliseconds at most, so that they can be cancelled.
    fn sleep(&self, time: Duration);

    /// A number from 0 to 1, by which pauses vary.
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
