//! The header fields of responses that matter here.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;

/// The value of a field, where it is text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// How long a response asks to wait.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    read_retry_after(text(headers, "retry-after")?, Timestamp::now())
}

/// Reads `Retry-After`: seconds, or a date.
fn read_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp();
    Some(date.duration_since(now).try_into().unwrap_or(Duration::ZERO))
}

/// The version of the data, where bytes of it can be compared by it: a strong `ETag`.
pub(super) fn strong_etag(headers: &HeaderMap) -> Option<String> {
    text(headers, "etag").filter(|etag| etag.starts_with('"')).map(str::to_owned)
}

/// How the body is compressed, where it is.
pub(super) fn content_coding(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all("content-encoding").iter().filter_map(|value| value.to_str().ok());
    let mut codings = values.flat_map(|value| value.split(',')).map(str::trim);
    codings.find(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity")).map(str::to_owned)
}

/// Which part of the data the body is: `bytes 100-199/1000`, or `bytes */1000` where there is no such part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentRange {
    pub(crate) start: Option<u64>,
    pub(crate) total: Option<u64>,
}

impl ContentRange {
    pub(super) fn parse(value: &str) -> Option<ContentRange> {
        let (range, total) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
        let start = match range.trim() {
            "*" => None,
            range => Some(range.split_once('-')?.0.trim().parse().ok()?),
        };
        let total = match total.trim() {
            "*" => None,
            total => Some(total.parse().ok()?),
        };
        Some(ContentRange { start, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_may_leave_out_either_side() {
        let parse = |value| ContentRange::parse(value).map(|range| (range.start, range.total));
        assert_eq!(parse("bytes 100-199/1000"), Some((Some(100), Some(1000))));
        assert_eq!(parse("bytes 100-199/*"), Some((Some(100), None)));
        assert_eq!(parse("bytes */1000"), Some((None, Some(1000))));
        for bad in ["", "bytes 1-2", "items 1-2/3", "bytes a-b/c", "bytes -1-2/3"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-11-24T04:00:00Z".parse().unwrap();
        let read = |value| read_retry_after(value, now);
        assert_eq!(read("90"), Some(Duration::from_secs(90)));
        assert_eq!(read("Tue, 24 Nov 2026 04:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(read("Tue, 24 Nov 2026 03:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "soon", "-1", "99999999999999999999999"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
