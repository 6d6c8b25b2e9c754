//! Times, and numbers of that range.

use std::time::Duration;

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDelta};
use pyo3::{Borrowed, type_hint_identifier, type_hint_union};

use super::{Argument, Wrong, builtin};

/// A time: a number of seconds or a `timedelta`, of whatever a [`Duration`] can be.
impl<'a, 'py> Argument<'a, 'py> for f64 {
    const HINT: PyStaticExpr =
        type_hint_union!(builtin("float"), type_hint_identifier!("datetime", "timedelta"));
    const EXPECTED: &'static str = "a number of seconds or a datetime.timedelta";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        if object.is_none() {
            let problem = "is None, and a time is always limited; \
                           expected a number of seconds or a datetime.timedelta, such as 86400 for a day";
            return Err(Wrong::Kind(problem.to_owned()));
        }
        if object.cast::<PyDelta>().is_ok() {
            return number(object.call_method0("total_seconds")?.as_borrowed(), "a positive time");
        }
        number(object, "a positive number of seconds, at most 1.8e19")
    }
}

/// How many times as fast.
pub(crate) struct Factor(pub(crate) f64);

impl<'a, 'py> Argument<'a, 'py> for Factor {
    const HINT: PyStaticExpr = builtin("float");
    const EXPECTED: &'static str = "a number";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        number(object, "a positive number, at most 1.8e19").map(Factor)
    }
}

/// A number that is not negative. `True` is one for Python, and never meant.
fn number(object: Borrowed<'_, '_, PyAny>, expected: &str) -> Result<f64, Wrong> {
    if object.is_instance_of::<PyBool>() {
        return Err(Wrong::Type);
    }
    let expected = |found| format!("is {found}; expected {expected}");
    let value: f64 =
        object.extract().map_err(|error| Wrong::of(object, error, || expected("too large".to_owned())))?;
    match Duration::try_from_secs_f64(value) {
        Ok(_) => Ok(value),
        Err(_) => Err(Wrong::Value(expected(format!("{value:?}")))),
    }
}

/// The time of an argument, which was checked when it was extracted.
pub(crate) fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value).unwrap_or(Duration::MAX)
}
