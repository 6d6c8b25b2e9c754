//! What a misspelt name may stand for.

use pyo3::prelude::*;

/// "did you mean …" for the known name that is most like this one, if one is.
pub(crate) fn closest(py: Python<'_>, name: &str, known: &[&str]) -> Option<String> {
    let find = || -> PyResult<Vec<String>> {
        py.import("difflib")?.call_method1("get_close_matches", (name, known.to_vec(), 1))?.extract()
    };
    find().ok()?.pop().map(|meant| format!("did you mean {meant:?}?"))
}
