//! The head of a response, rewritten in the strict form that ureq reads.
//!
//! Servers and gateways send heads that browsers and curl accept: control characters in a cookie, a space before a colon,
//! folded lines, hundreds of lines. Such lines do not matter here, and are left out. But a response is refused where it is
//! not certain where it ends.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// The longest head that is read, in bytes.
pub(super) const LONGEST: usize = 64 * 1024;
/// The most header lines that are read.
const MOST_LINES: usize = 256;
/// The longest value that is kept, in bytes. All kept lines together fit into what ureq reads as a head.
const LONGEST_VALUE: usize = 2 * 1024;
/// The same for `Location`: signed links are long.
const LONGEST_LOCATION: usize = 8 * 1024;
/// What is kept besides the framing.
const KEPT: [&str; 5] = ["content-encoding", "content-range", "etag", "location", "retry-after"];

/// Finds the end of a head: the first empty line. `scanned` bytes of it are known to have none.
pub(super) fn end(bytes: &[u8], scanned: usize) -> Option<usize> {
    let from = scanned.saturating_sub(2);
    memchr_iter(b'\n', &bytes[from..]).find_map(|index| {
        let next = from + index + 1;
        match &bytes[next..] {
            [b'\n', ..] => Some(next + 1),
            [b'\r', b'\n', ..] => Some(next + 2),
            _ => None,
        }
    })
}

/// Says that a head is longer than is read.
pub(super) fn too_long() -> String {
    format!("the response head has more than {} KiB", LONGEST / 1024)
}

/// Rewrites a whole head. An error says why the response cannot be read.
pub(super) fn rewrite(head: &[u8]) -> Result<Vec<u8>, String> {
    if memchr_iter(b'\n', head).nth(MOST_LINES + 2).is_some() {
        return Err(format!("the response head has more than {MOST_LINES} lines"));
    }
    let head = unfold(head);
    let mut lines = lines(&head);
    let (is_http_10, status) = status_line(lines.next().unwrap_or_default())
        .ok_or_else(|| "the response does not begin with an HTTP/1 status line".to_owned())?;
    if (100..200).contains(&status) && status != 101 {
        return Err("an informational response has an odd status line".to_owned());
    }
    let mut fields = Fields::default();
    for line in lines.take_while(|line| !line.is_empty()) {
        fields.add(line);
    }
    fields.write(is_http_10, status)
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Joins fields that go on in the next line, which begins with a space then.
fn unfold(head: &[u8]) -> Cow<'_, [u8]> {
    let is_space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    if !memchr_iter(b'\n', head).any(|end| is_space(head.get(end + 1))) {
        return Cow::Borrowed(head);
    }
    let mut unfolded = Vec::with_capacity(head.len());
    for (number, line) in lines(head).enumerate() {
        // The status line does not go on.
        if number > 1 && is_space(line.first()) {
            unfolded.push(b' ');
            unfolded.extend_from_slice(line.trim_ascii());
        } else {
            unfolded.extend_from_slice(if number == 0 { b"" } else { b"\n" });
            unfolded.extend_from_slice(line);
        }
    }
    Cow::Owned(unfolded)
}

/// Reads `HTTP/1.1 200 OK`: whether it is HTTP/1.0, and the status.
fn status_line(line: &[u8]) -> Option<(bool, u16)> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let is_http_10 = match rest.first()? {
        b'0' => true,
        b'1' => false,
        _ => return None,
    };
    let rest = rest[1..].strip_prefix(b" ")?.trim_ascii_start();
    let (status, reason) = rest.split_at_checked(3)?;
    let is_whole = reason.first().is_none_or(|next| matches!(next, b' ' | b'\t'));
    let status = number(status).and_then(|status| u16::try_from(status).ok())?;
    (is_whole && (100..=999).contains(&status)).then_some((is_http_10, status))
}

/// A number of digits and nothing else: no sign, no space.
fn number(text: &[u8]) -> Option<u64> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The fields of a head that matter.
#[derive(Default)]
struct Fields<'a> {
    lengths: Vec<&'a [u8]>,
    codings: Vec<&'a [u8]>,
    connection: Vec<&'a [u8]>,
    kept: Vec<(&'static str, Cow<'a, [u8]>)>,
    /// The field that is longer than is read.
    too_long: Option<&'static str>,
    /// A line has no valid name. Whoever parses it in another way may find the end of the response elsewhere.
    is_odd: bool,
}

impl<'a> Fields<'a> {
    fn add(&mut self, field: &'a [u8]) {
        let Some(colon) = memchr(b':', field) else {
            self.is_odd = true;
            return;
        };
        // A space before the colon is removed, as RFC 9112 wants it for responses.
        let name = field[..colon].trim_ascii_end();
        if name.is_empty() || !name.iter().all(|byte| is_token(*byte)) {
            self.is_odd = true;
            return;
        }
        let value = field[colon + 1..].trim_ascii();
        let list = match () {
            () if name.eq_ignore_ascii_case(b"content-length") => &mut self.lengths,
            () if name.eq_ignore_ascii_case(b"transfer-encoding") => &mut self.codings,
            () if name.eq_ignore_ascii_case(b"connection") => &mut self.connection,
            () => return self.keep(name, value),
        };
        list.extend(value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii));
    }

    /// Keeps the first field of each name that is needed.
    fn keep(&mut self, name: &[u8], value: &'a [u8]) {
        let Some(name) = KEPT.into_iter().find(|kept| name.eq_ignore_ascii_case(kept.as_bytes())) else {
            return;
        };
        let longest = if name == "location" { LONGEST_LOCATION } else { LONGEST_VALUE };
        if value.len() > longest {
            self.too_long = Some(name);
        }
        if !value.iter().all(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f)) {
            return;
        }
        match self.kept.iter_mut().find(|(kept, _)| *kept == name) {
            None => self.kept.push((name, Cow::Borrowed(value))),
            // A list, which may be written in several lines.
            Some((_, first)) if name == "content-encoding" && first.len() + value.len() < longest => {
                let first = first.to_mut();
                first.extend_from_slice(b", ");
                first.extend_from_slice(value);
            }
            Some(_) => {}
        }
    }

    fn write(self, is_http_10: bool, status: u16) -> Result<Vec<u8>, String> {
        if let Some(name) = self.too_long {
            return Err(format!("the response has a {name} that is longer than is read"));
        }
        let length = self.length()?;
        let is_chunked = self.is_chunked()?;
        if is_chunked && is_http_10 {
            return Err("the response is of HTTP/1.0 and has a Transfer-Encoding".to_owned());
        }
        let has = |token: &[u8]| self.connection.iter().any(|given| given.eq_ignore_ascii_case(token));
        // A body of a response that has none may still be on its way, and the next response behind it.
        let has_no_body = matches!(status, 100..200 | 204 | 304);
        // A response with chunks and a length is one of two.
        let is_doubtful = is_chunked && length.is_some();
        let closes = has(b"close") || has_no_body || is_doubtful || self.is_odd;

        let mut head = Vec::with_capacity(256);
        head.extend_from_slice(if is_http_10 { b"HTTP/1.0 " } else { b"HTTP/1.1 " });
        head.extend_from_slice(status.to_string().as_bytes());
        head.extend_from_slice(b" \r\n");
        let mut line = |name: &str, value: &[u8]| {
            for part in [name.as_bytes(), b": ", value, b"\r\n"] {
                head.extend_from_slice(part);
            }
        };
        match length {
            _ if is_chunked => line("transfer-encoding", b"chunked"),
            Some(length) => line("content-length", length.to_string().as_bytes()),
            None => {}
        }
        if closes {
            line("connection", b"close");
        } else if has(b"keep-alive") {
            line("connection", b"keep-alive");
        }
        for (name, value) in &self.kept {
            line(name, value);
        }
        head.extend_from_slice(b"\r\n");
        Ok(head)
    }

    /// The length, which must be the same in all fields.
    fn length(&self) -> Result<Option<u64>, String> {
        let lengths = self.lengths.iter().map(|length| {
            number(length).ok_or_else(|| "the response has a Content-Length that is not a number".to_owned())
        });
        let lengths: Vec<u64> = lengths.collect::<Result<_, _>>()?;
        match lengths.split_first() {
            Some((first, others)) if others.iter().any(|other| other != first) => {
                Err(format!("the response has two lengths: {lengths:?}"))
            }
            first => Ok(first.map(|(first, _)| *first)),
        }
    }

    fn is_chunked(&self) -> Result<bool, String> {
        let is_none = |coding: &&[u8]| coding.is_empty() || coding.eq_ignore_ascii_case(b"identity");
        let mut codings = self.codings.iter().filter(|coding| !is_none(coding));
        match (codings.next(), codings.next()) {
            (None, _) => Ok(false),
            (Some(coding), None) if coding.eq_ignore_ascii_case(b"chunked") => Ok(true),
            _ => Err("the response has a Transfer-Encoding other than chunked".to_owned()),
        }
    }
}

/// Whether a field name may contain it.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(head: &str) -> Result<String, String> {
        rewrite(head.as_bytes()).map(|head| String::from_utf8(head).unwrap())
    }

    #[test]
    fn what_does_not_matter_does_not_lose_the_response() {
        let many = "X-Hop: a\r\n".repeat(150);
        let long = format!("X-Policy: {}\r\n", "x".repeat(40_000));
        for odd in [
            "Set-Cookie: a=\u{1}b\r\n",
            "Set-Cookie : a=b\r\n",
            "X-Folded: a\r\n\t b\r\n  c\r\n",
            "X-Empty:\r\n",
            "X-Bare: a\rb\r\n",
            "Server: Größe\r\n",
            &many,
            &long,
        ] {
            let head = format!("HTTP/1.1 200 OK\r\n{odd}Content-Length: 2\r\nETag: \"a\"\r\n\r\n");
            assert_eq!(
                rewritten(&head).unwrap(),
                "HTTP/1.1 200 \r\ncontent-length: 2\r\netag: \"a\"\r\n\r\n",
                "{odd:?}"
            );
        }
        // What has no name might have been read as something else by others.
        for odd in ["no colon\r\n", ": no name\r\n", "a b: c\r\n", " first: folded\r\n"] {
            assert_eq!(
                rewritten(&format!("HTTP/1.1 200 OK\r\n{odd}Content-Length : 2\r\n\r\n")).unwrap(),
                "HTTP/1.1 200 \r\ncontent-length: 2\r\nconnection: close\r\n\r\n",
                "{odd:?}"
            );
        }
    }

    #[test]
    fn a_head_may_be_written_in_any_way_that_has_one_meaning() {
        for (given, expected) in [
            ("HTTP/1.1 200\n\n", "HTTP/1.1 200 \r\n\r\n"),
            ("HTTP/1.0  404 No\u{1}\r\n\r\n", "HTTP/1.0 404 \r\n\r\n"),
            ("HTTP/1.1 200 X\r\nContent-Length: 3\r\ncontent-length:3, 3\r\n\r\n", "content-length: 3\r\n"),
            ("HTTP/1.1 200 X\r\nContent-Length:\r\n 3\r\n\r\n", "content-length: 3\r\n"),
            ("HTTP/1.1 200 X\r\nTransfer-Encoding: Chunked\r\n\r\n", "transfer-encoding: chunked\r\n\r\n"),
            ("HTTP/1.1 200 X\r\nTransfer-Encoding: identity\r\n\r\n", "HTTP/1.1 200 \r\n\r\n"),
            ("HTTP/1.1 200 X\r\nConnection: TE, Close\r\n\r\n", "connection: close\r\n"),
            ("HTTP/1.0 200 X\r\nConnection: Keep-Alive\r\n\r\n", "connection: keep-alive\r\n"),
            (
                "HTTP/1.1 200 X\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\n\r\n",
                "content-encoding: identity, gzip\r\n",
            ),
        ] {
            let head = rewritten(given).unwrap();
            assert!(head.contains(expected), "{given:?}: {head:?}");
        }
    }

    #[test]
    fn a_response_whose_end_is_in_doubt_is_refused() {
        for (field, why) in [
            ("Content-Length: 1\r\nContent-Length: 2", "two lengths"),
            ("Content-Length: 1, 2", "two lengths"),
            ("Content-Length: +1", "not a number"),
            ("Content-Length: 1 2", "not a number"),
            ("Content-Length: 0x1", "not a number"),
            ("Content-Length:", "not a number"),
            ("Content-Length: 99999999999999999999", "not a number"),
            ("Transfer-Encoding: gzip, chunked", "other than chunked"),
            ("Transfer-Encoding: chunked, chunked", "other than chunked"),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "other than chunked"),
            ("Transfer-Encoding: \u{b}chunked", "other than chunked"),
        ] {
            let error = rewritten(&format!("HTTP/1.1 200 OK\r\n{field}\r\n\r\n")).unwrap_err();
            assert!(error.contains(why), "{field:?}: {error}");
        }
        for (head, why) in [
            ("HTTP/1.0 200 X\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked", "HTTP/1.0"),
            ("HTTP/1.1  103 X\r\nLink: x", "informational"),
            (
                &format!("HTTP/1.1 302 X\r\nLocation: https://x.example/{}", "x".repeat(8192)),
                "a location that",
            ),
        ] {
            let error = rewritten(&format!("{head}\r\n\r\n")).unwrap_err();
            assert!(error.contains(why), "{head:?}: {error}");
        }
        let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(257));
        assert!(rewritten(&many).unwrap_err().contains("256 lines"));
        for line in
            ["HTTP/2 200", "HTTP/1.2 200", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 099", "HTTP/1.1200"]
        {
            assert!(rewritten(&format!("{line}\r\n\r\n")).unwrap_err().contains("status line"), "{line}");
        }
    }

    #[test]
    fn a_connection_on_which_more_may_come_is_not_reused() {
        for head in [
            "HTTP/1.1 204 X\r\n\r\n",
            "HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n",
            "HTTP/1.1 101 X\r\n\r\n",
            "HTTP/1.1 200 X\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            let written = rewritten(head).unwrap();
            assert!(written.contains("connection: close\r\n"), "{head:?}: {written}");
            assert!(!(written.contains("chunked") && written.contains("length")), "{written}");
        }
    }

    #[test]
    fn the_end_is_the_first_empty_line_wherever_the_reading_stopped() {
        for head in ["a\r\n\r\n", "a\n\n", "a\n\r\n", "a\r\n\n"] {
            let bytes = format!("{head}rest\r\n\r\n");
            for scanned in 0..head.len() {
                assert_eq!(end(bytes.as_bytes(), scanned), Some(head.len()), "{head:?} from {scanned}");
            }
            for short in 0..head.len() {
                assert_eq!(end(&head.as_bytes()[..short], 0), None, "{head:?} to {short}");
            }
        }
    }
}
