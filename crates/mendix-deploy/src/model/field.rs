//! Reads the value of one field: as its type where nothing is lost by that, and not at all otherwise.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

use crate::SignedUrl;

/// What can stand in a field of a model.
pub(crate) trait Field: Sized {
    /// Whether the thing is nothing without it.
    const IDENTIFIES: bool = false;

    /// Reads a value; `Ok(None)` for null. A value of another type is given back as the error.
    fn read(value: Value) -> Result<Option<Self>, Value>;

    /// What the field is without a value; `None` where there must be one.
    fn absent() -> Option<Self>;

    /// Writes the value in its normal form; `None` for a field without a value.
    fn write(&self) -> Option<Value>;

    /// Whether it identifies nothing.
    fn is_empty(&self) -> bool {
        false
    }
}

/// The value of a field that may be absent.
pub(crate) trait OptionalField: Sized {
    fn read(value: &Value) -> Option<Self>;
    fn write(&self) -> Value;
}

impl<T: OptionalField> Field for Option<T> {
    fn read(value: Value) -> Result<Option<Option<T>>, Value> {
        match value {
            Value::Null => Ok(None),
            value => T::read(&value).map(|read| Some(Some(read))).ok_or(value),
        }
    }

    fn absent() -> Option<Option<T>> {
        Some(None)
    }

    fn write(&self) -> Option<Value> {
        self.as_ref().map(T::write)
    }
}

/// An identifier that must be there: text, or a whole number that stands for one.
impl Field for String {
    const IDENTIFIES: bool = true;

    fn read(value: Value) -> Result<Option<String>, Value> {
        match value {
            Value::String(text) => Ok(Some(text)),
            Value::Number(number) if !number.is_f64() => Ok(Some(number.to_string())),
            value => Err(value),
        }
    }

    fn absent() -> Option<String> {
        None
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.clone()))
    }

    fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}

/// A link that must be there.
impl Field for SignedUrl {
    const IDENTIFIES: bool = true;

    fn read(value: Value) -> Result<Option<SignedUrl>, Value> {
        <SignedUrl as OptionalField>::read(&value).map(Some).ok_or(value)
    }

    fn absent() -> Option<SignedUrl> {
        None
    }

    fn write(&self) -> Option<Value> {
        Some(OptionalField::write(self))
    }
}

impl OptionalField for SignedUrl {
    fn read(value: &Value) -> Option<SignedUrl> {
        value.as_str().filter(|link| !link.is_empty()).map(|link| link.to_owned().into())
    }

    fn write(&self) -> Value {
        Value::String(self.expose().to_owned())
    }
}

/// Text, or a bool or whole number as text. (A fraction may have been written in another way than it is read.)
impl OptionalField for String {
    fn read(value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Number(number) if !number.is_f64() => Some(number.to_string()),
            _ => None,
        }
    }

    fn write(&self) -> Value {
        Value::String(self.clone())
    }
}

/// A bool, or `true` or `false` as text in any case.
impl OptionalField for bool {
    fn read(value: &Value) -> Option<bool> {
        match value {
            Value::Bool(value) => Some(*value),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

/// A whole number, written as one in any way.
impl OptionalField for u32 {
    fn read(value: &Value) -> Option<u32> {
        whole(value)?.try_into().ok()
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

/// A size in bytes. A float with a fraction is in MiB, as in the document's own example.
impl OptionalField for u64 {
    fn read(value: &Value) -> Option<u64> {
        const MIB: f64 = 1_048_576.0;
        let in_mib = || Number::from_f64(value.as_f64()? * MIB).and_then(|bytes| as_whole(&bytes));
        whole(value).or_else(in_mib)?.try_into().ok()
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

/// Milliseconds since the epoch, or a date as text; without a zone it is in UTC, and a day is its first moment. A date is
/// kept to the millisecond.
impl OptionalField for Timestamp {
    fn read(value: &Value) -> Option<Timestamp> {
        // An earlier date is not from the service, and not every language has a type for it: Python's begin here.
        const YEAR_1: Timestamp = Timestamp::constant(-62_135_596_800, 0);
        let milliseconds = match value {
            Value::Number(_) => whole(value)?.try_into().ok()?,
            Value::String(text) => match text.trim().parse() {
                Ok(milliseconds) => milliseconds,
                Err(_) => written(text.trim())?.as_millisecond(),
            },
            _ => return None,
        };
        Timestamp::from_millisecond(milliseconds).ok().filter(|time| *time >= YEAR_1)
    }

    fn write(&self) -> Value {
        self.as_millisecond().into()
    }
}

/// A date as ISO 8601 writes it.
fn written(text: &str) -> Option<Timestamp> {
    // A day alone is read as its first moment.
    let in_utc = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    text.parse().ok().or_else(in_utc)
}

/// A whole number: `2`, `2.0` or `"2"`, but not `2.5`.
fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => as_whole(number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float without a fraction, within the range of an i64")]
fn as_whole(number: &Number) -> Option<i128> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: beyond it floats stand for more than one number
    number.as_i128().or_else(|| {
        let float = number.as_f64()?;
        (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i128)
    })
}
