//! Sets of words that the service may extend.

/// How words are compared: `running` is `Running`.
pub(crate) fn without_case(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// How names are compared: `test` is another one than `Test`.
pub(crate) fn to_the_letter(one: &str, other: &str) -> bool {
    one == other
}

/// An enum over words that the service may extend. They are compared without case: a service that writes `running`
/// means `Running`.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $crate::model::open_names! { $(#[$doc])* $name { $($(#[$variant_doc])* $variant,)+ } without_case }

        impl PartialEq for $name {
            fn eq(&self, other: &$name) -> bool {
                self.as_str().eq_ignore_ascii_case(other.as_str())
            }
        }

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().to_ascii_lowercase().hash(state);
            }
        }
    };
}
pub(crate) use open_enum;

/// An enum over words that are compared by `$same`.
macro_rules! open_names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ } $same:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version does not know, or nothing where the service left it out.
            Other(String),
        }

        impl $name {
            /// Every word that has a name here.
            pub const KNOWN: &'static [$name] = &[$($name::$variant,)+];

            /// The word: as the service's document writes it, or as it came where the document does not have it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => stringify!($variant),)+
                    $name::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> $name {
                let known = $name::KNOWN.iter().find(|known| $crate::model::$same(known.as_str(), word));
                known.cloned().unwrap_or_else(|| $name::Other(word.to_owned()))
            }
        }

        impl Default for $name {
            fn default() -> $name {
                $name::Other(String::new())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, word: &&str) -> bool {
                $crate::model::$same(self.as_str(), word)
            }
        }

        impl $crate::model::Field for $name {
            fn read(value: serde_json::Value) -> std::result::Result<Option<$name>, serde_json::Value> {
                let word = <Option<String> as $crate::model::Field>::read(value)?;
                Ok(word.flatten().map(|word| $name::from(word.as_str())))
            }

            fn absent() -> Option<$name> {
                Some($name::default())
            }

            fn write(&self) -> Option<serde_json::Value> {
                Some(self.as_str()).filter(|word| !word.is_empty()).map(serde_json::Value::from)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<$name, D::Error> {
                let word = Option::<std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                Ok($name::from(word.unwrap_or_default().as_ref()))
            }
        }
    };
}
pub(crate) use open_names;
