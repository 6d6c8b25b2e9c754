//! The metadata of a deployment package: its `model/metadata.json`.

use serde_json::{Map, Value};

use super::Constant;

/// What was read. Whatever is missing, or of another kind than expected, is not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Metadata {
    pub(crate) model_version: Option<String>,
    pub(crate) runtime_version: Option<String>,
    pub(crate) constants: Option<Vec<Constant>>,
    pub(crate) scheduled_events: Option<Vec<String>>,
}

impl Metadata {
    pub(crate) fn read(metadata: &Map<String, Value>) -> Self {
        let list = |name: &str| metadata.get(name)?.as_array();
        Self {
            model_version: text(metadata, "ModelVersion"),
            runtime_version: text(metadata, "RuntimeVersion"),
            constants: list("Constants").and_then(|list| list.iter().map(constant).collect()),
            scheduled_events: list("ScheduledEvents")
                .and_then(|list| list.iter().map(|event| text(event.as_object()?, "Name")).collect()),
        }
    }
}

fn constant(entry: &Value) -> Option<Constant> {
    let entry = entry.as_object()?;
    let default_value = match entry.get("DefaultValue") {
        None | Some(Value::Null) => None,
        Some(Value::String(value)) => Some(value.clone()),
        Some(other) => Some(other.to_string()),
    };
    let data_type = text(entry, "Type").unwrap_or_default();
    Some(Constant { name: text(entry, "Name")?, data_type, default_value })
}

fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(metadata: &Value) -> Metadata {
        Metadata::read(metadata.as_object().unwrap())
    }

    #[test]
    fn what_is_missing_or_odd_is_not_known() {
        let odd =
            serde_json::json!({"ModelVersion": 3, "Constants": [{"Type": "String"}], "ScheduledEvents": {}});
        assert_eq!(read(&odd), Metadata::default());
        let read = read(&serde_json::json!({
            "RuntimeVersion": "10.24.0",
            "Constants": [{"Name": "M.A", "Type": "Integer", "DefaultValue": 3, "More": 1}, {"Name": "M.B"}],
            "ScheduledEvents": [],
        }));
        assert_eq!((read.runtime_version.as_deref(), read.scheduled_events), (Some("10.24.0"), Some(vec![])));
        let constants = read.constants.unwrap();
        assert_eq!((constants[0].default_value.as_deref(), &constants[1].default_value), (Some("3"), &None));
    }
}
