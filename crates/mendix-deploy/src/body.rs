//! Bodies of responses: in UTF-8, in which everything else reads them, and bounded.

use memchr::memchr_iter;

/// A body in UTF-8. UTF-16 is recognised by its byte order mark, or by the zeros of its first two characters, which in JSON
/// and HTML are ASCII. Any other body stays as it is.
pub(crate) fn to_utf8(mut body: Vec<u8>) -> Vec<u8> {
    match body.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => {
            body.drain(..3);
            body
        }
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [first, 0, rest @ ..] if *first != 0 && has_zero(rest, 1) => utf16(&body, u16::from_le_bytes),
        [0, second, rest @ ..] if *second != 0 && has_zero(rest, 0) => utf16(&body, u16::from_be_bytes),
        _ => body,
    }
}

/// Whether the next character, if there is one, is of ASCII too.
fn has_zero(rest: &[u8], place: usize) -> bool {
    rest.len().is_multiple_of(2) && rest.get(place).is_none_or(|byte| *byte == 0)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes()
}

/// Text of bytes that should be UTF-8, and otherwise are Latin-1 in all likelihood.
pub(crate) fn to_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // The text may have been cut within a character.
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()
        }
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Whether a reply in JSON has no more values than this, by its commas and brackets.
pub(crate) fn has_at_most(most: usize, body: &[u8]) -> bool {
    // Every value takes a byte at least; and what is not JSON is not taken apart.
    if body.len() <= most || !matches!(body.trim_ascii_start(), [b'[' | b'{', ..]) {
        return true;
    }
    // Those in text count here too. One byte is counted many times faster than any of three is found.
    if [b',', b'[', b'{'].iter().map(|byte| memchr_iter(*byte, body).count()).sum::<usize>() <= most {
        return true;
    }
    let (mut values, mut in_text, mut escaped) = (0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => values += 1,
            _ => {}
        }
    }
    values <= most
}

/// Where a lower-case text of ASCII is in another, in any case.
pub(crate) fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_read_with_and_without_its_mark() {
        const TEXT: &str = "{\"a\": \"é😀\"}";
        let little = || TEXT.encode_utf16().flat_map(u16::to_le_bytes);
        let big = || TEXT.encode_utf16().flat_map(u16::to_be_bytes);
        for body in [
            TEXT.bytes().collect::<Vec<u8>>(),
            [0xef, 0xbb, 0xbf].into_iter().chain(TEXT.bytes()).collect(),
            [0xff, 0xfe].into_iter().chain(little()).collect(),
            [0xfe, 0xff].into_iter().chain(big()).collect(),
            little().collect(),
            big().collect(),
        ] {
            assert_eq!(to_utf8(body), TEXT.as_bytes());
        }
        for other in [&b""[..], b"\0", b"a\0", b"\x1f\x8b\x08\0\0", b"{\0", b"\0\0a"] {
            to_utf8(other.to_vec());
        }
    }

    #[test]
    fn what_is_no_utf8_is_latin1() {
        assert_eq!(to_text(b"Gr\xf6\xdfe"), "Größe");
        assert_eq!(to_text("Größe".as_bytes()), "Größe");
        assert_eq!(to_text(&"Größ".as_bytes()[..5]), "Grö");
    }

    #[test]
    fn values_are_counted_by_commas_and_brackets_outside_of_text() {
        let counted = |body: &str| (0..9).find(|most| has_at_most(*most, body.as_bytes()));
        assert_eq!(counted(r#"[{"a": 1, "b": [2, 3]}]"#), Some(5));
        assert_eq!(counted(r#" {"a": ",[{", "b": "\\", "c": "\",["}"#), Some(3));
        assert_eq!(counted("<p>a, b, c</p>"), Some(0));
    }
}
