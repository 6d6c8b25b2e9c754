//! What an upload can come from: a path, bytes, or a binary file object.

use std::io::{self, Read};
use std::path::PathBuf;

use mendix_deploy::PackageSource;
use pyo3::exceptions::PyTypeError;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use pyo3::{Borrowed, intern, type_hint_identifier, type_hint_subscript, type_hint_union};

use crate::arguments::builtin;
use crate::call::Watch;
use crate::errors;

const EXPECTED: &str = "a path, bytes, or a file opened in binary mode";

/// A package to upload.
pub(crate) enum Source {
    Path(PathBuf),
    Bytes(Py<PyBytes>),
    File { file: Py<PyAny>, length: u64, name: Option<String> },
}

impl<'py> FromPyObject<'_, 'py> for Source {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        builtin("str"),
        type_hint_subscript!(type_hint_identifier!("os", "PathLike"), builtin("str")),
        builtin("bytes"),
        type_hint_subscript!(type_hint_identifier!("typing", "IO"), builtin("bytes"))
    );

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Source> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Source::Bytes(bytes.to_owned().unbind()));
        }
        let py = object.py();
        if object.is_instance_of::<PyString>() || object.hasattr(intern!(py, "__fspath__"))? {
            return object.extract().map(Source::Path);
        }
        if object.hasattr(intern!(py, "read"))? {
            return open_file(&object);
        }
        let found = object.get_type().name()?;
        Err(PyTypeError::new_err(format!("source: expected {EXPECTED}, not {found}")))
    }
}

/// Looks at a file object before anything is sent.
fn open_file(file: &Bound<'_, PyAny>) -> PyResult<Source> {
    let py = file.py();
    let refuse =
        |problem: &str| Err(errors::invalid_input(py, &format!("source {problem}; expected {EXPECTED}")));
    if file.getattr_opt(intern!(py, "closed"))?.is_some_and(|closed| closed.is_truthy().unwrap_or(false)) {
        return refuse("is a closed file");
    }
    if file.call_method1(intern!(py, "read"), (0,))?.is_instance_of::<PyString>() {
        let problem =
            "source is a file opened in text mode; expected one opened in binary mode: open(path, \"rb\")";
        return Err(PyTypeError::new_err(problem));
    }
    let seekable = match file.getattr_opt(intern!(py, "seekable"))? {
        Some(seekable) => seekable.call0()?.is_truthy()?,
        None => false,
    };
    if !seekable {
        return refuse("is a stream of unknown length: read it first, and give its bytes");
    }
    let position: u64 = file.call_method0(intern!(py, "tell"))?.extract()?;
    let end: u64 = file.call_method1(intern!(py, "seek"), (0, 2))?.extract()?;
    file.call_method1(intern!(py, "seek"), (position,))?;
    // A file that was opened by its path knows it; other streams have a number or nothing here.
    let path = file.getattr_opt(intern!(py, "name"))?.and_then(|name| name.extract::<PathBuf>().ok());
    let name = path.and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    Ok(Source::File { file: file.clone().unbind(), length: end.saturating_sub(position), name })
}

impl Source {
    /// What the package is called where the caller did not say.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Source::File { name, .. } => name.as_deref(),
            Source::Path(_) | Source::Bytes(_) => None,
        }
    }

    /// The source as the core takes it. `bytes` is the content of [`Source::Bytes`].
    pub(crate) fn open<'a>(&'a self, bytes: &'a [u8], watch: &'a Watch) -> PackageSource<'a> {
        match self {
            Source::Path(path) => PackageSource::file(path),
            Source::Bytes(_) => PackageSource::bytes(bytes),
            Source::File { file, length, .. } => PackageSource::reader(FileObject { file, watch }, *length),
        }
    }

    /// The content, where it is in memory.
    pub(crate) fn bytes(&self, py: Python<'_>) -> &[u8] {
        match self {
            Source::Bytes(bytes) => bytes.as_bytes(py),
            Source::Path(_) | Source::File { .. } => &[],
        }
    }
}

/// Reads from a file object of Python's. What its `read` raises comes out of the call unchanged.
struct FileObject<'a> {
    file: &'a Py<PyAny>,
    watch: &'a Watch,
}

impl Read for FileObject<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.watch.ask(|py| {
            let piece = self.file.call_method1(py, intern!(py, "read"), (buffer.len(),))?;
            let piece = piece.bind(py).cast::<PyBytes>()?.as_bytes();
            // A `read` that gives more than it was asked for is a bug of the file object's.
            buffer
                .get_mut(..piece.len())
                .ok_or_else(|| PyTypeError::new_err("source: read() gave more bytes than it was asked for"))?
                .copy_from_slice(piece);
            Ok(piece.len())
        });
        read.ok_or_else(|| io::Error::other("the file object raised an exception"))
    }
}
