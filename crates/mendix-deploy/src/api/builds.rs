//! The packages of an app: the Build API, which builds them from the model in Team Server.

use serde::Serialize;

use crate::api::packages::{Package, PackageLink};
use crate::model::model;
use crate::request::{Path, Request, check_length, check_name};
use crate::{Client, ErrorCode, Result, reply};

/// The longest description of a package, in bytes.
const LONGEST_DESCRIPTION: usize = 4096;

model! {
    /// A build in progress.
    #[derive(Default)]
    BuildJob {
        /// Identifier of the package that is being built, for [`wait_for_package`](Client::wait_for_package). `None` when the
        /// service accepted the call without sending it.
        package_id: Option<String> = "PackageId",
    }
}

impl Client {
    /// Lists the packages of an app: those that were uploaded, and those that were built.
    ///
    /// Build API v1, *Retrieve Packages*: `GET /apps/{AppId}/packages`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_APPID`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// for package in client.list_packages("calc")? {
    ///     println!("{} {:?} {}", package.package_id, package.version, package.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Packages")]
    pub fn list_packages(&self, app_id: &str) -> Result<Vec<Package>> {
        self.send_for_list(&Request::get("list_packages", Path::app(app_id).then("packages"))?)
    }

    /// Gets one package of an app.
    ///
    /// Build API v1, *Retrieve Package*: `GET /apps/{AppId}/packages/{PackageId}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`; `NotFound` with `PACKAGE_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let package = client.get_package("calc", "b3d14e53-2654-4534-b374-9179a69ef3cf")?;
    /// println!("{}", package.status);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Package")]
    pub fn get_package(&self, app_id: &str, package_id: &str) -> Result<Package> {
        let path = Path::app(app_id).then("packages").given("package_id", package_id);
        self.send(&Request::get("get_package", path)?)
    }

    /// Gets a link to the bytes of a package. [`download_package`](Client::download_package) downloads them.
    ///
    /// Build API v1, *Retrieve Package with a Link*: `GET /apps/{AppId}/packages/{PackageId}?url=true`.
    ///
    /// # Errors
    ///
    /// Those of [`get_package`](Client::get_package). `InvalidResponse` when the service sends no link.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let link = client.get_package_link("calc", "b3d14e53-2654-4534-b374-9179a69ef3cf")?;
    /// println!("{} for {:?} s", link.location, link.ttl); // only its host
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Package with a Link")]
    pub fn get_package_link(&self, app_id: &str, package_id: &str) -> Result<PackageLink> {
        let path = Path::app(app_id).then("packages").given("package_id", package_id);
        let request = Request::get("get_package_link", path)?.query("url", "true");
        self.receive(&request, None, |body| PackageLink::decode(&body))
    }

    /// Deletes a package of an app, which must not be deployed to an environment.
    ///
    /// When the response is lost, the call succeeds once the service does not find the package any more.
    ///
    /// Build API v1, *Delete Package*: `DELETE /apps/{AppId}/packages/{PackageId}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`; `NotFound` with `PACKAGE_NOT_FOUND`; `Conflict` with `PACKAGE_IN_USE`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// client.delete_package("calc", "b3d14e53-2654-4534-b374-9179a69ef3cf")?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Delete Package")]
    pub fn delete_package(&self, app_id: &str, package_id: &str) -> Result<()> {
        let path = Path::app(app_id).then("packages").given("package_id", package_id);
        self.change(
            &Request::delete("delete_package", path)?,
            |_| Ok(()),
            |client| match client.get_package(app_id, package_id) {
                Ok(_) => Ok(None),
                Err(error) if error.code() == Some(&ErrorCode::PackageNotFound) => Ok(Some(())),
                Err(error) => Err(error),
            },
            || (),
        )
    }

    /// Begins to build a package from a revision of the model. For a free app the service deploys it, too.
    ///
    /// `branch` is `main`, `trunk` or `branches/<name>`. `version` is `x.y.z`; that of the package is
    /// `x.y.z.<revision>`. The service continues after its response: [`wait_for_package`](Client::wait_for_package) waits
    /// for the build.
    ///
    /// The packages are listed first, unless [`read_back`](crate::ClientBuilder::read_back) is off: if the response is lost
    /// or does not name the package, the one new package of that version is the result.
    ///
    /// Build API v1, *Start Building Package*: `POST /apps/{AppId}/packages`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_APPID`, `INVALID_PARAMETERS`, `INVALID_VERSION` or `BUILD_FAILED`; `NotFound` with
    /// `APP_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::WaitOptions;
    ///
    /// let build = client.build_package("calc", "main", "a3f9c21", "1.0.0", Some("nightly"))?;
    /// if let Some(package_id) = &build.package_id {
    ///     client.wait_for_package("calc", package_id, WaitOptions::new())?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Start Building Package")]
    pub fn build_package(
        &self,
        app_id: &str,
        branch: &str,
        revision: &str,
        version: &str,
        description: Option<&str>,
    ) -> Result<BuildJob> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body<'a> {
            branch: &'a str,
            revision: &'a str,
            version: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a str>,
        }
        const OPERATION: &str = "build_package";
        check_name("branch", branch)
            .and_then(|()| check_name("revision", revision))
            .and_then(|()| check_name("version", version))
            .and_then(|()| check_length("description", description.unwrap_or_default(), LONGEST_DESCRIPTION))
            .map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::app(app_id).then("packages");
        let request = Request::post_json(OPERATION, path, &Body { branch, revision, version, description })?;
        let built = format!("{version}.{revision}");
        let budget = self.budget(&request);
        let packages = self.list_before(budget, |client| client.list_packages(app_id))?;
        self.change_within(
            budget,
            &request,
            |body| reply::decode(&body),
            |client| {
                let new = packages.only_new(client, |package| package.version.as_deref() == Some(&built))?;
                Ok(new
                    .map(|package| BuildJob { package_id: Some(package.package_id), ..BuildJob::default() }))
            },
            BuildJob::default,
        )
    }
}
