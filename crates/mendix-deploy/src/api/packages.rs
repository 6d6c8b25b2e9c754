//! Deployment packages on environments: sections 3.9 and 3.11 of the document.

use jiff::Timestamp;
use serde::Serialize;

use crate::client::Identified;
use crate::model::{model, open_field};
use crate::request::{Path, Request, check_name};
use crate::{Client, ErrorCode, Result, SignedUrl, reply};

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
    /// A signed link to the bytes of a package, which expires.
    PackageLink {
        /// The link.
        location: SignedUrl = "Location",
        /// For how long it is valid, in seconds from the response on.
        ttl: Option<u32> = "TTL",
    }
}

impl Identified for Package {
    fn id(&self) -> &str {
        &self.package_id
    }
}

impl PackageLink {
    /// Reads the link out of the package that was asked for with it.
    pub(crate) fn decode(body: &[u8]) -> Result<PackageLink> {
        let mut package: Package = reply::decode(body)?;
        let url = package.extra.remove("Url").filter(|url| !url.is_null());
        reply::decode_field(url.ok_or_else(|| reply::unreadable("it has no Url"))?)
    }
}

impl Client {
    /// Gets the package that is deployed to an environment.
    ///
    /// Deploy API v1, section 3.9, *Retrieve Environment Package*: `GET /apps/{AppId}/environments/{Mode}/package`.
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

    /// Gets a link to the bytes of the package that is deployed to an environment.
    ///
    /// Deploy API v1, later documentation, *Retrieve Environment Package with a Link*:
    /// `GET /apps/{AppId}/environments/{Mode}/package?url=true`.
    ///
    /// # Errors
    ///
    /// Those of [`get_environment_package`](Client::get_environment_package). `InvalidResponse` when the service sends no
    /// link.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let link = client.get_environment_package_link("calc", "Acceptance")?;
    /// println!("{}", link.location); // only its host
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Environment Package with a Link")]
    pub fn get_environment_package_link(&self, app_id: &str, mode: &str) -> Result<PackageLink> {
        let path = Path::environment(app_id, mode).then("package");
        let request = Request::get("get_environment_package_link", path)?.query("url", "true");
        self.receive(&request, None, |body| PackageLink::decode(&body))
    }

    /// Transports a package to a stopped environment.
    ///
    /// Not for free apps.
    ///
    /// Deploy API v1, section 3.11, *Transporting a Deployment Package to an Environment*:
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
