//! What the models share: open sets of words, and values that the service writes in more than one way.

use std::fmt;
use std::ops::{Deref, DerefMut};

use jiff::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Number, Value};

/// Fields that this version does not know, as they came. `Debug` shows their names only: one may be a signed link.
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

/// An enum over a set of words that the service may extend.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version does not know, or nothing where the service left it out.
            Other(String),
        }

        impl $name {
            /// Every word that has a name here.
            pub const KNOWN: &'static [$name] = &[$($name::$variant,)+];

            /// The word as the service writes it.
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
                $(if word.eq_ignore_ascii_case(stringify!($variant)) {
                    return $name::$variant;
                })+
                $name::Other(word.to_owned())
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
                self.as_str() == *word
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<$name, D::Error> {
                let word = $crate::model::text(deserializer)?.unwrap_or_default();
                // To the letter: a word that differs in case may be a name.
                let known = $name::KNOWN.iter().find(|known| known.as_str() == word);
                Ok(known.cloned().unwrap_or($name::Other(word)))
            }
        }
    };
}
pub(crate) use open_enum;

/// A bool, or the word for one in any case. Anything else is read as unknown.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(value) => Some(value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    })
}

/// A size in bytes. A float with a fraction is in MiB, as in the document's own example.
pub(crate) fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    const MIB: f64 = 1_048_576.0;
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(bytes), _) => Some(bytes),
            (None, Some(mib)) if mib.fract() != 0.0 => whole(mib * MIB),
            (None, Some(bytes)) => whole(bytes),
            (None, None) => None,
        },
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

/// A whole number, written as one in any way.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => as_whole(&number).and_then(|count| count.try_into().ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

fn as_whole(number: &Number) -> Option<u64> {
    number.as_u64().or_else(|| whole(number.as_f64()?))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the range is checked, and the number is rounded to a whole one"
)]
fn whole(number: f64) -> Option<u64> {
    let rounded = number.round();
    (rounded >= 0.0 && rounded < u64::MAX as f64).then_some(rounded as u64)
}

/// Milliseconds since the epoch, or null.
pub(crate) mod timestamp {
    use super::{Deserialize, Deserializer, Timestamp, Value, as_whole};
    use serde::de::Error;
    use serde::{Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub(crate) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(Timestamp::as_millisecond).serialize(serializer)
    }

    /// What is earlier is no date of the service's, and not everyone who reads it has a type for it: Python's begin here.
    const YEAR_1: Timestamp = Timestamp::constant(-62_135_596_800, 0);

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let from_epoch = |milliseconds| Timestamp::from_millisecond(milliseconds).ok();
        let time = match &Value::deserialize(deserializer)? {
            Value::Null => return Ok(None),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::Number(number) => match number.as_i64() {
                Some(milliseconds) => from_epoch(milliseconds),
                None => as_whole(number).and_then(|number| from_epoch(number.try_into().ok()?)),
            },
            Value::String(text) => match text.trim().parse() {
                Ok(milliseconds) => from_epoch(milliseconds),
                Err(_) => text.trim().parse().ok(),
            },
            _ => None,
        };
        time.filter(|time| *time >= YEAR_1).map(Some).ok_or_else(unreadable)
    }

    fn unreadable<E: Error>() -> E {
        E::custom("a date is neither milliseconds since the epoch, in the years 1 to 9999, nor null")
    }
}

/// Text, or the text of another plain value. Where there is something else, there is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        _ => None,
    })
}

/// An identifier: text, or a number that stands for one.
pub(crate) fn identifier<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(D::Error::custom("an identifier is empty or no text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(
        json: &str,
        with: impl Fn(&mut serde_json::Deserializer<serde_json::de::StrRead<'_>>) -> T,
    ) -> T {
        with(&mut serde_json::Deserializer::from_str(json))
    }

    #[test]
    fn a_flag_may_be_a_bool_or_a_word() {
        for (json, expected) in [
            ("true", Some(true)),
            ("\"False\"", Some(false)),
            ("\"TRUE\"", Some(true)),
            ("null", None),
            ("7", None),
        ] {
            assert_eq!(read(json, |d| flag(d)).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn a_size_may_be_bytes_or_a_fraction_of_mib() {
        for (json, expected) in [
            ("3205620", Some(3_205_620)),
            ("3.0571174621582031", Some(3_205_620)),
            ("3205620.0", Some(3_205_620)),
            ("\"12\"", Some(12)),
            ("-1", None),
            ("1e300", None),
            ("null", None),
        ] {
            assert_eq!(read(json, |d| size(d)).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn a_date_is_milliseconds_or_null() {
        let at = |json| read(json, |d| timestamp::deserialize(d));
        assert_eq!(at("1404990271835").unwrap().unwrap().as_millisecond(), 1_404_990_271_835);
        assert_eq!(at("-5").unwrap().unwrap().as_millisecond(), -5);
        assert_eq!(at("1.404990271835e12").unwrap().unwrap().as_millisecond(), 1_404_990_271_835);
        assert_eq!(at("\"2014-07-10T11:04:31.835Z\"").unwrap().unwrap().as_millisecond(), 1_404_990_271_835);
        assert_eq!(at("-62135596800000").unwrap().unwrap().to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(at("\" \"").unwrap(), None);
        assert_eq!(at("null").unwrap(), None);
        for bad in [
            "[]",
            "1e30",
            "-62135596800001",
            "\"-62135596800001\"",
            "\"0000-12-31T23:59:59Z\"",
            "253402300800000",
        ] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }
}
