//! Scaling: section 3.19 of the document.

use serde::Serialize;

use crate::request::{Path, Request};
use crate::{Client, Environment, Error, Result, reply};

/// The minimum memory of an instance, in MB.
const LEAST_MEMORY: u32 = 1024;

impl Client {
    /// Sets the number of instances of an environment, and the memory of each.
    ///
    /// `memory_per_instance` is in MB, at least 1024. Mendix Cloud v4 only; more than one instance needs Mendix 7 or later.
    ///
    /// Section 3.19, *Scaling Environments*: `POST /apps/{AppId}/environments/{Mode}/scale`.
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
        let refuse = |problem: String| Err(Error::invalid_input(problem).with_operation(OPERATION));
        if instances == 0 {
            return refuse("instances is 0; expected 1 or more".to_owned());
        }
        if memory_per_instance < LEAST_MEMORY {
            return refuse(format!(
                "memory_per_instance is {memory_per_instance} MB; expected {LEAST_MEMORY} or more"
            ));
        }
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
