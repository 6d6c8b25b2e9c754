//! What the journal of a deployment says.
#![expect(clippy::wrong_self_convention, reason = "from_mode is the name of a field")]

use std::path::{Path, PathBuf};

use mendix_deploy::DeployOutcome;
use pyo3::prelude::*;

use crate::arguments::Arg;
use crate::arguments::names::path;
use crate::deploy::DeployStep;
use crate::enums::EnumValue;
use crate::errors;
use crate::finalize;
use crate::models::{Moment, model};
use crate::settings::Tuple;

model! {
    /// What the journal of a deployment says: the result of `inspect_journal`. It has no values of constants.
    JournalInfo {
        /// The app.
        app_id: &str,
        /// The environment.
        mode: &str,
        /// The package, where it is a file: its absolute path.
        package: Option<&Path>,
        /// The package, where the app had it.
        package_id: Option<&str>,
        /// The environment whose package is taken, where it is one.
        from_mode: Option<&str>,
        /// When the deployment began.
        begun_at: Moment,
        /// How it ended; None where it has not: it runs, or `resume_deploy` continues it.
        outcome: Option<EnumValue<'_, DeployOutcome>>,
        /// The steps that are over.
        steps: Tuple<'_, DeployStep, mendix_deploy::DeployStep>,
    }
    blank r#"{"app_id": "", "mode": "", "begun_at": "1970-01-01T00:00:00Z", "steps": []}"#
}

/// Reads the journal of a deployment: what is deployed, and how far it is. Nothing is sent, and the journal is left as it is;
/// its deployment may be running.
///
/// Raises InvalidInputError when it is damaged, was written by another version, is empty, or is not a regular file; FileError
/// when it cannot be read.
#[pyfunction]
pub(crate) fn inspect_journal(py: Python<'_>, path: Arg<path, PathBuf>) -> PyResult<JournalInfo> {
    let info = py.detach(|| {
        let info = mendix_deploy::JournalInfo::read(path.into_inner());
        finalize::park_if_over();
        info
    });
    info.map(JournalInfo).map_err(|error| finalize::attached(py, || errors::raise(py, &error)))
}
