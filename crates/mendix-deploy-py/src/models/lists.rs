//! Lists of results as `mendix_deploy.results.ResultList`, and tuples with names as `NamedItems`.

use std::marker::PhantomData;

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};
use pyo3::{PyTypeInfo, type_hint_identifier, type_hint_subscript};

use super::View;

/// A list of objects of one class.
pub(crate) struct ResultList<Class>(pub(crate) Vec<Class>);

impl<'py, Class: IntoPyObject<'py> + PyTypeInfo> IntoPyObject<'py> for ResultList<Class> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("mendix_deploy.results", "ResultList"), Class::TYPE_HINT);

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        CLASS.import(py, "mendix_deploy.results", "ResultList")?.call1((self.0.into_pyobject(py)?,))
    }
}

/// A tuple of objects of one class that are also found by their names.
pub(crate) struct NamedItems<'a, Class, Model>(&'a [Model], PhantomData<Class>);

impl<'a, Class, Model> View<'a, NamedItems<'a, Class, Model>> for Vec<Model> {
    fn view(&'a self) -> NamedItems<'a, Class, Model> {
        NamedItems(self, PhantomData)
    }
}

impl<'a, Class, Model> View<'a, Option<NamedItems<'a, Class, Model>>> for Option<Vec<Model>> {
    fn view(&'a self) -> Option<NamedItems<'a, Class, Model>> {
        self.as_ref().map(View::view)
    }
}

impl<'py, Class, Model: Clone> IntoPyObject<'py> for NamedItems<'_, Class, Model>
where
    Class: IntoPyObject<'py> + PyTypeInfo + From<Model>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    const OUTPUT_TYPE: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("mendix_deploy.results", "NamedItems"), Class::TYPE_HINT);

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let items = PyTuple::new(py, self.0.iter().cloned().map(Class::from))?;
        CLASS.import(py, "mendix_deploy.results", "NamedItems")?.call1((items,))
    }
}
