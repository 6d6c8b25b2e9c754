//! Origins: where a client finds the API and what is behind the links, by the name and port that it used itself.

use std::net::{Ipv6Addr, SocketAddr};

use hyper::{Version, header, http::request::Parts};

use crate::state::Refusal;

/// What the origins have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origins {
    pub(crate) tls: bool,
    /// The port of the links, where they have one of their own.
    pub(crate) links_port: Option<u16>,
}

impl Origins {
    /// The origin of the API, for who came by this host.
    pub(crate) fn api(self, host: &Host) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        match host.port {
            Some(port) => format!("{scheme}://{}:{port}", host.name),
            None => format!("{scheme}://{}", host.name),
        }
    }

    /// The origin of the links, for who came by this host.
    pub(crate) fn links(self, host: &Host) -> String {
        let port = self.links_port.or(host.port);
        self.api(&Host { name: host.name.clone(), port })
    }
}

/// The name and port by which a client came here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    name: String,
    port: Option<u16>,
}

impl From<SocketAddr> for Host {
    fn from(address: SocketAddr) -> Self {
        let ip = address.ip().to_canonical();
        let name = if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
        Self { name, port: Some(address.port()) }
    }
}

impl Host {
    /// The host that a request names. HTTP/1.0 knows requests that name none: those came to the `local` address.
    pub(crate) fn of(parts: &Parts, local: SocketAddr) -> Result<Self, Refusal> {
        let refusal = |problem: &str| Refusal::new(400, "INVALID_REQUEST", problem);
        let mut headers = parts.headers.get_all(header::HOST).iter();
        let named = match (headers.next(), headers.next()) {
            (None, _) if parts.version < Version::HTTP_11 => return Ok(local.into()),
            (None, _) => return Err(refusal("There is no Host header.")),
            (Some(_), Some(_)) => return Err(refusal("There is more than one Host header.")),
            (Some(host), None) => host.to_str().ok().and_then(Self::parse),
        };
        let named = named.ok_or_else(|| refusal("The Host header is not a host."))?;
        // What is in the request line comes first.
        let target = parts.uri.authority().map(|target| Self::parse(target.as_str()));
        target.unwrap_or(Some(named)).ok_or_else(|| refusal("The request is for no host."))
    }

    fn parse(text: &str) -> Option<Self> {
        let (name, port) = match text.rfind(']') {
            Some(end) => text.split_at(end + 1),
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        let digits = port.strip_prefix(':').unwrap_or(port);
        let port = match digits {
            "" => None,
            _ if digits == port || !digits.bytes().all(|byte| byte.is_ascii_digit()) => return None,
            _ => Some(digits.parse().ok().filter(|port| *port != 0)?),
        };
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        let is_valid = address.map_or_else(
            || (1..=255).contains(&name.len()) && name.bytes().all(of_name),
            |address| address.parse::<Ipv6Addr>().is_ok(),
        );
        is_valid.then(|| Self { name: name.to_owned(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_and_addresses() {
        let origins = Origins { tls: true, links_port: None };
        for (text, origin) in [
            ("localhost", "https://localhost"),
            ("some-name:8080", "https://some-name:8080"),
            ("a_b.c.:1", "https://a_b.c.:1"),
            ("127.0.0.1:", "https://127.0.0.1"),
            ("[::1]:65535", "https://[::1]:65535"),
        ] {
            assert_eq!(origins.links(&Host::parse(text).unwrap()), origin);
        }
        let own_port = Origins { links_port: Some(9), ..origins };
        assert_eq!(own_port.links(&Host::parse("[::1]").unwrap()), "https://[::1]:9");
    }

    #[test]
    fn anything_else_is_no_host() {
        let long = "a".repeat(256);
        for text in [
            "", ":80", "a:b", "a:0", "a:65536", "a:+1", "a:1:2", "a b", "a/b", "u@a", "a?", "a#", "[::1",
            "[]:1", "[a]", "::1", "[::1]x", "a\u{fc}", "<script>", "http://a", &long,
        ] {
            assert_eq!(Host::parse(text), None, "{text}");
        }
    }
}
