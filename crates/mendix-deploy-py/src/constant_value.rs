//! Values of constants, in the types of Python that the constant's own type says.

use pyo3::Borrowed;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString, PyType};
use pyo3::{type_hint_identifier, type_hint_union};

use crate::arguments::{Argument, Item, Wrong, builtin};

/// A value for a constant. Its text is what the service gets.
pub(crate) enum ConstantValue {
    /// Passed on as it is.
    Text(String),
    Bool(bool),
    Whole(String),
    Decimal(String),
}

impl ConstantValue {
    /// The text for a constant of this type, or what is wrong. That does not repeat the value: it may be a secret.
    pub(crate) fn for_type(self, name: &str, data_type: Option<&str>) -> Result<String, String> {
        let kind = data_type.unwrap_or_default().trim_start_matches('_').to_ascii_lowercase();
        let (takes_bool, takes_whole, takes_decimal) = match kind.as_str() {
            "boolean" => (true, false, false),
            "integer" | "long" | "integer/long" => (false, true, false),
            "decimal" | "float" => (false, true, true),
            _ => (false, false, false),
        };
        let (fits, class, text) = match self {
            ConstantValue::Text(text) => return Ok(text),
            ConstantValue::Bool(value) => (takes_bool, "a bool", value.to_string()),
            // In a decimal it may have more digits.
            ConstantValue::Whole(text) if takes_whole && !takes_decimal && text.parse::<i64>().is_err() => {
                return Err(format!("is out of the range of {name:?}; expected a number of 64 bits"));
            }
            ConstantValue::Whole(text) => (takes_whole, "an int", text),
            ConstantValue::Decimal(text) => (takes_decimal, "a decimal number", text),
        };
        if fits {
            return Ok(text);
        }
        let expected = match (takes_bool, takes_whole, takes_decimal) {
            (true, ..) => "a bool or its text",
            (_, _, true) => "a number or its text",
            (_, true, _) => "an int or its text",
            _ => "text",
        };
        let data_type = data_type.unwrap_or("unknown");
        Err(format!("is {class}, and the type of {name:?} is {data_type}; expected {expected}"))
    }
}

impl Item for ConstantValue {
    const HINT: PyStaticExpr = <ConstantValue as Argument>::HINT;
    const EXPECTED: &'static str = "a mapping from names to text, bools and numbers";

    fn from_item(item: &Bound<'_, PyAny>) -> Result<Self, Wrong> {
        ConstantValue::from_object(item.as_borrowed())
    }
}

impl<'a, 'py> Argument<'a, 'py> for ConstantValue {
    const HINT: PyStaticExpr = type_hint_union!(
        builtin("str"),
        builtin("bool"),
        builtin("int"),
        builtin("float"),
        type_hint_identifier!("decimal", "Decimal")
    );
    const EXPECTED: &'static str = "str, bool, int, float or Decimal";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let infinite = || Wrong::Value("is not a finite number; expected one that is".to_owned());
        if object.is_instance_of::<PyString>() {
            return <&str>::from_object(object).map(|text| ConstantValue::Text(text.to_owned()));
        }
        if let Ok(value) = object.cast::<PyBool>() {
            return Ok(ConstantValue::Bool(value.is_true()));
        }
        if object.is_instance_of::<PyInt>() {
            // Python refuses to write a number of many digits.
            let text = object.str().map_err(|_| Wrong::Value("has too many digits".to_owned()))?;
            return Ok(ConstantValue::Whole(text.to_string()));
        }
        if let Ok(value) = object.cast::<PyFloat>() {
            let value = value.value();
            return if value.is_finite() {
                Ok(ConstantValue::Decimal(value.to_string()))
            } else {
                Err(infinite())
            };
        }
        let py = object.py();
        if object.is_instance(DECIMAL.import(py, "decimal", "Decimal")?)? {
            return if object.call_method0("is_finite")?.extract()? {
                Ok(ConstantValue::Decimal(object.call_method1("__format__", ("f",))?.extract()?))
            } else {
                Err(infinite())
            };
        }
        Err(Wrong::Type)
    }
}
