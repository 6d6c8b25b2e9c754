//! The finalization of the interpreter, for threads that are in calls at that time: daemon threads.
//!
//! CPython before 3.14 ends such a thread when it acquires the GIL once more, as `pthread_exit` does: the stack is
//! unwound, Rust's part of it too, which aborts the process. So a thread of ours that needs the GIL after finalization
//! has begun is parked for ever instead, and finalization waits for those that run Python code.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict};

/// How long finalization waits for callbacks.
const CALLBACK_LIMIT: Duration = Duration::from_secs(2);

/// Whether finalization has begun.
static FINALIZING: AtomicBool = AtomicBool::new(false);
/// How many times calls have entered Python code and not returned.
static IN_PYTHON: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// How many of them are this thread's: a callback may make another call.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Whether this thread runs the finalization. Its own calls continue.
    static IS_FINALIZER: Cell<bool> = const { Cell::new(false) };
}

/// Registers for finalization, and for forks.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    let at_exit = PyCFunction::new_closure(py, None, None, |arguments, _| begin(arguments.py()))?;
    py.import(intern!(py, "atexit"))?.call_method1(intern!(py, "register"), (at_exit,))?;
    // Of the threads that run Python code, the child process has the one that forked.
    let forget =
        PyCFunction::new_closure(py, None, None, |_, _| IN_PYTHON.store(DEPTH.get(), Ordering::SeqCst))?;
    let options = PyDict::new(py);
    options.set_item(intern!(py, "after_in_child"), forget)?;
    py.import(intern!(py, "os"))?.call_method(intern!(py, "register_at_fork"), (), Some(&options))?;
    Ok(())
}

fn begin(py: Python<'_>) {
    IS_FINALIZER.set(true);
    FINALIZING.store(true, Ordering::SeqCst);
    py.detach(|| {
        let until = Instant::now() + CALLBACK_LIMIT;
        while IN_PYTHON.load(Ordering::SeqCst) > DEPTH.get() && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
    });
}

/// One entry into Python code.
struct InPython;

impl InPython {
    fn enter() -> InPython {
        IN_PYTHON.fetch_add(1, Ordering::SeqCst);
        DEPTH.set(DEPTH.get() + 1);
        InPython
    }
}

impl Drop for InPython {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        IN_PYTHON.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether this thread must not acquire the GIL any more.
fn is_over() -> bool {
    FINALIZING.load(Ordering::SeqCst) && !IS_FINALIZER.get()
}

/// Parks this thread for ever when finalization has begun. The GIL must not be held.
pub(crate) fn park_if_over() {
    if is_over() {
        IN_PYTHON.fetch_sub(DEPTH.get(), Ordering::SeqCst);
        loop {
            thread::park();
        }
    }
}

/// Runs something that will acquire the GIL.
pub(crate) fn detached<T>(f: impl FnOnce() -> T) -> T {
    let _in_python = InPython::enter();
    park_if_over();
    f()
}

/// Runs Python code with the GIL that is held.
pub(crate) fn attached<T>(py: Python<'_>, f: impl FnOnce() -> T) -> T {
    let _in_python = InPython::enter();
    if is_over() {
        py.detach(park_if_over);
    }
    f()
}
