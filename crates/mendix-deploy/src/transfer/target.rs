//! The target of a download, and the names of the files that it grows in.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

const PART: &str = ".part";
const NOTE: &str = ".part.json";
/// The longest name of a file, in bytes, unless the file system says less.
const LONGEST_NAME: usize = 255;
/// As many links in a row as Linux follows.
const MOST_LINKS: usize = 40;

/// The paths of a download, all absolute: a caller may change the directory in the meantime.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The file. Where the caller names a symbolic link, what it points to, which need not exist.
    pub(super) path: PathBuf,
    /// What the data is written to.
    pub(super) part: PathBuf,
    /// Which download the data belongs to.
    pub(super) note: PathBuf,
}

impl Target {
    /// Finds the paths, and refuses a target that is not a regular file.
    pub(super) fn new(given: &Path) -> Result<Target> {
        if given.as_os_str().is_empty() {
            return Err(Error::invalid_input("target is empty; expected the name of a file"));
        }
        let refused = |what: &str| {
            let message = format!("target: {} {what}; expected the name of a file", given.display());
            Err(Error::invalid_input(message))
        };
        let path = std::path::absolute(given).map_err(|error| unwritable(given, error))?;
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => return refused("is a directory"),
            // A device or a pipe would be replaced, not written to.
            Ok(metadata) if !metadata.is_file() => return refused("is not a regular file"),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(given, error)),
            _ => {}
        }
        let path = follow_links(path);
        if names_directory(given) || names_directory(&path) {
            return refused("is a directory");
        }
        let Some(name) = path.file_name() else { return refused("names no file") };
        let stem = stem(name, longest_name(directory(&path)));
        let beside = |suffix: &str| {
            let mut name = stem.clone();
            name.push(suffix);
            path.with_file_name(name)
        };
        let (part, note) = (beside(PART), beside(NOTE));
        for taken in [&part, &note] {
            // Somebody else's link would lead what is written to another file.
            if fs::symlink_metadata(taken).is_ok_and(|metadata| !metadata.is_file()) {
                return Err(Error::invalid_input(format!(
                    "target: {} needs {} for the download, which is not a regular file; remove that",
                    given.display(),
                    taken.display()
                )));
            }
        }
        Ok(Target { path, part, note })
    }

    /// The target cannot be written, because of `error`.
    pub(super) fn unwritable(&self, error: io::Error) -> Error {
        unwritable(&self.path, error)
    }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::io(path, &format!("target: {} cannot be written", path.display()), error)
}

/// What a symbolic link points to in the end, whether it exists or not: the link stays one.
fn follow_links(mut path: PathBuf) -> PathBuf {
    for _ in 0..MOST_LINKS {
        let Ok(to) = fs::read_link(&path) else { break };
        path = directory(&path).join(to);
    }
    path
}

/// Whether a path can only be that of a directory, by its last characters: `x/`, `x/.`.
fn names_directory(path: &Path) -> bool {
    let text = path.as_os_str().to_string_lossy();
    let text = text.strip_suffix('.').unwrap_or(&text);
    text.ends_with(std::path::is_separator)
}

pub(super) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The name that the suffixes are put behind. One that would become too long is cut, and made unique again by a hash of
/// the whole, which is the same in every process.
fn stem(name: &OsStr, longest: usize) -> OsString {
    if name.len() + NOTE.len() <= longest {
        return name.to_owned();
    }
    let hash = format!("~{:016x}", fnv1a(name.as_encoded_bytes()));
    let text = name.to_string_lossy();
    let room = longest.saturating_sub(NOTE.len() + hash.len());
    OsString::from(format!("{}{hash}", &text[..text.floor_char_boundary(room)]))
}

/// FNV-1a. The standard library's hash may change with its version.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(unix)]
fn longest_name(directory: &Path) -> usize {
    rustix::fs::statvfs(directory)
        .ok()
        .and_then(|system| usize::try_from(system.f_namemax).ok())
        .map_or(LONGEST_NAME, |longest| longest.min(LONGEST_NAME))
}

#[cfg(not(unix))]
fn longest_name(_: &Path) -> usize {
    LONGEST_NAME
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_stays_unique() {
        let short = OsStr::new("calc.backup");
        assert_eq!(stem(short, 255), short);
        let longest = "x".repeat(245);
        assert_eq!(stem(OsStr::new(&longest), 255), OsStr::new(&longest));
        let (one, two) = ("ü".repeat(127) + "1", "ü".repeat(127) + "2");
        let (one, two) = (stem(OsStr::new(&one), 255), stem(OsStr::new(&two), 255));
        assert_ne!(one, two);
        assert!(one.len() <= 245 && one.to_str().unwrap().starts_with("üü"), "{one:?}");
        // Another version of this library must find what this one left.
        assert!(one.to_str().unwrap().ends_with("~8813d5993525e451"), "{one:?}");
        assert!(stem(short, 20).len() <= 17 + 10, "even where there is no room");
    }

    #[test]
    fn what_can_only_be_a_directory_is_one() {
        for directory in ["x/", "x/.", "/", "./"] {
            assert!(names_directory(Path::new(directory)), "{directory}");
        }
        for file in ["x", "x.", "x/y.", "x/..y"] {
            assert!(!names_directory(Path::new(file)), "{file}");
        }
    }
}
