//! Deployment packages: sections 3.9 to 3.11 of the document.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::{model, open_field};
use crate::redact::excerpt;
use crate::request::{Path, Request, check_name};
use crate::transfer::{Multipart, PackageSource};
use crate::{Client, Error, ErrorCode, Result, reply};

open_field! {
    without_case
    /// The state of a package.
    PackageStatus {
        /// It is ready to use.
        Succeeded,
        /// It is waiting to be built.
        Queued,
        /// It is being built.
        Building,
        /// It is being uploaded.
        Uploading,
        /// It could not be built or uploaded.
        Failed,
    }
}

model! {
    /// A deployment package.
    Package {
        /// Identifier of the package.
        package_id: String = "PackageId",
        /// Name, for example `Main line-2.5.4.63.mda`.
        name: Option<String> = "Name",
        /// Description.
        description: Option<String> = "Description",
        /// Version, which is also the name of the tag in Team Server.
        version: Option<String> = "Version",
        /// Who uploaded or built it.
        creator: Option<String> = "Creator",
        /// When it became available, in UTC.
        creation_date: Option<Timestamp> = "CreationDate",
        /// When it expires, in UTC; `None` for never.
        expiry_date: Option<Timestamp> = "ExpiryDate",
        /// Whether it is ready to use.
        status: PackageStatus = "Status",
        /// Size in bytes; converted where the service writes MiB with a fraction.
        size: Option<u64> = "Size",
    }
}

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

impl Client {
    /// Gets the package that is deployed to an environment.
    ///
    /// Section 3.9, *Retrieve Environment Package*: `GET /apps/{AppId}/environments/{Mode}/package`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS` or `INVALID_ENVIRONMENT`; `NotFound` with `PACKAGE_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let package = client.get_environment_package("calc", "Acceptance")?;
    /// println!("{} ({} bytes)", package.package_id, package.size.unwrap_or_default());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Environment Package")]
    pub fn get_environment_package(&self, app_id: &str, mode: &str) -> Result<Package> {
        let path = Path::environment(app_id, mode).then("package");
        self.send(&Request::get("get_environment_package", path)?)
    }

    /// Uploads a deployment package, at most 1 GB, to an app.
    ///
    /// The source streams, in constant memory. `name` is the name of the package; that of the file by default. An upload
    /// may take as long as it makes progress. It is retried from its beginning only when it was not sent whole, and an
    /// early error response ends it at once.
    ///
    /// A file or bytes must be a deployment package, as [`PackageInfo::read`](crate::PackageInfo::read) reads it, unless
    /// [`ClientBuilder::check_packages`](crate::ClientBuilder::check_packages) is off. A reader is sent as it is.
    ///
    /// Section 3.10, *Upload Package*: `POST /apps/{AppId}/packages/upload?name={Name}`, multipart part `file`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` or `Io` before anything is sent, when the source is missing, empty, not a file, not a
    /// deployment package or has no name; `Io` with [`Evidence::Incomplete`](crate::Evidence::Incomplete) when it changes while it is sent.
    /// `Api` with `INVALID_APPID`, `UPLOAD_COPY_FAILED` or `INVALID_PACKAGE`; `NotFound` with `APP_NOT_FOUND`.
    /// `Ambiguous` when all of it was sent and no response came.
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
        const OPERATION: &str = "upload_package";
        let open = || {
            let mut multipart = Multipart::open(source.into(), name)?;
            if self.checks_packages() {
                multipart.check_is_package()?;
            }
            Ok(multipart)
        };
        let mut multipart = open().map_err(|error: Error| error.with_operation(OPERATION))?;
        let path = Path::app(app_id).then("packages").then("upload");
        let request =
            Request::post_multipart(OPERATION, path, multipart.boundary())?.query("name", multipart.name());
        self.receive(&request, Some(&mut multipart), |body| {
            if matches!(body.trim_ascii(), b"" | b"null" | b"{}" | b"[]") {
                return Ok(UploadedPackage::default());
            }
            Ok(reply::decode_object(&body).unwrap_or_else(|_| UploadedPackage {
                unreadable: Some(excerpt(&body, self.api_key(), reply::EXCERPT)),
                ..UploadedPackage::default()
            }))
        })
    }

    /// Transports a package to a stopped environment.
    ///
    /// Not for free apps.
    ///
    /// Section 3.11, *Transporting a Deployment Package to an Environment*:
    /// `POST /apps/{AppId}/environments/{Mode}/transport`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `INVALID_ENVIRONMENT`, `INVALID_RUNTIME_VERSION` or
    /// `PACKAGE_PARSE_FAILED`; `Forbidden` with `NO_ACCESS` or `TRANSPORT_NOT_ALLOWED`; `Conflict` with
    /// `APP_IS_RUNNING`; `NotFound` with `ENVIRONMENT_NOT_FOUND` or `PACKAGE_NOT_FOUND`. Right after an upload
    /// the service may respond `SERVICE_UNAVAILABLE` while the package is in preparation: the call is retried.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// client.transport_package("calc", "Acceptance", "b3d14e53-2654-4534-b374-9179a69ef3cf")?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Transporting a Deployment Package to an Environment")]
    pub fn transport_package(&self, app_id: &str, mode: &str, package_id: &str) -> Result<()> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body<'a> {
            package_id: &'a str,
        }
        const OPERATION: &str = "transport_package";
        check_name("package_id", package_id).map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::environment(app_id, mode).then("transport");
        let request = Request::post_json(OPERATION, path, &Body { package_id })?;
        self.change(
            &request,
            |_| Ok(()),
            |client| {
                match client.get_environment_package(app_id, mode) {
                    Ok(deployed) => Ok((deployed.package_id == package_id).then_some(())),
                    // The first package of an environment is not there yet.
                    Err(error) if error.code() == Some(&ErrorCode::PackageNotFound) => Ok(None),
                    Err(error) => Err(error),
                }
            },
            || (),
        )
    }
}
