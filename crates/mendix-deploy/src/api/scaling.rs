//! Scaling: section 3.19 of the document.

use serde::Serialize;

use crate::request::{Path, Request};
use crate::{Client, Environment, Error, Result, reply};

/// The minimum memory of an instance, in MB.
const LEAST_MEMORY: u32 = 1024;

/// Refuses what no environment can be scaled to.
pub(crate) fn check_scale(instances: Option<u32>, memory_per_instance: Option<u32>) -> Result<()> {
    if instances == Some(0) {
        return Err(Error::invalid_input("instances is 0; expected 1 or more"));
    }
    match memory_per_instance {
        Some(memory) if memory < LEAST_MEMORY => Err(Error::invalid_input(format!(
            "memory_per_instance is {memory} MB; expected {LEAST_MEMORY} or more"
        ))),
        _ => Ok(()),
    }
}

impl Client {
    /// Sets the number of instances of an environment, and the memory of each.
    ///
    /// `memory_per_instance` is in MB, at least 1024. Mendix Cloud v4 only; more than one instance needs Mendix 7 or later.
    ///
    /// Deploy API v1, section 3.19, *Scaling Environments*: `POST /apps/{AppId}/environments/{Mode}/scale`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for 0 instances, or less than 1024 MB of memory. `Api` with `INVALID_REQUEST`; `Forbidden`
    /// with `NOT_ALLOWED`; `NotFound` with `ENVIRONMENT_NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let environment = client.scale_environment("calc", "Acceptance", 2, 2048)?;
    /// println!("{:?} MB in total", environment.total_memory);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Scaling Environments")]
    pub fn scale_environment(
        &self,
        app_id: &str,
        mode: &str,
        instances: u32,
        memory_per_instance: u32,
    ) -> Result<Environment> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body {
            instances: u32,
            memory_per_instance: u32,
        }
        const OPERATION: &str = "scale_environment";
        check_scale(Some(instances), Some(memory_per_instance))
            .map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::environment(app_id, mode).then("scale");
        let request = Request::post_json(OPERATION, path, &Body { instances, memory_per_instance })?;
        self.change(
            &request,
            |body| reply::decode(&body),
            |client| {
                let found = client.get_environment(app_id, mode)?;
                if found.instances.is_none() || found.memory_per_instance.is_none() {
                    return Err(Error::inconclusive());
                }
                let is_scaled = found.instances == Some(instances)
                    && found.memory_per_instance == Some(memory_per_instance);
                Ok(is_scaled.then_some(found))
            },
            || Environment {
                instances: Some(instances),
                memory_per_instance: Some(memory_per_instance),
                ..Environment::of(mode)
            },
        )
    }
}
