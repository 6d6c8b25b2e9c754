//! Reads models from the text itself: a field that fits its type is never a tree of values in between.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

use super::extra::Extra;
use super::field::{Field, OptionalField};
use super::unfit::{Unfit, unfit};

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

/// Reads a model that may be any object.
pub(crate) fn read<'de, T: Model, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    ReadingSeed::new().deserialize(deserializer)?.model.map_err(unfit)
}

/// An object that was read to its end.
pub(crate) struct Reading<T> {
    /// The model, or why the object is not one.
    pub(super) model: Result<T, Unfit>,
    /// Whether it has a documented field.
    is_known: bool,
}

impl<T: Model> Reading<T> {
    /// The model that the service sent: not just any object, and none that identifies nothing.
    pub(crate) fn of_reply(self) -> Result<T, Unfit> {
        if !self.is_known {
            return Err(Unfit::Nothing);
        }
        let model = self.model?;
        model.empty_identifier().map_or(Ok(model), |key| Err(Unfit::Empty(key)))
    }

    /// Any object.
    pub(crate) fn of_any(self) -> Result<T, Unfit> {
        self.model
    }
}

/// Reads an object as a [`Reading`].
pub(crate) struct ReadingSeed<T>(PhantomData<T>);

impl<T> ReadingSeed<T> {
    pub(crate) fn new() -> ReadingSeed<T> {
        ReadingSeed(PhantomData)
    }
}

impl<'de, T: Model> DeserializeSeed<'de> for ReadingSeed<T> {
    type Value = Reading<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Reading<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Model> Visitor<'de> for ReadingSeed<T> {
    type Value = Reading<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Reading<T>, A::Error> {
        T::from_object(object)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Reading<T>, E> {
        Ok(Reading { model: T::from_text(text), is_known: true })
    }
}

/// What is known of an object while its fields are read.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) extra: Extra,
    is_known: bool,
    /// An identifier that is there twice.
    twice: Option<&'static str>,
}

impl Fields {
    /// Reads the value of a documented field. One that does not fit, or comes a second time, is kept.
    pub(crate) fn read<'de, T: Field, A: MapAccess<'de>>(
        &mut self,
        documented: &'static str,
        key: Cow<'de, str>,
        field: &mut Option<T>,
        object: &mut A,
    ) -> Result<(), A::Error> {
        self.is_known = true;
        if field.is_some() {
            if !T::IDENTIFIES {
                return self.keep(key, object);
            }
            self.twice.get_or_insert(documented);
            return object.next_value().map(|IgnoredAny| ());
        }
        match object.next_value_seed(FieldSeed(PhantomData))? {
            Found::Value(value) => *field = Some(value),
            Found::Null => {}
            Found::Odd(value) => {
                self.extra.insert(key.into_owned(), value);
            }
        }
        Ok(())
    }

    /// Keeps the value of a field as it came.
    pub(crate) fn keep<'de, A: MapAccess<'de>>(
        &mut self,
        key: Cow<'de, str>,
        object: &mut A,
    ) -> Result<(), A::Error> {
        self.extra.insert(key.into_owned(), object.next_value()?);
        Ok(())
    }

    /// The value of a field whose object was read to its end.
    pub(crate) fn value<T: Field>(&self, key: &'static str, field: Option<T>) -> Result<T, Unfit> {
        field.or_else(T::absent).ok_or_else(|| {
            if self.extra.contains_key(key) { Unfit::Mistyped(key) } else { Unfit::Missing(key) }
        })
    }

    pub(crate) fn finish<T>(mut self, model: impl FnOnce(&mut Fields) -> Result<T, Unfit>) -> Reading<T> {
        let model = match self.twice {
            Some(key) => Err(Unfit::Twice(key)),
            None => model(&mut self),
        };
        Reading { model, is_known: self.is_known }
    }
}

/// A list of models, all of which are readable.
impl<T: Model + Serialize> OptionalField for Vec<T> {
    fn from_list(items: &[Value]) -> Option<Vec<T>> {
        items.iter().map(|item| read(item).ok()).collect()
    }

    fn normal(&self) -> impl Serialize {
        self
    }
}

/// Reads the name of a field without copying it where the text has it as it is.
pub(crate) struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }

    fn visit_string<E>(self, key: String) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key))
    }
}

/// What stands in a field.
pub(super) enum Found<T> {
    Value(T),
    Null,
    /// A value of another type.
    Odd(Value),
}

impl<T> Found<T> {
    fn new(value: Option<T>, odd: impl FnOnce() -> Value) -> Found<T> {
        value.map_or_else(|| Found::Odd(odd()), Found::Value)
    }
}

/// Reads the value of a field.
pub(super) struct FieldSeed<T>(pub(super) PhantomData<T>);

impl<'de, T: Field> DeserializeSeed<'de> for FieldSeed<T> {
    type Value = Found<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Field> Visitor<'de> for FieldSeed<T> {
    type Value = Found<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Found<T>, E> {
        Ok(Found::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Found<T>, E> {
        Ok(Found::new(T::from_bool(value), || Value::Bool(value)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Found<T>, E> {
        Ok(from_number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Found<T>, E> {
        Ok(from_number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Found<T>, E> {
        Ok(Number::from_f64(number).map_or(Found::Null, from_number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Found<T>, E> {
        Ok(Found::new(T::from_text(text), || Value::String(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Found<T>, A::Error> {
        let items = Vec::<Value>::deserialize(SeqAccessDeserializer::new(items))?;
        Ok(Found::new(T::from_list(&items), || Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Found<T>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(object)).map(Found::Odd)
    }
}

fn from_number<T: Field>(number: Number) -> Found<T> {
    Found::new(T::from_number(&number), || Value::Number(number))
}
