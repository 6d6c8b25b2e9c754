//! The enums of the core as those of `mendix_deploy.enums`: each is a `StrEnum` that keeps values it does not know.

use mendix_deploy::{
    BackupPart, BackupState, DeployOutcome, ErrorKind, Evidence, Mode, PackageStatus, StartState, Status,
    StepStatus, TaskState,
};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::type_hint_identifier;
use pyo3::types::PyType;

/// A value of one of the core's enums, to be converted to Python's.
pub(crate) struct EnumValue<'a, T>(pub(crate) &'a T);

/// The parts of a backup, by their names.
pub(crate) const BACKUP_PARTS: [(&str, BackupPart); 3] = [
    ("FilesOnly", BackupPart::FilesOnly),
    ("DatabaseOnly", BackupPart::DatabaseOnly),
    ("DatabaseAndFiles", BackupPart::DatabaseAndFiles),
];

macro_rules! enums {
    ($($type:ident: |$value:ident| $text:expr, of $known:expr;)+) => {
        $(
            impl<'py> IntoPyObject<'py> for EnumValue<'_, $type> {
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

        /// The known values of each enum, for the tests.
        #[pyfunction]
        #[pyo3(name = "_known_words")]
        pub(crate) fn known_values() -> Vec<(&'static str, Vec<String>)> {
            vec![$((stringify!($type), $known.iter().map(|$value| $text.to_string()).collect()),)+]
        }
    };
}

enums! {
    Status: |value| value.as_str(), of Status::KNOWN;
    Mode: |value| value.as_str(), of Mode::KNOWN;
    StartState: |value| value.as_str(), of StartState::KNOWN;
    PackageStatus: |value| value.as_str(), of PackageStatus::KNOWN;
    BackupState: |value| value.as_str(), of BackupState::KNOWN;
    TaskState: |value| value.as_str(), of TaskState::KNOWN;
    DeployOutcome: |value| value.as_str(), of DeployOutcome::ALL;
    StepStatus: |value| value.as_str(), of StepStatus::ALL;
    ErrorKind: |value| format!("{value:?}"), of ErrorKind::ALL;
    Evidence: |value| format!("{value:?}"),
        of [Evidence::NotSent, Evidence::Incomplete, Evidence::Refused, Evidence::Ambiguous];
    BackupPart: |value| format!("{value:?}"), of BACKUP_PARTS.map(|(_, part)| part);
}
