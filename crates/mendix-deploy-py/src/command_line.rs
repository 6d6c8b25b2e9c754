//! The command line, which `python -m mendix_deploy` and the console script run.

use std::ffi::OsString;

use mendix_deploy_cli::{Streams, run};
use pyo3::prelude::*;

/// Runs the program `mendix-deploy` with these arguments, of which the first is its name: the exit code.
///
/// It reads and writes the standard streams of the process, not `sys.stdout`, and listens to SIGINT and SIGTERM itself.
#[pyfunction]
pub(crate) fn run_command_line(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| run(arguments, Streams::of_process()).code())
}
