//! The one way from Python into the core: let go of the interpreter, listen for Ctrl-C, and come back.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::call::PyCallArgs;
use pyo3::prelude::*;

use crate::{ending, errors, events, logs};

/// How often a blocked call takes the interpreter to ask for signals. The core asks at least every 50 ms, but
/// far more often while data flows.
const ASK_EVERY: Duration = Duration::from_millis(25);

/// Ends the calls and waits of the clients that hold it, from any thread.
///
/// >>> token = CancelToken()
/// >>> client = client.with_cancel_token(token)
/// >>> token.cancel()
#[pyclass(frozen, weakref, module = "mendix_deploy")]
#[derive(Clone, Default)]
pub(crate) struct CancelToken(mendix_deploy::CancelToken);

#[pymethods]
impl CancelToken {
    /// A token that `cancel` trips.
    #[new]
    fn new() -> CancelToken {
        CancelToken::default()
    }

    /// Ends the calls that hold this token, now and later: they raise `CancelledError`.
    fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether the token was tripped.
    #[getter]
    fn cancelled(&self) -> bool {
        self.0.is_cancelled()
    }

    fn __repr__(&self) -> &'static str {
        if self.cancelled() { "<CancelToken, cancelled>" } else { "<CancelToken>" }
    }
}

/// What happens to one call on Python's side while it is under way.
pub(crate) struct Watch {
    /// What ended the call: an exception of the caller's own code, or of a signal handler.
    raised: Mutex<Option<PyErr>>,
    asked: Mutex<Instant>,
    token: Option<CancelToken>,
    on_event: Option<Py<PyAny>>,
}

thread_local! {
    /// The call that this thread is making. A callback may make another one meanwhile.
    static CURRENT: RefCell<Option<Arc<Watch>>> = const { RefCell::new(None) };
}

/// While it lives, a call is the one that its thread is making.
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

/// Tells the caller's `on_event` of what happens in the call that this thread is making. The core knows one observer
/// for each client; a function of Python's belongs to the Python object, where the garbage collector sees it.
pub(crate) fn observe(event: &mendix_deploy::CallEvent<'_>) -> ControlFlow<()> {
    let Some(watch) = CURRENT.with_borrow(Clone::clone) else { return ControlFlow::Continue(()) };
    let Some(callback) = &watch.on_event else { return ControlFlow::Continue(()) };
    let heard = watch.ask(|py| match events::event(py, event)? {
        Some(event) => callback.call1(py, (event,)).map(drop),
        None => Ok(()),
    });
    // What it raises ends the call.
    heard.map_or(ControlFlow::Break(()), ControlFlow::Continue)
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
            let mut asked = lock(&self.asked);
            if now.duration_since(*asked) < ASK_EVERY {
                return false;
            }
            *asked = now;
        }
        let outcome =
            ending::detached(|| Python::try_attach(|py| py.check_signals().and_then(|()| logs::flush(py))));
        match outcome {
            Some(Ok(())) => false,
            Some(Err(error)) => {
                self.keep(error);
                true
            }
            // The interpreter is going away.
            None => true,
        }
    }

    fn keep(&self, error: PyErr) {
        lock(&self.raised).get_or_insert(error);
    }

    /// Calls a function of the caller's. What it raises ends the call, and comes out of it unchanged.
    pub(crate) fn ask<T>(&self, f: impl FnOnce(Python<'_>) -> PyResult<T>) -> Option<T> {
        ending::detached(|| {
            Python::attach(|py| logs::flush(py).and_then(|()| f(py)).map_err(|error| self.keep(error)).ok())
        })
    }

    /// Tells a function of the caller's about progress.
    pub(crate) fn tell(
        &self,
        callback: &Py<PyAny>,
        arguments: impl for<'py> PyCallArgs<'py>,
    ) -> ControlFlow<()> {
        match self.ask(|py| callback.call1(py, arguments)) {
            Some(_) => ControlFlow::Continue(()),
            None => ControlFlow::Break(()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a call of the core without holding the interpreter.
pub(crate) fn make<T: Send>(
    py: Python<'_>,
    client: mendix_deploy::Client,
    token: Option<&CancelToken>,
    on_event: Option<&Py<PyAny>>,
    call: impl FnOnce(&mendix_deploy::Client, &Watch) -> mendix_deploy::Result<T> + Send,
) -> PyResult<T> {
    let watch = Arc::new(Watch {
        raised: Mutex::new(None),
        asked: Mutex::new(Instant::now()),
        token: token.cloned(),
        on_event: on_event.map(|callback| callback.clone_ref(py)),
    });
    let polled = Arc::clone(&watch);
    let client = client.with_cancel_token(mendix_deploy::CancelToken::polling(move || polled.is_over()));
    let collecting = ending::attached(py, || logs::collect(py))?;
    let making = Making::begin(&watch);
    let result = py.detach(|| {
        let result = call(&client, &watch);
        // Connections that nobody else holds are closed here, not under the interpreter's lock.
        drop(client);
        ending::stop_if_over();
        result
    });
    let result = ending::attached(py, || {
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
            // Tells what became of the request, where the exception does not tell of its own past already.
            if raised.context(py).is_none() {
                raised.set_context(py, Some(failure));
            }
            Err(raised)
        }
    }
}
