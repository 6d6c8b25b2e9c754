//! The values of fields: text, numbers, times, enums, and other fields that the service sent.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDelta, PyDict, PyList, PyString, PyTuple, PyTzInfo};
use pyo3::{IntoPyObjectExt, intern, type_hint_identifier, type_hint_subscript};
use serde_json::{Map, Value};

use crate::arguments::builtin;
use crate::enums::EnumValue;
use crate::models::View;

impl<'a> View<'a, &'a str> for String {
    fn view(&'a self) -> &'a str {
        self
    }
}

impl<'a> View<'a, Option<&'a str>> for Option<String> {
    fn view(&'a self) -> Option<&'a str> {
        self.as_deref()
    }
}

impl<'a> View<'a, Option<&'a Path>> for Option<PathBuf> {
    fn view(&'a self) -> Option<&'a Path> {
        self.as_deref()
    }
}

impl<T: Copy> View<'_, Option<T>> for Option<T> {
    fn view(&self) -> Option<T> {
        *self
    }
}

impl View<'_, u64> for u64 {
    fn view(&self) -> u64 {
        *self
    }
}

impl View<'_, Moment> for Timestamp {
    fn view(&self) -> Moment {
        Moment(*self)
    }
}

impl View<'_, Option<Moment>> for Option<Timestamp> {
    fn view(&self) -> Option<Moment> {
        self.map(Moment)
    }
}

/// A time as an aware `datetime` in UTC. (`SystemTime` would be one too, but not before 1970.)
pub(crate) struct Moment(Timestamp);

impl<'py> IntoPyObject<'py> for Moment {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = type_hint_identifier!("datetime", "datetime");

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        const SECONDS_PER_DAY: i64 = 86_400;
        let utc = PyTzInfo::utc(py)?;
        let epoch = PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))?;
        let (seconds, microseconds) = (self.0.as_second(), self.0.subsec_nanosecond() / 1000);
        let days = i32::try_from(seconds / SECONDS_PER_DAY)?;
        let seconds = i32::try_from(seconds % SECONDS_PER_DAY)?;
        epoch.add(PyDelta::new(py, days, seconds, microseconds, true)?)
    }
}

impl<'a, T> View<'a, EnumValue<'a, T>> for T {
    fn view(&'a self) -> EnumValue<'a, T> {
        EnumValue(self)
    }
}

impl<'a, T> View<'a, Option<EnumValue<'a, T>>> for Option<T> {
    fn view(&'a self) -> Option<EnumValue<'a, T>> {
        self.as_ref().map(EnumValue)
    }
}

impl<'a> View<'a, Fields<'a>> for mendix_deploy::Extra {
    fn view(&'a self) -> Fields<'a> {
        Fields(self)
    }
}

/// A JSON object as a `dict` of its own.
pub(crate) struct Fields<'a>(pub(crate) &'a Map<String, Value>);

impl<'py> IntoPyObject<'py> for Fields<'_> {
    type Target = PyDict;
    type Output = Bound<'py, PyDict>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr =
        type_hint_subscript!(builtin("dict"), builtin("str"), type_hint_identifier!("typing", "Any"));

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, value) in self.0 {
            dict.set_item(name, plain(py, value)?)?;
        }
        Ok(dict)
    }
}

/// The fields of a result as a `dict` of plain values.
pub(crate) struct PlainFields<'py>(Bound<'py, PyDict>);

impl<'py> PlainFields<'py> {
    pub(crate) fn new(py: Python<'py>) -> PlainFields<'py> {
        PlainFields(PyDict::new(py))
    }

    /// A field.
    pub(crate) fn put(&mut self, name: &str, value: impl IntoPyObjectExt<'py>) -> PyResult<()> {
        let value = value.into_bound_py_any(self.0.py())?;
        self.0.set_item(name, without_classes(value)?)
    }

    /// Other fields, as they came. A field whose value could not be read is one of them, under the service's name.
    pub(crate) fn put_others(&mut self, extra: &mendix_deploy::Extra) -> PyResult<()> {
        for (name, value) in extra.iter() {
            let is_there = self.0.get_item(name)?.is_some_and(|value| !value.is_none());
            if !is_there {
                self.0.set_item(name, plain(self.0.py(), value)?)?;
            }
        }
        Ok(())
    }
}

impl<'py> IntoPyObject<'py> for PlainFields<'py> {
    type Target = PyDict;
    type Output = Bound<'py, PyDict>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = <Fields<'_> as IntoPyObject>::OUTPUT_TYPE;

    fn into_pyobject(self, _py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(self.0)
    }
}

/// A value without this package's classes: results are dicts, tuples are lists, and enums are text.
fn without_classes(value: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = value.py();
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(PyString::new(py, text.to_str()?).into_any());
    }
    if let Ok(items) = value.cast::<PyTuple>() {
        let items = items.iter().map(without_classes).collect::<PyResult<Vec<_>>>()?;
        return PyList::new(py, items).map(Bound::into_any);
    }
    match value.getattr_opt(intern!(py, "to_dict"))? {
        Some(to_dict) => to_dict.call0(),
        None => Ok(value),
    }
}

/// A JSON value as the Python value that `json.loads` makes of it.
fn plain<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(value) => value.into_bound_py_any(py),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into_bound_py_any(py),
            (None, Some(number)) => number.into_bound_py_any(py),
            (None, None) => number.as_f64().into_bound_py_any(py),
        },
        Value::String(text) => text.into_bound_py_any(py),
        Value::Array(items) => {
            let items = items.iter().map(|item| plain(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items).map(Bound::into_any)
        }
        Value::Object(fields) => Fields(fields).into_pyobject(py).map(Bound::into_any),
    }
}
