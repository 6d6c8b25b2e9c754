//! The sources of packages.

use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Observer, Progress};
use crate::package_info::Unreadable;
use crate::{Error, ErrorKind, Evidence, PackageInfo, Result};

/// A deployment package to upload: a file, bytes, or any reader of known length.
///
/// It is opened when the upload begins. A file or bytes are read again from the beginning when the upload is retried; a
/// reader can be read only once, so that an upload from one is not retried after it was read.
#[must_use = "give it to upload_package"]
pub struct PackageSource<'a> {
    from: From<'a>,
    argument: &'static str,
    pub(super) observer: Option<Observer<'a>>,
}

enum From<'a> {
    File(PathBuf),
    Bytes(&'a [u8]),
    Reader(Box<dyn Read + 'a>, u64),
}

impl<'a> PackageSource<'a> {
    /// Makes a source from a file, whose name is that of the package by default.
    pub fn file(path: impl Into<PathBuf>) -> PackageSource<'a> {
        PackageSource::new(From::File(path.into()))
    }

    /// Makes a source from bytes in memory. The upload needs a `name`.
    pub fn bytes(bytes: &'a [u8]) -> PackageSource<'a> {
        PackageSource::new(From::Bytes(bytes))
    }

    /// Makes a source from the first `length` bytes of a reader. The upload needs a `name`.
    ///
    /// The reader must have that many bytes. One that blocks is not interrupted by the limits of the client.
    pub fn reader(reader: impl Read + 'a, length: u64) -> PackageSource<'a> {
        PackageSource::new(From::Reader(Box::new(reader), length))
    }

    fn new(from: From<'a>) -> PackageSource<'a> {
        PackageSource { from, argument: "source", observer: None }
    }

    /// Sets what errors call this argument; `source` by default.
    ///
    /// For libraries built on this one whose callers know it by another name.
    pub fn called(mut self, argument: &'static str) -> PackageSource<'a> {
        self.argument = argument;
        self
    }

    /// Notifies `observer` of progress, on the thread of the call.
    ///
    /// When it returns [`ControlFlow::Break`], the upload ends with [`ErrorKind::Cancelled`].
    pub fn on_progress(
        mut self,
        observer: impl FnMut(Progress) -> ControlFlow<()> + 'a,
    ) -> PackageSource<'a> {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Opens the source, and finds out its length and the name of the file.
    pub(super) fn open(self) -> Result<Opened<'a>> {
        let argument = self.argument;
        let unnamed = |input, length| Opened {
            argument,
            input,
            length,
            file_name: None,
            path: None,
            described: "the package".to_owned(),
            observer: None,
        };
        let opened = match self.from {
            From::File(path) => open_file(argument, &path)?,
            From::Bytes(bytes) => unnamed(Input::Bytes(Cursor::new(bytes)), bytes.len() as u64),
            From::Reader(reader, length) => unnamed(Input::Reader { reader, is_fresh: true }, length),
        };
        if opened.length == 0 {
            return Err(Error::invalid_input(format!(
                "{argument}: {} is empty; expected a deployment package (.mda)",
                opened.described
            )));
        }
        Ok(Opened { observer: self.observer, ..opened })
    }
}

impl PackageInfo {
    /// Reads the metadata of a deployment package. Nothing is sent, and little more than the metadata is read.
    ///
    /// # Errors
    ///
    /// `InvalidInput` naming the file when it is empty, not a regular file, not a zip archive, or one whose
    /// `model/metadata.json` is missing, damaged, not JSON, or larger than 16 MiB. `Io` when it cannot be read.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// use mendix_deploy::PackageInfo;
    ///
    /// let info = PackageInfo::read("calc_1.0.0.45.mda")?;
    /// println!("{:?} for Mendix {:?}", info.model_version, info.runtime_version);
    /// # Ok(())
    /// # }
    /// ```
    pub fn read(path: impl Into<PathBuf>) -> Result<PackageInfo> {
        PackageInfo::read_as("path", path)
    }

    /// Reads one whose path the caller knows by another name.
    pub(crate) fn read_as(argument: &'static str, path: impl Into<PathBuf>) -> Result<PackageInfo> {
        let source = PackageSource::file(path).called(argument);
        source
            .open()
            .and_then(|mut package| package.inspect())
            .map_err(|error| error.with_operation("inspect_package"))
    }
}

fn open_file<'a>(argument: &'static str, path: &Path) -> Result<Opened<'a>> {
    let shown = path.display().to_string();
    if path.as_os_str().is_empty() {
        return Err(Error::invalid_input(format!(
            "{argument}: the path is empty; expected a deployment package (.mda)"
        )));
    }
    let cannot = |error| Error::io(path, &format!("{argument}: {shown} cannot be read"), error);
    // Opening a pipe would block until something writes to it.
    let metadata = std::fs::metadata(path).map_err(cannot)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(Error::invalid_input(format!(
            "{argument}: {shown} is {what}; expected a deployment package (.mda)"
        )));
    }
    let file = File::open(path).map_err(cannot)?;
    let metadata = file.metadata().map_err(cannot)?;
    Ok(Opened {
        argument,
        length: metadata.len(),
        input: Input::File(file, Stamp::of(&metadata)),
        file_name: path.file_name().and_then(|name| name.to_str()).map(str::to_owned),
        path: Some(path.to_owned()),
        described: shown,
        observer: None,
    })
}

impl<'a> std::convert::From<&'a Path> for PackageSource<'a> {
    fn from(path: &'a Path) -> PackageSource<'a> {
        PackageSource::file(path)
    }
}

impl std::convert::From<PathBuf> for PackageSource<'_> {
    fn from(path: PathBuf) -> Self {
        PackageSource::file(path)
    }
}

impl<'a> std::convert::From<&'a PathBuf> for PackageSource<'a> {
    fn from(path: &'a PathBuf) -> PackageSource<'a> {
        PackageSource::file(path)
    }
}

/// The text is the path of a file, not a package.
impl<'a> std::convert::From<&'a str> for PackageSource<'a> {
    fn from(path: &'a str) -> PackageSource<'a> {
        PackageSource::file(path)
    }
}

impl<'a> std::convert::From<&'a [u8]> for PackageSource<'a> {
    fn from(bytes: &'a [u8]) -> PackageSource<'a> {
        PackageSource::bytes(bytes)
    }
}

impl fmt::Debug for PackageSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.from {
            From::File(path) => write!(f, "PackageSource({})", path.display()),
            From::Bytes(bytes) => write!(f, "PackageSource({} bytes)", bytes.len()),
            From::Reader(_, length) => write!(f, "PackageSource({length} bytes)"),
        }
    }
}

/// A source that is being read.
pub(super) struct Opened<'a> {
    pub(super) argument: &'static str,
    input: Input<'a>,
    pub(super) length: u64,
    pub(super) file_name: Option<String>,
    path: Option<PathBuf>,
    pub(super) described: String,
    pub(super) observer: Option<Observer<'a>>,
}

enum Input<'a> {
    File(File, Stamp),
    Bytes(Cursor<&'a [u8]>),
    Reader { reader: Box<dyn Read + 'a>, is_fresh: bool },
}

/// What shows that the content of a file was changed.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    #[cfg(unix)]
    inode: Inode,
}

/// Whoever puts the time of modification back leaves the time of change. But that one moves as well when the file gets
/// another name, owner or mode.
#[cfg(unix)]
#[derive(Debug, PartialEq, Eq)]
struct Inode {
    changed: (i64, i64),
    place: (u64, u64),
    names: u64,
    owner: (u32, u32),
    mode: u32,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            inode: Inode::of(metadata),
        }
    }

    /// Whether the content is the same at a later stamp. `path` is where the file was.
    fn is_unchanged(&self, later: &Stamp, path: Option<&Path>) -> bool {
        if (self.length, self.modified) != (later.length, later.modified) {
            return false;
        }
        self.is_same_inode(later, path)
    }

    #[cfg(unix)]
    fn is_same_inode(&self, later: &Stamp, path: Option<&Path>) -> bool {
        self.inode == later.inode || self.inode.has_moved(&later.inode, path)
    }

    #[cfg(not(unix))]
    fn is_same_inode(&self, _: &Stamp, _: Option<&Path>) -> bool {
        true
    }
}

#[cfg(unix)]
impl Inode {
    fn of(metadata: &Metadata) -> Inode {
        use std::os::unix::fs::MetadataExt;
        Inode {
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            place: (metadata.dev(), metadata.ino()),
            names: metadata.nlink(),
            owner: (metadata.uid(), metadata.gid()),
            mode: metadata.mode(),
        }
    }

    /// Whether the file has another name, owner or mode. It does not matter that another one is in its place: this one is sent.
    fn has_moved(&self, later: &Inode, path: Option<&Path>) -> bool {
        let is_at_path = path
            .and_then(|path| std::fs::metadata(path).ok())
            .is_some_and(|metadata| Inode::of(&metadata).place == self.place);
        (self.names, self.owner, self.mode) != (later.names, later.owner, later.mode) || !is_at_path
    }
}

impl Opened<'_> {
    /// Notifies the observer, if there is one, of progress.
    pub(super) fn report(&mut self, done: u64) -> ControlFlow<()> {
        match &mut self.observer {
            Some(observer) => observer(Progress { done, total: self.length }),
            None => ControlFlow::Continue(()),
        }
    }

    /// Whether a file is still what it was when it was opened. Checked before its last byte is sent: a package that changed
    /// in the meantime must not arrive whole.
    pub(super) fn check_unchanged(&mut self) -> io::Result<()> {
        let Input::File(file, stamp) = &self.input else { return Ok(()) };
        match file.metadata() {
            Ok(metadata) if stamp.is_unchanged(&Stamp::of(&metadata), self.path.as_deref()) => Ok(()),
            Ok(_) => Err(self.changed("changed while it was sent")),
            Err(error) => Err(self.failed("cannot be checked", Some(error))),
        }
    }

    /// Refuses what is not a deployment package. A reader cannot be read twice: it is not looked into.
    pub(super) fn check_is_package(&mut self) -> Result<()> {
        if matches!(self.input, Input::Reader { .. }) {
            return Ok(());
        }
        self.inspect()?;
        let rewound = match &mut self.input {
            Input::File(file, _) => file.rewind(),
            Input::Bytes(bytes) => bytes.rewind(),
            Input::Reader { .. } => Ok(()),
        };
        rewound.map_err(|error| self.unreadable(error))
    }

    /// Reads what the package says of itself, wherever the input stands.
    fn inspect(&mut self) -> Result<PackageInfo> {
        let info = match &mut self.input {
            Input::File(file, _) => PackageInfo::from_zip(file),
            Input::Bytes(bytes) => PackageInfo::from_zip(bytes),
            Input::Reader { .. } => Ok(PackageInfo::default()),
        };
        info.map_err(|problem| match problem {
            Unreadable::Invalid(what) => Error::invalid_input(format!(
                "{}: {} is {what}; expected a deployment package (.mda)",
                self.argument, self.described
            )),
            Unreadable::Io(error) => self.unreadable(error),
        })
    }

    fn unreadable(&self, error: io::Error) -> Error {
        let message = format!("{}: {} cannot be read", self.argument, self.described);
        Error::io(self.path.as_deref().unwrap_or(Path::new("")), &message, error).with_path(self.path.clone())
    }

    /// Goes back to the beginning, where that is possible.
    pub(super) fn rewind(&mut self) -> bool {
        match &mut self.input {
            Input::File(file, _) => file.rewind().is_ok(),
            Input::Bytes(bytes) => {
                bytes.set_position(0);
                true
            }
            Input::Reader { is_fresh, .. } => *is_fresh,
        }
    }

    pub(super) fn changed(&self, how: &str) -> io::Error {
        self.failed(how, None)
    }

    /// An error of this library, on its way through the HTTP library.
    fn failed(&self, how: &str, source: Option<io::Error>) -> io::Error {
        let mut message = format!("{}: {} {how}", self.argument, self.described);
        if let Some(source) = &source {
            message = format!("{message}: {source}");
        }
        let error = Error::new(ErrorKind::Io, Evidence::NotSent, message).with_path(self.path.clone());
        io::Error::other(source.into_iter().fold(error, Error::with_source))
    }
}

impl Read for Opened<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.input {
            Input::File(file, _) => read_some(file, buffer),
            Input::Bytes(bytes) => bytes.read(buffer),
            Input::Reader { reader, is_fresh } => {
                *is_fresh = false;
                read_some(reader, buffer)
            }
        };
        count.map_err(|error| self.failed("cannot be read", Some(error)))
    }
}

fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
