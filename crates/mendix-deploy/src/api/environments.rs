//! Environments, and starting and stopping them: sections 3.4 to 3.8 and 3.12 of the document.

use serde::Serialize;

use crate::model::{model, open_field};
use crate::request::{Path, Request};
use crate::{Client, Result, reply};

open_field! {
    without_case
    /// The status of an environment.
    Status {
        /// Nothing has been deployed on it yet.
        Empty,
        /// The app does not run.
        Stopped,
        /// The app runs.
        Running,
    }
}

open_field! {
    to_the_letter
    /// The mode of an environment: Test, Acceptance, Production, or a name.
    ///
    /// The name of a flexible environment is in `Other`. A mode is part of the path of a call, so it is compared exactly,
    /// unlike states: `test` is another environment than `Test`.
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

open_field! {
    without_case
    /// The state of a start action.
    StartState {
        /// It is in progress. It may stay so for ever: the service does not abort a start action.
        Starting,
        /// The app runs.
        Started,
        /// It failed. The document does not have this state: a failed start is an error with a code.
        Failed,
    }
}

model! {
    /// An environment of an app.
    #[derive(Default)]
    Environment {
        /// Whether the app runs.
        status: Status = "Status",
        /// Which environment it is; empty where the service left it out.
        mode: Mode = "Mode",
        /// Address of the app, possibly without a scheme.
        url: Option<String> = "Url",
        /// Version of the deployed package, for example `1.1.0.253` or `1.8.82.e3c1a393`.
        model_version: Option<String> = "ModelVersion",
        /// Mendix version of the deployed package, for example `7.5.0`.
        mendix_version: Option<String> = "MendixVersion",
        /// Whether this is a production environment.
        production: Option<bool> = "Production",
        /// Identifier of the environment; opaque text.
        environment_id: Option<String> = "EnvironmentId",
        /// What the app runs on.
        runtime_layer: Option<String> = "RuntimeLayer",
        /// Number of instances.
        instances: Option<u32> = "Instances",
        /// Memory of each instance, in MB.
        memory_per_instance: Option<u32> = "MemoryPerInstance",
        /// Memory of the environment, in MB; not always the product of the two above.
        total_memory: Option<u32> = "TotalMemory",
    }
}

model! {
    /// A start action.
    #[derive(Default)]
    StartJob {
        /// Identifier of the action, for [`get_start_status`](Client::get_start_status).
        ///
        /// `None` when the response did not have it, or was lost and the app was found running;
        /// [`wait_for_start`](Client::wait_for_start) takes that too.
        job_id: Option<String> = "JobId",
    }
}

model! {
    /// The status of a start action.
    StartStatus {
        /// `Starting` or `Started`.
        status: StartState = "Status",
    }
}

/// The job, for [`wait_for_start`](Client::wait_for_start).
impl<'a> From<&'a StartJob> for Option<&'a str> {
    fn from(job: &'a StartJob) -> Option<&'a str> {
        job.job_id.as_deref()
    }
}

impl Environment {
    /// An environment of which only the mode is known.
    pub(crate) fn of(mode: &str) -> Environment {
        Environment { mode: mode.into(), ..Environment::default() }
    }
}

impl Client {
    /// Lists the environments of an app.
    ///
    /// Deploy API v1, section 3.4, *Retrieve Environments*: `GET /apps/{AppId}/environments`.
    ///
    /// # Errors
    ///
    /// The document lists no codes. `NotFound` for an app that does not exist.
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
    /// Deploy API v1, section 3.5, *Retrieve Environment*: `GET /apps/{AppId}/environments/{Mode}`.
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

    /// Begins to start an environment; [`wait_for_start`](Client::wait_for_start) waits until it has started.
    ///
    /// `auto_sync_db` allows the service to synchronise the database with the model. Mendix Cloud v4 and later always does.
    ///
    /// Deploy API v1, section 3.6, *Start Environment*: `POST /apps/{AppId}/environments/{Mode}/start`.
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
    /// client.wait_for_start("calc", "Acceptance", &job, WaitOptions::default())?;
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
            |body| Ok(reply::decode(&body).unwrap_or_default()),
            |client| {
                let runs = client.get_environment(app_id, mode)?.status == Status::Running;
                Ok(runs.then(StartJob::default))
            },
            StartJob::default,
        )
    }

    /// Gets the status of a start action.
    ///
    /// Deploy API v1, section 3.7, *Get Start Environment Status*: `GET /apps/{AppId}/environments/{Mode}/start/{JobId}`.
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

    /// Begins to stop an environment; [`wait_for_status`](Client::wait_for_status) waits until it has stopped.
    ///
    /// Deploy API v1, section 3.8, *Stop Environment*: `POST /apps/{AppId}/environments/{Mode}/stop`.
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
            || (),
        )
    }

    /// Removes **all data** of a stopped environment: its files and its database records.
    ///
    /// The result is what the service responds; its environments may be incomplete. A lost response is `Ambiguous`: it
    /// cannot be read back.
    ///
    /// Deploy API v1, section 3.12, *Clean environment*: `POST /apps/{AppId}/environments/{Mode}/clean`.
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
            // Only an example of it is documented.
            Ok(reply::decode_list_or_nothing(&body).unwrap_or_default())
        })
    }
}
