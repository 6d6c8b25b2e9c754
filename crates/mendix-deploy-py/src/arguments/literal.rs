//! Values of closed sets, which type checkers know.

use std::ops::Deref;

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::{Borrowed, type_hint_identifier, type_hint_subscript, type_hint_union};

use super::{Argument, Wrong, text_constant};

/// What is in an archive. The core checks it.
pub(crate) struct DataType<'a>(&'a str);

impl Deref for DataType<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl<'a, 'py> Argument<'a, 'py> for DataType<'a> {
    const HINT: PyStaticExpr = type_hint_union!(
        type_hint_identifier!("mendix_deploy.enums", "ArchiveData"),
        type_hint_subscript!(
            type_hint_identifier!("typing", "Literal"),
            text_constant("files_and_database"),
            text_constant("database_only")
        )
    );
    const EXPECTED: &'static str = "an ArchiveData or its text";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        <&str>::from_object(object).map(DataType)
    }
}
