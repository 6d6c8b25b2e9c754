//! Files that a command has written.

use std::path::Path;

use mendix_deploy::Downloaded;
use serde::Serialize;

/// A file that was written.
#[derive(Debug, Serialize)]
pub(crate) struct Written<'a> {
    file: &'a Path,
    bytes: u64,
}

impl<'a> Written<'a> {
    pub(crate) fn new(file: &'a Path, downloaded: &Downloaded) -> Written<'a> {
        Written { file, bytes: downloaded.bytes }
    }

    /// In a line for a person.
    pub(crate) fn line(&self) -> String {
        format!("{}, {} bytes", self.file.display(), self.bytes)
    }
}
