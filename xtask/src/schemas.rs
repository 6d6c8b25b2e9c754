//! The JSON schemas of the service's objects, made from the models of the core: what `--json` of the command line writes.

use serde_json::{Map, Value, json};

use crate::hpp_models::{self, Model};

/// What the file should hold.
pub(crate) fn models() -> Result<String, String> {
    let models = hpp_models::read()?;
    let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    let all: Map<String, Value> =
        models.iter().map(|model| (model.name.clone(), schema(model, &names))).collect();
    Ok(format!("{:#}\n", Value::Object(all)))
}

/// Fields that are not known to this version may come at any time, so others are allowed.
fn schema(model: &Model, names: &[&str]) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for field in &model.fields {
        let Some(key) = field.keys.first() else { continue };
        let (kind, is_optional) = match field.kind.strip_prefix("Option<") {
            Some(inner) => (inner.trim_end_matches('>'), true),
            None => (field.kind.as_str(), false),
        };
        let mut property = of_kind(kind, names);
        property["description"] = json!(field.doc.join(" ").replace("std::nullopt", "null"));
        properties.insert(key.clone(), property);
        if !is_optional {
            required.push(key);
        }
    }
    json!({
        "description": model.doc.join(" "), "type": "object", "properties": properties, "required": required,
    })
}

fn of_kind(kind: &str, names: &[&str]) -> Value {
    if let Some(item) = kind.strip_prefix("Vec<") {
        return json!({"type": "array", "items": of_kind(item.trim_end_matches('>'), names)});
    }
    match kind {
        "bool" => json!({"type": "boolean"}),
        "u32" | "u64" => json!({"type": "integer", "minimum": 0}),
        // Milliseconds since 1970.
        "Timestamp" => json!({"type": "integer"}),
        kind if names.contains(&kind) => json!({"$ref": format!("#/$defs/{kind}")}),
        _ => json!({"type": "string"}),
    }
}
