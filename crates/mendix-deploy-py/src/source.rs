//! Sources of an upload: a path, bytes, or a binary file object.

use std::io::{self, Read};
use std::path::PathBuf;

use mendix_deploy::PackageSource;
use pyo3::exceptions::PyTypeError;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use pyo3::{Borrowed, intern, type_hint_identifier, type_hint_subscript, type_hint_union};

use crate::arguments::{Argument, Wrong, builtin};
use crate::call::Watch;

/// A package to upload.
pub(crate) enum Source {
    Path(PathBuf),
    Bytes(Py<PyBytes>),
    File { file: Py<PyAny>, length: u64, name: Option<String> },
}

impl<'a, 'py> Argument<'a, 'py> for Source {
    const HINT: PyStaticExpr = type_hint_union!(
        PathBuf::HINT,
        builtin("bytes"),
        type_hint_subscript!(type_hint_identifier!("typing", "IO"), builtin("bytes"))
    );
    const EXPECTED: &'static str = "a path, bytes, or a file opened in binary mode";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Source, Wrong> {
        let py = object.py();
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Source::Bytes(bytes.to_owned().unbind()));
        }
        if object.is_instance_of::<PyString>() || object.hasattr(intern!(py, "__fspath__"))? {
            return PathBuf::from_object(object).map(Source::Path);
        }
        if object.hasattr(intern!(py, "read"))? {
            return open_file(&object);
        }
        Err(Wrong::Type)
    }
}

/// Checks a file object before anything is sent.
fn open_file(file: &Bound<'_, PyAny>) -> Result<Source, Wrong> {
    const REOPEN: &str = "expected one opened to be read, in binary mode: open(path, \"rb\")";
    const UNKNOWN: &str = "is a stream of unknown length; read it first, and give its bytes";
    let py = file.py();
    let refuse = |problem: &str| Err(Wrong::Value(problem.to_owned()));
    // A method that a file object does not have is taken as `otherwise`.
    let says = |method: &Bound<'_, PyString>, otherwise| match file.getattr_opt(method)? {
        Some(method) => method.call0()?.is_truthy(),
        None => Ok(otherwise),
    };
    if let Some(closed) = file.getattr_opt(intern!(py, "closed"))?
        && closed.is_truthy()?
    {
        return refuse("is a closed file; expected a path, bytes, or a file opened in binary mode");
    }
    if !says(intern!(py, "readable"), true)? {
        return refuse(&format!("is a file opened to be written; {REOPEN}"));
    }
    let nothing = file.call_method1(intern!(py, "read"), (0,))?;
    if nothing.is_instance_of::<PyString>() {
        return Err(Wrong::Kind(format!("is a file opened in text mode; {REOPEN}")));
    }
    if !nothing.is_instance_of::<PyBytes>() {
        return Err(Wrong::Kind(no_bytes(&nothing)?));
    }
    // An mmap of Python 3.11 has no `seekable`, and is.
    let has_position = file.hasattr(intern!(py, "tell"))? && file.hasattr(intern!(py, "seek"))?;
    if !has_position || !says(intern!(py, "seekable"), true)? {
        return refuse(UNKNOWN);
    }
    let (start, end) = match ends(file) {
        Err(error) if error.is_instance(py, &py.import("io")?.getattr("UnsupportedOperation")?) => {
            return refuse(UNKNOWN);
        }
        ends => ends?,
    };
    let (Ok(start), Ok(end)) = (start.extract::<u64>(), end.extract::<u64>()) else {
        return Err(Wrong::Kind("has a tell() or seek() that gives no position in bytes".to_owned()));
    };
    // A file that was opened by its path has it as its name; other streams have a number or nothing.
    let path = file.getattr_opt(intern!(py, "name"))?.and_then(|name| name.extract::<PathBuf>().ok());
    let name = path.and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    Ok(Source::File { file: file.clone().unbind(), length: end.saturating_sub(start), name })
}

/// Where a file object stands, and where it ends.
fn ends<'py>(file: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let py = file.py();
    let start = file.call_method0(intern!(py, "tell"))?;
    let mut end = file.call_method1(intern!(py, "seek"), (0, 2))?;
    if end.is_none() {
        // `seek` of an mmap before Python 3.13 gives no position.
        end = file.call_method0(intern!(py, "tell"))?;
    }
    file.call_method1(intern!(py, "seek"), (&start,))?;
    Ok((start, end))
}

/// What is wrong with a file object whose `read` gives this.
fn no_bytes(given: &Bound<'_, PyAny>) -> PyResult<String> {
    let found = given.get_type().name()?;
    Ok(format!("has a read() that gives {found}; expected bytes, of a file that waits until it has some"))
}

impl Source {
    /// The name of the package where the caller gave none.
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

/// Reads from a Python file object. What its `read` raises is raised from the call unchanged.
struct FileObject<'a> {
    file: &'a Py<PyAny>,
    watch: &'a Watch,
}

impl Read for FileObject<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.watch.run(|py| {
            let piece = self.file.call_method1(py, intern!(py, "read"), (buffer.len(),))?;
            let piece = piece.bind(py);
            let Ok(piece) = piece.cast::<PyBytes>() else {
                return Err(PyTypeError::new_err(format!("source {}", no_bytes(piece)?)));
            };
            let piece = piece.as_bytes();
            // A `read` that gives more than it was asked for is a bug of the file object.
            buffer
                .get_mut(..piece.len())
                .ok_or_else(|| {
                    PyTypeError::new_err("source has a read() that gives more bytes than it was asked for")
                })?
                .copy_from_slice(piece);
            Ok(piece.len())
        });
        read.ok_or_else(|| io::Error::other("the file object raised an exception"))
    }
}
