//! The values in bodies.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::model::{self, Model, Reading, ReadingSeed, unfit};
use crate::{Error, ErrorKind, Evidence, Result};

/// Reads the object that a reply documents.
pub(crate) fn decode<T: Model>(body: &[u8]) -> Result<T> {
    parse(body, ReadingSeed::new())?.of_reply().map_err(|why| unreadable(&why.to_string()))
}

/// Reads any object as the model: what is documented of it may be absent.
pub(crate) fn decode_object<T: Model>(body: &[u8]) -> Result<T> {
    parse(body, ReadingSeed::new())?.of_any().map_err(|why| unreadable(&why.to_string()))
}

/// Reads a value that is not a model.
pub(crate) fn decode_any<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    parse(body, PhantomData)
}

/// Reads the one value that a body is.
fn parse<'de, S: DeserializeSeed<'de>>(body: &'de [u8], seed: S) -> Result<S::Value> {
    if body.trim_ascii().is_empty() {
        return Err(unreadable("the reply is empty"));
    }
    // Text that is known to be UTF-8 is not looked through again with every string in it.
    let text = std::str::from_utf8(body).map_err(|error| {
        let at = error.valid_up_to();
        unreadable(&format!("it is not valid JSON: byte {at} is not UTF-8"))
    })?;
    let mut json = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    value.map_err(|error| unreadable(&describe(&error)))
}

/// Reads a list: an array, or one object for an array of one. An empty body is an error: it may be that of a proxy.
///
/// An item that is not what it should be fails the list, for a list without it would be a wrong one; the error says
/// which item it is, and why.
pub(crate) fn decode_list<T: Model>(body: &[u8]) -> Result<Vec<T>> {
    decode_any::<List<T>>(body).map(|list| list.0)
}

/// Reads a list for which the service may write nothing, too.
pub(crate) fn decode_list_or_nothing<T: Model>(body: &[u8]) -> Result<Vec<T>> {
    match body.trim_ascii() {
        b"" | b"null" | b"{}" => Ok(Vec::new()),
        body => decode_list(body),
    }
}

/// A list that is read item by item: a tree of the whole would take many times the reply's size.
struct List<T>(Vec<T>);

impl<'de, T: Model> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<List<T>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Model> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or one item")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<List<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(ReadingSeed::<T>::new())? {
            let number = list.len() + 1;
            list.push(item.of_reply().map_err(|why| unfit(format_args!("{why} in item {number}")))?);
        }
        Ok(List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, item: A) -> std::result::Result<List<T>, A::Error> {
        one(ReadingSeed::new().visit_map(item)?)
    }

    fn visit_str<E: de::Error>(self, item: &str) -> std::result::Result<List<T>, E> {
        one(ReadingSeed::new().visit_str(item)?)
    }
}

/// A page of a longer list.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// How many there are on all pages, where the service says so.
    pub(crate) total: Option<u64>,
    /// Whether the service sent the bare list, which has no more pages.
    pub(crate) is_whole: bool,
}

/// Reads a page: an object with the list as `key`, and `total`.
pub(crate) fn decode_page<T: Model>(body: &[u8], key: &'static str) -> Result<Page<T>> {
    if matches!(body.trim_ascii_start(), [b'[', ..]) {
        return Ok(Page { items: decode_list(body)?, total: None, is_whole: true });
    }
    parse(body, PageSeed { key, item: PhantomData })
}

struct PageSeed<T> {
    key: &'static str,
    item: PhantomData<T>,
}

impl<'de, T: Model> DeserializeSeed<'de> for PageSeed<T> {
    type Value = Page<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Page<T>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Model> Visitor<'de> for PageSeed<T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page of a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut page: A) -> std::result::Result<Page<T>, A::Error> {
        let (mut items, mut total) = (None, None);
        while let Some(key) = page.next_key::<String>()? {
            if key == self.key {
                items = Some(page.next_value::<List<T>>()?.0);
            } else if key == "total" {
                total = page.next_value::<Value>()?.as_u64();
            } else {
                page.next_value::<de::IgnoredAny>()?;
            }
        }
        let items = items.ok_or_else(|| unfit(format_args!("{} is missing", self.key)))?;
        Ok(Page { items, total, is_whole: false })
    }
}

/// Reads the object in a field of another.
pub(crate) fn decode_field<T: Model>(value: Value) -> Result<T> {
    let read = ReadingSeed::new().deserialize(value).map_err(|error| unreadable(&describe(&error)))?;
    read.of_reply().map_err(|why| unreadable(&why.to_string()))
}

fn one<T: Model, E: de::Error>(item: Reading<T>) -> std::result::Result<List<T>, E> {
    item.of_reply().map(|item| List(vec![item])).map_err(unfit)
}

pub(crate) fn unreadable(why: &str) -> Error {
    Error::new(
        ErrorKind::InvalidResponse,
        Evidence::Ambiguous,
        format!("the service's reply cannot be read: {why}"),
    )
}

/// What is wrong with JSON, without the values that serde quotes: they may be a signed link or a password.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let place = match error.line() {
        // A value that was parsed before has no place any more.
        0 => "in it".to_owned(),
        line => format!("at line {line} column {}", error.column()),
    };
    match error.classify() {
        serde_json::error::Category::Eof => format!("it is cut off {place}"),
        serde_json::error::Category::Data => match model::own_text(&error.to_string()) {
            Some(why) => why.to_owned(),
            None => format!("a value has another type than documented {place}"),
        },
        _ => format!("it is not valid JSON {place}"),
    }
}
