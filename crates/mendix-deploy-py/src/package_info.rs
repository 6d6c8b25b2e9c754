//! What a deployment package contains.

use std::path::PathBuf;

use pyo3::prelude::*;

use crate::arguments::Arg;
use crate::arguments::names::path;
use crate::errors;
use crate::finalize;
use crate::models::{NamedItems, model};

model! {
    /// What a deployment package (`.mda`) contains, by its metadata: the result of `inspect_package`.
    ///
    /// A field that is None is not known: the package does not have it, or it has another type and is in `extra`.
    PackageInfo {
        /// Mendix version that the package needs, for example `10.24.0`.
        runtime_version: Option<&str>,
        /// Version of the model, for example `1.2.0.254`.
        model_version: Option<&str>,
        /// Identifier of the project; opaque text.
        project_id: Option<&str>,
        /// Version of Java that the package needs, for example `21`.
        java_version: Option<&str>,
        /// The constants of the model. An empty tuple says that there are none.
        constants: Option<NamedItems<'_, PackageConstant, mendix_deploy::PackageConstant>>,
        /// The scheduled events of the model. An empty tuple says that there are none.
        scheduled_events: Option<NamedItems<'_, PackageEvent, mendix_deploy::PackageEvent>>,
    }
    extra extra
}

model! {
    /// A constant of a deployment package.
    PackageConstant {
        /// Name with its module, for example `MyFirstModule.BooleanConstant`.
        name: &str,
        /// Type, in Mendix's words.
        data_type: Option<&str>,
        /// The value that it has unless the environment gives another one.
        default_value: Option<&str>,
    }
    extra extra
    blank r#"{"Name": ""}"#
}

model! {
    /// A scheduled event of a deployment package.
    PackageEvent {
        /// Name with its module.
        name: &str,
    }
    extra extra
    blank r#"{"Name": ""}"#
}

/// Reads the metadata of a deployment package. Nothing is sent.
///
/// Raises InvalidInputError naming the file when it is empty, not a regular file, not a zip archive, or one whose
/// model/metadata.json is missing, damaged, not JSON, or larger than 16 MiB; FileError when it cannot be read.
#[pyfunction]
pub(crate) fn inspect_package(py: Python<'_>, path: Arg<path, PathBuf>) -> PyResult<PackageInfo> {
    let info = py.detach(|| {
        let info = mendix_deploy::PackageInfo::read(path.into_inner());
        finalize::park_if_over();
        info
    });
    info.map(PackageInfo).map_err(|error| finalize::attached(py, || errors::raise(py, &error)))
}
