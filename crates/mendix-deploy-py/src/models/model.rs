//! What all result classes share.

use std::marker::PhantomData;

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use pyo3::{IntoPyObjectExt, type_hint_identifier};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::arguments::builtin;
use crate::errors;

/// A field of a core model as Python shows it.
pub(crate) trait View<'a, T> {
    fn view(&'a self) -> T;
}

/// The service's own JSON of a model: the same text that the C interface gives.
pub(crate) fn write(py: Python<'_>, value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| errors::invalid_input(py, &error.to_string()))
}

/// A model from that JSON. An error names the position only: the text may hold a signed link.
pub(crate) fn read<T: DeserializeOwned>(py: Python<'_>, class: &str, text: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let problem =
            format!("text is no {class} at line {line}, column {column}; expected what to_json gives");
        errors::invalid_input(py, &problem)
    })
}

/// Declares a frozen class over a model of the core: its fields, in the order in which they are shown.
macro_rules! model {
    (
        $(#[doc = $doc:literal])+
        $class:ident { $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty,)+ }
        $(extra $extra:ident)?
        $(blank $blank:literal)?
        $(with { $($methods:tt)* })?
        $(html { $($html:tt)* })?
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, eq, weakref, module = "mendix_deploy")]
        #[derive(Clone, PartialEq)]
        pub(crate) struct $class(pub(crate) mendix_deploy::$class);

        impl From<mendix_deploy::$class> for $class {
            fn from(value: mendix_deploy::$class) -> $class {
                $class(value)
            }
        }

        #[pymethods]
        impl $class {
            $(
                $(#[doc = $field_doc])+
                #[getter]
                fn $field(&self) -> $type {
                    $crate::models::View::view(&self.0.$field)
                }
            )+

            $(
                /// Other fields that the service sent, by its own names. A copy: changing it changes nothing else.
                #[getter]
                fn $extra(&self) -> $crate::models::Fields<'_> {
                    $crate::models::Fields(&self.0.$extra)
                }
            )?

            /// Makes one of its fields, for tests. What is not given is absent.
            #[new]
            #[pyo3(signature = (**fields: "Any"))]
            fn new(
                py: Python<'_>,
                fields: Option<&pyo3::Bound<'_, pyo3::types::PyDict>>,
            ) -> PyResult<$class> {
                use $crate::models::given::{check_required, is_required};

                let required = [$((
                    stringify!($field),
                    is_required(|value: &mendix_deploy::$class| &value.$field),
                )),+];
                check_required(stringify!($class), &required, fields)?;
                let blank = concat!($($blank)?);
                let blank = if blank.is_empty() { "{}" } else { blank };
                $crate::models::read(py, stringify!($class), blank)
                    .and_then(|value| $class::with_fields(py, value, fields))
            }

            /// Gives a copy with other values of some fields.
            #[pyo3(signature = (**changes: "Any"))]
            fn replace(
                &self,
                py: Python<'_>,
                changes: Option<&pyo3::Bound<'_, pyo3::types::PyDict>>,
            ) -> PyResult<$class> {
                $class::with_fields(py, self.0.clone(), changes)
            }

            /// What `copy.replace` calls.
            #[pyo3(signature = (**changes: "Any"))]
            fn __replace__(
                &self,
                py: Python<'_>,
                changes: Option<&pyo3::Bound<'_, pyo3::types::PyDict>>,
            ) -> PyResult<$class> {
                self.replace(py, changes)
            }

            /// Gives the fields as a dict of plain values, and other fields that the service sent by its own names.
            ///
            /// Results within are dicts, too. Times stay `datetime`, and signed links stay hidden in their `SignedUrl`.
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<$crate::models::PlainFields<'py>> {
                let mut fields = $crate::models::PlainFields::new(py);
                $(fields.put(stringify!($field), self.$field())?;)+
                $(fields.put_others(&self.0.$extra)?;)?
                Ok(fields)
            }

            /// Gives the object as JSON, with the service's own names.
            fn to_json(&self, py: Python<'_>) -> PyResult<String> {
                $crate::models::write(py, &self.0)
            }

            /// Reads what `to_json` gives, or the service sends.
            #[staticmethod]
            fn from_json(
                py: Python<'_>,
                text: $crate::arguments::Arg<$crate::arguments::names::text, &str>,
            ) -> PyResult<$class> {
                $crate::models::read(py, stringify!($class), &text).map($class)
            }

            $($($methods)*)?

            #[classattr]
            fn __match_args__() -> $crate::models::MatchArgs<$class> {
                $crate::models::MatchArgs::new()
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                let shown = [
                    $($crate::models::show(py, stringify!($field), self.$field())?,)+
                    $($crate::models::show_names(py, &self.0.$extra)?,)?
                ];
                Ok(format!("{}({})", stringify!($class), shown.into_iter().flatten().collect::<Vec<_>>().join(", ")))
            }

            fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
                use pyo3::IntoPyObjectExt;
                // Other fields that the service sent are left out: equal objects have equal hashes all the same.
                pyo3::types::PyTuple::new(py, [$(self.$field().into_bound_py_any(py)?),+])?.hash()
            }

            fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                Ok((py.get_type::<$class>().getattr("from_json")?, (self.to_json(py)?,)))
            }
        }

        impl $class {
            /// A value with these fields in place of its own.
            fn with_fields(
                py: Python<'_>,
                mut value: mendix_deploy::$class,
                fields: Option<&pyo3::Bound<'_, pyo3::types::PyDict>>,
            ) -> PyResult<$class> {
                use $crate::models::given::{take, unknown};

                for (name, given) in fields.map(|fields| fields.iter()).into_iter().flatten() {
                    let name: String = name.extract()?;
                    match name.as_str() {
                        $(stringify!($field) => value.$field = take(stringify!($field), &given)?,)+
                        $(stringify!($extra) => value.$extra = take(stringify!($extra), &given)?,)?
                        _ => {
                            let known = <$class as $crate::models::Fielded>::NAMES;
                            return Err(unknown(py, stringify!($class), &name, known));
                        }
                    }
                }
                // As it comes back from JSON, which has times in milliseconds.
                $crate::models::read(py, stringify!($class), &$crate::models::write(py, &value)?).map($class)
            }
        }

        impl $crate::models::given::Given for mendix_deploy::$class {
            const REQUIRED: bool = true;
            const EXPECTED: &'static str = stringify!($class);

            fn given(
                object: pyo3::Borrowed<'_, '_, PyAny>,
            ) -> Result<mendix_deploy::$class, $crate::arguments::Wrong> {
                match object.cast::<$class>() {
                    Ok(object) => Ok(object.get().0.clone()),
                    Err(_) => Err($crate::arguments::Wrong::Type),
                }
            }
        }

        $crate::models::html::notebook! { $class $($($html)*)? }

        impl $crate::models::Fielded for $class {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];
            const HINTS: &'static [pyo3::inspect::PyStaticExpr] =
                &[$($crate::models::literal(&$crate::arguments::text_constant(stringify!($field)))),+];
        }
    };
}
pub(crate) use model;

/// A class whose fields `match` can destructure by position.
pub(crate) trait Fielded {
    const NAMES: &'static [&'static str];
    const HINTS: &'static [PyStaticExpr];
}

/// `Literal[name]`.
pub(crate) const fn literal(name: &'static PyStaticExpr) -> PyStaticExpr {
    PyStaticExpr::Subscript { value: &type_hint_identifier!("typing", "Literal"), slice: name }
}

/// The names of the fields as a tuple.
pub(crate) struct MatchArgs<Class>(PhantomData<Class>);

impl<Class> MatchArgs<Class> {
    pub(crate) fn new() -> MatchArgs<Class> {
        MatchArgs(PhantomData)
    }
}

impl<'py, Class: Fielded> IntoPyObject<'py> for MatchArgs<Class> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr = PyStaticExpr::Subscript {
        value: &builtin("tuple"),
        slice: &PyStaticExpr::Tuple { elts: Class::HINTS },
    };

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, Class::NAMES)
    }
}

/// A field as `repr` shows it; `None` for one without a value.
pub(crate) fn show<'py>(
    py: Python<'py>,
    name: &str,
    value: impl IntoPyObjectExt<'py>,
) -> PyResult<Option<String>> {
    let value = value.into_bound_py_any(py)?;
    if value.is_none() { Ok(None) } else { Ok(Some(format!("{name}={}", value.repr()?))) }
}

/// Other fields that the service sent as `repr` shows them: by name, since one may be a signed link.
pub(crate) fn show_names(py: Python<'_>, extra: &mendix_deploy::Extra) -> PyResult<Option<String>> {
    if extra.is_empty() {
        return Ok(None);
    }
    let fields: PyResult<Vec<String>> =
        extra.keys().map(|name| Ok(format!("{}: ...", PyString::new(py, name).repr()?))).collect();
    Ok(Some(format!("extra={{{}}}", fields?.join(", "))))
}
