//! The one way from Python into the core: release the GIL, poll for Ctrl-C, and return or raise.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::call::PyCallArgs;
use pyo3::prelude::*;

use crate::{errors, events, finalize, logs};

/// How often a blocked call acquires the GIL to check for signals. The core polls at least every 50 ms, but far more
/// often while data flows.
const CHECK_SIGNALS_EVERY: Duration = Duration::from_millis(25);

/// A token that cancels the calls and waits of the clients that hold it, from any thread.
///
/// >>> token = CancelToken()
/// >>> client = client.with_cancel_token(token)
/// >>> token.cancel()
#[pyclass(frozen, weakref, module = "mendix_deploy")]
#[derive(Clone, Default)]
pub(crate) struct CancelToken(mendix_deploy::CancelToken);

#[pymethods]
impl CancelToken {
    /// A token for `Client.with_cancel_token`.
    #[new]
    fn new() -> CancelToken {
        CancelToken::default()
    }

    /// Cancels the calls that hold this token, now and later: they raise `CancelledError`.
    fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether `cancel` was called.
    #[getter]
    fn cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    fn __repr__(&self) -> &'static str {
        if self.cancelled() { "<CancelToken, cancelled>" } else { "<CancelToken>" }
    }
}

/// The Python side of a call in progress: signals, cancellation and callbacks.
pub(crate) struct Watch {
    /// The exception that ended the call: from code of the caller, or from a signal handler.
    raised: Mutex<Option<PyErr>>,
    checked: Mutex<Instant>,
    token: Option<CancelToken>,
    on_event: Option<Py<PyAny>>,
}

thread_local! {
    /// The call that this thread is making. A callback may make another one in the meantime.
    static CURRENT: RefCell<Option<Arc<Watch>>> = const { RefCell::new(None) };
}

/// Marks a call as the one that its thread is making, until it is dropped.
struct Making(Option<Arc<Watch>>);

impl Making {
    fn begin(watch: &Arc<Watch>) -> Making {
        Making(CURRENT.replace(Some(Arc::clone(watch))))
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Notifies the caller's `on_event` of an event in the call that this thread is making. The core has one observer for
/// each client; a Python function belongs to the Python object, where the garbage collector sees it.
pub(crate) fn observe(event: &mendix_deploy::CallEvent<'_>) -> ControlFlow<()> {
    let Some(watch) = CURRENT.with_borrow(Clone::clone) else { return ControlFlow::Continue(()) };
    let Some(callback) = &watch.on_event else { return ControlFlow::Continue(()) };
    let notified = watch.run(|py| match events::event(py, event)? {
        Some(event) => callback.call1(py, (event,)).map(drop),
        None => Ok(()),
    });
    // What it raises ends the call.
    notified.map_or(ControlFlow::Break(()), ControlFlow::Continue)
}

impl Watch {
    fn is_over(&self) -> bool {
        self.token.as_ref().is_some_and(CancelToken::cancelled)
            || lock(&self.raised).is_some()
            || self.signalled()
    }

    /// Lets Python's signal handlers run. Only the main thread's do anything.
    fn signalled(&self) -> bool {
        let now = Instant::now();
        {
            let mut checked = lock(&self.checked);
            if now.duration_since(*checked) < CHECK_SIGNALS_EVERY {
                return false;
            }
            *checked = now;
        }
        let outcome =
            finalize::detached(|| Python::try_attach(|py| py.check_signals().and_then(|()| logs::flush(py))));
        match outcome {
            Some(Ok(())) => false,
            Some(Err(error)) => {
                self.keep(error);
                true
            }
            // The interpreter is finalizing.
            None => true,
        }
    }

    fn keep(&self, error: PyErr) {
        lock(&self.raised).get_or_insert(error);
    }

    /// Runs Python code of the caller. What it raises ends the call, and is raised from it unchanged.
    pub(crate) fn run<T>(&self, f: impl FnOnce(Python<'_>) -> PyResult<T>) -> Option<T> {
        finalize::detached(|| {
            Python::attach(|py| logs::flush(py).and_then(|()| f(py)).map_err(|error| self.keep(error)).ok())
        })
    }

    /// Notifies a callback of progress.
    pub(crate) fn notify(
        &self,
        callback: &Py<PyAny>,
        arguments: impl for<'py> PyCallArgs<'py>,
    ) -> ControlFlow<()> {
        match self.run(|py| callback.call1(py, arguments)) {
            Some(_) => ControlFlow::Continue(()),
            None => ControlFlow::Break(()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a call of the core with the GIL released.
pub(crate) fn make<T: Send>(
    py: Python<'_>,
    client: mendix_deploy::Client,
    token: Option<&CancelToken>,
    on_event: Option<&Py<PyAny>>,
    call: impl FnOnce(&mendix_deploy::Client, &Watch) -> mendix_deploy::Result<T> + Send,
) -> PyResult<T> {
    let watch = Arc::new(Watch {
        raised: Mutex::new(None),
        checked: Mutex::new(Instant::now()),
        token: token.cloned(),
        on_event: on_event.map(|callback| callback.clone_ref(py)),
    });
    let polled = Arc::clone(&watch);
    let client = client.with_cancel_token(mendix_deploy::CancelToken::polling(move || polled.is_over()));
    let collecting = finalize::attached(py, || logs::collect(py))?;
    let making = Making::begin(&watch);
    let result = py.detach(|| {
        let result = call(&client, &watch);
        // Connections that nobody else holds are closed here, while the GIL is released.
        drop(client);
        finalize::park_if_over();
        result
    });
    let result = finalize::attached(py, || {
        if let Err(error) = logs::flush(py) {
            watch.keep(error);
        }
        drop((making, collecting));
        result.map_err(|error| errors::raise(py, &error))
    });
    let raised = lock(&watch.raised).take();
    match (raised, result) {
        (None, result) => result,
        (Some(raised), Ok(_)) => Err(raised),
        (Some(raised), Err(failure)) => {
            // Adds the outcome of the request, where the exception has no context of its own.
            if raised.context(py).is_none() {
                raised.set_context(py, Some(failure));
            }
            Err(raised)
        }
    }
}
