//! Uploads of deployment packages: section 3.10 of the document, and version 2.

use std::cell::RefCell;

use crate::api::packages::Package;
use crate::api::state::TaskState;
use crate::model::model;
use crate::redact::excerpt;
use crate::request::{Path, Request};
use crate::transfer::{Multipart, PackageSource};
use crate::{Client, Error, Result, reply};

model! {
    /// The response to an upload, which is not documented.
    #[derive(Default)]
    UploadedPackage {
        /// Identifier of the package, where the service sends it.
        package_id: Option<String> = "PackageId",
        /// What a person can read of a response that is not JSON; the upload was accepted all the same.
        unreadable: Option<String> = "Unreadable",
    }
}

model! {
    /// A package that was uploaded, and the job that processes it.
    #[derive(Default)]
    UploadJob {
        /// Identifier of the package, where the service sends it or the package was found by its name.
        package_id: Option<String> = "PackageId",
        /// Identifier of the job, for [`get_upload_status`](Client::get_upload_status); `None` when the response was lost.
        job_id: Option<String> = "JobId",
    }
}

model! {
    /// How far the processing of an upload has come.
    UploadStatus {
        /// The state. The service gives no reason for [`Failed`](TaskState::Failed).
        status: TaskState = "Status",
    }
}

impl Client {
    /// Uploads a deployment package, at most 1 GB, to an app.
    ///
    /// The service may time out for packages over 300 MB; [`upload_package_v2`](Client::upload_package_v2) is for those.
    ///
    /// The source streams, in constant memory. `name` is the name of the package; that of the file by default. An upload
    /// may take as long as it makes progress. It is retried from its beginning only when it was not sent whole, and an
    /// early error response ends it at once.
    ///
    /// A file or bytes must be a deployment package, as [`PackageInfo::read`](crate::PackageInfo::read) reads it, unless
    /// [`ClientBuilder::check_packages`](crate::ClientBuilder::check_packages) is off. A reader is sent as it is.
    ///
    /// The packages are listed first, unless [`read_back`](crate::ClientBuilder::read_back) is off: if the response is lost
    /// or does not name the package, the one new package with that name is the result. So give each upload a unique name.
    ///
    /// Deploy API v1, section 3.10, *Upload Package*: `POST /apps/{AppId}/packages/upload?name={Name}`, multipart part `file`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` or `Io` before anything is sent, when the source is missing, empty, not a file, not a
    /// deployment package or has no name; `Io` with [`Evidence::Incomplete`](crate::Evidence::Incomplete) when it changes while it is sent.
    /// `Api` with `INVALID_APPID`, `UPLOAD_COPY_FAILED` or `INVALID_PACKAGE`; `NotFound` with `APP_NOT_FOUND`.
    /// `Ambiguous` when all of it was sent, no response came, and the package is not listed.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use std::ops::ControlFlow;
    /// use mendix_deploy::PackageSource;
    ///
    /// let source = PackageSource::file("calc_1.0.0.45.mda").on_progress(|progress| {
    ///     println!("{} of {} bytes", progress.done, progress.total);
    ///     ControlFlow::Continue(())
    /// });
    /// let uploaded = client.upload_package("calc", source, None)?;
    /// println!("{:?}", uploaded.package_id);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Upload Package")]
    pub fn upload_package<'a>(
        &self,
        app_id: &str,
        source: impl Into<PackageSource<'a>>,
        name: Option<&str>,
    ) -> Result<UploadedPackage> {
        let path = Path::app(app_id).then("packages").then("upload");
        // What the response told without naming the package.
        let told = RefCell::<UploadedPackage>::default();
        self.upload(
            ("upload_package", path),
            (app_id, source.into(), name),
            |body| {
                let uploaded = match body.trim_ascii() {
                    b"" | b"null" | b"{}" | b"[]" => UploadedPackage::default(),
                    _ => reply::decode_object(body).unwrap_or_else(|_| UploadedPackage {
                        unreadable: Some(excerpt(body, self.api_key(), reply::EXCERPT)),
                        ..UploadedPackage::default()
                    }),
                };
                if uploaded.package_id.is_some() {
                    return Ok(uploaded);
                }
                told.replace(uploaded);
                Err(reply::unreadable("it has no PackageId"))
            },
            |package| UploadedPackage { package_id: Some(package.package_id), ..told.take() },
            || told.take(),
        )
    }

    /// Uploads a deployment package, at most 1 GB, to an app, which the service processes after its response:
    /// [`wait_for_upload`](Client::wait_for_upload) waits for that.
    ///
    /// It is as [`upload_package`](Client::upload_package) in all but the response, and is made for packages of any size up
    /// to that.
    ///
    /// Deploy API v2, *Upload Package*: `POST /apps/{AppId}/packages/upload?name={Name}`, multipart part `file`.
    ///
    /// # Errors
    ///
    /// Those of [`upload_package`](Client::upload_package). The service documents no codes.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{PackageSource, WaitOptions};
    ///
    /// let job = client.upload_package_v2("calc", PackageSource::file("calc_1.0.0.45.mda"), None)?;
    /// if let Some(job_id) = &job.job_id {
    ///     client.wait_for_upload("calc", job_id, WaitOptions::new())?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Upload Package")]
    pub fn upload_package_v2<'a>(
        &self,
        app_id: &str,
        source: impl Into<PackageSource<'a>>,
        name: Option<&str>,
    ) -> Result<UploadJob> {
        let path = Path::apps_v2().given("app_id", app_id).then("packages").then("upload");
        self.upload(
            ("upload_package_v2", path),
            (app_id, source.into(), name),
            reply::decode,
            |package| UploadJob { package_id: Some(package.package_id), ..UploadJob::default() },
            UploadJob::default,
        )
    }

    /// Gets how far the processing of an upload has come.
    ///
    /// Deploy API v2, *Retrieve Job Status*: `GET /apps/{AppId}/jobs/{JobId}`.
    ///
    /// # Errors
    ///
    /// The service documents no codes; `NotFound` when it does not know the job.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let job = client.get_upload_status("calc", "0b9fd8ed-6b53-4b5e-9ea8-3e8a5b5cf3a0")?;
    /// println!("{}", job.status);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Job Status")]
    pub fn get_upload_status(&self, app_id: &str, job_id: &str) -> Result<UploadStatus> {
        let path = Path::apps_v2().given("app_id", app_id).then("jobs").given("job_id", job_id);
        self.send(&Request::get("get_upload_status", path)?)
    }

    /// Uploads a package. What the response does not tell, because it was lost or cannot be read, the list of packages may.
    fn upload<T>(
        &self,
        (operation, path): (&'static str, Path),
        (app_id, source, name): (&str, PackageSource<'_>, Option<&str>),
        decode: impl Fn(&[u8]) -> Result<T>,
        found: impl Fn(Package) -> T,
        known: impl FnOnce() -> T,
    ) -> Result<T> {
        let open = || {
            let mut multipart = Multipart::open(source, name)?;
            if self.checks_packages() {
                multipart.check_is_package()?;
            }
            Ok(multipart)
        };
        let mut multipart = open().map_err(|error: Error| error.with_operation(operation))?;
        let name = multipart.name().to_owned();
        let request = Request::post_multipart(operation, path, multipart.boundary())?.query("name", &name);
        let packages = self.list_before(self.budget(&request), |client| client.list_packages(app_id))?;
        self.change_upload(
            &request,
            &mut multipart,
            |body| decode(&body),
            |client| {
                let new = packages.only_new(client, |package| package.name.as_deref() == Some(&name))?;
                Ok(new.map(&found))
            },
            known,
        )
    }
}
