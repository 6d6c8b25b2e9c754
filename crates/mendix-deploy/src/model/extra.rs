//! What the service sent beside the typed fields.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Fields that this version does not know, and known ones with a value of another type, as they came.
///
/// `Debug` shows only their names: a value may be a signed link.
// Hardly any thing has one, and lists are long: what is empty takes the room of a pointer.
#[derive(Clone, Default)]
pub struct Extra(Option<Box<Map<String, Value>>>);

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

impl Deref for Extra {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Map<String, Value> {
        static EMPTY: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        self.0.as_deref().unwrap_or(&EMPTY)
    }
}

impl DerefMut for Extra {
    fn deref_mut(&mut self) -> &mut Map<String, Value> {
        self.0.get_or_insert_default()
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(fields: Map<String, Value>) -> Extra {
        Extra((!fields.is_empty()).then(|| Box::new(fields)))
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Extra) -> bool {
        **self == **other
    }
}

impl Eq for Extra {}

impl Serialize for Extra {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
        Map::deserialize(deserializer).map(Extra::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_equal_and_takes_no_room() {
        let mut touched = Extra::default();
        touched.insert("a".to_owned(), Value::Null);
        touched.remove("a");
        assert_eq!(touched, Extra::default());
        assert_eq!(Extra::from(Map::new()), Extra::default());
        assert_eq!(size_of::<Extra>(), size_of::<usize>());
        assert_eq!(serde_json::to_string(&Extra::default()).unwrap(), "{}");
    }
}
