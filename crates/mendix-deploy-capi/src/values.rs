//! JSON as C reads it: values by their places, and texts that end with a NUL.

use std::ffi::CString;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Number, Value};

use crate::failure::Failure;

/// The value that a text is as a whole.
pub(crate) const ROOT: usize = 0;

/// All values of a text. A value is known by its place among them.
pub(crate) struct Values(Vec<Node>);

enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(Text),
    List(Vec<usize>),
    Object(Vec<(Text, usize)>),
}

/// A text, with the NUL at its end where it has none inside.
struct Text(Result<CString, String>);

impl Text {
    fn new(text: String) -> Text {
        Text(CString::new(text).map_err(|error| String::from_utf8(error.into_vec()).unwrap_or_default()))
    }

    fn as_str(&self) -> &str {
        match &self.0 {
            Ok(text) => text.to_str().unwrap_or_default(),
            Err(text) => text,
        }
    }

    fn for_c(&self, name: &str) -> Result<&CString, Failure> {
        let has_nul = || Failure::misuse(format!("{name} is a text with U+0000 in it, where C would end it"));
        self.0.as_ref().map_err(|_| has_nul())
    }
}

impl Node {
    fn kind(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Bool(_) => "true or false",
            Node::Number(_) => "a number",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Object(_) => "an object",
        }
    }
}

impl Values {
    pub(crate) fn parse(text: &str) -> Result<Values, Failure> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            // The text may be a secret: nothing of it is repeated.
            let place = format!("line {} column {}", error.line(), error.column());
            Failure::misuse(format!("text is not valid JSON: see {place}"))
        })?;
        let mut values = Values(Vec::new());
        values.add(value);
        Ok(values)
    }

    fn add(&mut self, value: Value) -> usize {
        let place = self.0.len();
        // What is inside comes behind it.
        self.0.push(Node::Null);
        self.0[place] = match value {
            Value::Null => Node::Null,
            Value::Bool(value) => Node::Bool(value),
            Value::Number(number) => Node::Number(number),
            Value::String(text) => Node::Text(Text::new(text)),
            Value::Array(items) => Node::List(items.into_iter().map(|item| self.add(item)).collect()),
            Value::Object(members) => Node::Object(
                members.into_iter().map(|(name, value)| (Text::new(name), self.add(value))).collect(),
            ),
        };
        place
    }

    /// The place of the value with a name: a member's, or a JSON pointer (RFC 6901). Without a name it is the value itself.
    pub(crate) fn find(&self, at: usize, name: Option<&str>) -> Result<usize, Failure> {
        let absent = |name: &str| Failure::Absent(format!("{name} is not there"));
        match name {
            None => Ok(at),
            Some(pointer) if pointer.starts_with('/') => pointer
                .split('/')
                .skip(1)
                .map(|step| step.replace("~1", "/").replace("~0", "~"))
                .try_fold(at, |at, step| self.step(at, &step))
                .ok_or_else(|| absent(pointer)),
            Some(name) => match &self.0[at] {
                Node::Object(_) => self.step(at, name).ok_or_else(|| absent(name)),
                other => Err(Failure::misuse(format!("name is {name:?}, but the value is {}", other.kind()))),
            },
        }
    }

    fn step(&self, at: usize, step: &str) -> Option<usize> {
        match &self.0[at] {
            Node::Object(members) => {
                members.iter().find(|(name, _)| name.as_str() == step).map(|(_, place)| *place)
            }
            Node::List(items) => {
                // An index has no sign and no zeros before it.
                let index: usize = step.parse().ok()?;
                (index.to_string() == step).then(|| items.get(index).copied()).flatten()
            }
            _ => None,
        }
    }

    /// The item of a list, or the value of a member of an object, by its number.
    pub(crate) fn item(&self, at: usize, index: usize) -> Result<usize, Failure> {
        let (place, length) = match &self.0[at] {
            Node::List(items) => (items.get(index).copied(), items.len()),
            Node::Object(members) => (members.get(index).map(|(_, place)| *place), members.len()),
            other => {
                return Err(Failure::misuse(format!(
                    "json is {}; expected a list or an object",
                    other.kind()
                )));
            }
        };
        place.ok_or_else(|| Failure::Absent(format!("index is {index}, and there are {length}")))
    }

    /// The name of a member of an object, by its number.
    pub(crate) fn name(&self, at: usize, index: usize) -> Result<&CString, Failure> {
        match &self.0[at] {
            Node::Object(members) => match members.get(index) {
                Some((name, _)) => name.for_c("the name"),
                None => Err(Failure::Absent(format!("index is {index}, and there are {}", members.len()))),
            },
            other => Err(Failure::misuse(format!("json is {}; expected an object", other.kind()))),
        }
    }

    pub(crate) fn text(&self, at: usize, name: Option<&str>) -> Result<&CString, Failure> {
        let value = match self.named(at, name)? {
            Node::Text(text) => text,
            other => return Err(mistyped(name, other, "a text")),
        };
        value.for_c(shown(name))
    }

    pub(crate) fn int(&self, at: usize, name: Option<&str>) -> Result<i64, Failure> {
        match self.named(at, name)? {
            Node::Number(number) => number.as_i64().ok_or_else(|| {
                let shown = shown(name);
                Failure::misuse(format!(
                    "{shown} is no whole number, or beyond int64_t: read it with mxd_json_double"
                ))
            }),
            other => Err(mistyped(name, other, "a whole number")),
        }
    }

    pub(crate) fn double(&self, at: usize, name: Option<&str>) -> Result<f64, Failure> {
        match self.named(at, name)? {
            Node::Number(number) => Ok(number.as_f64().unwrap_or_default()),
            other => Err(mistyped(name, other, "a number")),
        }
    }

    pub(crate) fn bool(&self, at: usize, name: Option<&str>) -> Result<bool, Failure> {
        match self.named(at, name)? {
            Node::Bool(value) => Ok(*value),
            other => Err(mistyped(name, other, "true or false")),
        }
    }

    pub(crate) fn length(&self, at: usize, name: Option<&str>) -> Result<usize, Failure> {
        match self.named(at, name)? {
            Node::List(items) => Ok(items.len()),
            Node::Object(members) => Ok(members.len()),
            other => Err(mistyped(name, other, "a list or an object")),
        }
    }

    /// A value that is there: null says no more than nothing.
    fn named(&self, at: usize, name: Option<&str>) -> Result<&Node, Failure> {
        match &self.0[self.find(at, name)?] {
            Node::Null => Err(Failure::Absent(format!("{} is null", shown(name)))),
            node => Ok(node),
        }
    }

    /// A value, to be written as JSON.
    pub(crate) fn at(&self, place: usize) -> At<'_> {
        At { values: self, place }
    }
}

fn shown(name: Option<&str>) -> &str {
    name.unwrap_or("the value")
}

fn mistyped(name: Option<&str>, found: &Node, expected: &str) -> Failure {
    Failure::misuse(format!("{} is {}; expected {expected}", shown(name), found.kind()))
}

/// A value among others.
pub(crate) struct At<'a> {
    values: &'a Values,
    place: usize,
}

impl Serialize for At<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.values.0[self.place] {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Number(number) => number.serialize(serializer),
            Node::Text(text) => serializer.serialize_str(text.as_str()),
            Node::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(&self.values.at(*item)))?;
                list.end()
            }
            Node::Object(members) => {
                let mut object = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    object.serialize_entry(name.as_str(), &self.values.at(*value))?;
                }
                object.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_was_read() {
        for text in ["null", "[]", "{}", r#"{"a":[1,-2.5,true,null,"x\u0000\"y"],"":{"b/~":{}}}"#] {
            let values = Values::parse(text).ok().unwrap();
            assert_eq!(serde_json::to_string(&values.at(ROOT)).unwrap(), text);
        }
    }

    #[test]
    fn values_are_found_by_member_and_by_pointer() {
        let values = Values::parse(r#"{"a": [10, {"b/~": 11}], "/": 12, "": 13}"#).ok().unwrap();
        for (name, expected) in
            [("/a/0", Some(10)), ("/a/1/b~1~0", Some(11)), ("/~1", Some(12)), ("", Some(13)), ("/", Some(13))]
        {
            assert_eq!(values.int(ROOT, Some(name)).ok(), expected, "{name}");
        }
        for name in ["b", "/a/2", "/a/00", "/a/+0", "/a/-", "/a/0/x", "/A", "a/0"] {
            assert!(matches!(values.int(ROOT, Some(name)), Err(Failure::Absent(_))), "{name}");
        }
    }
}
