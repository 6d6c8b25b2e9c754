//! Downloads from signed links. They live at another origin than the API, as at the service, unless the simulator
//! was asked to have one port only.

use hyper::{HeaderMap, Method, Uri, header};

use crate::{generated::seed, reply::Reply, signer::Signer};

/// Whether there can be a link to this path. None of the API begins so.
pub(crate) fn is_link(path: &str) -> bool {
    ["/backups/", "/archives/", "/logs/", "/packages/"].iter().any(|prefix| path.starts_with(prefix))
}

/// What a fault changes about a download.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DownloadFault {
    pub(crate) expired: bool,
    pub(crate) ignore_range: bool,
    pub(crate) refuse_range: Option<u16>,
}

/// What lies behind a link now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content<'a> {
    /// Which content it is: another number, other bytes.
    pub(crate) generation: u32,
    pub(crate) len: u64,
    /// The bytes, where they are not generated.
    pub(crate) text: Option<&'a str>,
}

/// Replies to a request for the bytes behind a link.
pub(crate) fn download(
    signer: &Signer,
    (method, uri, headers): (&Method, &Uri, &HeaderMap),
    now: i64,
    content: Content<'_>,
    fault: DownloadFault,
) -> Reply {
    if method != Method::GET && method != Method::HEAD {
        return Reply::empty(405).header("allow", "GET, HEAD");
    }
    match signer.check(uri) {
        None => return denied("SignatureDoesNotMatch", "The signature does not match."),
        Some(expires) if now >= expires || fault.expired => {
            return denied("AccessDenied", "Request has expired");
        }
        Some(_) => {}
    }
    // A text that has grown is another one.
    let seed = seed(uri.path(), content.generation) ^ content.text.map_or(0, |text| text.len() as u64);
    let etag = format!("\"{seed:016x}\"");
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    if let Some(status) = fault.refuse_range.filter(|_| range.is_some()) {
        return Reply::empty(status);
    }
    let unchanged = headers.get(header::IF_RANGE).is_none_or(|value| value.as_bytes() == etag.as_bytes());
    let len = content.len;
    let range = match range.filter(|_| unchanged && !fault.ignore_range).map(|range| parse_range(range, len))
    {
        Some(Range::Unsatisfiable) => {
            return Reply::empty(416)
                .header("content-range", &format!("bytes */{len}"))
                .header("etag", &etag);
        }
        Some(Range::Part(first, last)) => Some((first, last)),
        Some(Range::Whole) | None => None,
    };
    let (first, count) = range.map_or((0, len), |(first, last)| (first, last - first + 1));
    let status = if range.is_some() { 206 } else { 200 };
    let reply = match content.text {
        Some(text) => {
            let bytes = text.as_bytes().iter().skip(index(first)).take(index(count)).copied();
            Reply::text(status, "text/plain", bytes.collect::<Vec<u8>>())
        }
        None => Reply::generated(status, seed, first, count),
    };
    let reply = reply.header("etag", &etag).header("accept-ranges", "bytes");
    match range {
        Some((first, last)) => reply.header("content-range", &format!("bytes {first}-{last}/{len}")),
        None => reply,
    }
}

fn index(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// A refusal in XML, as object stores send it.
fn denied(code: &str, message: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Reply::text(403, "application/xml", body)
}

#[derive(Debug, PartialEq)]
enum Range {
    Whole,
    Part(u64, u64),
    Unsatisfiable,
}

/// One range of bytes. Malformed ranges, and more than one, are ignored, as servers may do.
fn parse_range(text: &str, len: u64) -> Range {
    let parts = text.strip_prefix("bytes=").and_then(|range| range.split_once('-'));
    let Some((first, last)) = parts else { return Range::Whole };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if last < first => Range::Whole,
        (Ok(first), _) if first >= len => Range::Unsatisfiable,
        (Ok(first), Ok(last)) => Range::Part(first, last.min(len - 1)),
        (Ok(first), Err(_)) if last.is_empty() => Range::Part(first, len - 1),
        (Err(_), Ok(0)) if first.is_empty() => Range::Unsatisfiable,
        (Err(_), Ok(suffix)) if first.is_empty() && len > 0 => {
            Range::Part(len.saturating_sub(suffix), len - 1)
        }
        _ => Range::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        assert_eq!(parse_range("bytes=0-3", 10), Range::Part(0, 3));
        assert_eq!(parse_range("bytes=4-", 10), Range::Part(4, 9));
        assert_eq!(parse_range("bytes=-4", 10), Range::Part(6, 9));
        assert_eq!(parse_range("bytes=4-99", 10), Range::Part(4, 9));
        assert_eq!(parse_range("bytes=10-", 10), Range::Unsatisfiable);
        assert_eq!(parse_range("bytes=0-1,3-4", 10), Range::Whole);
        assert_eq!(parse_range("lines=0-1", 10), Range::Whole);
    }
}
