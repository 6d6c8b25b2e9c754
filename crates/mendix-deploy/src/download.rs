//! Downloads of backups, packages and logs: a call for the link, and then what it leads to.

use std::path::Path;
use std::time::Duration;

use crate::transfer::DownloadSource;
use crate::{
    BackupPart, Client, DownloadOptions, Downloaded, Error, ErrorKind, Evidence, Result, SignedUrl,
    TaskState, WaitOptions, reply,
};

/// How long a download waits for the service to make an archive. One of many files takes a while.
const ARCHIVED_WITHIN: Duration = Duration::from_hours(1);

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

    /// Downloads a package to a file, in the same way as [`download_backup`](Client::download_backup).
    ///
    /// Gets its link with [`get_package_link`](Client::get_package_link), since the service has deprecated the download
    /// without one.
    ///
    /// # Errors
    ///
    /// Those of [`get_package_link`](Client::get_package_link). `Io` when the file cannot be written. `Transport` or
    /// `Timeout` when the download breaks off or stalls.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::DownloadOptions;
    ///
    /// let package_id = "b3d14e53-2654-4534-b374-9179a69ef3cf";
    /// client.download_package("calc", package_id, "calc.mda", DownloadOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn download_package(
        &self,
        app_id: &str,
        package_id: &str,
        target: impl AsRef<Path>,
        options: DownloadOptions<'_>,
    ) -> Result<Downloaded> {
        let what = format!("package {package_id} of {app_id}");
        let link = || Ok(self.get_package_link(app_id, package_id)?.location);
        self.download("download_package", what, target.as_ref(), options, &link)
    }

    /// Downloads a snapshot to a file, in the same way as [`download_backup`](Client::download_backup): has the service
    /// make an archive of it, waits for that for an hour at most, and downloads it.
    ///
    /// `data_type` is `files_and_database` or `database_only`. A download that was abandoned, or whose archive was not ready
    /// in time, resumes with the same archive when it is made again to the same target.
    ///
    /// # Errors
    ///
    /// Those of [`create_archive`](Client::create_archive) and [`wait_for_archive`](Client::wait_for_archive). `Io` when the
    /// file cannot be written. `Transport` or `Timeout` when the download breaks off or stalls.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{Archive, DownloadOptions};
    ///
    /// let snapshot = &client.list_snapshots("project", "environment")?[0];
    /// let (id, data) = (&snapshot.snapshot_id, Archive::FILES_AND_DATABASE);
    /// client.download_snapshot("project", "environment", id, data, "calc.backup", DownloadOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn download_snapshot(
        &self,
        project_id: &str,
        environment_id: &str,
        snapshot_id: &str,
        data_type: &str,
        target: impl AsRef<Path>,
        options: DownloadOptions<'_>,
    ) -> Result<Downloaded> {
        let what = format!("snapshot {snapshot_id} of {environment_id} of {project_id}, {data_type}");
        let source = ArchiveOf { client: self, project_id, environment_id, snapshot_id, data_type };
        let downloaded = self.download("download_snapshot", what, target.as_ref(), options, &source);
        downloaded.map_err(|error| error.of_operation("download_snapshot"))
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

/// The archive of a snapshot, which the service makes first.
struct ArchiveOf<'a> {
    client: &'a Client,
    project_id: &'a str,
    environment_id: &'a str,
    snapshot_id: &'a str,
    data_type: &'a str,
}

impl DownloadSource for ArchiveOf<'_> {
    fn prepare(&self, earlier: Option<&str>) -> Result<Option<String>> {
        let ArchiveOf { client, project_id, environment_id, snapshot_id, data_type } = *self;
        if let Some(archive_id) = earlier {
            match client.get_archive(project_id, environment_id, snapshot_id, archive_id) {
                Ok(archive) if archive.state != TaskState::Failed => return Ok(Some(archive.archive_id)),
                // Another one takes its place.
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let archive = client.create_archive(project_id, environment_id, snapshot_id, data_type)?;
        if archive.archive_id.is_empty() {
            return Err(reply::unreadable("it has no archive_id"));
        }
        Ok(Some(archive.archive_id))
    }

    fn link(&self, prepared: Option<&str>) -> Result<SignedUrl> {
        let options = WaitOptions::new().timeout(ARCHIVED_WITHIN);
        let archive_id = prepared.unwrap_or_default();
        let archive = self.client.wait_for_archive(
            self.project_id,
            self.environment_id,
            self.snapshot_id,
            archive_id,
            options,
        )?;
        archive.url.ok_or_else(|| reply::unreadable("the archive is completed, and has no url"))
    }
}
