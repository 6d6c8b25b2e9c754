//! Redirects of signed links. They carry no credentials, so they are followed; those of calls are not.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::transport::{Headers, Reader, ResponseHead};
use crate::{Client, Error, ErrorKind, Evidence, Result, SignedUrl, origin};

const MOST_REDIRECTS: usize = 5;
/// What cannot stand in a URL, and is found in a `Location` all the same.
const ILLEGAL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl Client {
    /// Gives the response to a signed link to `read`, where it is not a redirect. Every request has the same headers.
    pub(super) fn fetch_redirected(
        &self,
        url: &SignedUrl,
        headers: &Headers,
        read: &mut Reader<'_>,
    ) -> Result<()> {
        let mut url = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let mut redirect = None;
            self.fetch(url.expose(), headers, &mut |head, body, exchange| match location(head) {
                Some(location) => {
                    redirect = Some((head.status, location.clone()));
                    Ok(())
                }
                None => read(head, body, exchange),
            })?;
            let Some((status, location)) = redirect else { return Ok(()) };
            url = next(&url, &location).map_err(|error| error.with_status(status))?;
        }
        Err(invalid(&format!("the download was redirected more than {MOST_REDIRECTS} times")))
    }
}

fn location(head: &ResponseHead) -> Option<&SignedUrl> {
    head.location.as_ref().filter(|_| matches!(head.status, 301 | 302 | 303 | 307 | 308))
}

/// Where a redirect leads. It is a secret as the link is, and is not repeated.
fn next(url: &SignedUrl, location: &SignedUrl) -> Result<SignedUrl> {
    let Some(next) = resolve(url.expose(), location.expose()) else {
        return Err(invalid("the download was redirected to what is not a URL"));
    };
    // What was encrypted stays so on its way to another machine, whatever the client allows.
    if url.expose().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:")) {
        origin::check_link(&next, false)
            .map_err(|error| invalid(&format!("the download was redirected: {}", error.message())))?;
    }
    Ok(SignedUrl::from(next))
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidResponse, Evidence::Refused, message)
}

/// Resolves a reference as RFC 3986, section 5.2 says. `None` where the base is not the URL of a host.
fn resolve(base: &str, reference: &str) -> Option<String> {
    let reference = utf8_percent_encode(reference.trim(), ILLEGAL).to_string();
    let reference = reference.split('#').next().unwrap_or_default();
    let scheme = reference.split_once(':').filter(|(scheme, _)| !scheme.contains(['/', '?']));
    if scheme.is_some() {
        return Some(reference.to_owned());
    }
    let (scheme, rest) = base.split_once("://")?;
    if reference.starts_with("//") {
        return Some(format!("{scheme}:{reference}"));
    }
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let (own_path, query) = reference.split_at(reference.find('?').unwrap_or(reference.len()));
    let resolved = if own_path.is_empty() {
        path.to_owned()
    } else if own_path.starts_with('/') {
        without_dots(own_path)
    } else {
        let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
        without_dots(&format!("{folder}{own_path}"))
    };
    Some(format!("{scheme}://{authority}{resolved}{query}"))
}

/// A path without its segments `.` and `..`.
fn without_dots(path: &str) -> String {
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved() {
        let base = "https://u@a.example:8/b/c/d?sig=1";
        for (reference, resolved) in [
            ("http://x/y?z", "http://x/y?z"),
            ("HTTPS://x", "HTTPS://x"),
            ("//x/y", "https://x/y"),
            ("/x?y=/..", "https://u@a.example:8/x?y=/.."),
            ("x", "https://u@a.example:8/b/c/x"),
            ("x:y", "x:y"),
            ("x/a:b", "https://u@a.example:8/b/c/x/a:b"),
            ("./../x/./", "https://u@a.example:8/b/x/"),
            ("../../../x/..", "https://u@a.example:8/"),
            ("?n=2", "https://u@a.example:8/b/c/d?n=2"),
            ("", "https://u@a.example:8/b/c/d"),
            ("#part", "https://u@a.example:8/b/c/d"),
            (" /a b/ü \t", "https://u@a.example:8/a%20b/%C3%BC"),
        ] {
            assert_eq!(resolve(base, reference).as_deref(), Some(resolved), "{reference}");
        }
        assert_eq!(resolve("https://a", "x").as_deref(), Some("https://a/x"));
        assert_eq!(resolve("https://a?q", "?n").as_deref(), Some("https://a?n"));
        assert_eq!(resolve("no link", "x"), None);
    }

    #[test]
    fn what_was_encrypted_stays_so() {
        let next = |from: &str, to: &str| {
            next(&SignedUrl::from(from.to_owned()), &SignedUrl::from(to.to_owned()))
                .map(|url| url.expose().to_owned())
        };
        for (from, to) in [
            ("https://a/x", "https://b/y"),
            ("https://a/x", "http://127.0.0.1:1/y"),
            ("https://a/x", "http://localhost/y"),
            // Whether this is allowed is up to the client.
            ("http://a/x", "http://b/y"),
        ] {
            assert_eq!(next(from, to).unwrap(), to);
        }
        for to in ["http://b/S3CRET", "ftp://b/S3CRET", "S3CRET:", "https://b:x/S3CRET", "//:8/S3CRET"] {
            for from in ["https://a/x", "HTTPS://a/x"] {
                let error = next(from, to).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
                assert!(!format!("{error} {error:?}").contains("S3CRET"), "{error:?}");
            }
        }
    }
}
