//! Downloads from signed links: to a file, whole or not at all.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use log::warn;

use super::fetch::{Failure, may_be_about_the_range};
use super::part::Part;
use super::{Observer, Progress};
use crate::retry::{Allowance, Work};
use crate::{Client, Error, Result, SignedUrl};

/// How often a link that has expired is replaced without progress in between.
const RENEWALS: u32 = 1;
/// How many bytes count as progress of a download that broke off.
const PROGRESS: u64 = 1024 * 1024;

/// The options of a download: who is notified of its progress.
#[derive(Default)]
#[must_use]
pub struct DownloadOptions<'a> {
    observer: Option<Observer<'a>>,
}

impl<'a> DownloadOptions<'a> {
    /// The default options: no observer.
    pub fn new() -> DownloadOptions<'a> {
        DownloadOptions::default()
    }

    /// Notifies `observer` of progress, on the thread of the call.
    ///
    /// When it returns [`ControlFlow::Break`], the download ends with [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled).
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
    /// The absolute path of the file; for a symbolic link, of the file that it points to.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Where a download comes from.
pub(crate) trait DownloadSource {
    /// Has the service make ready what is downloaded, unless it is there from an `earlier` time: what to note of it.
    fn prepare(&self, _earlier: Option<&str>) -> Result<Option<String>> {
        Ok(None)
    }

    /// Gets a link to it.
    fn link(&self, prepared: Option<&str>) -> Result<SignedUrl>;
}

impl<F: Fn() -> Result<SignedUrl>> DownloadSource for F {
    fn link(&self, _: Option<&str>) -> Result<SignedUrl> {
        self()
    }
}

impl Client {
    /// Downloads what `source` has a link to. `what` tells it from other downloads to the same target.
    pub(crate) fn download(
        &self,
        operation: &'static str,
        what: String,
        target: &Path,
        mut options: DownloadOptions<'_>,
        source: &dyn DownloadSource,
    ) -> Result<Downloaded> {
        let name = |error: Error| error.with_operation(operation);
        let mut part = Part::open(target, what).map_err(name)?;
        match self.fill(operation, &mut part, &mut options, source) {
            Ok(()) => {
                let bytes = part.len();
                Ok(Downloaded { path: part.complete().map_err(name)?, bytes })
            }
            Err(error) => {
                part.suspend();
                Err(error)
            }
        }
    }

    /// Fetches until the part is complete. What is allowed a few times is counted from the last progress on.
    fn fill(
        &self,
        operation: &'static str,
        part: &mut Part,
        options: &mut DownloadOptions<'_>,
        source: &dyn DownloadSource,
    ) -> Result<()> {
        let prepared = source.prepare(part.prepared())?;
        part.note_prepared(prepared).map_err(|error| error.with_operation(operation))?;
        let mut url = source.link(part.prepared())?;
        let mut renewals = 0;
        let mut furthest = part.len();
        let mut retries = self.retries(operation, Work::Download, Allowance::EachFailure(self.timeout()));
        loop {
            let Failure { error, link_expired } = match self.fetch_rest(&url, part, &mut options.observer) {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            let error = error.with_operation(operation);
            // Bytes that were there before do not count.
            if part.len() >= furthest.saturating_add(PROGRESS) {
                (furthest, renewals) = (part.len(), 0);
                retries.count_again();
            }
            if link_expired && renewals < RENEWALS {
                renewals += 1;
                url = source.link(part.prepared())?;
                retries.repeat_at_once(&error);
                continue;
            }
            if let Err(error) = retries.pause(error, true) {
                if part.resumable().is_none() || !may_be_about_the_range(&error) {
                    return Err(error);
                }
                warn!("{error}; asking for the whole");
                part.ask_for_all();
                retries.repeat_at_once(&error);
            }
        }
    }
}
