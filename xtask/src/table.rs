//! The table of calls, from which everything follows that has to know them.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::step::root;

pub(crate) const PATH: &str = "crates/mendix-deploy-sim/data/calls.json";

/// What the table declares of a call, but for its errors.
#[derive(Deserialize)]
pub(crate) struct Call {
    #[serde(skip)]
    pub(crate) name: String,
    /// The API and its version, where it is not the first.
    pub(crate) api: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) title: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// All arguments; in the file, those that are not in the path.
    #[serde(default)]
    pub(crate) arguments: Vec<Argument>,
    pub(crate) class: String,
    /// The name of a model, in an array for a list of them.
    pub(crate) returns: Option<Value>,
    pub(crate) example: Map<String, Value>,
}

#[derive(Deserialize)]
pub(crate) struct Argument {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) optional: bool,
    pub(crate) default: Option<Value>,
    /// Whether languages with keywords want its name.
    #[serde(default)]
    pub(crate) keyword: bool,
}

impl Call {
    /// Whether the call takes a package to upload, which each language has its own ways for.
    pub(crate) fn is_upload(&self) -> bool {
        self.arguments.iter().any(|argument| argument.kind == "source")
    }

    /// Its variant in the simulator: `ListApps`.
    pub(crate) fn variant(&self) -> String {
        pascal(&self.name)
    }

    /// What its documentation names: `Deploy API v1, section 3.3, Retrieve App: GET /apps/{AppId}`, in pieces.
    pub(crate) fn named_in_docs(&self) -> Vec<String> {
        let path = self.path.trim_start_matches("/api/1").trim_start_matches("/api/v2");
        let segments = path.split('/').map(|segment| match segment.strip_prefix('{') {
            Some(name) => format!("{{{}", pascal(name)),
            None => segment.to_owned(),
        });
        let path = segments.collect::<Vec<_>>().join("/");
        vec![format!("{},", self.place()), self.title.clone(), format!("{} {path}", self.method)]
    }

    /// Where it is documented.
    pub(crate) fn place(&self) -> String {
        match (&self.api, &self.section) {
            (Some(api), _) => api.clone(),
            (None, Some(section)) => format!("Deploy API v1, section {section}"),
            (None, None) => "Deploy API v1, later documentation".to_owned(),
        }
    }
}

/// A name as a type has it.
pub(crate) fn pascal(snake: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    snake.split('_').map(capital).collect()
}

/// The committed table, in the order of the document.
pub(crate) fn read() -> Result<Vec<Call>, String> {
    let path = root().join(PATH);
    parse(&std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?)
}

pub(crate) fn parse(text: &str) -> Result<Vec<Call>, String> {
    let wrong = |error: serde_json::Error| format!("{PATH}: {error}");
    let table: Map<String, Value> = serde_json::from_str(text).map_err(wrong)?;
    let mut calls = Vec::new();
    for (name, entry) in table {
        let mut call: Call =
            serde_json::from_value(entry).map_err(|error| format!("{PATH}: {name}: {error}"))?;
        let in_path =
            call.path.split(['/', '?']).filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let in_path = in_path.map(|name| Argument {
            name: name.to_owned(),
            kind: "text".to_owned(),
            optional: false,
            default: None,
            keyword: false,
        });
        let others = std::mem::take(&mut call.arguments);
        call.arguments = in_path.chain(others).collect();
        call.name = name;
        calls.push(call);
    }
    Ok(calls)
}
