//! Downloads from signed links: to a file, whole or not at all.

use std::fmt;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::part::Part;
use super::{Observer, Progress, SignedUrl};
use crate::retry::{Retries, Work};
use crate::transport::{Answer, Call, read_failure};
use crate::{BackupPart, Client, Error, ErrorKind, Evidence, Result, reply};

const BUFFER: usize = 512 * 1024;
/// How much of an answer that is no download is looked at, in bytes.
const SHOWN: u64 = 4096;
/// How long the body of such an answer is waited for.
const REFUSAL: Duration = Duration::from_secs(5);
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
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Client {
    /// Downloads a part of a backup to a file.
    ///
    /// Gets a link (section 3.16) and follows it without credentials. The data goes to `target` with `.part` added
    /// to its name, which takes the target's place once it is complete and safely stored: `target` is whole, or
    /// what it was before. Memory stays constant whatever the size.
    ///
    /// A download that breaks off goes on where it was, as often as it makes progress; one that was given up goes
    /// on when the same is downloaded to the same target again, by whatever process. Where the data has changed
    /// meanwhile it begins anew. A link that has expired is replaced once. (After a power failure, remove the
    /// `.part`: what the system had not stored yet may be missing in its middle.)
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

    /// Fetches until the part is complete. Tries are counted from the last one that made progress.
    fn fill(
        &self,
        operation: &'static str,
        part: &mut Part,
        options: &mut DownloadOptions<'_>,
        link: &dyn Fn() -> Result<SignedUrl>,
    ) -> Result<()> {
        let mut url = link()?;
        let mut is_fresh = true;
        let mut furthest = part.len();
        let mut retries = Retries::new(self, operation, Work::Download, None);
        loop {
            let failure = match self.fetch_part(&url, part, options) {
                Ok(()) => return Ok(()),
                Err(error) => error.with_operation(operation),
            };
            // Bytes that were there before are no progress.
            if part.len() >= furthest.saturating_add(PROGRESS) {
                furthest = part.len();
                retries.count_again();
            }
            if has_expired(&failure) && is_fresh {
                is_fresh = false;
                url = link()?;
                retries.repeat_at_once(&failure);
            } else {
                retries.pause(failure, true)?;
            }
        }
    }

    /// One request, from where the part ends.
    fn fetch_part(&self, url: &SignedUrl, part: &mut Part, options: &mut DownloadOptions<'_>) -> Result<()> {
        let mut headers = Vec::new();
        if let Some(etag) = part.resumable() {
            headers.push(("range", format!("bytes={}-", part.len())));
            headers.push(("if-range", etag.to_owned()));
        }
        self.fetch(url.expose(), &headers, &mut |answer, body, call| {
            let (start, total) = answer.range.map_or((None, None), |range| (range.start, range.total));
            let total = match answer.status {
                200 => {
                    part.restart(answer.etag.as_deref())?;
                    answer.length
                }
                // Not every server looks at `If-Range`: the answer must be of the same version.
                206 if part.resumable().is_some()
                    && part.resumable() == answer.etag.as_deref()
                    && start == Some(part.len()) =>
                {
                    total.or_else(|| answer.length?.checked_add(part.len()))
                }
                // Nothing was missing but the name.
                416 if part.len() > 0 && total == Some(part.len()) => return Ok(()),
                // The server has less than is here, or gave another range than was asked for.
                206 | 416 if part.len() > 0 => {
                    part.restart(None)?;
                    return Err(begins_anew(answer.status));
                }
                _ => return Err(refused(answer, body, call)),
            };
            receive(body, total, part, options, call)
        })
    }
}

fn receive(
    body: &mut dyn Read,
    total: Option<u64>,
    part: &mut Part,
    options: &mut DownloadOptions<'_>,
    call: &Call,
) -> Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = body.read(&mut buffer).map_err(|error| read_failure(call, error))?;
        if count == 0 {
            break;
        }
        part.write(&buffer[..count])?;
        if let Some(observer) = &mut options.observer
            && observer(Progress { done: part.len(), total: total.unwrap_or(0) }).is_break()
        {
            call.cancel();
            return Err(read_failure(call, io::Error::other("cancelled by the progress observer")));
        }
        // The time that the disk and the observer took is not the server's.
        call.progress();
    }
    if call.read_failed.get() || total.is_some_and(|total| total != part.len()) {
        let cut_off = io::Error::new(io::ErrorKind::UnexpectedEof, "the download was cut off");
        return Err(read_failure(call, cut_off));
    }
    Ok(())
}

fn has_expired(error: &Error) -> bool {
    matches!(error.http_status(), Some(401 | 403 | 404 | 410))
}

fn begins_anew(status: u16) -> Error {
    let message = "what an earlier download left does not fit any more; it begins anew";
    Error::new(ErrorKind::InvalidResponse, Evidence::Refused, message).with_status(status)
}

/// What another host answers to a link that does not work.
fn refused(answer: &Answer, body: &mut dyn Read, call: &Call) -> Error {
    let mut start = Vec::new();
    call.end_within(REFUSAL);
    // The status says enough when the body breaks off, or does not come, but not when the caller wants to end.
    if let Err(error) = body.take(SHOWN).read_to_end(&mut start)
        && call.is_cancelled()
    {
        return read_failure(call, error);
    }
    let shown = reply::excerpt(&start, "");
    let (kind, hint) = match answer.status {
        401 | 403 => (ErrorKind::Forbidden, "the link may have expired"),
        404 | 410 => (ErrorKind::NotFound, "the link may have expired"),
        429 => (ErrorKind::RateLimited, "try again later"),
        300..=399 => (ErrorKind::InvalidResponse, "redirects are never followed"),
        _ => (ErrorKind::Api, "try again later"),
    };
    Error::new(kind, Evidence::Refused, format!("the download was refused, with {shown}"))
        .with_status(answer.status)
        .with_retry_after(answer.retry_after)
        .with_hint(hint)
}
