//! How the models are read from JSON and written to it, without loss.
//!
//! A field is typed when its value can be read without loss. Any other value leaves the field absent and stays in `extra`
//! under its own name, so that one odd value costs one field, and writing the model gives it back. Only what identifies
//! the thing must be there.

mod field;
mod open;

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::field::Field;
use self::field::OptionalField;
pub(crate) use self::open::{open_enum, open_field, to_the_letter, without_case};

/// Fields that this version does not know, and known ones with a value of another type, as they came.
///
/// `Debug` shows only their names: a value may be a signed link.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Extra(pub Map<String, Value>);

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

impl Deref for Extra {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl DerefMut for Extra {
    fn deref_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.0
    }
}

/// A model of the service's: made of one object, which may be read from a list of them.
pub(crate) trait Model: Sized {
    /// The documented fields.
    const KEYS: &'static [&'static str];

    /// Reads an object.
    fn from_fields(fields: Vec<(String, Value)>) -> Result<Self, Unfit>;

    /// Reads what stands in the place of an object.
    fn from_text(_: String) -> Result<Self, Unfit> {
        Err(Unfit::Text)
    }

    /// The identifier that is there, but empty.
    fn empty_identifier(&self) -> Option<&'static str>;

    fn read(raw: Raw) -> Result<Self, Unfit> {
        match raw {
            Raw::Object(fields) => Self::from_fields(fields),
            Raw::Text(text) => Self::from_text(text),
        }
    }

    /// Reads what the service sends: not just any object, and none that identifies nothing.
    fn read_reply(raw: Raw) -> Result<Self, Unfit> {
        if let Raw::Object(fields) = &raw
            && !fields.iter().any(|(key, _)| Self::KEYS.contains(&key.as_str()))
        {
            return Err(Unfit::Nothing);
        }
        let read = Self::read(raw)?;
        read.empty_identifier().map_or(Ok(read), |key| Err(Unfit::Empty(key)))
    }
}

/// A list of models, all of which are readable.
impl<T: Model + Serialize> OptionalField for Vec<T> {
    fn read(value: &Value) -> Option<Vec<T>> {
        let item = |item: &Value| T::read(Raw::deserialize(item).ok()?).ok();
        value.as_array()?.iter().map(item).collect()
    }

    fn write(&self) -> Value {
        self.iter().map(|item| serde_json::to_value(item).unwrap_or_default()).collect()
    }
}

/// Why an object is not the thing that it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0} has another type than documented")]
    Mistyped(&'static str),
    #[error("{0} is empty")]
    Empty(&'static str),
    #[error("{0} is there twice")]
    Twice(&'static str),
    #[error("it has none of the documented fields")]
    Nothing,
    #[error("text stands in the place of an object, which is another type than documented")]
    Text,
}

/// Marks this library's own text in an error of serde's: it repeats no value.
const OWN: &str = "\u{1}";

/// An error of serde's with this library's own text.
pub(crate) fn unfit<E: de::Error>(why: impl fmt::Display) -> E {
    E::custom(format_args!("{OWN}{why}{OWN}"))
}

/// The text of such an error.
pub(crate) fn own_text(error: &str) -> Option<&str> {
    error.split(OWN).nth(1)
}

/// What a model is read from: every field in the order in which it came, those that are there twice too.
#[derive(Debug)]
pub(crate) enum Raw {
    Object(Vec<(String, Value)>),
    Text(String),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        struct RawVisitor;

        impl<'de> Visitor<'de> for RawVisitor {
            type Value = Raw;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Raw, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = object.next_entry()? {
                    fields.push(field);
                }
                Ok(Raw::Object(fields))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Text(text.to_owned()))
            }
        }

        deserializer.deserialize_any(RawVisitor)
    }
}

/// Declares a model: its fields with the names that the service has for them, and `extra` for everything else.
macro_rules! model {
    (
        $(#[$doc:meta])*
        $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal $(| $alias:literal)*,)+ }
        $($from_text:item)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
            /// Everything else that the service sent: unknown fields, and known ones with a value of another type.
            pub extra: $crate::model::Extra,
        }

        impl $crate::model::Model for $name {
            const KEYS: &'static [&'static str] = &[$($key, $($alias,)*)+];

            fn from_fields(
                fields: Vec<(String, serde_json::Value)>,
            ) -> std::result::Result<$name, $crate::model::Unfit> {
                use $crate::model::{Field, Unfit};

                $(let mut $field: Option<$type> = None;)+
                let mut extra = $crate::model::Extra::default();
                for (key, value) in fields {
                    let odd = match key.as_str() {
                        $($key $(| $alias)* => match $field {
                            Some(_) if <$type as Field>::IDENTIFIES => return Err(Unfit::Twice($key)),
                            Some(_) => Some(value),
                            None => <$type as Field>::read(value).map_or_else(Some, |read| {
                                $field = read;
                                None
                            }),
                        },)+
                        _ => Some(value),
                    };
                    if let Some(value) = odd {
                        extra.insert(key, value);
                    }
                }
                Ok($name {
                    $($field: match $field.or_else(<$type as Field>::absent) {
                        Some(value) => value,
                        None if extra.contains_key($key) => return Err(Unfit::Mistyped($key)),
                        None => return Err(Unfit::Missing($key)),
                    },)+
                    extra,
                })
            }

            $($from_text)?

            fn empty_identifier(&self) -> Option<&'static str> {
                $(if $crate::model::Field::is_empty(&self.$field) {
                    return Some($key);
                })+
                None
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> std::result::Result<$name, D::Error> {
                let raw = $crate::model::Raw::deserialize(deserializer)?;
                $crate::model::Model::read(raw).map_err($crate::model::unfit)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(
                &self,
                serializer: S,
            ) -> std::result::Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                use $crate::model::Field;

                let mut object = serializer.serialize_map(None)?;
                $(let $field = Field::write(&self.$field);
                if let Some(value) = &$field {
                    object.serialize_entry($key, value)?;
                })+
                for (key, value) in self.extra.iter() {
                    // A value that was set after reading stands for the one that could not be read.
                    let is_written = match key.as_str() {
                        $($key $(| $alias)* => $field.is_some(),)+
                        _ => false,
                    };
                    if !is_written {
                        object.serialize_entry(key, value)?;
                    }
                }
                object.end()
            }
        }
    };
}
pub(crate) use model;

#[cfg(test)]
mod tests;
