//! Arguments whose Python type needs a word, and the types of callbacks.

use std::time::Duration;

use mendix_deploy::Proxy;
use pyo3::exceptions::{PyTypeError, PyUnicodeEncodeError};
use pyo3::inspect::{PyStaticConstant, PyStaticExpr};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyString, PyType};
use pyo3::{Borrowed, type_hint_identifier, type_hint_subscript, type_hint_union};

use crate::errors;

/// `str`, `int`, `None` and the like in hints.
pub(crate) const fn builtin(name: &'static str) -> PyStaticExpr {
    PyStaticExpr::Name { id: name }
}

/// `Literal[word]` takes one of these.
pub(crate) const fn word(text: &'static str) -> PyStaticExpr {
    PyStaticExpr::Constant { value: PyStaticConstant::Str(text) }
}

/// Text that can be sent: without the halves of characters that Python keeps for file names.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a>(&'a str);

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Text<'a> {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = builtin("str");

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        object.extract().map(Text).map_err(|error: PyErr| {
            if error.is_instance_of::<PyUnicodeEncodeError>(object.py()) {
                errors::invalid_input(
                    object.py(),
                    "a text has a lone surrogate; expected text that can be sent",
                )
            } else {
                error
            }
        })
    }
}

/// A day: a `datetime.date`, or text that the core looks at.
pub(crate) struct Day(pub(crate) String);

impl FromPyObject<'_, '_> for Day {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr =
        type_hint_union!(type_hint_identifier!("datetime", "date"), builtin("str"));

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        static DATE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let py = object.py();
        if object.is_instance_of::<PyString>() {
            return Ok(Day(object.extract::<Text<'_>>()?.0.to_owned()));
        }
        let is_a = |class: &'static PyOnceLock<Py<PyType>>, name| {
            object.is_instance(class.import(py, "datetime", name)?)
        };
        if is_a(&DATE, "date")? && !is_a(&DATETIME, "datetime")? {
            return object.call_method0("isoformat")?.extract().map(Day);
        }
        let found = object.get_type().name()?;
        Err(PyTypeError::new_err(format!("expected a datetime.date or \"YYYY-MM-DD\", not {found}")))
    }
}

/// A proxy: its URL, or False for none.
pub(crate) struct ProxyOption(pub(crate) Proxy);

impl FromPyObject<'_, '_> for ProxyOption {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        builtin("str"),
        type_hint_subscript!(
            type_hint_identifier!("typing", "Literal"),
            PyStaticExpr::Constant { value: PyStaticConstant::Bool(false) }
        )
    );

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if object.extract().is_ok_and(|wanted: bool| !wanted) {
            return Ok(ProxyOption(Proxy::None));
        }
        object.extract().map(|url| ProxyOption(Proxy::Url(url)))
    }
}

/// A callable that is told of progress, called with two numbers.
pub(crate) struct Callback(Py<PyAny>);

impl Callback {
    pub(crate) fn into_inner(self) -> Py<PyAny> {
        self.0
    }
}

/// A callable that is told of events.
pub(crate) struct EventCallback(Py<PyAny>);

impl EventCallback {
    pub(crate) fn into_inner(self) -> Py<PyAny> {
        self.0
    }
}

impl FromPyObject<'_, '_> for EventCallback {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Callable"),
        PyStaticExpr::List { elts: &[type_hint_identifier!("mendix_deploy.events", "CallEvent")] },
        builtin("object")
    );

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        callable(object, "a callable that takes an event").map(EventCallback)
    }
}

fn callable(object: Borrowed<'_, '_, PyAny>, expected: &str) -> PyResult<Py<PyAny>> {
    if object.is_callable() {
        return Ok(object.to_owned().unbind());
    }
    let found = object.get_type().name()?;
    Err(PyTypeError::new_err(format!("expected {expected}, not {found}")))
}

impl FromPyObject<'_, '_> for Callback {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Callable"),
        PyStaticExpr::List { elts: &[builtin("str"), builtin("float")] },
        builtin("object")
    );

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        callable(object, "a callable that takes the state seen and the seconds elapsed").map(Callback)
    }
}

/// How to tell of a transfer: a callable, or a bar on the terminal.
pub(crate) enum Progress {
    Callback(Py<PyAny>),
    Bar(bool),
}

impl FromPyObject<'_, '_> for Progress {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        type_hint_subscript!(
            type_hint_identifier!("collections.abc", "Callable"),
            PyStaticExpr::List { elts: &[builtin("int"), builtin("int")] },
            builtin("object")
        ),
        builtin("bool")
    );

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(wanted) = object.extract::<bool>() {
            return Ok(Progress::Bar(wanted));
        }
        callable(object, "a callable that takes the bytes done and the bytes in all, or True")
            .map(Progress::Callback)
    }
}

impl Progress {
    /// The callable to tell, if any. The bar is drawn in Python, and only on a terminal.
    pub(crate) fn callback(
        py: Python<'_>,
        progress: Option<Progress>,
        what: &str,
    ) -> PyResult<Option<Py<PyAny>>> {
        match progress {
            None | Some(Progress::Bar(false)) => Ok(None),
            Some(Progress::Callback(callback)) => Ok(Some(callback)),
            Some(Progress::Bar(true)) => py
                .import("mendix_deploy._progress")?
                .getattr("bar")?
                .call1((what,))?
                .extract()
                .map_err(Into::into),
        }
    }
}

/// A time in seconds.
pub(crate) fn seconds(py: Python<'_>, name: &str, value: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value).map_err(|_| {
        errors::invalid_input(py, &format!("{name} is {value}; expected a positive number of seconds"))
    })
}

/// A number of things.
pub(crate) fn count(py: Python<'_>, name: &str, value: i64) -> PyResult<usize> {
    usize::try_from(value)
        .map_err(|_| errors::invalid_input(py, &format!("{name} is {value}; expected a positive number")))
}

/// A whole number of any size, as Python has them.
pub(crate) struct Whole<'py>(Bound<'py, PyInt>);

impl<'py> FromPyObject<'_, 'py> for Whole<'py> {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = builtin("int");

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Whole(object.to_owned().cast_into()?))
    }
}

impl Whole<'_> {
    /// The number where the core can take it. Whether it makes sense is the core's to say.
    pub(crate) fn number(&self, name: &str) -> PyResult<u32> {
        self.0.extract().map_err(|_| {
            let problem = format!("{name} is {}; expected a number from 0 to {}", self.0, u32::MAX);
            errors::invalid_input(self.0.py(), &problem)
        })
    }
}
