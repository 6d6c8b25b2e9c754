//! One request for the data behind a link, or for the rest of it, and what its response means.

use std::io::{self, Read};
use std::time::Duration;

use super::part::Part;
use super::{Observer, Progress};
use crate::redact::excerpt;
use crate::transport::{Exchange, ResponseHead, fail, truncated};
use crate::{Client, Error, ErrorKind, Evidence, Result, SignedUrl, reply};

const BUFFER: usize = 512 * 1024;
/// How much of a response that is not the data is read, in bytes.
const SHOWN: u64 = 4096;
/// How long the body of such a response is waited for.
const REFUSAL: Duration = Duration::from_secs(5);

/// Why a request did not bring all that was missing.
pub(super) struct Failure {
    pub(super) error: Error,
    /// Another link may help.
    pub(super) link_expired: bool,
}

impl Client {
    /// Fetches what is missing of the part.
    pub(super) fn fetch_rest(
        &self,
        url: &SignedUrl,
        part: &mut Part,
        observer: &mut Option<Observer<'_>>,
    ) -> std::result::Result<(), Failure> {
        let mut headers = Vec::new();
        if let Some(etag) = part.resumable() {
            headers.push(("range", format!("bytes={}-", part.len())));
            headers.push(("if-range", etag.to_owned()));
        }
        let mut link_expired = false;
        let fetched = self.fetch_redirected(url, &headers, &mut |head, body, exchange| {
            let total = match content_of(head, part) {
                Content::Whole => {
                    part.restart(head.etag.as_deref())?;
                    head.length
                }
                Content::Rest { total } => total,
                Content::Nothing => return Ok(()),
                Content::Other => return Err(other_range()),
                Content::Refusal => {
                    let text = read_refusal(body, exchange)?;
                    link_expired = says_expired(head.status, &text);
                    return Err(refused(head, &text, link_expired));
                }
            };
            if let Some(total) = total {
                part.reserve(total)?;
                exchange.progress();
            }
            receive(body, total, part, observer, exchange)
        });
        fetched.map_err(|error| Failure { error, link_expired })
    }
}

/// What the body of a response is.
enum Content {
    /// The data from its beginning.
    Whole,
    /// What was asked for: the data from where the part ends. `total` is the length of all of it.
    Rest { total: Option<u64> },
    /// Nothing is missing: the part is complete.
    Nothing,
    /// Another range, or one of another version.
    Other,
    /// A text about what is wrong.
    Refusal,
}

fn content_of(head: &ResponseHead, part: &Part) -> Content {
    let (start, total) = head.range.map_or((None, None), |range| (range.start, range.total));
    // Not every server supports `If-Range`.
    let is_same_version = part.resumable().is_some() && part.resumable() == head.etag.as_deref();
    match head.status {
        200 => Content::Whole,
        // Without a total the server may have sent less than was asked for.
        206 if is_same_version && start == Some(part.len()) && total.is_some() => Content::Rest { total },
        206 => Content::Other,
        416 if is_same_version && total == Some(part.len()) => Content::Nothing,
        _ => Content::Refusal,
    }
}

fn receive(
    body: &mut dyn Read,
    total: Option<u64>,
    part: &mut Part,
    observer: &mut Option<Observer<'_>>,
    exchange: &Exchange,
) -> Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = body.read(&mut buffer).map_err(|error| fail(exchange, error))?;
        if count == 0 {
            break;
        }
        part.write(&buffer[..count])?;
        if let Some(observer) = observer
            && observer(Progress { done: part.len(), total: total.unwrap_or(0) }).is_break()
        {
            let cancelled = Error::cancelled("cancelled by the progress observer");
            return Err(fail(exchange, io::Error::other(cancelled)));
        }
        // The time that the disk and the observer took is not the server's.
        exchange.progress();
    }
    if exchange.read_failed() || total.is_some_and(|total| total != part.len()) {
        return Err(fail(exchange, truncated("the download was cut off")));
    }
    Ok(())
}

/// Whether a request for the whole may do better than the one for a range that failed. A server need not know ranges,
/// and says so in many ways; what it says when it is busy, or another one behind it is, is about something else.
pub(super) fn may_be_about_the_range(error: &Error) -> bool {
    error.http_status().is_some_and(|status| match status {
        408 | 425 | 429 => false,
        206 | 400..=501 => true,
        _ => false,
    })
}

/// Whether a refusal means that the link is not valid any more. Where the status does not say so the text may: as
/// `ExpiredToken`, `RequestExpired`, or "Request has expired", in the XML of stores of objects.
fn says_expired(status: u16, text: &[u8]) -> bool {
    const WORD: &[u8] = b"expired";
    match status {
        401 | 403 | 404 | 410 => true,
        408 | 425 | 429 => false,
        400..=499 => text.windows(WORD.len()).any(|word| word.eq_ignore_ascii_case(WORD)),
        _ => false,
    }
}

fn other_range() -> Error {
    let message = "the server sent another range of the data than was requested";
    Error::new(ErrorKind::InvalidResponse, Evidence::Refused, message).with_status(206)
}

/// The beginning of what another host says about a link that does not work.
fn read_refusal(body: &mut dyn Read, exchange: &Exchange) -> Result<Vec<u8>> {
    let mut start = Vec::new();
    exchange.end_within(REFUSAL);
    // The status says enough when the body breaks off, or does not come, but not when the caller wants to end.
    match body.take(SHOWN).read_to_end(&mut start) {
        Err(error) if exchange.is_cancelled() => Err(fail(exchange, error)),
        _ => Ok(start),
    }
}

fn refused(head: &ResponseHead, text: &[u8], link_expired: bool) -> Error {
    const EXPIRED: &str = "the link may have expired";
    let (kind, hint) = match head.status {
        404 | 410 => (ErrorKind::NotFound, EXPIRED),
        _ if link_expired => (ErrorKind::Forbidden, EXPIRED),
        429 => (ErrorKind::RateLimited, "try again later"),
        300..=399 => (ErrorKind::InvalidResponse, "the link leads nowhere"),
        _ => (ErrorKind::Api, "try again later"),
    };
    let shown = excerpt(text, "", reply::EXCERPT);
    Error::new(kind, Evidence::Refused, format!("the download was refused, with {shown}"))
        .with_status(head.status)
        .with_retry_after(head.retry_after)
        .with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_speaks_of_expiry_is_one() {
        for (status, text) in [
            (
                400,
                "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>",
            ),
            (400, "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"),
            (400, "<?xml version=\"1.0\"?><Error><Code>RequestExpired</Code></Error>"),
            (412, "REQUEST HAS EXPIRED"),
            (403, ""),
            (404, ""),
        ] {
            assert!(says_expired(status, text.as_bytes()), "{status} {text}");
        }
        for (status, text) in [
            (400, "<Code>InvalidRange</Code>"),
            (400, ""),
            (500, "expired"),
            (429, "expired"),
            (200, "expired"),
        ] {
            assert!(!says_expired(status, text.as_bytes()), "{status} {text}");
        }
    }
}
