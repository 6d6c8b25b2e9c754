//! A call, as the state sees it: its arguments, its moment, and its response.

use serde_json::{Map, Value};

use super::{Metadata, Refusal, State};
use crate::{Call, Rule, signer::Signer};

/// One call with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) call: Call,
    pub(crate) app_id: String,
    pub(crate) mode: String,
    pub(crate) project_id: String,
    pub(crate) environment_id: String,
    /// The last argument in the path: of a job, a snapshot, a package, or a date.
    pub(crate) id: String,
    /// The snapshot that the path leads through.
    pub(crate) snapshot_id: String,
    /// The parameters in the query, with names in lower case.
    pub(crate) query: Vec<(String, String)>,
    /// The JSON body; null where there is none.
    pub(crate) body: Value,
    pub(crate) upload: Option<Upload>,
}

impl Invocation {
    pub(crate) fn new(call: Call) -> Self {
        let (app_id, mode, project_id, environment_id, id, snapshot_id) = Default::default();
        let (query, body, upload) = (Vec::new(), Value::Null, None);
        Self { call, app_id, mode, project_id, environment_id, id, snapshot_id, query, body, upload }
    }

    /// The value of a parameter in the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Whether the query asks for a link.
    pub(super) fn asks_for_url(&self) -> bool {
        self.query("url").is_some_and(|url| url.eq_ignore_ascii_case("true"))
    }

    /// The fields of the body. Unknown ones are refused where the rules say so.
    pub(super) fn fields(&self, state: &State, known: &[&str]) -> Result<Map<String, Value>, Refusal> {
        let fields = match &self.body {
            Value::Null => return Ok(Map::new()),
            Value::Object(fields) => fields,
            _ => return Err(Refusal::bad_body(self.call, "The body must be a JSON object.")),
        };
        let unknown = fields.keys().find(|name| !known.contains(&name.as_str()));
        match unknown {
            Some(name) if state.options.has(Rule::StrictBodies) => {
                Err(Refusal::new(400, "INVALID_REQUEST", format!("Unknown field '{name}'.")))
            }
            _ => Ok(fields.clone()),
        }
    }
}

/// When a call happens, and what it needs to make links.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) now: i64,
    pub(crate) signer: &'a Signer,
    /// Where the client finds what is behind the links.
    pub(crate) links_origin: &'a str,
}

impl Moment<'_> {
    /// A link to this path which is valid for this time.
    pub(super) fn link(&self, path: &str, valid_ms: u64) -> String {
        self.signer.url(self.links_origin, path, self.now.saturating_add_unsigned(valid_ms))
    }
}

/// The response of a call that succeeds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Empty,
    Text(&'static str),
    Json(Value),
}

/// A package that was received.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) sha256: Option<String>,
    pub(crate) metadata: Metadata,
    /// Why it is no package, if it is none.
    pub(crate) problem: Option<String>,
}
