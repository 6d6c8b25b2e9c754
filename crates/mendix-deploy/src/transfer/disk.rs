//! What a download does to the disk, in steps whose order matters: what must survive a power failure is synced before
//! anything relies on it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::Path;

use super::target::directory;

/// How often a file is opened again that was replaced in the meantime.
const TRIES: usize = 10;

/// Opens a file for this download alone, and so that what is written to it harms nobody: one that an earlier download
/// left, or a new one in the place of any other.
///
/// What was opened may have become another download's target, or have been removed, before the lock was there; then it is
/// opened again.
pub(super) fn open_locked(path: &Path, target: &Path) -> io::Result<File> {
    for _ in 0..TRIES {
        let (opened, is_new) = match options(target).create_new(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (options(target).open(path), false),
            created => (Ok(created?), true),
        };
        match opened {
            Ok(file) => {
                match file.try_lock() {
                    Err(TryLockError::WouldBlock) => {
                        let message = format!("another download has {} open", path.display());
                        return Err(io::Error::new(io::ErrorKind::ResourceBusy, message));
                    }
                    // Not every file system has locks.
                    Ok(()) | Err(TryLockError::Error(_)) => {}
                }
                if !is_at(&file, path) {
                    continue;
                }
                if is_new || is_ours(&file, target) {
                    return Ok(file);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            Err(error) => return Err(error),
        }
        remove(path).map_err(|_| {
            let message = format!("{} is not this user's, and cannot be removed", path.display());
            io::Error::new(io::ErrorKind::PermissionDenied, message)
        })?;
    }
    Err(io::Error::new(io::ErrorKind::ResourceBusy, format!("{} comes and goes", path.display())))
}

#[cfg(unix)]
fn options(target: &Path) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    // From its first moment on the file is readable by nobody who may not read the target.
    let mode = mode(target).map_or(0o666, |mode| mode | 0o600);
    options.read(true).write(true).mode(mode).custom_flags(libc::O_NOFOLLOW);
    options
}

#[cfg(not(unix))]
fn options(_: &Path) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}

/// Whether what is written to this file goes nowhere else, and to nobody else: it has one name, belongs to this user,
/// and is not open to more people than the target.
#[cfg(unix)]
fn is_ours(file: &File, target: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(metadata) = file.metadata() else { return false };
    let too_open = mode(target).is_some_and(|mode| metadata.mode() & 0o077 & !mode != 0);
    metadata.is_file()
        && metadata.nlink() == 1
        && metadata.uid() == rustix::process::geteuid().as_raw()
        && metadata.mode() & 0o600 == 0o600
        && !too_open
}

#[cfg(not(unix))]
fn is_ours(_: &File, _: &Path) -> bool {
    true
}

/// Who may use the target, where it exists.
#[cfg(unix)]
fn mode(target: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs::metadata(target).ok()?.permissions().mode() & 0o777)
}

/// Gives a file the permissions of the target that it replaces. `more` are needed until then.
#[cfg(unix)]
pub(super) fn as_private_as(target: &Path, file: &File, more: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let Some(target_mode) = mode(target) else { return Ok(()) };
    let wanted = target_mode | more;
    if file.metadata()?.permissions().mode() & 0o777 == wanted {
        return Ok(());
    }
    file.set_permissions(fs::Permissions::from_mode(wanted))
}

#[cfg(not(unix))]
pub(super) fn as_private_as(_: &Path, _: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Whether a file still has this name, and is not a link.
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

/// Puts a text in the place of what the file holds. A shorter text that replaces a longer one is torn for a moment.
pub(super) fn overwrite(mut file: &File, text: &[u8]) -> io::Result<()> {
    step("note", || String::from_utf8_lossy(text).into_owned());
    file.rewind()?;
    file.write_all(text)?;
    file.set_len(text.len() as u64)
}

pub(super) fn empty(mut file: &File) -> io::Result<()> {
    step("empty", String::new);
    file.set_len(0)?;
    file.rewind()
}

pub(super) fn append(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    step("append", || bytes.len().to_string());
    file.write_all(bytes)
}

/// Stores what the file holds. `what` is for the tests.
pub(super) fn sync(file: &File, what: &'static str) -> io::Result<()> {
    step("sync", || what.to_owned());
    file.sync_all()
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step("rename", String::new);
    fs::rename(from, to)
}

/// Stores the names of a directory. Not every system can.
pub(super) fn sync_directory_of(path: &Path) {
    step("sync", || "directory".to_owned());
    if let Ok(directory) = File::open(directory(path)) {
        let _ = directory.sync_all();
    }
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(test))]
fn step(_: &'static str, _: impl FnOnce() -> String) {}

#[cfg(test)]
use self::steps::step;

#[cfg(test)]
pub(super) mod steps {
    use std::cell::RefCell;

    thread_local! {
        static STEPS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    pub(in super::super) fn step(what: &'static str, detail: impl FnOnce() -> String) {
        STEPS.with_borrow_mut(|steps| steps.push(format!("{what} {}", detail()).trim_end().to_owned()));
    }

    /// What was done on this thread since this was asked last.
    pub(in super::super) fn take() -> Vec<String> {
        STEPS.take()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

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

    #[cfg(target_os = "linux")]
    #[test]
    fn a_sync_asks_the_system() {
        // Which has nothing to store for a device, and says so.
        let device = File::open("/dev/null").unwrap();
        assert_eq!(sync(&device, "device").unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_file_that_others_share_is_replaced_and_ours_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let (path, target) = (at("x.part"), at("x"));
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        let left = |mode| {
            let _ = fs::remove_file(&path);
            fs::write(&path, "left").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let opened = || {
            let file = open_locked(&path, &target).unwrap();
            (file.metadata().unwrap().len(), file.metadata().unwrap().mode() & 0o777 & !0o640)
        };
        left(0o600);
        assert_eq!(opened(), (4, 0), "ours");
        left(0o644);
        assert_eq!(opened(), (0, 0), "others may read it, and have it open");
        // What it was created with counts, not what is set later: who has it open can read on.
        fs::remove_file(&path).unwrap();
        let umask = rustix::process::umask(rustix::fs::Mode::empty());
        let created = opened();
        rustix::process::umask(umask);
        assert_eq!(created, (0, 0));
        left(0o400);
        assert_eq!(opened(), (0, 0), "not to be written to");
        left(0o600);
        fs::hard_link(&path, at("victim")).unwrap();
        assert_eq!(opened(), (0, 0), "the same as another file");
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "left");
    }
}
