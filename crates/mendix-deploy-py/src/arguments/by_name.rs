//! Mappings as arguments.

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use pyo3::{Borrowed, type_hint_identifier, type_hint_subscript};

use super::{Argument, Wrong, builtin};

/// A mapping from names to values of one type.
pub(crate) struct ByName<T>(pub(crate) Vec<(String, T)>);

/// What the values of a mapping can be.
pub(crate) trait Item: Sized {
    const HINT: PyStaticExpr;
    /// The type of the mapping in messages.
    const EXPECTED: &'static str;

    fn from_item(item: &Bound<'_, PyAny>) -> Result<Self, Wrong>;
}

impl Item for String {
    const HINT: PyStaticExpr = builtin("str");
    const EXPECTED: &'static str = "a mapping from names to text";

    fn from_item(item: &Bound<'_, PyAny>) -> Result<Self, Wrong> {
        let Ok(text) = item.cast::<PyString>() else { return Err(Wrong::Type) };
        <&str>::from_object(text.as_any().as_borrowed()).map(str::to_owned)
    }
}

impl Item for bool {
    const HINT: PyStaticExpr = builtin("bool");
    const EXPECTED: &'static str = "a mapping from names to bool";

    fn from_item(item: &Bound<'_, PyAny>) -> Result<Self, Wrong> {
        bool::from_object(item.as_borrowed())
    }
}

impl<'a, 'py, T: Item> Argument<'a, 'py> for ByName<T> {
    const HINT: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("collections.abc", "Mapping"), builtin("str"), T::HINT);
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        let Ok(mapping) = object.cast::<PyMapping>() else { return Err(Wrong::Type) };
        let copy = PyDict::new(object.py());
        copy.update(&mapping)?;
        let item = |(name, given): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok((<&str>::from_object(name.as_borrowed())?.to_owned(), T::from_item(&given)?))
        };
        copy.iter().map(item).collect::<Result<_, Wrong>>().map(ByName)
    }
}
