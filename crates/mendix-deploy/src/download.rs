//! Downloads of backups and logs: a call for the link, and then what it leads to.

use std::path::Path;

use crate::{BackupPart, Client, DownloadOptions, Downloaded, Error, ErrorKind, Evidence, Result};

impl Client {
    /// Downloads a part of a backup to a file.
    ///
    /// Gets a link (section 3.16), and follows it and up to 5 redirects without credentials. The data is written to
    /// `target` with `.part` added to its name, which replaces `target` once it is complete and synced: `target` is
    /// complete, or what it was before. Memory is constant whatever the size.
    ///
    /// `target` is made absolute first, so the current directory may change during the download. A symbolic link is
    /// followed. The files `target.part` and `target.part.json` belong to the download, whatever they contain; a name that
    /// would become too long is shortened.
    ///
    /// A download that breaks off resumes by itself, as long as it makes progress. One that was abandoned resumes when the
    /// same data is downloaded to the same target again, by any process and also after a power failure, from what was
    /// synced by then (every 64 MiB or 2 seconds). If the data has changed in the meantime, or the server does not support
    /// ranges, it starts from scratch. An expired link is replaced, once without progress in between. Disk space is
    /// reserved first where the server sends the length.
    ///
    /// # Errors
    ///
    /// Those of [`get_backup_links`](Client::get_backup_links). `NotFound` when the backup has no such part. `Io` when the
    /// file cannot be written, or there is too little disk space. `InvalidInput` when `target` is not a file.
    /// `InvalidResponse` for a redirect that cannot be followed. `Transport` or `Timeout` when the download breaks off or
    /// stalls.
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

    /// Downloads the logs of a day to a file, in the same way as [`download_backup`](Client::download_backup).
    ///
    /// # Errors
    ///
    /// Those of [`get_archived_logs`](Client::get_archived_logs). `Io` when the file cannot be written. `Transport` or
    /// `Timeout` when the download breaks off or stalls.
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

    /// Downloads the access logs of a day to a file, in the same way as [`download_backup`](Client::download_backup).
    ///
    /// # Errors
    ///
    /// Those of [`get_archived_access_logs`](Client::get_archived_access_logs). `Io` when the file cannot be written.
    /// `Transport` or `Timeout` when the download breaks off or stalls.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::DownloadOptions;
    ///
    /// let options = DownloadOptions::new();
    /// client.download_archived_access_logs("calc", "Acceptance", "2018-08-10", "access.log.gz", options)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn download_archived_access_logs(
        &self,
        app_id: &str,
        mode: &str,
        date: &str,
        target: impl AsRef<Path>,
        options: DownloadOptions<'_>,
    ) -> Result<Downloaded> {
        const OPERATION: &str = "download_archived_access_logs";
        let what = format!("access logs of {mode} of {app_id}, {date}");
        let link = || Ok(self.get_archived_access_logs(app_id, mode, date)?.download_url);
        self.download(OPERATION, what, target.as_ref(), options, &link)
    }
}
