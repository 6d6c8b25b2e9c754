//! Informational responses (1xx), which may come before the final one in any number and with any header fields. ureq is
//! shown none of them.

use super::head;

/// The longest informational head that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// What a response begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Too little to tell.
    Incomplete,
    /// A whole informational response of so many bytes.
    Informational { len: usize, is_continue: bool },
    /// The final response.
    Final,
    /// Not an HTTP response.
    NotHttp,
}

/// Reads the beginning of what came in.
pub(super) fn parse(bytes: &[u8]) -> Head {
    const PATTERN: &[u8; 12] = b"HTTP/1.# 1##";
    let matches =
        |(byte, pattern): (&u8, &u8)| byte == pattern || (*pattern == b'#' && byte.is_ascii_digit());
    if !bytes.iter().zip(b"HTTP/1.").all(|(byte, expected)| byte == expected) {
        return Head::NotHttp;
    }
    if !bytes.iter().zip(PATTERN).all(matches) {
        return Head::Final;
    }
    let Some(status) = bytes.get(9..PATTERN.len()) else { return Head::Incomplete };
    // What follows a change of protocol is not HTTP.
    if status == b"101" {
        return Head::Final;
    }
    match head::end(bytes, 0) {
        Some(len) => Head::Informational { len, is_continue: status == b"100" },
        None if bytes.len() > LONGEST => Head::NotHttp,
        None => Head::Incomplete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn informational_responses_are_told_from_the_final_one() {
        let bare = b"HTTP/1.1 100 Continue\r\n\r\n";
        assert_eq!(parse(bare), Head::Informational { len: bare.len(), is_continue: true });
        let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200";
        assert_eq!(parse(hints), Head::Informational { len: hints.len() - 12, is_continue: false });
        for incomplete in [&b""[..], b"HTT", b"HTTP/1.1 1", b"HTTP/1.1 100 Continue\r\nDate: x\r\n"] {
            assert_eq!(parse(incomplete), Head::Incomplete, "{incomplete:?}");
        }
        for last in [&b"HTTP/1.1 2"[..], b"HTTP/1.1 101 Switching\r\n\r\n", b"HTTP/1.\r\n"] {
            assert_eq!(parse(last), Head::Final, "{last:?}");
        }
        for other in [&b"SSH-2.0"[..], b"\r\n", b"HTTP/2 200", b"{"] {
            assert_eq!(parse(other), Head::NotHttp, "{other:?}");
        }
    }
}
