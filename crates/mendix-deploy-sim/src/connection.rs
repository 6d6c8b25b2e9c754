//! One connection, as its requests see it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::termination::Termination;

/// A connection, as its requests see it.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) number: u64,
    /// Whether it goes to the origin of the links.
    pub(crate) link: bool,
    /// The address that it was accepted on.
    pub(crate) local: SocketAddr,
    termination: Arc<Mutex<Option<Termination>>>,
    /// When the last reply was made, or the connection was accepted.
    idle_since: Arc<Mutex<Instant>>,
}

impl Connection {
    pub(crate) fn new(number: u64, link: bool, local: SocketAddr) -> Self {
        Self {
            number,
            link,
            local,
            termination: Arc::default(),
            idle_since: Arc::new(Mutex::new(Instant::now())),
        }
    }

    /// How long it has been idle.
    pub(crate) fn idle(&self) -> Duration {
        self.idle_since.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Marks it idle from now on.
    pub(crate) fn set_idle(&self) {
        *self.idle_since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Sets how the connection terminates once HTTP is done with it.
    pub(crate) fn terminate_with(&self, termination: Termination) {
        *self.termination.lock().unwrap_or_else(PoisonError::into_inner) = Some(termination);
    }

    /// How the connection terminates.
    pub(crate) fn termination(&self) -> Termination {
        let mut termination = self.termination.lock().unwrap_or_else(PoisonError::into_inner);
        termination.take().unwrap_or(Termination::Close)
    }
}
