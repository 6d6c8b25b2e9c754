//! Results as notebooks show them. The tables themselves are made in Python: `mendix_deploy._tables`.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

fn tables(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    MODULE
        .get_or_try_init(py, || py.import("mendix_deploy._tables").map(Bound::unbind))
        .map(|module| module.bind(py))
}

/// A table of two columns.
pub(crate) fn rows(
    py: Python<'_>,
    caption: &str,
    rows: impl Iterator<Item = [String; 2]>,
) -> PyResult<String> {
    let rows: Vec<_> = rows.map(|[first, second]| (first.trim().to_owned(), second)).collect();
    tables(py)?.call_method1(intern!(py, "rows"), (caption, rows))?.extract()
}

/// A result as a table of its fields.
pub(crate) fn fields(result: &Bound<'_, PyAny>) -> PyResult<String> {
    tables(result.py())?.call_method1(intern!(result.py(), "fields"), (result,))?.extract()
}

/// Declares how a notebook shows a class: by its fields, unless it has its own way.
macro_rules! notebook {
    ($class:ident) => {
        #[pymethods]
        impl $class {
            /// As a notebook shows it.
            fn _repr_html_(slf: &Bound<'_, $class>) -> PyResult<String> {
                $crate::models::html::fields(slf.as_any())
            }
        }
    };
    ($class:ident $($own:tt)+) => {
        #[pymethods]
        impl $class {
            $($own)+
        }
    };
}
pub(crate) use notebook;
