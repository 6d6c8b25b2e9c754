//! What `data/calls.json` declares of each call. All that has to know the calls reads it, in this crate and around it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Call;

/// What the table declares of one call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Declaration {
    /// The API and its version, where it is not the Deploy API v1.
    pub api: Option<String>,
    /// The section of the API document; none for a call that only later documentation has.
    pub section: Option<String>,
    /// The title of the section.
    pub title: String,
    /// The HTTP method.
    pub method: String,
    /// The path from the root of the server, with arguments as `{app_id}`. Its query, if it has one, is always the same.
    pub path: String,
    /// The arguments that are not in the path. They come after those that are.
    #[serde(default)]
    arguments: Vec<Argument>,
    /// Whether the call changes anything, and what shows that it did.
    pub class: Class,
    /// The model of the result, in an array where it is a list of them; none where nothing is documented.
    pub returns: Option<Value>,
    /// Arguments that are right, by their names. What to upload is called `content`.
    pub example: Map<String, Value>,
    /// What to change in the seeded [`State`](crate::State) for the example to succeed, as a JSON merge patch.
    pub state: Option<Value>,
    /// The documented errors.
    #[serde(default)]
    pub(crate) errors: Vec<Row>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Argument {
    /// Its name in every language.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ArgumentKind,
    /// Its name in the query, if it is there.
    query: Option<String>,
    /// The field of the body that has it, if one does.
    field: Option<String>,
    /// Whether it may be left out.
    #[serde(default)]
    pub optional: bool,
    /// What it is in languages with default values, when it is left out.
    pub default: Option<Value>,
    /// Whether languages with keywords want its name.
    #[serde(default)]
    pub keyword: bool,
}

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ArgumentKind {
    /// Text.
    Text,
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// The settings of an environment.
    Settings,
    /// What an upload carries.
    Source,
}

/// Where an argument is in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place<'a> {
    /// This segment of the path, counted from 0.
    Path(usize),
    /// The query, under this name.
    Query(&'a str),
    /// This field of the JSON body.
    Field(&'a str),
    /// The whole body.
    Body,
}

/// Whether a call changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Class {
    /// It only reads.
    Read,
    /// It changes something, and reading back confirms it when the response is lost.
    Confirmed,
    /// It changes something that cannot be read back.
    Unconfirmed,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Confirmed => "confirmed",
            Self::Unconfirmed => "unconfirmed",
        })
    }
}

/// A documented error of a call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) args: Map<String, Value>,
    pub(crate) setup: Option<Value>,
    #[serde(default)]
    pub(crate) by_fault: bool,
    #[serde(default)]
    pub(crate) variants: Vec<RowVariant>,
}

/// Another meaning of the same error.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowVariant {
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) args: Map<String, Value>,
    pub(crate) setup: Option<Value>,
}

#[expect(clippy::expect_used, reason = "the table is compiled in, and the tests read it")]
static TABLE: LazyLock<BTreeMap<Call, Declaration>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/calls.json")).expect("the table of calls is well-formed")
});

impl Call {
    /// What the table declares of the call.
    #[must_use]
    pub fn declaration(self) -> &'static Declaration {
        &TABLE[&self]
    }

    /// The call of this name, if there is one.
    #[must_use]
    pub fn from_stem(stem: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.stem() == stem)
    }

    /// The section of the API document that describes the call; empty for one that only later documentation has.
    #[must_use]
    pub fn section(self) -> &'static str {
        self.declaration().section.as_deref().unwrap_or_default()
    }

    /// Whether the call changes anything at the service.
    #[must_use]
    pub fn is_mutating(self) -> bool {
        self.declaration().class != Class::Read
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stem())
    }
}

/// The name in `{name}`.
fn argument(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

impl Declaration {
    /// The segments of the path, and of each the argument that it stands for.
    pub fn segments(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let path = self.path.split('?').next().unwrap_or_default();
        path.trim_start_matches('/').split('/').map(|segment| (segment, argument(segment)))
    }

    /// The name and the value in the query that the call always has.
    #[must_use]
    pub fn query(&self) -> Option<(&str, &str)> {
        self.path.split_once('?')?.1.split_once('=')
    }

    /// The arguments in their order, each with its place.
    #[must_use]
    pub fn arguments(&self) -> Vec<(Argument, Place<'_>)> {
        let in_path = self.segments().enumerate().filter_map(|(place, (_, name))| {
            let argument = Argument {
                name: name?.to_owned(),
                kind: ArgumentKind::Text,
                query: None,
                field: None,
                optional: false,
                default: None,
                keyword: false,
            };
            Some((argument, Place::Path(place)))
        });
        let others = self.arguments.iter().map(|argument| {
            let place = match (&argument.query, &argument.field) {
                (Some(name), _) => Place::Query(name),
                (_, Some(name)) => Place::Field(name),
                (None, None) => Place::Body,
            };
            (argument.clone(), place)
        });
        in_path.chain(others).collect()
    }
}
