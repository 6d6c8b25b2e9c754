//! What all connections share with the handle of the simulator.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Map, Value};

use crate::{
    Accounting, Fault, FaultKind, LogEntry, Reach, State, clock::Timekeeper, faults::Faults,
    listener::ApiListener, origin::Origins, rows::merge, signer::Signer, tls::Acceptors,
};

/// Is notified of every request once it is handled.
pub(crate) type Observer = Box<dyn Fn(&LogEntry) + Send + Sync>;

/// All that connections share with the handle of the simulator.
pub(crate) struct Shared {
    pub(crate) time: Timekeeper,
    pub(crate) signer: Signer,
    pub(crate) origins: Origins,
    pub(crate) tls: Option<Acceptors>,
    /// With TLS, the certificate to trust.
    pub(crate) ca_pem: Option<String>,
    pub(crate) listener: ApiListener,
    pub(crate) observer: Option<Observer>,
    pub(crate) core: Mutex<Core>,
}

/// What changes while the simulator runs.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) state: State,
    /// The state at the start.
    pub(crate) initial: State,
    pub(crate) faults: Faults,
    pub(crate) accounting: Accounting,
    /// How often the bytes behind a link were changed, by path.
    pub(crate) generations: HashMap<String, u32>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("time", &self.time).field("core", &self.core).finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks, and completes what is due.
    pub(crate) fn settled(&self) -> MutexGuard<'_, Core> {
        let mut core = self.lock();
        core.state.settle(self.time.now());
        core
    }

    /// Adds a fault. One that can never happen is kept, so that it is found to be unused.
    pub(crate) fn add_fault(&self, fault: Fault) -> Result<(), String> {
        let check = fault.check();
        let is_done = match fault.kind {
            FaultKind::Refuse { ms } if check.is_ok() => {
                self.listener.shut(Duration::from_millis(ms)).is_ok()
            }
            _ => false,
        };
        self.lock().faults.add(fault, is_done);
        check
    }

    /// Changes the state by a JSON merge patch.
    pub(crate) fn patch_state(&self, patch: &Value) -> Result<(), serde_json::Error> {
        let mut core = self.settled();
        let mut state = serde_json::to_value(&core.state)?;
        merge(&mut state, patch);
        core.state = serde_json::from_value(state)?;
        Ok(())
    }

    /// Restarts an app as the platform does by itself. Gives the id of the start job.
    pub(crate) fn restart(&self, app_id: &str, mode: &str) -> Result<String, String> {
        self.settled().state.restart(app_id, mode, self.time.now())
    }

    /// Prepares an error row: the seeded apps, changed as the row says, and its fault.
    pub(crate) fn arrange(&self, reach: &Reach) -> Result<Map<String, Value>, serde_json::Error> {
        let mut core = self.lock();
        let (credentials, last_id) = (core.state.credentials.clone(), core.state.last_id);
        let options = core.initial.options.clone();
        let mut state = serde_json::to_value(State { credentials, options, last_id, ..State::seed() })?;
        if let Some(setup) = &reach.setup {
            merge(&mut state, setup);
        }
        core.state = serde_json::from_value(state)?;
        if let Some(fault) = &reach.fault {
            core.faults.add(fault.clone(), false);
        }
        Ok(reach.args.clone())
    }
}
