//! How the models are read from JSON and written to it, without loss.
//!
//! A field is typed when its value can be read without loss. Any other value leaves the field absent and stays in `extra`
//! under its own name, so that one odd value costs one field, and writing the model gives it back. Only what identifies
//! the thing must be there.

mod field;
mod open;
mod read;

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::{self, MapAccess};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::field::Field;
pub(crate) use self::open::{open_enum, open_field, to_the_letter, without_case};
pub(crate) use self::read::{Fields, KeySeed, Reading, ReadingSeed, read};

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
    #[cfg(test)]
    const KEYS: &'static [&'static str];

    /// Reads an object, field by field.
    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Reading<Self>, A::Error>;

    /// Reads what stands in the place of an object.
    fn from_text(_: &str) -> Result<Self, Unfit> {
        Err(Unfit::Text)
    }

    /// The identifier that is there, but empty.
    fn empty_identifier(&self) -> Option<&'static str>;
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
            #[cfg(test)]
            const KEYS: &'static [&'static str] = &[$($key, $($alias,)*)+];

            fn from_object<'de, A: serde::de::MapAccess<'de>>(
                mut object: A,
            ) -> std::result::Result<$crate::model::Reading<$name>, A::Error> {
                let mut fields = $crate::model::Fields::default();
                $(let mut $field: Option<$type> = None;)+
                while let Some(key) = object.next_key_seed($crate::model::KeySeed)? {
                    match &*key {
                        $($key $(| $alias)* => fields.read($key, key, &mut $field, &mut object)?,)+
                        _ => fields.keep(key, &mut object)?,
                    }
                }
                Ok(fields.finish(|fields| {
                    Ok($name {
                        $($field: fields.value($key, $field)?,)+
                        extra: std::mem::take(&mut fields.extra),
                    })
                }))
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
                $crate::model::read(deserializer)
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
                $(let $field = Field::write(&self.$field, $key, &mut object)?;)+
                for (key, value) in self.extra.iter() {
                    // A value that was set after reading stands for the one that could not be read.
                    let is_written = match key.as_str() {
                        $($key $(| $alias)* => $field,)+
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
