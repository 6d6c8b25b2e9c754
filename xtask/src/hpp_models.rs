//! The results as structs of C++, made from the models of the core.

use std::fmt::Write as _;
use std::fs;

use crate::step::root;

const SOURCES: &str = "crates/mendix-deploy/src/api";

/// A model of the core: `model! { Name { field: Type = "Key", } }`.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) doc: Vec<String>,
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) doc: Vec<String>,
    name: String,
    pub(crate) kind: String,
    /// The service's name, and others that it has had.
    pub(crate) keys: Vec<String>,
}

/// All models, in the order of their names.
pub(crate) fn read() -> Result<Vec<Model>, String> {
    let folder = root().join(SOURCES);
    let failed = |error| format!("{SOURCES}: {error}");
    let mut models = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            models.extend(parse(&fs::read_to_string(&path).map_err(failed)?));
        }
    }
    models.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(models)
}

/// The models of a source, which is formatted.
fn parse(source: &str) -> Vec<Model> {
    let mut models = Vec::new();
    let mut lines = source.lines();
    while lines.by_ref().any(|line| line == "model! {") {
        let mut model = Model::default();
        let mut doc = Vec::new();
        for line in lines.by_ref().map(str::trim).take_while(|line| *line != "}") {
            if let Some(comment) = line.strip_prefix("///") {
                doc.push(plain(comment.trim_start()));
            } else if let Some(name) = line.strip_suffix(" {") {
                (model.name, model.doc) = (name.to_owned(), std::mem::take(&mut doc));
            } else if let Some((declared, keys)) = line.trim_end_matches(',').split_once(" = ")
                && let Some((name, kind)) = declared.split_once(": ")
            {
                let keys = keys.split(" | ").map(|key| key.trim_matches('"').to_owned()).collect();
                let doc = std::mem::take(&mut doc);
                model.fields.push(Field { doc, name: name.to_owned(), kind: kind.to_owned(), keys });
            }
        }
        models.push(model);
    }
    models
}

/// A comment without the links of Rust's documentation.
fn plain(comment: &str) -> String {
    let comment = comment.replace("`None`", "std::nullopt").replace('`', "");
    let mut text = String::new();
    let mut rest = comment.as_str();
    while let Some((before, linked)) = rest.split_once('[') {
        let (label, after) = linked.split_once(']').unwrap_or((linked, ""));
        text += before;
        text += label;
        rest = match after.strip_prefix('(') {
            Some(target) => target.split_once(')').map_or("", |(_, after)| after),
            None => after,
        };
    }
    text + rest
}

impl Model {
    /// The struct, with the functions that read it.
    pub(crate) fn render(&self) -> String {
        let name = &self.name;
        let mut text = comment("", &self.doc) + &format!("struct {name} {{\n");
        let mut reads = String::new();
        for field in &self.fields {
            text += &comment("    ", &field.doc);
            let _ = writeln!(text, "    {} {};", cpp(&field.kind), field.name);
            let keys: Vec<String> = field.keys.iter().map(|key| format!("\"{key}\"")).collect();
            // Without what identifies it, it is nothing.
            let read = if matches!(field.kind.as_str(), "String" | "SignedUrl") { "require" } else { "read" };
            let _ = writeln!(reads, "        reader.{read}(model.{}, {{{}}});", field.name, keys.join(", "));
        }
        let _ = write!(
            text,
            "    /// All of it as JSON: with what this version does not know.\n    std::string json;\n\n\
             \x20   /// Reads it from the JSON of a call.\n\
             \x20   static Result<{name}> try_parse(const detail::Text &json) {{\n\
             \x20       return read(detail::JsonReader(json));\n    }}\n\
             \x20   /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.\n\
             \x20   static Result<{name}> read(detail::JsonReader reader) {{\n\
             \x20       {name} model;\n{reads}        return reader.end(std::move(model));\n    }}\n\
             #if MENDIX_DEPLOY_EXCEPTIONS\n\
             \x20   /// Reads it from the JSON of a call, or throws.\n\
             \x20   static {name} parse(const detail::Text &json) {{ return detail::unwrap(try_parse(json)); }}\n\
             #endif\n}};\n\n"
        );
        text
    }
}

fn comment(indent: &str, lines: &[String]) -> String {
    lines
        .iter()
        .flat_map(|line| [indent, "///", if line.is_empty() { "" } else { " " }, line, "\n"])
        .collect()
}

/// The type of a field in C++. Values of open sets are texts.
fn cpp(kind: &str) -> String {
    if let Some(inner) = kind.strip_prefix("Option<") {
        return format!("std::optional<{}>", cpp(inner.trim_end_matches('>')));
    }
    match kind {
        "bool" => "bool",
        "u32" | "u64" => "std::int64_t",
        "Timestamp" => "std::chrono::system_clock::time_point",
        _ => "std::string",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_becomes_a_struct() {
        let source = "model! {\n    /// A [`Tag`](crate::Tag) of one.\n    Tag {\n        /// Text.\n        tag: String = \"Tag\" | \"tag\",\n        \
                      size: Option<u64> = \"Size\",\n    }\n}\n";
        let text = parse(source)[0].render();
        for expected in [
            "/// A Tag of one.\nstruct Tag {\n    /// Text.\n    std::string tag;\n    std::optional<std::int64_t> size;\n",
            "reader.require(model.tag, {\"Tag\", \"tag\"});\n",
        ] {
            assert!(text.contains(expected), "{text}");
        }
    }
}
