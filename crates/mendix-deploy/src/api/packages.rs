//! Deployment packages: sections 3.9 to 3.11 of the document.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{Extra, identifier, open_enum, size, text, timestamp};
use crate::request::{Path, Request, check_name};
use crate::transfer::{Multipart, PackageSource};
use crate::{Client, Result, reply};

open_enum! {
    /// How far a package has come.
    PackageStatus {
        /// It is ready to use.
        Succeeded,
        /// It waits to be built.
        Queued,
        /// It is being built.
        Building,
        /// It is being uploaded.
        Uploading,
        /// It could not be made.
        Failed,
    }
}

/// A deployment package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Package {
    /// Identifier of the package.
    #[serde(deserialize_with = "identifier")]
    pub package_id: String,
    /// Name, for example `Main line-2.5.4.63.mda`.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Description.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Version, which is also the name of the tag on the team server.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Who uploaded or made it.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// When it became available, in UTC.
    #[serde(default, with = "timestamp", skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<Timestamp>,
    /// When it will go, in UTC; `None` for never.
    #[serde(default, with = "timestamp", skip_serializing_if = "Option::is_none")]
    pub expiry_date: Option<Timestamp>,
    /// Whether it is ready to use.
    #[serde(default)]
    pub status: PackageStatus,
    /// Size in bytes. (Where the service writes MiB with a fraction, they are converted.)
    #[serde(default, deserialize_with = "size", skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// What else the service sent.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What the service says of an upload. Nobody documented it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct UploadedPackage {
    /// Identifier of the package, where the service gives it.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub package_id: Option<String>,
    /// What else the service sent.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Client {
    /// Gets the package that is deployed on an environment.
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
    /// The source streams: memory stays constant whatever its size. `name` is what the package will be called;
    /// a file's own name by default. The upload may take as long as it makes progress. It is sent once, and an
    /// answer that the service gives early ends it at once.
    ///
    /// Section 3.10, *Upload Package*: `POST /apps/{AppId}/packages/upload?name={Name}`, multipart part `file`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` or `Io` before anything is sent, when the source is missing, empty, no file or has no
    /// name; `Io` with [`Evidence::Incomplete`](crate::Evidence::Incomplete) when it changes while it is sent.
    /// `Api` with `INVALID_APPID`, `UPLOAD_COPY_FAILED` or `INVALID_PACKAGE`; `NotFound` with `APP_NOT_FOUND`.
    /// `Ambiguous` when the last byte went out and no answer came.
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
        let mut multipart =
            Multipart::open(source.into(), name).map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::app(app_id).then("packages").then("upload");
        let request =
            Request::post_multipart(OPERATION, path, multipart.boundary())?.query("name", multipart.name());
        self.receive(&request, Some(&mut multipart), |body| Ok(reply::decode(&body).unwrap_or_default()))
    }

    /// Transports a package to an environment, which must be stopped. Not for free apps.
    ///
    /// Section 3.11, *Transporting a Deployment Package to an Environment*:
    /// `POST /apps/{AppId}/environments/{Mode}/transport`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `INVALID_ENVIRONMENT`, `INVALID_RUNTIME_VERSION` or
    /// `PACKAGE_PARSE_FAILED`; `Forbidden` with `NO_ACCESS` or `TRANSPORT_NOT_ALLOWED`; `Conflict` with
    /// `APP_IS_RUNNING`; `NotFound` with `ENVIRONMENT_NOT_FOUND` or `PACKAGE_NOT_FOUND`. Right after an upload
    /// today's service may answer `SERVICE_UNAVAILABLE`: the package is still in preparation.
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
                let deployed = client.get_environment_package(app_id, mode)?.package_id;
                Ok((deployed == package_id).then_some(()))
            },
        )
    }
}
