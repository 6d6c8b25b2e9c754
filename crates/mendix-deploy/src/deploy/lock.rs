//! Files that one process holds at a time, by a lock of the operating system, which ends with the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Evidence, Result};

/// Opens a file that only its owner can read, to append to it.
pub(super) fn open(path: &Path, create: bool, what: &str) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(create);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| {
        Error::io(path, &format!("{what}: {} cannot be opened for writing", path.display()), error)
    })
}

/// Locks a file, unless another process holds it: then `held` says what that means.
pub(super) fn lock(
    file: &File,
    path: &Path,
    what: &str,
    held: impl FnOnce() -> (String, &'static str),
) -> Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let (message, hint) = held();
            Err(Error::new(ErrorKind::Conflict, Evidence::NotSent, message).with_hint(hint))
        }
        Err(TryLockError::Error(error)) => {
            Err(Error::io(path, &format!("{what}: {} cannot be locked", path.display()), error))
        }
    }
}

/// A lease on an environment: a file that is locked as long as this lives.
#[derive(Debug)]
pub(super) struct Lease {
    _file: File,
}

/// Who holds a lease.
#[derive(Debug, Serialize, Deserialize)]
struct Owner {
    host: String,
    pid: u32,
    since: String,
}

impl Lease {
    pub(super) fn take(path: &Path) -> Result<Lease> {
        let mut file = open(path, true, "lease")?;
        lock(&file, path, "lease", || {
            let owner = match Owner::read(&file) {
                Some(Owner { host, pid, since }) => format!("process {pid} on {host} since {since}"),
                None => "another process".to_owned(),
            };
            let message = format!("the lease {} is held by {owner}", path.display());
            (message, "another deployment is running: wait for it to end")
        })?;
        // To the second.
        let now = Timestamp::now();
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let owner = Owner {
            host: host_name().unwrap_or_else(|| "this machine".to_owned()),
            pid: std::process::id(),
            since: now.to_string(),
        };
        let mut write = || {
            file.set_len(0)?;
            serde_json::to_writer(&file, &owner)?;
            file.flush()
        };
        write().map_err(|error| {
            Error::io(path, &format!("lease: {} cannot be written", path.display()), error)
        })?;
        Ok(Lease { _file: file })
    }
}

impl Owner {
    fn read(mut file: &File) -> Option<Owner> {
        const LONGEST: u64 = 4096;
        let mut text = String::new();
        file.rewind().ok()?;
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }
}

fn host_name() -> Option<String> {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_str().ok().map(str::to_owned);
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").ok();
    name.filter(|name| !name.is_empty())
}

/// An absolute path, which stays the same file in another working directory.
pub(super) fn absolute(path: &Path, what: &str) -> Result<PathBuf> {
    if path.as_os_str().is_empty() {
        return Err(Error::invalid_input(format!("{what} is an empty path")));
    }
    std::path::absolute(path)
        .map_err(|error| Error::io(path, &format!("{what}: {} cannot be found", path.display()), error))
}
