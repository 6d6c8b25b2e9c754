//! The end of the interpreter, for threads that are in calls then: daemon threads.
//!
//! CPython before 3.14 takes such a thread away when it wants the interpreter once more, as `pthread_exit` does: the
//! stack is unwound, Rust's part of it too, which ends the process with an abort. So a thread of ours that wants the
//! interpreter when the end has begun stops for ever instead, and the end waits for those that are in Python code.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict};

/// How long the end waits for callbacks.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the end has begun.
static ENDING: AtomicBool = AtomicBool::new(false);
/// How many times calls have gone into Python code and not come back.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// How many of them are this thread's: a callback may make another call.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Whether the end is on this thread. Its own calls go on.
    static ENDS: Cell<bool> = const { Cell::new(false) };
}

/// Hears of the end, and of forks.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    let end = PyCFunction::new_closure(py, None, None, |arguments, _| wait(arguments.py()))?;
    py.import(intern!(py, "atexit"))?.call_method1(intern!(py, "register"), (end,))?;
    // Of the threads that are inside, the child has the one that forked.
    let forget =
        PyCFunction::new_closure(py, None, None, |_, _| INSIDE.store(DEPTH.get(), Ordering::SeqCst))?;
    let options = PyDict::new(py);
    options.set_item(intern!(py, "after_in_child"), forget)?;
    py.import(intern!(py, "os"))?.call_method(intern!(py, "register_at_fork"), (), Some(&options))?;
    Ok(())
}

fn wait(py: Python<'_>) {
    ENDS.set(true);
    ENDING.store(true, Ordering::SeqCst);
    py.detach(|| {
        let until = Instant::now() + PATIENCE;
        while INSIDE.load(Ordering::SeqCst) > DEPTH.get() && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
    });
}

/// One way into Python code.
struct Inside;

impl Inside {
    fn begin() -> Inside {
        INSIDE.fetch_add(1, Ordering::SeqCst);
        DEPTH.set(DEPTH.get() + 1);
        Inside
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        INSIDE.fetch_sub(1, Ordering::SeqCst);
    }
}

fn is_over() -> bool {
    ENDING.load(Ordering::SeqCst) && !ENDS.get()
}

/// Stops this thread for ever when the end has begun. Not to be called with the interpreter held.
pub(crate) fn stop_if_over() {
    if is_over() {
        INSIDE.fetch_sub(DEPTH.get(), Ordering::SeqCst);
        loop {
            thread::park();
        }
    }
}

/// Runs something that will take the interpreter.
pub(crate) fn detached<T>(f: impl FnOnce() -> T) -> T {
    let _inside = Inside::begin();
    stop_if_over();
    f()
}

/// Runs Python code with the interpreter that is held.
pub(crate) fn attached<T>(py: Python<'_>, f: impl FnOnce() -> T) -> T {
    let _inside = Inside::begin();
    if is_over() {
        py.detach(stop_if_over);
    }
    f()
}
