//! Any call, from data.

use mendix_deploy::{Client, EnvironmentSettings, Error, PackageSource};
use mendix_deploy_sim::{Call, Simulator};
use serde_json::{Map, Value};

use super::dispatch::dispatch;

/// The arguments of a call by their names, as the client takes them.
#[derive(Clone, Copy)]
pub(crate) struct Args<'a>(&'a Map<String, Value>);

impl<'a> Args<'a> {
    pub(crate) fn text(self, name: &str) -> &'a str {
        self.optional(name).unwrap_or_default()
    }

    pub(crate) fn optional(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_str()
    }

    pub(crate) fn bool(self, name: &str) -> bool {
        self.0[name].as_bool().unwrap()
    }

    pub(crate) fn integer(self, name: &str) -> u32 {
        u32::try_from(self.0[name].as_u64().unwrap()).unwrap()
    }

    pub(crate) fn settings(self, name: &str) -> EnvironmentSettings {
        EnvironmentSettings::from_json(&self.0[name].to_string()).unwrap()
    }

    pub(crate) fn source(self) -> PackageSource<'a> {
        PackageSource::bytes(self.text("content").as_bytes())
    }
}

/// Makes a call with arguments by their names, and forgets what it answers.
pub(crate) fn call(client: &Client, call: Call, args: &Map<String, Value>) -> Result<(), Error> {
    dispatch(client, call, Args(args))
}

/// Arguments that the call takes.
pub(crate) fn example(call: Call) -> Map<String, Value> {
    call.declaration().example.clone()
}

/// Brings about the state in which a call succeeds with its example.
pub(crate) fn prepare(simulator: &Simulator, call: Call) {
    if let Some(patch) = &call.declaration().state {
        simulator.patch_state(patch).unwrap();
    }
}
