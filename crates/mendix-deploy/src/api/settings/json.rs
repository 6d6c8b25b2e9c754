//! Settings as JSON: each object keeps the one that it was read from, and changes in it what the caller changed.

use serde::Serialize;
use serde::de::{self, DeserializeOwned};
use serde::ser;
use serde_json::{Map, Value};

use crate::model::{Extra, Unfit, unfit};
use crate::reply::describe;

/// Declares one kind of setting: its name, and texts by the names that the service has for them.
///
/// Two settings are equal when they would be written the same. `Debug` shows the name only: a value may be a password.
macro_rules! setting {
    ($(#[$doc:meta])* $type:ident {
        $(#[$name_doc:meta])* name,
        $($(#[$field_doc:meta])* $field:ident = $key:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone)]
        #[non_exhaustive]
        pub struct $type {
            $(#[$name_doc])*
            pub name: String,
            $($(#[$field_doc])* pub $field: Option<String>,)+
            original: Extra,
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<$type, D::Error> {
                let original = Extra::deserialize(deserializer)?;
                let name = json::text(&original, "Name").ok_or_else(|| unfit(Unfit::Missing("Name")))?;
                Ok($type { name, $($field: json::text(&original, $key),)+ original })
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                let mut object = self.original.clone();
                json::put(&mut object, "Name", Some(&self.name));
                $(json::put(&mut object, $key, self.$field.as_ref());)+
                object.serialize(serializer)
            }
        }

        impl PartialEq for $type {
            fn eq(&self, other: &$type) -> bool {
                json::is_written_alike(self, other)
            }
        }

        impl Eq for $type {}

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($type)).field("name", &self.name).finish_non_exhaustive()
            }
        }
    };
}
pub(super) use setting;

/// The text of a field, or of another plain value in it.
pub(super) fn text(object: &Extra, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// Writes a field back only where the caller changed it, so that what the service wrote in another type stays so.
pub(super) fn put(object: &mut Extra, key: &str, value: Option<&String>) {
    if text(object, key).as_ref() != value {
        object.insert(key.to_owned(), value.map_or(Value::Null, |value| Value::String(value.clone())));
    }
}

/// Reads the items of a section; none where it is not there, or null.
pub(super) fn read_section<T: DeserializeOwned, E: de::Error>(
    object: &Extra,
    section: &'static str,
) -> Result<Vec<T>, E> {
    let read = |(place, item)| {
        T::deserialize(item)
            .map_err(|error| unfit(format_args!("{} in item {} of {section}", describe(&error), place + 1)))
    };
    match object.get(section) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items.iter().enumerate().map(read).collect(),
        Some(_) => Err(unfit(Unfit::Mistyped(section))),
    }
}

/// Writes the items of a section. One that is not there, or null, stays so.
pub(super) fn write_section<T: Serialize, E: ser::Error>(
    object: &mut Extra,
    section: &str,
    items: &[T],
) -> Result<(), E> {
    if !items.is_empty() || object.get(section).is_some_and(Value::is_array) {
        object.insert(section.to_owned(), serde_json::to_value(items).map_err(E::custom)?);
    }
    Ok(())
}

pub(super) fn is_written_alike<T: Serialize>(one: &T, other: &T) -> bool {
    serde_json::to_value(one).ok() == serde_json::to_value(other).ok()
}

/// Whether all of some settings is in others too, except for the values with which the app runs. Empty settings are in
/// none.
pub(super) fn is_in(wanted: &Map<String, Value>, found: &Map<String, Value>) -> bool {
    let says_something =
        wanted.values().any(|section| section.as_array().is_none_or(|items| !items.is_empty()));
    says_something
        && wanted.iter().all(|(section, wanted)| match wanted {
            Value::Array(items) => items.iter().all(|item| has(found.get(section), item)),
            other => found.get(section) == Some(other),
        })
}

/// Whether a section has an item with all that this one has.
fn has(section: Option<&Value>, item: &Value) -> bool {
    let items = section.and_then(Value::as_array);
    items.into_iter().flatten().any(|other| match (item, other) {
        (Value::Object(item), Value::Object(other)) => {
            item.iter().all(|(field, value)| field == "DeployedValue" || is_same(other.get(field), value))
        }
        (item, other) => item == other,
    })
}

/// Whether the service shows `value` so: it may write a number where text was sent, and leave out what is null.
fn is_same(shown: Option<&Value>, value: &Value) -> bool {
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    shown.map_or(value.is_null(), |shown| {
        shown == value || plain(shown).is_some_and(|shown| plain(value) == Some(shown))
    })
}
