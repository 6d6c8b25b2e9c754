//! Downloads from signed links: to a file, whole or not at all.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{Observer, Progress, SignedUrl};
use crate::transport::{Call, read_failure};
use crate::{BackupPart, Client, Error, ErrorKind, Evidence, Result, reply};

const BUFFER: usize = 512 * 1024;
/// How much of an answer that is no download is looked at, in bytes.
const SHOWN: u64 = 4096;

/// How to download.
#[derive(Default)]
#[must_use]
pub struct DownloadOptions<'a> {
    observer: Option<Observer<'a>>,
}

impl<'a> DownloadOptions<'a> {
    /// The defaults.
    pub fn new() -> DownloadOptions<'a> {
        DownloadOptions::default()
    }

    /// Tells of progress. `observer` runs on the thread of the call; when it answers
    /// [`ControlFlow::Break`], the download ends with [`ErrorKind::Cancelled`].
    pub fn on_progress(
        mut self,
        observer: impl FnMut(Progress) -> ControlFlow<()> + 'a,
    ) -> DownloadOptions<'a> {
        self.observer = Some(Box::new(observer));
        self
    }
}

impl fmt::Debug for DownloadOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadOptions").finish_non_exhaustive()
    }
}

/// A download that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Client {
    /// Downloads a part of a backup to a file.
    ///
    /// Gets a link (section 3.16) and follows it without credentials. The data goes to a temporary file beside
    /// `target`, which takes the target's place once it is complete and safely stored: `target` is whole, or
    /// what it was before. Memory stays constant whatever the size.
    ///
    /// # Errors
    ///
    /// Those of [`get_backup_links`](Client::get_backup_links); `NotFound` when the backup has no such part; `Io`
    /// when the file cannot be written; `Transport` or `Timeout` when the download breaks off or stalls.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{BackupPart, DownloadOptions};
    ///
    /// let backup = &client.list_backups("calc", "Acceptance")?[0];
    /// let options = DownloadOptions::new();
    /// let part = BackupPart::DatabaseAndFiles;
    /// client.download_backup("calc", "Acceptance", &backup.snapshot_id, part, "calc.backup", options)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn download_backup(
        &self,
        app_id: &str,
        mode: &str,
        snapshot_id: &str,
        part: BackupPart,
        target: impl AsRef<Path>,
        options: DownloadOptions<'_>,
    ) -> Result<Downloaded> {
        const OPERATION: &str = "download_backup";
        let target = Target::open(target.as_ref()).map_err(|error| error.with_operation(OPERATION))?;
        let links = self.get_backup_links(app_id, mode, snapshot_id)?;
        let link = links.part(part).ok_or_else(|| {
            let message = format!("backup {snapshot_id} has no {part:?} part");
            Error::new(ErrorKind::NotFound, Evidence::Refused, message).with_operation(OPERATION)
        })?;
        self.download(link, target, options).map_err(|error| error.with_operation(OPERATION))
    }

    /// Downloads a day's logs to a file, as [`download_backup`](Client::download_backup) does.
    ///
    /// # Errors
    ///
    /// Those of [`get_archived_logs`](Client::get_archived_logs); `Io` when the file cannot be written;
    /// `Transport` or `Timeout` when the download breaks off or stalls.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::DownloadOptions;
    ///
    /// let options = DownloadOptions::new();
    /// client.download_archived_logs("calc", "Acceptance", "2018-08-10", "calc.log.gz", options)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn download_archived_logs(
        &self,
        app_id: &str,
        mode: &str,
        date: &str,
        target: impl AsRef<Path>,
        options: DownloadOptions<'_>,
    ) -> Result<Downloaded> {
        const OPERATION: &str = "download_archived_logs";
        let target = Target::open(target.as_ref()).map_err(|error| error.with_operation(OPERATION))?;
        let logs = self.get_archived_logs(app_id, mode, date)?;
        self.download(&logs.download_url, target, options).map_err(|error| error.with_operation(OPERATION))
    }

    fn download(
        &self,
        link: &SignedUrl,
        mut target: Target,
        mut options: DownloadOptions<'_>,
    ) -> Result<Downloaded> {
        let mut bytes = 0;
        self.fetch(link.expose(), &mut |status, length, body, call| {
            if status != 200 {
                return Err(refused(status, body));
            }
            bytes = receive(body, length, &mut target, &mut options, call)?;
            Ok(())
        })?;
        let path = target.keep()?;
        Ok(Downloaded { path, bytes })
    }
}

fn receive(
    body: &mut dyn Read,
    length: Option<u64>,
    target: &mut Target,
    options: &mut DownloadOptions<'_>,
    call: &Call,
) -> Result<u64> {
    let mut buffer = vec![0; BUFFER];
    let mut done = 0;
    loop {
        let count = body.read(&mut buffer).map_err(|error| read_failure(call, error))?;
        if count == 0 {
            break;
        }
        target.write(&buffer[..count])?;
        done += count as u64;
        if let Some(observer) = &mut options.observer
            && observer(Progress { done, total: length.unwrap_or(0) }).is_break()
        {
            call.cancel();
            return Err(read_failure(call, io::Error::other("cancelled by the progress observer")));
        }
    }
    if call.read_failed.get() {
        let cut_off = io::Error::new(io::ErrorKind::UnexpectedEof, "the download was cut off");
        return Err(read_failure(call, cut_off));
    }
    Ok(done)
}

/// What another host answers to a link that does not work any more.
fn refused(status: u16, body: &mut dyn Read) -> Error {
    let mut start = Vec::new();
    // The status says enough when the body breaks off.
    let _ = body.take(SHOWN).read_to_end(&mut start);
    let shown = reply::excerpt(&start, "");
    let (kind, hint) = match status {
        401 | 403 => (ErrorKind::Forbidden, "the link may have expired; ask for a fresh one"),
        404 | 410 => (ErrorKind::NotFound, "the link may have expired; ask for a fresh one"),
        429 => (ErrorKind::RateLimited, "try again later"),
        300..=399 => (ErrorKind::InvalidResponse, "redirects are never followed"),
        _ => (ErrorKind::Api, "try again later"),
    };
    Error::new(kind, Evidence::Refused, format!("the download was refused, with {shown}"))
        .with_status(status)
        .with_hint(hint)
}

/// A file that comes into being when it is complete.
struct Target {
    path: PathBuf,
    file: tempfile::NamedTempFile,
}

impl Target {
    fn open(path: &Path) -> Result<Target> {
        if path.is_dir() {
            return Err(Error::invalid_input(format!(
                "target: {} is a directory; expected the name of a file",
                path.display()
            )));
        }
        let Some(name) = path.file_name() else {
            return Err(Error::invalid_input("target is empty; expected the name of a file"));
        };
        let mut prefix = name.to_os_string();
        prefix.push(".");
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            .tempfile_in(directory(path))
            .map_err(|error| unwritable(path, error))?;
        Ok(Target { path: path.to_owned(), file })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| unwritable(&self.path, error))
    }

    /// Stores the file, and gives it the target's name.
    fn keep(self) -> Result<PathBuf> {
        let Target { path, file } = self;
        file.as_file().sync_all().map_err(|error| unwritable(&path, error))?;
        file.persist(&path).map_err(|error| unwritable(&path, error.error))?;
        // The name is stored with the directory; not every system can sync one.
        if let Ok(directory) = File::open(directory(&path)) {
            let _ = directory.sync_all();
        }
        Ok(path)
    }
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::io(path, format!("target: {} cannot be written", path.display()), error)
}
