//! Mappings as arguments.

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};
use pyo3::{Borrowed, type_hint_identifier, type_hint_subscript};

use crate::arguments::{Argument, Wrong, builtin};

/// A mapping from names to values of one type.
pub(crate) struct ByName<T>(pub(super) Vec<(String, T)>);

impl<'a, 'py> Argument<'a, 'py> for ByName<String> {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Mapping"),
        builtin("str"),
        builtin("str")
    );
    const EXPECTED: &'static str = "a mapping from names to text";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        by_name(&object, |value| {
            let Ok(text) = value.cast::<pyo3::types::PyString>() else { return Err(Wrong::Type) };
            <&str>::from_object(text.as_any().as_borrowed()).map(str::to_owned)
        })
    }
}

impl<'a, 'py> Argument<'a, 'py> for ByName<bool> {
    const HINT: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Mapping"),
        builtin("str"),
        builtin("bool")
    );
    const EXPECTED: &'static str = "a mapping from names to bool";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        by_name(&object, |value| bool::from_object(value.as_borrowed()))
    }
}

fn by_name<T>(
    object: &Bound<'_, PyAny>,
    value: impl Fn(&Bound<'_, PyAny>) -> Result<T, Wrong>,
) -> Result<ByName<T>, Wrong> {
    let Ok(mapping) = object.cast::<PyMapping>() else { return Err(Wrong::Type) };
    let copy = PyDict::new(object.py());
    copy.update(mapping)?;
    let item = |(name, given): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
        Ok((<&str>::from_object(name.as_borrowed())?.to_owned(), value(&given)?))
    };
    copy.iter().map(item).collect::<Result<_, Wrong>>().map(ByName)
}
