//! Downloads from signed links: to a file, whole or not at all.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use log::warn;

use super::fetch::{Failure, may_be_about_the_range};
use super::part::Part;
use super::{Observer, Progress, SignedUrl};
use crate::retry::{Retries, Work};
use crate::{BackupPart, Client, Error, ErrorKind, Evidence, Result};

/// How often a link that has expired is replaced without progress.
const RENEWALS: u32 = 1;
/// How much a broken download must have brought to count as progress, in bytes.
const PROGRESS: u64 = 1024 * 1024;

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
    /// Where the file is: an absolute path. Of a target that is a symbolic link, what it points to.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Client {
    /// Downloads a part of a backup to a file.
    ///
    /// Gets a link (section 3.16) and follows it, and up to 5 redirects, without credentials. The data goes to
    /// `target` with `.part` added to its name, which takes the target's place once it is complete and safely
    /// stored: `target` is whole, or what it was before. Memory stays constant whatever the size.
    ///
    /// `target` is made absolute at once: the current directory may change during the download. A symbolic link
    /// stays one, and what it points to is written. `target` with `.part` and with `.part.json` added to its name
    /// belong to the download, whatever they hold; a name that would become too long is shortened first.
    ///
    /// A download that breaks off resumes by itself, as often as it makes progress. One that was abandoned resumes
    /// when the same is downloaded to the same target again, by whatever process, also after a power failure: with
    /// what was stored by then, which happens every 64 MiB or 2 seconds. Where the data has changed in the meantime,
    /// or the server has no ranges, it begins from scratch. A link that has expired is replaced, once without
    /// progress. Where the server says how long the data is, the room for it is reserved first.
    ///
    /// # Errors
    ///
    /// Those of [`get_backup_links`](Client::get_backup_links); `NotFound` when the backup has no such part; `Io`
    /// when the file cannot be written, or there is too little room (the source is an [`std::io::Error`]);
    /// `InvalidResponse` for a redirect that cannot be followed; `Transport` or `Timeout` when the download breaks
    /// off or stalls.
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
        let what = format!("backup {snapshot_id} of {mode} of {app_id}, {part:?}");
        let link = || {
            let links = self.get_backup_links(app_id, mode, snapshot_id)?;
            links.part(part).cloned().ok_or_else(|| {
                let message = format!("backup {snapshot_id} has no {part:?} part");
                Error::new(ErrorKind::NotFound, Evidence::Refused, message).with_operation(OPERATION)
            })
        };
        self.download(OPERATION, what, target.as_ref(), options, &link)
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
        let what = format!("logs of {mode} of {app_id}, {date}");
        let link = || Ok(self.get_archived_logs(app_id, mode, date)?.download_url);
        self.download(OPERATION, what, target.as_ref(), options, &link)
    }

    fn download(
        &self,
        operation: &'static str,
        what: String,
        target: &Path,
        mut options: DownloadOptions<'_>,
        link: &dyn Fn() -> Result<SignedUrl>,
    ) -> Result<Downloaded> {
        let name = |error: Error| error.with_operation(operation);
        let mut part = Part::open(target, what).map_err(name)?;
        match self.fill(operation, &mut part, &mut options, link) {
            Ok(()) => {
                let bytes = part.len();
                Ok(Downloaded { path: part.keep().map_err(name)?, bytes })
            }
            Err(error) => {
                part.leave();
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
        link: &dyn Fn() -> Result<SignedUrl>,
    ) -> Result<()> {
        let mut url = link()?;
        let mut renewals = 0;
        let mut furthest = part.len();
        let mut retries = Retries::new(self, operation, Work::Download, None);
        loop {
            let Failure { error, link_expired } = match self.fetch_rest(&url, part, &mut options.observer) {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            let error = error.with_operation(operation);
            // Bytes that were there before are no progress.
            if part.len() >= furthest.saturating_add(PROGRESS) {
                (furthest, renewals) = (part.len(), 0);
                retries.count_again();
            }
            if link_expired && renewals < RENEWALS {
                renewals += 1;
                url = link()?;
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
