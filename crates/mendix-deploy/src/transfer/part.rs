//! A file that comes into being when it is complete: until then it grows under another name, where a later download,
//! in this process or another, can go on with it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What the bytes that are there belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    /// What is downloaded, in the caller's terms: links differ from one day to the next.
    pub(super) what: String,
    /// The version that the server named, by a strong `ETag`.
    pub(super) etag: String,
}

/// The growing file `NAME.part`, locked as long as it is open, and `NAME.part.json`, which says what it is.
pub(super) struct Part {
    target: PathBuf,
    path: PathBuf,
    note: PathBuf,
    what: String,
    file: File,
    len: u64,
    etag: Option<String>,
}

impl Part {
    /// Opens the part for `target`, with what an earlier download of the same left there.
    pub(super) fn open(target: &Path, what: String) -> Result<Part> {
        // A link stays one: what it points to is replaced.
        let resolved = if target.is_symlink() { fs::canonicalize(target).ok() } else { None };
        let target = resolved.as_deref().unwrap_or(target);
        let is_directory =
            target.is_dir() || target.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        // A device or a pipe would be replaced, not written to.
        if is_directory || target.exists() && !target.is_file() {
            let what = if is_directory { "a directory" } else { "no regular file" };
            return Err(Error::invalid_input(format!(
                "target: {} is {what}; expected the name of a file",
                target.display()
            )));
        }
        let Some(name) = target.file_name() else {
            return Err(Error::invalid_input("target names no file; expected the name of one"));
        };
        let beside = |suffix: &str| {
            let mut name = name.to_os_string();
            name.push(suffix);
            target.with_file_name(name)
        };
        let (path, note) = (beside(".part"), beside(".part.json"));
        for taken in [&path, &note] {
            // Somebody else's link would lead what is written to another file.
            if fs::symlink_metadata(taken).is_ok_and(|metadata| !metadata.is_file()) {
                return Err(Error::invalid_input(format!(
                    "target: {} is needed for the download, and is no regular file",
                    taken.display()
                )));
            }
        }
        let file = open_locked(&path, target)?;
        as_private_as(target, &file, 0o200).map_err(|error| unwritable(target, error))?;
        let mut part = Part { target: target.to_owned(), path, note, what, file, len: 0, etag: None };
        match part.recall() {
            Some(etag) => {
                part.len = part.file.seek(SeekFrom::End(0)).map_err(|error| unwritable(target, error))?;
                part.etag = Some(etag);
            }
            None => part.restart(None)?,
        }
        Ok(part)
    }

    /// The version that the bytes which are there belong to, when they are the same thing.
    fn recall(&self) -> Option<String> {
        let origin: Origin = serde_json::from_slice(&fs::read(&self.note).ok()?).ok()?;
        (origin.what == self.what).then_some(origin.etag)
    }

    /// How many bytes are there.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The version to go on with, where there is something to go on with.
    pub(super) fn resumable(&self) -> Option<&str> {
        self.etag.as_deref().filter(|_| self.len > 0)
    }

    /// Begins anew, with bytes of the given version. Only a version that has a name can be gone on with.
    pub(super) fn restart(&mut self, etag: Option<&str>) -> Result<()> {
        self.len = 0;
        self.etag = None;
        let emptied = self.forget().and_then(|()| self.file.set_len(0)).and_then(|()| self.file.rewind());
        emptied.map_err(|error| unwritable(&self.target, error))?;
        if let Some(etag) = etag {
            let origin = Origin { what: self.what.clone(), etag: etag.to_owned() };
            let noted = serde_json::to_vec(&origin).map_err(io::Error::other);
            noted
                .and_then(|note| fs::write(&self.note, note))
                .map_err(|error| unwritable(&self.target, error))?;
            self.etag = Some(etag.to_owned());
        }
        Ok(())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| unwritable(&self.target, error))?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Stores the file, and gives it the target's name.
    pub(super) fn keep(self) -> Result<PathBuf> {
        let stored = as_private_as(&self.target, &self.file, 0)
            .and_then(|()| self.file.sync_all())
            // A note that outlives its part is ignored; a part that outlives its note is emptied.
            .and_then(|()| fs::rename(&self.path, &self.target))
            .and_then(|()| self.forget());
        stored.map_err(|error| unwritable(&self.target, error))?;
        // The name is stored with the directory; not every system can sync one.
        if let Ok(directory) = File::open(directory(&self.target)) {
            let _ = directory.sync_all();
        }
        Ok(self.target)
    }

    /// Leaves what can be gone on with, and nothing else.
    pub(super) fn leave(self) {
        if self.resumable().is_none() {
            // What cannot be removed does no harm: it is emptied when it is opened again.
            let _ = self.forget();
            let _ = fs::remove_file(&self.path);
        }
    }

    fn forget(&self) -> io::Result<()> {
        match fs::remove_file(&self.note) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Opens the part for this download alone. What was opened may have become another download's target, or have been
/// removed, before the lock was there; then it is opened again.
fn open_locked(path: &Path, target: &Path) -> Result<File> {
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(|error| unwritable(target, error))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => break,
            // Not every file system has locks.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        if is_at(&file, path) {
            return Ok(file);
        }
    }
    let busy = io::Error::new(io::ErrorKind::ResourceBusy, "another download has it open");
    Err(unwritable(path, busy))
}

/// Who may read the target that is there may read the new one, and nobody else. `more` is what is needed meanwhile.
#[cfg(unix)]
fn as_private_as(target: &Path, file: &File, more: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(old) = fs::metadata(target) else { return Ok(()) };
    let wanted = old.permissions().mode() & 0o777 | more;
    if file.metadata()?.permissions().mode() & 0o777 == wanted {
        return Ok(());
    }
    file.set_permissions(fs::Permissions::from_mode(wanted))
}

#[cfg(not(unix))]
fn as_private_as(_: &Path, _: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Whether a file still has this name, and is no link.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata().map(place), fs::symlink_metadata(path).map(place)), (Ok(file), Ok(named)) if file == named)
}

/// Elsewhere a file that is open keeps its name.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::io(path, &format!("target: {} cannot be written", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_part_that_has_become_the_target_is_not_opened_as_a_part() {
        let directory = tempfile::tempdir().unwrap();
        let (path, target) = (directory.path().join("x.part"), directory.path().join("x"));
        fs::write(&path, "whole").unwrap();
        let opened = File::open(&path).unwrap();
        assert!(is_at(&opened, &path));
        // Another download completes between the opening and the lock.
        fs::rename(&path, &target).unwrap();
        assert!(!is_at(&opened, &path));
        let part = open_locked(&path, &target).unwrap();
        assert!(is_at(&part, &path));
        assert_eq!(fs::read_to_string(&target).unwrap(), "whole");
    }
}
