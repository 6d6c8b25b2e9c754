//! Signed links, and the bytes behind them. They live at another origin than the API, as at the
//! service, unless the simulator was asked to have one port only.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher as _, Hasher as _, RandomState},
};

use hyper::{HeaderMap, Method, Uri, header};
use sha2::{Digest as _, Sha256};

use crate::{reply::Reply, secret};

/// Makes and checks signatures.
pub(crate) struct Signer {
    secret: [u8; 16],
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

impl Signer {
    pub(crate) fn new() -> Self {
        // The standard library's random keys are good enough for a stand-in.
        let random = || RandomState::new().build_hasher().finish();
        let secret = ((u128::from(random()) << 64) | u128::from(random())).to_be_bytes();
        Self { secret }
    }

    /// A link to this path, at this origin, which is good until then.
    pub(crate) fn url(&self, origin: &str, path: &str, expires: i64) -> String {
        format!("{origin}{path}?expire={expires}&signature={}", self.signature(path, expires))
    }

    fn signature(&self, path: &str, expires: i64) -> String {
        let digest =
            Sha256::new().chain_update(self.secret).chain_update(path).chain_update(expires.to_be_bytes());
        secret::hex(&digest.finalize()).to_uppercase()
    }

    /// Whether the link was made here, and until when it is good.
    fn check(&self, uri: &Uri) -> Option<i64> {
        let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
        let query: HashMap<_, _> = pairs.collect();
        let expires = query.get("expire")?.parse().ok()?;
        secret::same(&self.signature(uri.path(), expires), query.get("signature")?).then_some(expires)
    }
}

/// Whether there can be a link to this path. None of the API begins so.
pub(crate) fn is_link(path: &str) -> bool {
    ["/backups/", "/logs/", "/packages/"].iter().any(|prefix| path.starts_with(prefix))
}

/// What a fault changes about a download.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Twist {
    pub(crate) expired: bool,
    pub(crate) ignore_range: bool,
    pub(crate) refuse_range: Option<u16>,
}

/// What lies behind a link now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content {
    /// Which content it is: another number, other bytes.
    pub(crate) generation: u32,
    pub(crate) len: u64,
}

/// Answers a request for the bytes behind a link.
pub(crate) fn download(
    signer: &Signer,
    (method, uri, headers): (&Method, &Uri, &HeaderMap),
    now: i64,
    content: Content,
    twist: Twist,
) -> Reply {
    if method != Method::GET && method != Method::HEAD {
        return Reply::empty(405).header("allow", "GET, HEAD");
    }
    match signer.check(uri) {
        None => return denied("SignatureDoesNotMatch", "The signature does not match."),
        Some(expires) if now >= expires || twist.expired => {
            return denied("AccessDenied", "Request has expired");
        }
        Some(_) => {}
    }
    let seed = seed(uri.path(), content.generation);
    let etag = format!("\"{seed:016x}\"");
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    if let Some(status) = twist.refuse_range.filter(|_| range.is_some()) {
        return Reply::empty(status);
    }
    let unchanged = headers.get(header::IF_RANGE).is_none_or(|value| value.as_bytes() == etag.as_bytes());
    let len = content.len;
    let range = match range.filter(|_| unchanged && !twist.ignore_range).map(|range| parse_range(range, len))
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
    let reply = Reply::generated(if range.is_some() { 206 } else { 200 }, seed, first, count);
    let reply = reply.header("etag", &etag).header("accept-ranges", "bytes");
    match range {
        Some((first, last)) => reply.header("content-range", &format!("bytes {first}-{last}/{len}")),
        None => reply,
    }
}

/// As a store of objects says it: in XML.
fn denied(code: &str, message: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Reply::text(403, "application/xml", body)
}

fn seed(path: &str, generation: u32) -> u64 {
    let digest = Sha256::new().chain_update(path).chain_update(generation.to_be_bytes()).finalize();
    digest.iter().take(8).fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

/// The bytes from this place on: printable, different everywhere, and never held in memory as a whole.
pub(crate) fn generate(seed: u64, from: u64, count: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (from..)
        .take(count)
        .map(|place| if place % 64 == 63 { b'\n' } else { ALPHABET[mix(seed, place)] })
        .collect()
}

fn mix(seed: u64, place: u64) -> usize {
    let mixed =
        seed.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::from((mixed >> 58).to_le_bytes()[0])
}

#[derive(Debug, PartialEq)]
enum Range {
    Whole,
    Part(u64, u64),
    Unsatisfiable,
}

/// One range of bytes. What is malformed, or more than one, is ignored, as a server may.
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

    #[test]
    fn a_part_is_the_part_of_the_whole() {
        let whole = generate(7, 0, 1000);
        assert_eq!(generate(7, 300, 200), whole[300..500]);
        assert_ne!(generate(8, 0, 1000), whole);
    }

    #[test]
    fn a_changed_link_is_refused() {
        let signer = Signer::new();
        let url: Uri = signer.url("http://127.0.0.1:1", "/logs/a", 5).parse().unwrap_or_default();
        assert_eq!(signer.check(&url), Some(5));
        let other: Uri = url.to_string().replace("expire=5", "expire=6").parse().unwrap_or_default();
        assert_eq!(signer.check(&other), None);
    }
}
