//! Uploads and downloads, which stream in constant memory.

mod disk;
mod download;
mod fetch;
mod multipart;
mod part;
mod redirect;
mod source;
mod space;
mod target;

pub(crate) use self::download::DownloadSource;
pub use self::download::{DownloadOptions, Downloaded};
pub(crate) use self::multipart::Multipart;
pub use self::source::PackageSource;

use std::ops::ControlFlow;

/// The progress of an upload or download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes that were transferred so far.
    pub done: u64,
    /// Bytes in all; 0 where the length of a download is not known.
    pub total: u64,
}

/// Is notified of progress, on the thread of the call, and ends the transfer with [`ControlFlow::Break`].
pub(crate) type Observer<'a> = Box<dyn FnMut(Progress) -> ControlFlow<()> + 'a>;
