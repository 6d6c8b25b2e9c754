//! Events of a call. The classes are written in Python: `mendix_deploy.events`.

use mendix_deploy::CallEvent;
use pyo3::intern;
use pyo3::prelude::*;

use crate::errors;

/// The Python object for an event of the core, where Python has one.
pub(crate) fn event<'py>(py: Python<'py>, event: &CallEvent<'_>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let module = py.import(intern!(py, "mendix_deploy.events"))?;
    let made =
        match event {
            CallEvent::Retrying { operation, error, pause } => module
                .getattr(intern!(py, "Retrying"))?
                .call1((operation, errors::raise(py, error), pause.as_secs_f64())),
            CallEvent::Adopted { operation, error } => {
                module.getattr(intern!(py, "Adopted"))?.call1((operation, errors::raise(py, error)))
            }
            _ => return Ok(None),
        };
    made.map(Some)
}
