//! The fields of a result that a test makes, or that replace others.

use std::path::PathBuf;

use jiff::Timestamp;
use mendix_deploy::{
    BackupState, DeployOutcome, Extra, Mode, PackageStatus, StartState, Status, StepStatus, TaskState,
};
use pyo3::Borrowed;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDict, PyString, PyTzInfo, PyTzInfoAccess};

use crate::arguments::{Argument, Wrong, refused};
use crate::closest::closest;

/// What the field of a result can be made of.
pub(crate) trait Given: Sized {
    /// Whether a result must have it.
    const REQUIRED: bool = false;
    /// The type in messages.
    const EXPECTED: &'static str;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong>;
}

/// The field of this name.
pub(crate) fn take<T: Given>(name: &str, object: &Bound<'_, PyAny>) -> PyResult<T> {
    T::given(object.as_borrowed()).map_err(|wrong| refused(name, T::EXPECTED, object.as_borrowed(), wrong))
}

/// Whether a result must have the field that this gives.
pub(crate) fn is_required<Model, T: Given>(_field: fn(&Model) -> &T) -> bool {
    T::REQUIRED
}

/// The exception for fields that a result must have.
pub(crate) fn check_required(
    class: &str,
    fields: &[(&str, bool)],
    given: Option<&Bound<'_, PyDict>>,
) -> PyResult<()> {
    for (name, is_required) in fields {
        if *is_required && !given.is_some_and(|given| given.contains(name).unwrap_or(false)) {
            return Err(PyTypeError::new_err(format!("{class} needs {name}; give it as {name}=…")));
        }
    }
    Ok(())
}

/// The exception for a field that a class does not have.
pub(crate) fn unknown(py: Python<'_>, class: &str, name: &str, known: &[&str]) -> PyErr {
    let meant = closest(py, name, known).unwrap_or_else(|| format!("it has {}", known.join(", ")));
    PyTypeError::new_err(format!("{class} has no field {name:?}; {meant}"))
}

macro_rules! plain {
    ($($type:ty, $required:literal;)+) => {
        $(
            impl Given for $type {
                const REQUIRED: bool = $required;
                const EXPECTED: &'static str = <$type as Argument>::EXPECTED;

                fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
                    <$type>::from_object(object)
                }
            }
        )+
    };
}

plain! {
    bool, true;
    u32, true;
    u64, true;
    PathBuf, true;
}

impl Given for String {
    const REQUIRED: bool = true;
    const EXPECTED: &'static str = "str";

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
        <&str>::from_object(object).map(str::to_owned)
    }
}

impl<T: Given> Given for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
        if object.is_none() { Ok(None) } else { T::given(object).map(Some) }
    }
}

impl<T: Given> Given for Vec<T> {
    const EXPECTED: &'static str = "an iterable of results";

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
        if object.is_instance_of::<PyString>() {
            return Err(Wrong::Type);
        }
        let Ok(items) = object.try_iter() else { return Err(Wrong::Type) };
        let item = |item: PyResult<Bound<'_, PyAny>>| {
            let item = item?;
            T::given(item.as_borrowed()).map_err(|wrong| match wrong {
                Wrong::Type => Wrong::Kind(format!("has an item that is not {}", T::EXPECTED)),
                wrong => wrong,
            })
        };
        items.map(item).collect()
    }
}

impl Given for Timestamp {
    const REQUIRED: bool = true;
    const EXPECTED: &'static str = "an aware datetime.datetime";

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
        const SECONDS_PER_DAY: i64 = 86_400;
        let Ok(moment) = object.cast::<PyDateTime>() else { return Err(Wrong::Type) };
        if moment.get_tzinfo().is_none() {
            let problem =
                "has no time zone; expected an aware datetime, such as one with tzinfo=datetime.UTC";
            return Err(Wrong::Value(problem.to_owned()));
        }
        let py = object.py();
        let utc = PyTzInfo::utc(py)?;
        let since = moment.sub(PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))?)?;
        let part = |name: &str| since.getattr(name)?.extract::<i64>();
        let seconds = part("days")? * SECONDS_PER_DAY + part("seconds")?;
        let nanoseconds = i32::try_from(part("microseconds")? * 1000).unwrap_or_default();
        Timestamp::new(seconds, nanoseconds)
            .map_err(|error| Wrong::Value(format!("is out of range: {error}")))
    }
}

macro_rules! open {
    ($($type:ident)+) => {
        $(
            impl Given for $type {
                const EXPECTED: &'static str = concat!("a ", stringify!($type), " or its text");

                fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
                    <&str>::from_object(object).map($type::from)
                }
            }
        )+
    };
}

open! { Status Mode StartState PackageStatus BackupState TaskState }

macro_rules! closed {
    ($($type:ident)+) => {
        $(
            impl Given for $type {
                const REQUIRED: bool = true;
                const EXPECTED: &'static str = concat!("a ", stringify!($type), " or its text");

                fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
                    let text = <&str>::from_object(object)?;
                    $type::ALL.iter().find(|known| known.as_str() == text).copied().ok_or_else(|| {
                        let known: Vec<_> = $type::ALL.iter().map(|known| known.as_str()).collect();
                        Wrong::Value(format!("is {text:?}; expected one of {}", known.join(", ")))
                    })
                }
            }
        )+
    };
}

closed! { DeployOutcome StepStatus }

/// Fields by the names of the service, as a mapping of what JSON has.
impl Given for Extra {
    const EXPECTED: &'static str = "a mapping of what JSON has";

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
        let py = object.py();
        let fields = PyDict::new(py);
        let Ok(mapping) = object.cast::<pyo3::types::PyMapping>() else { return Err(Wrong::Type) };
        fields.update(&mapping)?;
        let text: String = py.import("json")?.call_method1("dumps", (fields,))?.extract()?;
        serde_json::from_str(&text).map_err(|error| Wrong::Value(format!("is not JSON: {error}")))
    }
}
