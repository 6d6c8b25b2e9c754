//! The results of calls, but for settings.

use std::path::PathBuf;

use mendix_deploy::{BackupState, Mode, PackageStatus, StartState, Status, TaskState};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::{Borrowed, PyTypeInfo, type_hint_union};

use super::given::Given;
use super::{Fielded, MatchArgs, Moment, PlainFields, View, html, literal, model};
use crate::arguments::names::{bytes, path, url};
use crate::arguments::{Arg, Argument, Wrong, builtin, text_constant};
use crate::enums::EnumValue;

model! {
    /// An app that the account has access to.
    App {
        /// Sub-domain name of the app, which every other call takes. Empty only where the service did not give it to `create_sandbox`.
        app_id: &str,
        /// Name of the app.
        name: Option<&str>,
        /// Identifier of the project in the Developer Portal; opaque text.
        project_id: Option<&str>,
        /// Address of the app in production, or of the sandbox. May have no scheme.
        url: Option<&str>,
    }
    extra extra
    blank r#"{"AppId": ""}"#
}

model! {
    /// An environment of an app.
    Environment {
        /// Whether the app runs.
        status: EnumValue<'_, Status>,
        /// Which environment it is; empty where the service left it out.
        mode: EnumValue<'_, Mode>,
        /// Address of the app. May have no scheme.
        url: Option<&str>,
        /// Version of the deployed package, for example `1.1.0.253` or `1.8.82.e3c1a393`.
        model_version: Option<&str>,
        /// Mendix version of the deployed package, for example `7.5.0`.
        mendix_version: Option<&str>,
        /// Whether this is a production environment.
        production: Option<bool>,
        /// Identifier of the environment; opaque text.
        environment_id: Option<&str>,
        /// What the app runs on.
        runtime_layer: Option<&str>,
        /// Number of instances.
        instances: Option<u32>,
        /// Memory of each instance, in MB.
        memory_per_instance: Option<u32>,
        /// Memory of the environment, in MB. Need not be the product of the two above.
        total_memory: Option<u32>,
    }
    extra extra
}

model! {
    /// A start in progress.
    StartJob {
        /// Identifier of the start, for `get_start_status` and `wait_for_start`. None when the service accepted the call
        /// without giving it, or when its response was lost and the app was found running.
        job_id: Option<&str>,
    }
    extra extra
}

/// A start that is waited for: a `StartJob`, its `job_id`, or None where it is not known.
pub(crate) struct Job(pub(crate) Option<String>);

impl<'a, 'py> Argument<'a, 'py> for Job {
    const HINT: PyStaticExpr = type_hint_union!(StartJob::TYPE_HINT, builtin("str"), builtin("None"));
    const EXPECTED: &'static str = "a StartJob, its job_id or None";

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        if object.is_none() {
            return Ok(Job(None));
        }
        if let Ok(job) = object.cast::<StartJob>() {
            return Ok(Job(job.get().0.job_id.clone()));
        }
        <&str>::from_object(object).map(|job_id| Job(Some(job_id.to_owned())))
    }
}

model! {
    /// The status of a start.
    StartStatus {
        /// Starting or Started.
        status: EnumValue<'_, StartState>,
    }
    extra extra
}

model! {
    /// A deployment package.
    Package {
        /// Identifier of the package.
        package_id: &str,
        /// Name, for example `Main line-2.5.4.63.mda`.
        name: Option<&str>,
        /// Description.
        description: Option<&str>,
        /// Version, which is also the name of the tag on the team server.
        version: Option<&str>,
        /// Who uploaded or made it.
        creator: Option<&str>,
        /// When it became available, in UTC.
        creation_date: Option<Moment>,
        /// When it expires, in UTC; None for never.
        expiry_date: Option<Moment>,
        /// Whether it is ready to use.
        status: EnumValue<'_, PackageStatus>,
        /// Size in bytes.
        size: Option<u64>,
    }
    extra extra
    blank r#"{"PackageId": ""}"#
}

model! {
    /// The response of the service to an upload. It is not documented.
    UploadedPackage {
        /// Identifier of the package, where the service gives it.
        package_id: Option<&str>,
        /// The start of a body that is not the JSON of a package, for people to read: the upload was accepted all the same.
        unreadable: Option<&str>,
    }
    extra extra
}

model! {
    /// A signed link to the bytes of a package. It expires, and `repr` hides it.
    PackageLink {
        /// The link.
        location: SignedUrl,
        /// For how long it is valid, in seconds from the response on.
        ttl: Option<u32>,
    }
    extra extra
    blank r#"{"Location": "https://example.com/"}"#
}

model! {
    /// A package that was uploaded, and the job that processes it.
    UploadJob {
        /// Identifier of the package, where the service gave it or the package was found by its name.
        package_id: Option<&str>,
        /// Identifier of the job, for `get_upload_status` and `wait_for_upload`. None when the response was lost.
        job_id: Option<&str>,
    }
    extra extra
}

model! {
    /// How far the service has come with processing an upload.
    UploadStatus {
        /// The state. The service gives no reason for FAILED.
        status: EnumValue<'_, TaskState>,
    }
    extra extra
}

model! {
    /// A build in progress.
    BuildJob {
        /// Identifier of the package that is being built, for `wait_for_package`. None when the service accepted the call
        /// without giving it.
        package_id: Option<&str>,
    }
    extra extra
}

model! {
    /// A snapshot of the data of an environment.
    Snapshot {
        /// Identifier of the snapshot; opaque text. Empty only where the service did not give it to `create_snapshot`.
        snapshot_id: &str,
        /// How far it has come: whether it can be used.
        state: EnumValue<'_, TaskState>,
        /// Why it failed, or how far it has come.
        status_message: Option<&str>,
        /// Version of the package that was deployed then.
        model_version: Option<&str>,
        /// Comment.
        comment: Option<&str>,
        /// When it was asked for, in UTC.
        created_at: Option<Moment>,
        /// When it was completed or failed, in UTC; None until then.
        finished_at: Option<Moment>,
        /// When it was last changed, in UTC.
        updated_at: Option<Moment>,
        /// When it expires, in UTC.
        expires_at: Option<Moment>,
    }
    extra extra
    blank r#"{"snapshot_id": ""}"#
}

model! {
    /// An archive of a snapshot, which can be downloaded.
    Archive {
        /// Identifier of the archive; opaque text. Empty only where the service did not give it to `create_archive`.
        archive_id: &str,
        /// Identifier of the snapshot.
        snapshot_id: Option<&str>,
        /// What is in it: one of ArchiveData.
        data_type: Option<&str>,
        /// How far it has come: whether it can be downloaded.
        state: EnumValue<'_, TaskState>,
        /// Why it failed, or how far it has come.
        status_message: Option<&str>,
        /// The link to it, which expires, and which `repr` hides; None until it is completed.
        url: Option<SignedUrl>,
        /// When it was asked for, in UTC.
        created_at: Option<Moment>,
        /// When it was completed or failed, in UTC; None until then.
        finished_at: Option<Moment>,
        /// When it was last changed, in UTC.
        updated_at: Option<Moment>,
    }
    extra extra
    blank r#"{"archive_id": ""}"#
}

model! {
    /// A restore of a snapshot to an environment.
    Restore {
        /// Identifier of the restore; opaque text. Empty only where the service did not give it to `restore_snapshot`.
        restore_id: &str,
        /// The snapshot that is restored.
        source_snapshot_id: Option<&str>,
        /// The environment that it was made of.
        source_environment_id: Option<&str>,
        /// The environment whose data is replaced.
        target_environment_id: Option<&str>,
        /// How far it has come.
        state: EnumValue<'_, TaskState>,
        /// Why it failed, or how far it has come.
        status_message: Option<&str>,
        /// When it was asked for, in UTC.
        created_at: Option<Moment>,
        /// When it was completed or failed, in UTC; None until then.
        finished_at: Option<Moment>,
        /// When it was last changed, in UTC.
        updated_at: Option<Moment>,
    }
    extra extra
    blank r#"{"restore_id": ""}"#
}

model! {
    /// A backup of an environment, which the document also calls a snapshot.
    Backup {
        /// Identifier of the backup; opaque text, for example `201703221355`. Empty only where the service did not give it to
        /// `create_backup`.
        snapshot_id: &str,
        /// Comment.
        comment: Option<&str>,
        /// Whether it is complete.
        state: EnumValue<'_, BackupState>,
        /// When it expires, in UTC.
        expires_on: Option<Moment>,
        /// When it was made, in UTC; None while it is being made.
        created_on: Option<Moment>,
        /// Version of the package that was deployed then.
        model_version: Option<&str>,
    }
    extra extra
    blank r#"{"SnapshotID": ""}"#
}

model! {
    /// Signed links to the parts of a backup. They expire, and `repr` hides them.
    BackupLinks {
        /// The files.
        files_only: Option<SignedUrl>,
        /// The database.
        database_only: Option<SignedUrl>,
        /// Both.
        database_and_files: Option<SignedUrl>,
    }
    extra extra
}

model! {
    /// A tag of an environment: text that the service does not interpret.
    Tag {
        /// The tag.
        tag: &str,
    }
    extra extra
    blank r#"{"Tag": ""}"#
}

model! {
    /// A signed link to a day's logs. It expires, and `repr` hides it.
    ArchivedLogs {
        /// Identifier of the environment.
        environment: Option<&str>,
        /// The day, in UTC.
        date: Option<Moment>,
        /// The link.
        download_url: SignedUrl,
    }
    extra extra
    blank r#"{"DownloadUrl": "https://example.com/"}"#
}

/// A link to a download that needs no credentials: anyone who has it can use it until it expires.
///
/// `str` and `repr` show its host only.
#[pyclass(frozen, eq, weakref, module = "mendix_deploy")]
#[derive(Clone, PartialEq)]
pub(crate) struct SignedUrl(mendix_deploy::SignedUrl);

#[pymethods]
impl SignedUrl {
    /// A link from its text.
    #[new]
    fn new(url: Arg<url, &str>) -> SignedUrl {
        SignedUrl(url.to_string().into())
    }

    /// The link itself. Keep it out of logs.
    fn expose(&self) -> &str {
        self.0.expose()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<SignedUrl {}>", self.0)
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        pyo3::types::PyString::new(py, self.0.expose()).hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyAny>, (&str,)) {
        (py.get_type::<SignedUrl>().into_any(), (self.0.expose(),))
    }
}

impl Given for mendix_deploy::SignedUrl {
    const REQUIRED: bool = true;
    const EXPECTED: &'static str = "SignedUrl";

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Wrong> {
        object.cast::<SignedUrl>().map(|link| link.get().0.clone()).map_err(|_| Wrong::Type)
    }
}

impl View<'_, SignedUrl> for mendix_deploy::SignedUrl {
    fn view(&self) -> SignedUrl {
        SignedUrl(self.clone())
    }
}

impl View<'_, Option<SignedUrl>> for Option<mendix_deploy::SignedUrl> {
    fn view(&self) -> Option<SignedUrl> {
        self.clone().map(SignedUrl)
    }
}

impl Fielded for Downloaded {
    const NAMES: &'static [&'static str] = &["path", "bytes"];
    const HINTS: &'static [PyStaticExpr] =
        &[literal(&text_constant("path")), literal(&text_constant("bytes"))];
}

/// A download that is complete.
#[pyclass(frozen, eq, hash, weakref, module = "mendix_deploy")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Downloaded {
    /// The absolute path of the file. For a target that is a symbolic link, the path that it points to.
    #[pyo3(get)]
    path: PathBuf,
    /// Its size in bytes.
    #[pyo3(get)]
    bytes: u64,
}

impl From<mendix_deploy::Downloaded> for Downloaded {
    fn from(downloaded: mendix_deploy::Downloaded) -> Downloaded {
        Downloaded { path: downloaded.path, bytes: downloaded.bytes }
    }
}

#[pymethods]
impl Downloaded {
    /// The result of a download; a test may make one.
    #[new]
    fn new(path: Arg<path, PathBuf>, bytes: Arg<bytes, u64>) -> Downloaded {
        Downloaded { path: path.into_inner(), bytes: *bytes }
    }

    /// Gives a copy with other values of some fields.
    #[pyo3(signature = (*, path=None, bytes=None))]
    fn replace(&self, path: Option<Arg<path, PathBuf>>, bytes: Option<Arg<bytes, u64>>) -> Downloaded {
        Downloaded {
            path: path.map_or_else(|| self.path.clone(), Arg::into_inner),
            bytes: bytes.map_or(self.bytes, Arg::into_inner),
        }
    }

    /// What `copy.replace` calls.
    #[pyo3(signature = (*, path=None, bytes=None))]
    fn __replace__(&self, path: Option<Arg<path, PathBuf>>, bytes: Option<Arg<bytes, u64>>) -> Downloaded {
        self.replace(path, bytes)
    }

    /// Gives the fields as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<PlainFields<'py>> {
        let mut fields = PlainFields::new(py);
        fields.put("path", self.path.clone())?;
        fields.put("bytes", self.bytes)?;
        Ok(fields)
    }

    /// As a notebook shows it.
    fn _repr_html_(slf: &Bound<'_, Downloaded>) -> PyResult<String> {
        html::fields(slf.as_any())
    }

    #[classattr]
    fn __match_args__() -> MatchArgs<Downloaded> {
        MatchArgs::new()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Downloaded(path={}, bytes={})", self.path.clone().into_pyobject(py)?.repr()?, self.bytes))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyAny>, (PathBuf, u64)) {
        (py.get_type::<Downloaded>().into_any(), (self.path.clone(), self.bytes))
    }
}
