//! Decodes a reply into a value, or an error.

mod decode;
mod refusal;

use self::refusal::Refusal;
use crate::body::{self, to_utf8};
use crate::error::NO_RIGHTS;
use crate::redact::{clean, excerpt};
use crate::transport::Reply;
use crate::{Error, ErrorCode, ErrorKind, Evidence, Result};

pub(crate) use self::decode::{
    decode, decode_any, decode_field, decode_list, decode_list_or_nothing, decode_object, decode_page,
    describe, unreadable,
};

/// The longest message of the service that an error repeats, in characters.
const LONGEST_MESSAGE: usize = 2000;
/// How much an error shows of a body that is not from the service, in characters.
pub(crate) const EXCERPT: usize = 200;

/// The body of a reply that accepts the request, in UTF-8. `evidence` is what a reply without an explanation proves.
///
/// An error is one whatever its HTTP status, and a 2xx without one means that the request was accepted, whatever else
/// is in its body.
pub(crate) fn accepted(reply: Reply, evidence: Evidence, secret: &str) -> Result<Vec<u8>> {
    let Reply { status, retry_after, body } = reply;
    let is_success = (200..300).contains(&status);
    let body = to_utf8(body);
    let error = match Refusal::read(&body, is_success) {
        Some(refusal) => refused(status, &refusal, evidence, &body, secret),
        None if !is_success => unexplained(status, &body, evidence, secret),
        // It cannot be about a request that the server did not have.
        None if evidence != Evidence::Ambiguous => {
            let message = "the server responded before it had the whole request";
            Error::new(ErrorKind::InvalidResponse, evidence, message).with_status(status)
        }
        // The page of a proxy or a login says nothing about the request.
        None if body.trim_ascii_start().starts_with(b"<") => {
            let shown = excerpt(&body, secret, EXCERPT);
            let message = format!("the response is a web page and not from the service: {shown}");
            Error::new(ErrorKind::InvalidResponse, evidence, message)
                .with_status(status)
                .with_hint("check that base_url is the address of the service, and the proxy")
        }
        None => return Ok(body),
    };
    Err(error.with_retry_after(retry_after))
}

/// A business error. It proves a refusal when its code is one of the service's, or its status says so by itself. Any other
/// proves nothing: gateways write JSON too, and an error in a 2xx without a code may be about something else.
/// So a mutating call is then read back like one whose response was lost.
fn refused(status: u16, refusal: &Refusal, evidence: Evidence, body: &[u8], secret: &str) -> Error {
    let code = refusal.code.as_deref().map(|code| clean(code, secret, EXCERPT));
    let known = code.as_deref().and_then(|code| ErrorCode::new(code).kind());
    let kind = match (status, known) {
        (429, _) => ErrorKind::RateLimited,
        (_, Some(kind)) => kind,
        (_, None) => kind_of_status(status),
    };
    let evidence = if known.is_some() { Evidence::Refused } else { evidence_of(status, evidence) };
    let message = match (&refusal.message, &code) {
        (Some(message), _) => clean(message, secret, LONGEST_MESSAGE),
        (None, Some(code)) if refusal.is_well_formed => {
            format!("the service refused with {}", ErrorCode::new(code))
        }
        (None, _) => format!("the service refused with {}", excerpt(body, secret, EXCERPT)),
    };
    let hint = hint(status, message.as_bytes());
    let error = Error::new(kind, evidence, message).with_status(status);
    let error = match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    };
    match code {
        Some(code) => error.with_code(&code),
        None => error,
    }
}

/// A response without an error of the service: a gateway's page, a proxy's, a redirect, nothing at all.
fn unexplained(status: u16, body: &[u8], evidence: Evidence, secret: &str) -> Error {
    let kind = match status {
        400..=599 => kind_of_status(status),
        _ => ErrorKind::InvalidResponse,
    };
    let message = format!("the response is not from the service: {}", excerpt(body, secret, EXCERPT));
    let error = Error::new(kind, evidence_of(status, evidence), message).with_status(status);
    match hint(status, body) {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// What a status proves without a code. A gateway sends 408 and 5xx for the server behind it, too.
fn evidence_of(status: u16, evidence: Evidence) -> Evidence {
    match status {
        408 => evidence,
        // Another attempt may send the rest.
        421 | 425 if evidence == Evidence::Incomplete => evidence,
        400..=499 => Evidence::Refused,
        _ => evidence,
    }
}

/// What to do about an error, by its status.
fn hint(status: u16, text: &[u8]) -> Option<&'static str> {
    match status {
        401 => Some("check the username and the API key"),
        403 => Some(NO_RIGHTS),
        404 if body::find(text, b"api not found").is_some() => Some(
            "the server has no such call: check that base_url is the address of the service; and today's service \
             has some calls of the document no more",
        ),
        300..=399 => {
            Some("redirects are never followed, since they would carry the API key away; check base_url")
        }
        200..=299 | 400..=599 => None,
        _ => Some("check that base_url is the address of the service"),
    }
}

fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthorized,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        _ => ErrorKind::Api,
    }
}

#[cfg(test)]
mod tests;
