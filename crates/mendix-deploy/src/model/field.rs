//! Reads the value of one field: as its type where nothing is lost by that, and not at all otherwise.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::{Number, Value};

use crate::SignedUrl;

/// What can stand in a field of a model. It is read from the values that hold it without loss, and from no others.
pub(crate) trait Field: Sized {
    /// Whether the thing is nothing without it.
    const IDENTIFIES: bool = false;

    fn from_text(text: &str) -> Option<Self>;

    fn from_bool(_: bool) -> Option<Self> {
        None
    }

    fn from_number(_: &Number) -> Option<Self> {
        None
    }

    fn from_list(_: &[Value]) -> Option<Self> {
        None
    }

    /// What the field is without a value; `None` where there must be one.
    fn absent() -> Option<Self>;

    /// Writes the value in its normal form, and tells whether there is one.
    fn write<S: SerializeMap>(&self, key: &'static str, object: &mut S) -> Result<bool, S::Error>;

    /// Whether it identifies nothing.
    fn is_empty(&self) -> bool {
        false
    }
}

/// The value of a field that may be absent.
pub(crate) trait OptionalField: Sized {
    fn from_text(_: &str) -> Option<Self> {
        None
    }

    fn from_bool(_: bool) -> Option<Self> {
        None
    }

    fn from_number(_: &Number) -> Option<Self> {
        None
    }

    fn from_list(_: &[Value]) -> Option<Self> {
        None
    }

    /// The value in its normal form.
    fn normal(&self) -> impl Serialize;
}

impl<T: OptionalField> Field for Option<T> {
    fn from_text(text: &str) -> Option<Option<T>> {
        T::from_text(text).map(Some)
    }

    fn from_bool(value: bool) -> Option<Option<T>> {
        T::from_bool(value).map(Some)
    }

    fn from_number(number: &Number) -> Option<Option<T>> {
        T::from_number(number).map(Some)
    }

    fn from_list(items: &[Value]) -> Option<Option<T>> {
        T::from_list(items).map(Some)
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }

    fn write<S: SerializeMap>(&self, key: &'static str, object: &mut S) -> Result<bool, S::Error> {
        match self {
            Some(value) => object.serialize_entry(key, &value.normal()).map(|()| true),
            None => Ok(false),
        }
    }
}

/// An identifier that must be there: text, or a whole number that stands for one.
impl Field for String {
    const IDENTIFIES: bool = true;

    fn from_text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn from_number(number: &Number) -> Option<String> {
        <String as OptionalField>::from_number(number)
    }

    fn absent() -> Option<String> {
        None
    }

    fn write<S: SerializeMap>(&self, key: &'static str, object: &mut S) -> Result<bool, S::Error> {
        object.serialize_entry(key, self).map(|()| true)
    }

    fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}

/// A link that must be there.
impl Field for SignedUrl {
    const IDENTIFIES: bool = true;

    fn from_text(link: &str) -> Option<SignedUrl> {
        <SignedUrl as OptionalField>::from_text(link)
    }

    fn absent() -> Option<SignedUrl> {
        None
    }

    fn write<S: SerializeMap>(&self, key: &'static str, object: &mut S) -> Result<bool, S::Error> {
        object.serialize_entry(key, self.expose()).map(|()| true)
    }
}

impl OptionalField for SignedUrl {
    fn from_text(link: &str) -> Option<SignedUrl> {
        Some(link).filter(|link| !link.is_empty()).map(|link| link.to_owned().into())
    }

    fn normal(&self) -> impl Serialize {
        self.expose()
    }
}

/// Text, or a bool or whole number as text. (A fraction may have been written in another way than it is read.)
impl OptionalField for String {
    fn from_text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn from_bool(value: bool) -> Option<String> {
        Some(value.to_string())
    }

    fn from_number(number: &Number) -> Option<String> {
        (!number.is_f64()).then(|| number.to_string())
    }

    fn normal(&self) -> impl Serialize {
        self.as_str()
    }
}

/// A bool, or `true` or `false` as text in any case.
impl OptionalField for bool {
    fn from_text(text: &str) -> Option<bool> {
        let is = |value: &str| text.eq_ignore_ascii_case(value);
        if is("true") { Some(true) } else { is("false").then_some(false) }
    }

    fn from_bool(value: bool) -> Option<bool> {
        Some(value)
    }

    fn normal(&self) -> impl Serialize {
        *self
    }
}

/// A whole number, written as one in any way.
impl OptionalField for u32 {
    fn from_text(text: &str) -> Option<u32> {
        text.trim().parse::<i128>().ok()?.try_into().ok()
    }

    fn from_number(number: &Number) -> Option<u32> {
        whole(number)?.try_into().ok()
    }

    fn normal(&self) -> impl Serialize {
        *self
    }
}

/// A size in bytes. A float with a fraction is in MiB, as in the document's own example.
impl OptionalField for u64 {
    fn from_text(text: &str) -> Option<u64> {
        text.trim().parse::<i128>().ok()?.try_into().ok()
    }

    fn from_number(number: &Number) -> Option<u64> {
        const MIB: f64 = 1_048_576.0;
        let in_mib = || Number::from_f64(number.as_f64()? * MIB).and_then(|bytes| whole(&bytes));
        whole(number).or_else(in_mib)?.try_into().ok()
    }

    fn normal(&self) -> impl Serialize {
        *self
    }
}

/// Milliseconds since the epoch, or a date as text; without a zone it is in UTC, and a day is its first moment. A date is
/// kept to the millisecond.
impl OptionalField for Timestamp {
    fn from_text(text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let milliseconds = text.parse().ok().or_else(|| Some(written(text)?.as_millisecond()));
        from_milliseconds(milliseconds?)
    }

    fn from_number(number: &Number) -> Option<Timestamp> {
        from_milliseconds(whole(number)?.try_into().ok()?)
    }

    fn normal(&self) -> impl Serialize {
        self.as_millisecond()
    }
}

/// An earlier date than of year 1 is not from the service, and not every language has a type for it: Python's begin there.
fn from_milliseconds(milliseconds: i64) -> Option<Timestamp> {
    const YEAR_1: Timestamp = Timestamp::constant(-62_135_596_800, 0);
    Timestamp::from_millisecond(milliseconds).ok().filter(|time| *time >= YEAR_1)
}

/// A date as ISO 8601 writes it.
fn written(text: &str) -> Option<Timestamp> {
    // A day alone is read as its first moment.
    let in_utc = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    text.parse().ok().or_else(in_utc)
}

/// A whole number: `2` or `2.0`, but not `2.5`.
#[expect(clippy::cast_possible_truncation, reason = "a float without a fraction, within the range of an i64")]
fn whole(number: &Number) -> Option<i128> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: beyond it floats stand for more than one number
    number.as_i128().or_else(|| {
        let float = number.as_f64()?;
        (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i128)
    })
}
