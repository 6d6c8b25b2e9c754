//! The error rows of the API document: every (call, status, code), and how to reach each.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::table::Row;
use crate::{Call, Fault};

/// One documented (call, status, code).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorRow {
    /// The section of the document.
    pub section: String,
    /// The call.
    pub call: Call,
    /// The HTTP status.
    pub status: u16,
    /// The code as the document writes it, which may be with a space.
    pub code: String,
    /// The document's description.
    pub message: String,
    /// How to get this answer.
    pub reach: Reach,
    /// More lines of the document with the same call, status and code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
}

/// A second meaning of one (call, status, code).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// The document's description.
    pub message: String,
    /// How to get this answer.
    pub reach: Reach,
}

/// How an error row is reached: first `setup` and `fault`, then the call with `args`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// What to change in the seeded [`State`](crate::State), as a JSON merge patch (RFC 7396).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<Value>,
    /// All arguments to call with, by the names that this project uses. `content` is what to upload.
    pub args: Map<String, Value>,
    /// The fault to inject, where neither state nor input leads there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

static ROWS: LazyLock<Vec<ErrorRow>> = LazyLock::new(|| {
    let rows_of = |call: Call| call.declaration().errors.iter().map(move |row| ErrorRow::of(call, row));
    Call::ALL.into_iter().flat_map(rows_of).collect()
});

impl ErrorRow {
    fn of(call: Call, row: &Row) -> Self {
        let reach = |args: &Map<String, Value>, setup: &Option<Value>| Reach {
            setup: setup.clone(),
            args: call
                .declaration()
                .example
                .iter()
                .chain(args)
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
            fault: row.by_fault.then(|| Fault::on(call).error(row.status, &row.code, &row.message)),
        };
        let variants = row.variants.iter().map(|variant| Variant {
            message: variant.message.clone(),
            reach: reach(&variant.args, &variant.setup),
        });
        Self {
            section: call.section().to_owned(),
            call,
            status: row.status,
            code: row.code.clone(),
            message: row.message.clone(),
            reach: reach(&row.args, &row.setup),
            variants: variants.collect(),
        }
    }
}

/// Every documented error of every call, in the order of the document.
#[must_use]
pub fn error_rows() -> &'static [ErrorRow] {
    &ROWS
}

/// The row of this call and code, with the lowest status if there are several.
pub(crate) fn documented(call: Call, code: &str) -> Option<&'static ErrorRow> {
    error_rows().iter().filter(|row| row.call == call && row.code == code).min_by_key(|row| row.status)
}

/// Applies a JSON merge patch (RFC 7396).
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        for (name, change) in patch {
            if change.is_null() {
                target.remove(name);
            } else {
                merge(target.entry(name.clone()).or_insert(Value::Null), change);
            }
        }
    }
}
