//! How the models are read from JSON and written to it, without loss.
//!
//! A field is typed when its value can be read without loss. Any other value leaves the field absent and stays in `extra`
//! under its own name, so that one odd value costs one field, and writing the model gives it back. Only what identifies
//! the thing must be there.

mod extra;
mod field;
mod open;
mod read;
mod unfit;

pub use self::extra::Extra;
pub(crate) use self::field::Field;
pub(crate) use self::open::{open_enum, open_field, to_the_letter, without_case};
pub(crate) use self::read::{Fields, KeySeed, Model, Reading, ReadingSeed, read};
pub(crate) use self::unfit::{Unfit, own_text, unfit};

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
