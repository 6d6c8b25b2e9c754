//! The native half of the Python package `mendix_deploy`: the module `mendix_deploy._native`.
//!
//! It holds no logic of its own. A method extracts its arguments, releases the GIL, calls the core, and returns the
//! result or raises the error. The exceptions and enums are written in Python, where users read them.
#![expect(clippy::doc_markdown, reason = "what documents a class or method here is read in Python")]
#![expect(clippy::needless_pass_by_value, reason = "pyo3 gives arguments by value")]

mod arguments;
mod call;
mod callbacks;
mod calls;
mod client;
mod closest;
mod command_line;
mod constant_value;
mod deploy;
mod downloads;
mod enums;
mod errors;
mod events;
mod finalize;
mod handle;
mod identifiers;
mod journal_info;
mod logs;
mod models;
mod package_info;
mod packages;
mod settings;
mod simulator;
mod snapshots;
mod source;
mod waits;

use pyo3::prelude::*;

/// The native half of the package. Import from `mendix_deploy`.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::call::CancelToken;
    #[pymodule_export]
    use crate::client::Client;
    #[pymodule_export]
    use crate::command_line::run_command_line;
    #[pymodule_export]
    use crate::deploy::{
        DeployPlan, DeployReport, DeployRisk, DeployStep, DeployedState, PlannedChange, PlannedStep,
    };
    #[pymodule_export]
    use crate::enums::known_values;
    #[pymodule_export]
    use crate::errors::error_classes;
    #[pymodule_export]
    use crate::journal_info::{JournalInfo, inspect_journal};
    #[pymodule_export]
    use crate::models::{
        App, Archive, ArchivedLogs, Backup, BackupLinks, BuildJob, Downloaded, Environment, Package,
        PackageLink, Restore, SignedUrl, Snapshot, StartJob, StartStatus, Tag, UploadJob, UploadStatus,
        UploadedPackage,
    };
    #[pymodule_export]
    use crate::package_info::{PackageConstant, PackageEvent, PackageInfo, inspect_package};
    #[pymodule_export]
    use crate::settings::{Constant, CustomSetting, EnvironmentSettings, ScheduledEvent};
    #[pymodule_export]
    use crate::simulator::NativeSimulator;
    #[pymodule_export]
    use crate::snapshots::SnapshotIterator;

    #[expect(non_upper_case_globals, reason = "the name that Python packages use")]
    #[pymodule_export]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_init]
    fn init() -> pyo3::PyResult<()> {
        crate::logs::install();
        pyo3::Python::attach(crate::finalize::install)
    }
}
