//! The JSON schemas of what commands write: those of the commands by hand, those of the service's objects from the models.

use serde_json::{Map, Value, json};

use crate::failure::{Failure, Outcome};

const COMMANDS: &str = include_str!("../schemas/commands.json");
const MODELS: &str = include_str!("../schemas/models.json");

fn read(text: &str) -> Outcome<Map<String, Value>> {
    serde_json::from_str(text).map_err(|error| Failure::local(format!("a schema is damaged: {error}")))
}

/// The commands that have one, and `error`.
pub(crate) fn names() -> Outcome<Vec<String>> {
    Ok(read(COMMANDS)?.keys().filter(|name| !name.starts_with('$')).cloned().collect())
}

/// That of a command, complete in itself. Where a command writes several lines, it is that of each.
pub(crate) fn of(name: &str) -> Outcome<Option<Value>> {
    let mut commands = read(COMMANDS)?;
    let mut definitions = read(MODELS)?;
    if let Some(Value::Object(own)) = commands.remove("$defs") {
        definitions.extend(own);
    }
    let Some(Value::Object(schema)) = commands.remove(name) else { return Ok(None) };
    let mut whole = Map::new();
    whole.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    whole.extend(schema);
    whole.insert("$defs".to_owned(), Value::Object(definitions));
    Ok(Some(Value::Object(whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_schema_is_complete_in_itself() {
        let names = names().unwrap();
        assert!(names.len() > 20, "{names:?}");
        for name in names {
            let schema = of(&name).unwrap().unwrap();
            let text = schema.to_string();
            for reference in text.split("\"#/$defs/").skip(1) {
                let wanted = reference.split('"').next().unwrap();
                assert!(schema["$defs"].get(wanted).is_some(), "{name} refers to {wanted}");
            }
        }
    }
}
