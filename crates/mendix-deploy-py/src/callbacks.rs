//! Callbacks for progress and events, and the progress bar in their place.

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::{Borrowed, intern, type_hint_identifier, type_hint_subscript, type_hint_union};

use crate::arguments::{Argument, Wrong, builtin};
use crate::errors;

fn from_callable(object: Borrowed<'_, '_, PyAny>) -> Result<Py<PyAny>, Wrong> {
    if object.is_callable() { Ok(object.to_owned().unbind()) } else { Err(Wrong::Type) }
}

/// A callback for the progress of a wait.
pub(crate) struct WaitCallback(pub(crate) Py<PyAny>);

impl<'a, 'py> Argument<'a, 'py> for WaitCallback {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Callable"),
        PyStaticExpr::List { elts: &[builtin("str"), builtin("float")] },
        builtin("object")
    );
    const EXPECTED: &'static str = "a callable that takes the state seen and the seconds elapsed";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        from_callable(object).map(WaitCallback)
    }
}

/// A callback for events.
pub(crate) struct EventCallback(pub(crate) Py<PyAny>);

impl<'a, 'py> Argument<'a, 'py> for EventCallback {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Callable"),
        PyStaticExpr::List { elts: &[type_hint_identifier!("mendix_deploy.events", "CallEvent")] },
        builtin("object")
    );
    const EXPECTED: &'static str = "a callable that takes an event";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        from_callable(object).map(EventCallback)
    }
}

/// A callback for the steps of a deployment.
pub(crate) struct StepCallback(pub(crate) Py<PyAny>);

impl<'a, 'py> Argument<'a, 'py> for StepCallback {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Callable"),
        PyStaticExpr::List { elts: &[type_hint_identifier!("mendix_deploy", "DeployStep")] },
        builtin("object")
    );
    const EXPECTED: &'static str = "a callable that takes a DeployStep";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        from_callable(object).map(StepCallback)
    }
}

/// How to show the progress of a transfer: a callback, or a bar on the terminal.
pub(crate) enum Progress {
    Callback(Py<PyAny>),
    Bar(bool),
}

impl<'a, 'py> Argument<'a, 'py> for Progress {
    const HINT: PyStaticExpr = type_hint_union!(
        type_hint_subscript!(
            type_hint_identifier!("collections.abc", "Callable"),
            PyStaticExpr::List { elts: &[builtin("int"), builtin("int")] },
            builtin("object")
        ),
        builtin("bool")
    );
    const EXPECTED: &'static str = "a callable that takes the bytes done and the bytes in all, or True";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        match object.extract() {
            Ok(wanted) => Ok(Progress::Bar(wanted)),
            Err(_) => from_callable(object).map(Progress::Callback),
        }
    }
}

impl Progress {
    /// Makes a transfer with the callback for its progress, if any. The bar is drawn in Python, and only on a terminal.
    pub(crate) fn during<T>(
        py: Python<'_>,
        progress: Option<Progress>,
        what: &str,
        transfer: impl FnOnce(Option<Py<PyAny>>) -> PyResult<T>,
    ) -> PyResult<T> {
        match progress {
            None | Some(Progress::Bar(false)) => transfer(None),
            Some(Progress::Callback(callback)) => transfer(Some(callback)),
            Some(Progress::Bar(true)) => {
                let bar = py.import("mendix_deploy._progress")?.call_method1("bar", (what,))?;
                if bar.is_none() {
                    return transfer(None);
                }
                let transferred = transfer(Some(bar.clone().unbind()));
                // However it ended, the next line of the terminal is a new one.
                let closed = errors::report(py, bar.call_method0(intern!(py, "close")));
                let value = transferred?;
                closed?;
                Ok(value)
            }
        }
    }
}
