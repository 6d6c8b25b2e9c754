//! Environments, and starting and stopping them: sections 3.4 to 3.8 and 3.12 of the document.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{Extra, count, flag, identifier, open_enum, text};
use crate::request::{Path, Request};
use crate::{Client, Result, reply};

open_enum! {
    /// The status of an environment.
    Status {
        /// Nothing was ever deployed on it.
        Empty,
        /// The app does not run.
        Stopped,
        /// The app runs.
        Running,
    }
}

open_enum! {
    /// What an environment is for. A flexible environment has a name of its own, which is kept in `Other`.
    Mode {
        /// Test.
        Test,
        /// Acceptance.
        Acceptance,
        /// Production.
        Production,
        /// The one environment of a free app.
        Sandbox,
    }
}

open_enum! {
    /// How far a start action has come. A failure is an error, not a state.
    StartState {
        /// It is under way. It may stay so for ever: the service gives up no start action.
        Starting,
        /// The app runs.
        Started,
    }
}

/// An environment of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Environment {
    /// Whether the app runs.
    #[serde(default)]
    pub status: Status,
    /// Which environment it is.
    pub mode: Mode,
    /// Address of the app. May have no scheme.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Version of the deployed package, for example `1.1.0.253` or `1.8.82.e3c1a393`.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub model_version: Option<String>,
    /// Mendix version of the deployed package, for example `7.5.0`.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub mendix_version: Option<String>,
    /// Whether this is a production environment.
    #[serde(default, deserialize_with = "flag", skip_serializing_if = "Option::is_none")]
    pub production: Option<bool>,
    /// Identifier of the environment; opaque text.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub environment_id: Option<String>,
    /// What the app runs on.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub runtime_layer: Option<String>,
    /// Number of instances.
    #[serde(default, deserialize_with = "count", skip_serializing_if = "Option::is_none")]
    pub instances: Option<u32>,
    /// Memory of each instance, in MB.
    #[serde(default, deserialize_with = "count", skip_serializing_if = "Option::is_none")]
    pub memory_per_instance: Option<u32>,
    /// Memory of the environment, in MB. Need not be the product of the two above.
    #[serde(default, deserialize_with = "count", skip_serializing_if = "Option::is_none")]
    pub total_memory: Option<u32>,
    /// What else the service sent.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A start action that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct StartJob {
    /// Identifier of the action, for [`get_start_status`](Client::get_start_status). Empty when the answer to the
    /// start was lost and the app was found running: [`wait_for_start`](Client::wait_for_start) knows that.
    #[serde(deserialize_with = "identifier")]
    pub job_id: String,
    /// What else the service sent.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How far a start action has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct StartStatus {
    /// Starting or Started.
    #[serde(default)]
    pub status: StartState,
    /// What else the service sent.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Client {
    /// Lists the environments of an app.
    ///
    /// Section 3.4, *Retrieve Environments*: `GET /apps/{AppId}/environments`.
    ///
    /// # Errors
    ///
    /// The document lists none; an app that does not exist is a `NotFound`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// for environment in client.list_environments("calc")? {
    ///     println!("{}: {}", environment.mode, environment.status);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Environments")]
    pub fn list_environments(&self, app_id: &str) -> Result<Vec<Environment>> {
        let path = Path::app(app_id).then("environments");
        self.send_for_list(&Request::get("list_environments", path)?)
    }

    /// Gets one environment.
    ///
    /// `mode` is Test, Acceptance, Production, or the name of a flexible environment.
    ///
    /// Section 3.5, *Retrieve Environment*: `GET /apps/{AppId}/environments/{Mode}`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS` or `INVALID_ENVIRONMENT`; `NotFound` with `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::Status;
    ///
    /// if client.get_environment("calc", "Acceptance")?.status == Status::Running {
    ///     println!("it runs");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Environment")]
    pub fn get_environment(&self, app_id: &str, mode: &str) -> Result<Environment> {
        self.send(&Request::get("get_environment", Path::environment(app_id, mode))?)
    }

    /// Begins to start an environment. [`wait_for_start`](Client::wait_for_start) follows it to its end.
    ///
    /// `auto_sync_db` lets the database be synchronised with the model; the Mendix Cloud does so anyway from v4
    /// on.
    ///
    /// Section 3.6, *Start Environment*: `POST /apps/{AppId}/environments/{Mode}/start`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_APPID`; `NotFound` with `APP_NOT_FOUND`; `Conflict` with `NO_MDA_HAS_BEEN_DEPLOYED`,
    /// `APP_ALREADY_HAS_A_STARTING_JOB` or `ALREADY_STARTED`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::WaitOptions;
    ///
    /// let job = client.start_environment("calc", "Acceptance", true)?;
    /// client.wait_for_start("calc", "Acceptance", &job.job_id, WaitOptions::default())?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Start Environment")]
    pub fn start_environment(&self, app_id: &str, mode: &str, auto_sync_db: bool) -> Result<StartJob> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body {
            auto_sync_db: bool,
        }
        let path = Path::environment(app_id, mode).then("start");
        let request = Request::post_json("start_environment", path, &Body { auto_sync_db })?;
        self.change(
            &request,
            |body| reply::decode(&body),
            |client| {
                let runs = client.get_environment(app_id, mode)?.status == Status::Running;
                Ok(runs.then(|| StartJob { job_id: String::new(), extra: Extra::default() }))
            },
        )
    }

    /// Gets how far a start action has come.
    ///
    /// Section 3.7, *Get Start Environment Status*: `GET /apps/{AppId}/environments/{Mode}/start/{JobId}`.
    ///
    /// # Errors
    ///
    /// A start that failed is an error: `Api` with `DB_SYNC_FAILED`, `INVALID_DB_STRUCTURE`,
    /// `MISSING_CONSTANT`, `INSECURE_ADMIN_PASSWORD`, `STARTUP_ACTION_FAILED` or `START_FAILED`; `Conflict` with
    /// `NO_PACKAGE`, `ALREADY_LOCKED` or `ALREADY_STARTED`. Further: `Api` with `INVALID_PARAMETERS` or
    /// `INVALID_ENVIRONMENT`; `NotFound` with `ENVIRONMENT_NOT_FOUND` or `NO_SUCH_STARTJOB`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let job_id = "02df2e50-0e79-11e4-9191-0800200c9a66";
    /// println!("{}", client.get_start_status("calc", "Acceptance", job_id)?.status);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Get Start Environment Status")]
    pub fn get_start_status(&self, app_id: &str, mode: &str, job_id: &str) -> Result<StartStatus> {
        let path = Path::environment(app_id, mode).then("start").given("job_id", job_id);
        self.send(&Request::get("get_start_status", path)?)
    }

    /// Begins to stop an environment. The reply does not say that it has stopped: see
    /// [`wait_for_status`](Client::wait_for_status).
    ///
    /// Section 3.8, *Stop Environment*: `POST /apps/{AppId}/environments/{Mode}/stop`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `INVALID_ENVIRONMENT` or `STOP_FAILED`; `NotFound` with
    /// `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{Status, WaitOptions};
    ///
    /// client.stop_environment("calc", "Acceptance")?;
    /// client.wait_for_status("calc", "Acceptance", &Status::Stopped, WaitOptions::default())?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Stop Environment")]
    pub fn stop_environment(&self, app_id: &str, mode: &str) -> Result<()> {
        let path = Path::environment(app_id, mode).then("stop");
        self.change(
            &Request::post("stop_environment", path)?,
            |_| Ok(()),
            |client| Ok((client.get_environment(app_id, mode)?.status == Status::Stopped).then_some(())),
        )
    }

    /// Removes **all data** of an environment: its files and its database records. It must be stopped.
    ///
    /// The environments in the reply may be partial.
    ///
    /// Section 3.12, *Clean environment*: `POST /apps/{AppId}/environments/{Mode}/clean`.
    ///
    /// # Errors
    ///
    /// `Api` with `INVALID_PARAMETERS`, `INVALID_ENVIRONMENT` or `ENVIRONMENT_CLEAN_FAILED`; `Conflict` with
    /// `ENVIRONMENT_NOT_STOPPED`; `NotFound` with `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// client.clean_environment("calc", "Test")?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Clean environment")]
    pub fn clean_environment(&self, app_id: &str, mode: &str) -> Result<Vec<Environment>> {
        let path = Path::environment(app_id, mode).then("clean");
        let request = Request::post("clean_environment", path)?;
        self.receive(&request, None, |body| {
            // Nobody documented more than an example: what can be read of it is given.
            let items: Vec<Value> = reply::decode_list(&body).unwrap_or_default();
            Ok(items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect())
        })
    }
}
