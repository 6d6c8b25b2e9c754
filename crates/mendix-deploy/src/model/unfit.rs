//! Why an object is not a model, told without its values.

use std::fmt;

use serde::de;

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
