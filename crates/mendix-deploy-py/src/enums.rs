//! The core's enums as those of `mendix_deploy.enums`, which are `StrEnum`s that keep what they do not know.

use mendix_deploy::{BackupPart, BackupState, ErrorKind, Evidence, Mode, PackageStatus, StartState, Status};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use pyo3::{Borrowed, type_hint_identifier};

use crate::arguments::{Argument, Wrong, builtin};

/// A value of a core enum on its way to Python.
pub(crate) struct Word<'a, T>(pub(crate) &'a T);

/// The parts of a backup, by their names.
const PARTS: [(&str, BackupPart); 3] = [
    ("FilesOnly", BackupPart::FilesOnly),
    ("DatabaseOnly", BackupPart::DatabaseOnly),
    ("DatabaseAndFiles", BackupPart::DatabaseAndFiles),
];

impl<'a, 'py> Argument<'a, 'py> for BackupPart {
    const HINT: PyStaticExpr = builtin("str");
    const EXPECTED: &'static str = "a BackupPart or its name";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        let given = <&str>::from_object(object)?;
        PARTS.into_iter().find(|(name, _)| *name == given).map(|(_, part)| part).ok_or_else(|| {
            let names = PARTS.map(|(name, _)| name).join(", ");
            Wrong::Value(format!("is {given:?}; expected one of {names}"))
        })
    }
}

macro_rules! words {
    ($($type:ident: |$value:ident| $text:expr, of $known:expr;)+) => {
        $(
            impl<'py> IntoPyObject<'py> for Word<'_, $type> {
                type Target = PyAny;
                type Output = Bound<'py, PyAny>;
                type Error = PyErr;

                const OUTPUT_TYPE: PyStaticExpr = type_hint_identifier!("mendix_deploy.enums", stringify!($type));

                fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
                    let $value = self.0;
                    CLASS.import(py, "mendix_deploy.enums", stringify!($type))?.call1(($text,))
                }
            }
        )+

        /// The words of each enum, for the tests.
        #[pyfunction]
        #[pyo3(name = "_known_words")]
        pub(crate) fn known_words() -> Vec<(&'static str, Vec<String>)> {
            vec![$((stringify!($type), $known.iter().map(|$value| $text.to_string()).collect()),)+]
        }
    };
}

words! {
    Status: |word| word.as_str(), of Status::KNOWN;
    Mode: |word| word.as_str(), of Mode::KNOWN;
    StartState: |word| word.as_str(), of StartState::KNOWN;
    PackageStatus: |word| word.as_str(), of PackageStatus::KNOWN;
    BackupState: |word| word.as_str(), of BackupState::KNOWN;
    ErrorKind: |word| format!("{word:?}"), of ErrorKind::ALL;
    Evidence: |word| format!("{word:?}"),
        of [Evidence::NotSent, Evidence::Incomplete, Evidence::Refused, Evidence::Ambiguous];
    BackupPart: |word| format!("{word:?}"), of PARTS.map(|(_, part)| part);
}
