//! What went wrong with an exchange, as an error that says what it proves.
//!
//! Below ureq everything fails with an [`io::Error`]. One that this library has made holds an [`Error`], which comes out
//! of ureq as it went in.

use std::io;

use super::exchange::{Exchange, Interrupt, Phase};
use crate::{Error, ErrorKind, Evidence};

/// A response that cannot be used.
pub(super) fn invalid_response(message: impl Into<String>) -> io::Error {
    // The evidence is that of the exchange.
    let error = Error::new(ErrorKind::InvalidResponse, Evidence::Ambiguous, message);
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// A body that ended before it was complete.
pub(crate) fn truncated(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, message)
}

/// The error of an exchange that failed, with its one attempt.
pub(crate) fn fail(exchange: &Exchange, error: io::Error) -> Error {
    let evidence = exchange.evidence();
    let is_forbidden =
        exchange.phase() == Phase::Connecting && error.kind() == io::ErrorKind::PermissionDenied;
    let failure = match exchange.interrupt() {
        Some(Interrupt::Cancelled) => Error::cancelled("cancelled by the caller").with_source(error),
        Some(interrupt) => {
            let message = timeout_message(exchange, interrupt);
            Error::new(ErrorKind::Timeout, evidence, message).with_source(error)
        }
        None => error.downcast().unwrap_or_else(|error| describe(exchange.phase(), error)),
    };
    let failure = if is_forbidden { failure.permanent() } else { failure };
    failure.proving(evidence).with_attempt(exchange.attempt(evidence))
}

/// Names the limit that was set, and what had happened by then.
fn timeout_message(exchange: &Exchange, interrupt: Interrupt) -> String {
    let limits = exchange.limits();
    let (what, limit, setting) = match (interrupt, limits.total) {
        (Interrupt::ConnectTimeout, _) => ("connection", Some(limits.connect), "connect_timeout"),
        (Interrupt::Stalled, _) => ("progress", limits.stall, "stall_timeout"),
        (_, Some(total)) => ("response", Some(total.limit), total.setting),
        (_, None) => ("response", limits.answer, "answer_timeout"),
    };
    // Whole milliseconds are enough for people.
    let seconds = (limit.unwrap_or_default().as_secs_f64() * 1000.0).round() / 1000.0;
    format!("no {what} within {seconds} s ({setting}); {}", exchange.progress_so_far())
}

/// An error of the connection, of TLS or of ureq.
fn describe(phase: Phase, source: io::Error) -> Error {
    let (kind, message) = match (phase, source.kind()) {
        _ if inner::<rustls::Error>(&source).is_some() => (ErrorKind::Transport, format!("TLS: {source}")),
        (Phase::Connecting, _) => (ErrorKind::Transport, source.to_string()),
        _ if inner::<ureq::Error>(&source).is_some() => {
            (ErrorKind::InvalidResponse, "the response is not valid HTTP".to_owned())
        }
        (_, io::ErrorKind::UnexpectedEof) => (
            ErrorKind::Transport,
            "the server closed the connection before the response was complete".to_owned(),
        ),
        _ => (ErrorKind::Transport, format!("the connection broke: {source}")),
    };
    Error::new(kind, Evidence::Ambiguous, message).with_source(source)
}

/// The error within an error of the connection, where it is of this type.
pub(super) fn inner<E: std::error::Error + 'static>(source: &io::Error) -> Option<&E> {
    source.get_ref().and_then(|inner| inner.downcast_ref())
}
