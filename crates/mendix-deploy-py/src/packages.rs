//! The packages of an app: uploads, and the Build API.

use mendix_deploy::PackageSource;
use pyo3::prelude::*;

use crate::arguments::Arg;
use crate::arguments::names::{
    app_id, branch, description, job_id, name, package_id, progress, revision, source, version,
};
use crate::callbacks::Progress;
use crate::client::Client;
use crate::identifiers::Id;
use crate::models::{BuildJob, Package, PackageLink, ResultList, UploadJob, UploadStatus, UploadedPackage};
use crate::source::Source;

#[pymethods]
impl Client {
    /// Uploads a deployment package, at most 1 GB, to an app. Memory stays constant whatever its size.
    ///
    /// >>> uploaded = client.upload_package("calc", "calc_1.0.0.45.mda", progress=True)
    ///
    /// source is a path, bytes, or a file opened in binary mode, which is read from its current position. name is the
    /// name of the package: by default that of the file. progress is called with the bytes done and the bytes in all;
    /// True draws a bar on a terminal.
    ///
    /// The service may time out for packages over 300 MB: `upload_package_v2` is for those. When the response is lost or does
    /// not name the package, the one new package with that name is the result: give each upload a unique name.
    ///
    /// Raises FileError when the file cannot be read, or changes in the meantime; ApiError with INVALID_PACKAGE and the
    /// like; AmbiguousError when all of it was sent and no response came.
    ///
    /// Deploy API v1, section 3.10, Upload Package: POST /apps/{AppId}/packages/upload.
    #[pyo3(signature = (app_id, source, *, name=None, progress=None))]
    fn upload_package(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        source: Arg<source, Source>,
        name: Option<Arg<name, &str>>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<UploadedPackage> {
        self.upload(py, (&source, name.as_deref().copied(), progress), |client, package, name| {
            client.upload_package(&app_id, package, name)
        })
    }

    /// Uploads a deployment package as `upload_package` does, and is made for packages of any size up to 1 GB.
    ///
    /// The service processes it after its response: `wait_for_upload` waits for that. The job_id is None when the response
    /// was lost and the package was found by its name.
    ///
    /// Raises what `upload_package` raises. The service documents no codes.
    ///
    /// Deploy API v2, Upload Package: POST /apps/{AppId}/packages/upload.
    #[pyo3(signature = (app_id, source, *, name=None, progress=None))]
    fn upload_package_v2(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        source: Arg<source, Source>,
        name: Option<Arg<name, &str>>,
        progress: Option<Arg<progress, Progress>>,
    ) -> PyResult<UploadJob> {
        self.upload(py, (&source, name.as_deref().copied(), progress), |client, package, name| {
            client.upload_package_v2(&app_id, package, name)
        })
    }

    /// Gets how far the service has come with processing an upload.
    ///
    /// Raises NotFoundError when the service does not know the job.
    ///
    /// Deploy API v2, Retrieve Job Status: GET /apps/{AppId}/jobs/{JobId}.
    fn get_upload_status(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        job_id: Id<'_, job_id>,
    ) -> PyResult<UploadStatus> {
        self.call(py, |client| client.get_upload_status(&app_id, &job_id))
    }

    /// Lists the packages of an app: those that were uploaded, and those that were built.
    ///
    /// Raises ApiError with INVALID_APPID.
    ///
    /// Build API v1, Retrieve Packages: GET /apps/{AppId}/packages.
    fn list_packages(&self, py: Python<'_>, app_id: Id<'_, app_id>) -> PyResult<ResultList<Package>> {
        self.list(py, |client| client.list_packages(&app_id))
    }

    /// Gets one package of an app.
    ///
    /// Raises NotFoundError with PACKAGE_NOT_FOUND; ApiError with INVALID_PARAMETERS.
    ///
    /// Build API v1, Retrieve Package: GET /apps/{AppId}/packages/{PackageId}.
    fn get_package(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        package_id: Id<'_, package_id>,
    ) -> PyResult<Package> {
        self.call(py, |client| client.get_package(&app_id, &package_id))
    }

    /// Gets a link to the bytes of a package. `download_package` downloads them.
    ///
    /// Raises what `get_package` raises; InvalidResponseError when the service sends no link.
    ///
    /// Build API v1, Retrieve Package with a Link: GET /apps/{AppId}/packages/{PackageId}?url=true.
    fn get_package_link(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        package_id: Id<'_, package_id>,
    ) -> PyResult<PackageLink> {
        self.call(py, |client| client.get_package_link(&app_id, &package_id))
    }

    /// Deletes a package of an app, which must not be deployed on an environment.
    ///
    /// Raises ConflictError with PACKAGE_IN_USE; NotFoundError with PACKAGE_NOT_FOUND; ApiError with INVALID_PARAMETERS.
    ///
    /// Build API v1, Delete Package: DELETE /apps/{AppId}/packages/{PackageId}.
    fn delete_package(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        package_id: Id<'_, package_id>,
    ) -> PyResult<()> {
        self.call(py, |client| client.delete_package(&app_id, &package_id))
    }

    /// Begins to build a package from a revision of the model: `wait_for_package` waits for it.
    ///
    /// >>> build = client.build_package("calc", branch="main", revision="a3f9c21", version="1.0.0")
    /// >>> client.wait_for_package("calc", build.package_id)
    ///
    /// branch is `main`, `trunk` or `branches/<name>`. version is `x.y.z`; that of the package is `x.y.z.<revision>`. For a
    /// free app the service deploys the package, too. When the response is lost, the one new package of that version is the
    /// result.
    ///
    /// Raises ApiError with INVALID_VERSION, BUILD_FAILED and the like; NotFoundError with APP_NOT_FOUND.
    ///
    /// Build API v1, Start Building Package: POST /apps/{AppId}/packages.
    #[pyo3(signature = (app_id, *, branch, revision, version, description=None))]
    fn build_package(
        &self,
        py: Python<'_>,
        app_id: Id<'_, app_id>,
        branch: Arg<branch, &str>,
        revision: Arg<revision, &str>,
        version: Arg<version, &str>,
        description: Option<Arg<description, &str>>,
    ) -> PyResult<BuildJob> {
        self.call(py, |client| {
            client.build_package(&app_id, &branch, &revision, &version, description.as_deref().copied())
        })
    }
}

impl Client {
    fn upload<Model: Send, Face: From<Model>>(
        &self,
        py: Python<'_>,
        (source, name, progress): (&Source, Option<&str>, Option<Arg<progress, Progress>>),
        upload: impl FnOnce(
            &mendix_deploy::Client,
            PackageSource<'_>,
            Option<&str>,
        ) -> mendix_deploy::Result<Model>
        + Send,
    ) -> PyResult<Face> {
        let bytes = source.bytes(py);
        let name = name.or(source.name());
        Progress::during(py, progress.map(Arg::into_inner), "Upload", |callback| {
            self.watched(py, |client, watch| {
                let mut package = source.open(bytes, watch);
                if let Some(callback) = &callback {
                    package = package
                        .on_progress(|progress| watch.notify(callback, (progress.done, progress.total)));
                }
                upload(client, package, name)
            })
        })
    }
}
