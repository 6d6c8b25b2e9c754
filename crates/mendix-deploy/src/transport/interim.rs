//! Interim answers (1xx), which may come before the answer in any number and with any header lines. ureq reads a bare
//! `100 Continue` and nothing else of them.

use super::head;

/// The longest interim head that is waited for.
const LONGEST: usize = 8 * 1024;

/// What an answer begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Too little to tell.
    Unclear,
    /// A whole interim head of so many bytes.
    Interim { len: usize, is_continue: bool },
    /// The answer itself.
    Final,
    /// Not an HTTP response.
    NotHttp,
}

/// Looks at the beginning of what came in.
pub(super) fn look(bytes: &[u8]) -> Head {
    const PATTERN: &[u8; 12] = b"HTTP/1.# 1##";
    let matches =
        |(byte, pattern): (&u8, &u8)| byte == pattern || (*pattern == b'#' && byte.is_ascii_digit());
    if !bytes.iter().zip(b"HTTP/1.").all(|(byte, expected)| byte == expected) {
        return Head::NotHttp;
    }
    if !bytes.iter().zip(PATTERN).all(matches) {
        return Head::Final;
    }
    let Some(status) = bytes.get(9..PATTERN.len()) else { return Head::Unclear };
    // What follows a change of protocol is no HTTP.
    if status == b"101" {
        return Head::Final;
    }
    match head::end(bytes, 0) {
        Some(len) => Head::Interim { len, is_continue: status == b"100" },
        None if bytes.len() > LONGEST => Head::NotHttp,
        None => Head::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interim_heads_are_told_from_the_answer() {
        let bare = b"HTTP/1.1 100 Continue\r\n\r\n";
        assert_eq!(look(bare), Head::Interim { len: bare.len(), is_continue: true });
        let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200";
        assert_eq!(look(hints), Head::Interim { len: hints.len() - 12, is_continue: false });
        for unclear in [&b""[..], b"HTT", b"HTTP/1.1 1", b"HTTP/1.1 100 Continue\r\nDate: x\r\n"] {
            assert_eq!(look(unclear), Head::Unclear, "{unclear:?}");
        }
        for answer in [&b"HTTP/1.1 2"[..], b"HTTP/1.1 101 Switching\r\n\r\n", b"HTTP/1.\r\n"] {
            assert_eq!(look(answer), Head::Final, "{answer:?}");
        }
        for other in [&b"SSH-2.0"[..], b"\r\n", b"HTTP/2 200", b"{"] {
            assert_eq!(look(other), Head::NotHttp, "{other:?}");
        }
    }
}
