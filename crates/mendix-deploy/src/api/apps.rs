//! Apps: sections 3.1 to 3.3 of the document.

use serde::Serialize;

use crate::model::{Extra, model};
use crate::request::{Path, Request, check_name};
use crate::{Client, Result, reply};

model! {
    /// An app that the account has access to.
    App {
        /// Sub-domain name of the app, which every other call takes. Empty only in the result of
        /// [`create_sandbox`](Client::create_sandbox), when its response did not have it.
        app_id: String = "AppId",
        /// Name of the app.
        name: Option<String> = "Name",
        /// Identifier of the project in the Developer Portal; opaque text.
        project_id: Option<String> = "ProjectId",
        /// Address of the app in production, or of the sandbox. May have no scheme.
        url: Option<String> = "Url",
    }
}

impl Client {
    /// Lists the apps that the account has access to.
    ///
    /// Deploy API v1, section 3.1, *Retrieve Apps*: `GET /apps`.
    ///
    /// # Errors
    ///
    /// The document lists no codes; every call can fail with [`Unauthorized`](crate::ErrorKind::Unauthorized),
    /// [`Timeout`](crate::ErrorKind::Timeout) or [`Transport`](crate::ErrorKind::Transport).
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// for app in client.list_apps()? {
    ///     println!("{}: {}", app.app_id, app.url.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Apps")]
    pub fn list_apps(&self) -> Result<Vec<App>> {
        self.send_for_list(&Request::get("list_apps", Path::apps())?)
    }

    /// Creates a sandbox for a project that has none.
    ///
    /// When the service accepts the call without describing the app, it is looked up in the list of apps. If it is not
    /// there yet, its `app_id` is empty; [`list_apps`](Client::list_apps) has it later.
    ///
    /// Deploy API v1, section 3.2, *Create Sandbox*: `POST /apps`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PROJECTID`; `Conflict` with `APPLICATION_ALREADY_EXISTS`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let sandbox = client.create_sandbox("f5129445-b638-42f4-8108-5f370c85dc57")?;
    /// println!("{}", sandbox.app_id);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Create Sandbox")]
    pub fn create_sandbox(&self, project_id: &str) -> Result<App> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body<'a> {
            project_id: &'a str,
        }
        const OPERATION: &str = "create_sandbox";
        check_name("project_id", project_id).map_err(|error| error.with_operation(OPERATION))?;
        let request = Request::post_json(OPERATION, Path::apps(), &Body { project_id })?;
        self.change(
            &request,
            |body| reply::decode(&body),
            |client| {
                Ok(client.list_apps()?.into_iter().find(|app| app.project_id.as_deref() == Some(project_id)))
            },
            || App {
                app_id: String::new(),
                name: None,
                project_id: Some(project_id.to_owned()),
                url: None,
                extra: Extra::default(),
            },
        )
    }

    /// Gets one app.
    ///
    /// Deploy API v1, section 3.3, *Retrieve App*: `GET /apps/{AppId}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_APPID`; `NotFound` with `APP_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// println!("{:?}", client.get_app("calc")?.name);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve App")]
    pub fn get_app(&self, app_id: &str) -> Result<App> {
        self.send(&Request::get("get_app", Path::app(app_id))?)
    }
}
