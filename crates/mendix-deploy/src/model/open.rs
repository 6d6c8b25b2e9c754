//! Sets of values that the service may extend: enums with a case for a value that this version does not know.

/// Whether two values are the same when `running` means `Running`.
pub(crate) fn without_case(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Whether two values are the same when `test` is another one than `Test`.
pub(crate) fn to_the_letter(one: &str, other: &str) -> bool {
    one == other
}

/// Declares an open enum: its variants with the text of each.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:expr,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that this version does not know.
            Other(String),
        }

        impl $name {
            /// Every value that has a name here.
            pub const KNOWN: &'static [$name] = &[$($name::$variant,)+];

            /// The text of the value: as the service documents it, or as it came where it is not documented.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $text,)+
                    $name::Other(text) => text,
                }
            }

            /// The value that `text` is by this comparison.
            fn find(text: &str, is_same: fn(&str, &str) -> bool) -> $name {
                let known = $name::KNOWN.iter().find(|known| is_same(known.as_str(), text));
                known.cloned().unwrap_or_else(|| $name::Other(text.to_owned()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use open_enum;

/// Declares an open enum that is the value of a field, whose texts are the names of the variants. They are compared
/// `without_case`, or `to_the_letter`.
macro_rules! open_field {
    (without_case $(#[$doc:meta])* $name:ident { $($variants:tt)+ }) => {
        $crate::model::open_field! { @enum without_case $(#[$doc])* $name { $($variants)+ } }

        impl PartialEq for $name {
            fn eq(&self, other: &$name) -> bool {
                self == &other.as_str()
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().to_ascii_lowercase().hash(state);
            }
        }
    };
    (to_the_letter $(#[$doc:meta])* $name:ident { $($variants:tt)+ }) => {
        $crate::model::open_field! {
            @enum to_the_letter $(#[$doc])* #[derive(PartialEq, Hash)] $name { $($variants)+ }
        }
    };
    (@enum $same:ident $(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $crate::model::open_enum! {
            $(#[$doc])*
            $name { $($(#[$variant_doc])* $variant = stringify!($variant),)+ }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> $name {
                $name::find(text, $crate::model::$same)
            }
        }

        /// No value: where the service left it out.
        impl Default for $name {
            fn default() -> $name {
                $name::Other(String::new())
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                $crate::model::$same(self.as_str(), text)
            }
        }

        impl $crate::model::Field for $name {
            fn from_text(text: &str) -> Option<$name> {
                Some($name::from(text))
            }

            fn from_bool(value: bool) -> Option<$name> {
                Some($name::from(if value { "true" } else { "false" }))
            }

            fn from_number(number: &serde_json::Number) -> Option<$name> {
                (!number.is_f64()).then(|| $name::from(number.to_string().as_str()))
            }

            fn absent() -> Option<$name> {
                Some($name::default())
            }

            fn write<S: serde::ser::SerializeMap>(
                &self,
                key: &'static str,
                object: &mut S,
            ) -> std::result::Result<bool, S::Error> {
                let text = self.as_str();
                if !text.is_empty() {
                    object.serialize_entry(key, text)?;
                }
                Ok(!text.is_empty())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<$name, D::Error> {
                let text = Option::<std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                Ok($name::from(text.unwrap_or_default().as_ref()))
            }
        }
    };
}
pub(crate) use open_field;
