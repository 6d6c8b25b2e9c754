//! Arguments: the types that each can have, and errors that name it where it has another type or an invalid value.

mod by_name;
mod literal;
pub(crate) mod time;

use std::marker::PhantomData;
use std::ops::Deref;
use std::path::PathBuf;

use mendix_deploy::{BackupPart, Proxy};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::inspect::{PyStaticConstant, PyStaticExpr};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyString, PyType};
use pyo3::{Borrowed, PyClass, type_hint_identifier, type_hint_subscript, type_hint_union};

pub(crate) use self::by_name::{ByName, Item};
pub(crate) use self::literal::DataType;
use crate::enums::BACKUP_PARTS;
use crate::errors;

/// `str`, `int`, `None` and the like in hints.
pub(crate) const fn builtin(name: &'static str) -> PyStaticExpr {
    PyStaticExpr::Name { id: name }
}

/// The text in `Literal["text"]`.
pub(crate) const fn text_constant(text: &'static str) -> PyStaticExpr {
    PyStaticExpr::Constant { value: PyStaticConstant::Str(text) }
}

/// What can be an argument.
pub(crate) trait Argument<'a, 'py>: Sized {
    /// The type in signatures and the stub.
    const HINT: PyStaticExpr;
    /// The type in messages.
    const EXPECTED: &'static str;

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong>;
}

/// What is wrong with an argument. The texts continue a sentence that begins with its name.
pub(crate) enum Wrong {
    /// It has another type.
    Type,
    /// It is unsuitable, though its type may be right.
    Kind(String),
    /// Its value is invalid.
    Value(String),
    /// Code of the caller raised this.
    Raised(PyErr),
}

/// What code of the caller raises is passed on unchanged.
impl From<PyErr> for Wrong {
    fn from(error: PyErr) -> Wrong {
        Wrong::Raised(error)
    }
}

impl Wrong {
    /// What is wrong where pyo3 or Python refused an object. `value` is the problem where its type is right.
    fn of(object: Borrowed<'_, '_, PyAny>, error: PyErr, value: impl FnOnce() -> String) -> Wrong {
        let py = object.py();
        if error.traceback(py).is_some() {
            // It comes from a method of the object that is written in Python.
            Wrong::Raised(error)
        } else if error.is_instance_of::<PyTypeError>(py) {
            Wrong::Type
        } else if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyOverflowError>(py) {
            Wrong::Value(value())
        } else {
            Wrong::Raised(error)
        }
    }
}

/// The name of a parameter.
pub(crate) trait Name {
    const NAME: &'static str;

    /// For `from_py_with`, where a parameter has a literal default, so that it cannot be an [`Arg`].
    fn take<'a, 'py, T: Argument<'a, 'py>>(object: &'a Bound<'py, PyAny>) -> PyResult<T> {
        Self::extract(object.as_borrowed())
    }

    /// An argument of this name.
    fn extract<'a, 'py, T: Argument<'a, 'py>>(object: Borrowed<'a, 'py, PyAny>) -> PyResult<T> {
        T::from_object(object).map_err(|wrong| refused(Self::NAME, T::EXPECTED, object, wrong))
    }
}

/// The exception for an argument: it begins with the name.
pub(crate) fn refused(name: &str, expected: &str, object: Borrowed<'_, '_, PyAny>, wrong: Wrong) -> PyErr {
    match wrong {
        Wrong::Type => match object.get_type().name() {
            Ok(found) => PyTypeError::new_err(format!("{name}: expected {expected}, not {found}")),
            Err(error) => error,
        },
        Wrong::Kind(problem) => PyTypeError::new_err(format!("{name} {problem}")),
        Wrong::Value(problem) => errors::invalid_input(object.py(), &format!("{name} {problem}")),
        Wrong::Raised(error) => error,
    }
}

macro_rules! names {
    ($($name:ident)+) => {
        $(
            #[expect(non_camel_case_types, reason = "it has its name in Python")]
            pub(crate) enum $name {}

            impl Name for $name {
                const NAME: &'static str = stringify!($name);
            }
        )+
    };
}

/// The parameters' names, as types.
pub(crate) mod names {
    use super::Name;

    names! {
        accept_any_package action_timeout after_effect allow_insecure_http answer_timeout api_key app_id
        archive_id auto_sync_db backup backup_duration base_url bind bodies branch bytes ca_file call
        check_packages comment connect_timeout constants custom_settings data_type date db_only description
        enabled environment_id from_mode idle_limit instances job_id journal kind lease max_attempts
        memory_per_instance mode name nth on_event on_step one_port package package_id part path port
        processing_duration profile progress project_id proxy read_back reply_limit restore_id revision
        rollback rules scheduled_events seconds service settings snapshot_id source source_snapshot_id speed
        stall_timeout start_duration state status step_timeout stop_duration tag target text timeout times tls
        token url user_agent username value version wait_token while_running
    }
}

/// An argument whose errors name it.
pub(crate) struct Arg<N, T>(T, PhantomData<N>);

impl<N, T> Arg<N, T> {
    pub(crate) fn into_inner(self) -> T {
        self.0
    }
}

impl<N, T> Deref for Arg<N, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'a, 'py, N: Name, T: Argument<'a, 'py>> FromPyObject<'a, 'py> for Arg<N, T> {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = T::HINT;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        N::extract(object).map(|value| Arg(value, PhantomData))
    }
}

/// Text that can be sent: without the halves of characters that Python keeps for file names.
impl<'a, 'py> Argument<'a, 'py> for &'a str {
    const HINT: PyStaticExpr = builtin("str");
    const EXPECTED: &'static str = "str";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        let lone = || "has a lone surrogate; expected text that can be sent".to_owned();
        object.extract().map_err(|error| Wrong::of(object, error, lone))
    }
}

impl<'a, 'py> Argument<'a, 'py> for bool {
    const HINT: PyStaticExpr = builtin("bool");
    const EXPECTED: &'static str = "bool";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        object.extract().map_err(|_| Wrong::Type)
    }
}

macro_rules! whole {
    ($($type:ty)+) => {
        $(
            /// A whole number. The core checks its range.
            impl<'a, 'py> Argument<'a, 'py> for $type {
                const HINT: PyStaticExpr = builtin("int");
                const EXPECTED: &'static str = "int";

                fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
                    // `True` is a number for Python, and never meant as one.
                    if object.is_instance_of::<PyBool>() {
                        return Err(Wrong::Type);
                    }
                    object.extract().map_err(|error| Wrong::of(object, error, || {
                        // Python refuses to write a number of many digits.
                        let found = object.extract().map_or("out of range".to_owned(), |found: i64| found.to_string());
                        format!("is {found}; expected a number from 0 to {}", Self::MAX)
                    }))
                }
            }
        )+
    };
}

whole! { u16 u32 u64 usize }

impl<'a, 'py> Argument<'a, 'py> for PathBuf {
    const HINT: PyStaticExpr = type_hint_union!(
        builtin("str"),
        type_hint_subscript!(type_hint_identifier!("os", "PathLike"), builtin("str"))
    );
    const EXPECTED: &'static str = "str or os.PathLike[str]";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        let odd = || "has a lone surrogate; expected a path that this system can have".to_owned();
        let path: PathBuf = object.extract().map_err(|error| Wrong::of(object, error, odd))?;
        if path.as_os_str().as_encoded_bytes().contains(&0) {
            return Err(Wrong::Value("has a NUL character, as no path can".to_owned()));
        }
        Ok(path)
    }
}

/// An object of one of this module's classes.
impl<'a, 'py, T: PyClass> Argument<'a, 'py> for Bound<'py, T> {
    const HINT: PyStaticExpr = T::TYPE_HINT;
    const EXPECTED: &'static str = <T as PyClass>::NAME;

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        object.to_owned().cast_into().map_err(|_| Wrong::Type)
    }
}

/// A day: a `datetime.date`, or text that the core checks.
pub(crate) struct Day(pub(crate) String);

impl<'a, 'py> Argument<'a, 'py> for Day {
    const HINT: PyStaticExpr = type_hint_union!(type_hint_identifier!("datetime", "date"), builtin("str"));
    const EXPECTED: &'static str = "a datetime.date or \"YYYY-MM-DD\"";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        static DATE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let py = object.py();
        if object.is_instance_of::<PyString>() {
            return <&str>::from_object(object).map(|text| Day(text.to_owned()));
        }
        let is_a = |class: &'static PyOnceLock<Py<PyType>>, name| {
            object.is_instance(class.import(py, "datetime", name)?)
        };
        if is_a(&DATE, "date")? && !is_a(&DATETIME, "datetime")? {
            return Ok(Day(object.call_method0("isoformat")?.extract()?));
        }
        Err(Wrong::Type)
    }
}

/// A proxy: its URL, or False for none.
impl<'a, 'py> Argument<'a, 'py> for Proxy {
    const HINT: PyStaticExpr = type_hint_union!(
        builtin("str"),
        type_hint_subscript!(
            type_hint_identifier!("typing", "Literal"),
            PyStaticExpr::Constant { value: PyStaticConstant::Bool(false) }
        )
    );
    const EXPECTED: &'static str = "str, False or None";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        if object.extract().is_ok_and(|wanted: bool| !wanted) {
            return Ok(Proxy::None);
        }
        <&str>::from_object(object).map(|url| Proxy::Url(url.to_owned()))
    }
}

impl<'a, 'py> Argument<'a, 'py> for BackupPart {
    const HINT: PyStaticExpr = type_hint_union!(
        type_hint_identifier!("mendix_deploy.enums", "BackupPart"),
        type_hint_subscript!(
            type_hint_identifier!("typing", "Literal"),
            text_constant("FilesOnly"),
            text_constant("DatabaseOnly"),
            text_constant("DatabaseAndFiles")
        )
    );
    const EXPECTED: &'static str = "a BackupPart or its name";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        let given = <&str>::from_object(object)?;
        BACKUP_PARTS.into_iter().find(|(name, _)| *name == given).map(|(_, part)| part).ok_or_else(|| {
            let names = BACKUP_PARTS.map(|(name, _)| name).join(", ");
            Wrong::Value(format!("is {given:?}; expected one of {names}"))
        })
    }
}
