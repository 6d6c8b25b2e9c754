//! Which proxy a host is reached through, and the tunnel through it.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::IpAddr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::Uri;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use crate::origin;
use crate::origin::{bare_host, is_loopback};

/// The longest response to CONNECT that is read, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// The HTTP proxy of a client's connections.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// The one in the environment when the client is made.
    ///
    /// `HTTPS_PROXY` and `HTTP_PROXY` by the scheme of the URL, `ALL_PROXY` for both, and the exceptions of `NO_PROXY`
    /// (host names with their subdomains, addresses, networks such as `10.0.0.0/8`, each with or without a port, or `*`).
    /// Lower-case names come first.
    #[default]
    FromEnvironment,
    /// No proxy, even if there is one in the environment.
    None,
    /// This proxy for every host but loopback: `http://[user:password@]host[:port]`.
    Url(String),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proxy::FromEnvironment => f.write_str("FromEnvironment"),
            Proxy::None => f.write_str("None"),
            // The URL may hold a password.
            Proxy::Url(_) => f.write_str("Url(…)"),
        }
    }
}

/// The proxies of a client.
#[derive(Debug, Default)]
pub(crate) struct Proxies {
    https: Option<Setting>,
    http: Option<Setting>,
    except: Vec<Exception>,
}

/// An entry of `NO_PROXY`.
#[derive(Debug)]
struct Exception {
    host: String,
    /// Only this port.
    port: Option<u16>,
}

/// A proxy, or what is wrong with its setting. That matters only to a connection that would go through it.
type Setting = Result<Server, String>;

/// One HTTP proxy, which is asked for a tunnel by CONNECT.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    authorization: Option<Zeroizing<String>>,
}

impl Proxies {
    pub(crate) fn new(proxy: &Proxy) -> Proxies {
        match proxy {
            Proxy::None => Proxies::default(),
            Proxy::Url(url) => {
                let server = Server::parse("proxy", url);
                Proxies { https: Some(server.clone()), http: Some(server), except: Vec::new() }
            }
            Proxy::FromEnvironment => Proxies::from_variables(|name| std::env::var(name).ok()),
        }
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Proxies {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                let value = variable(name)?;
                let value = unquoted(&value);
                (!value.is_empty()).then(|| (*name, value.to_owned()))
            })
        };
        let server = |names: &[&'static str]| {
            let (name, url) = first(names).or_else(|| first(&["all_proxy", "ALL_PROXY"]))?;
            Some(Server::parse(name, &url))
        };
        // In a CGI program, HTTP_PROXY is what a client sent as its "Proxy" header.
        let http: &[_] = match variable("REQUEST_METHOD") {
            Some(_) => &["http_proxy"],
            None => &["http_proxy", "HTTP_PROXY"],
        };
        let except = first(&["no_proxy", "NO_PROXY"]).map_or_else(Vec::new, |(_, list)| {
            list.split(|c: char| matches!(c, ',' | ';') || c.is_whitespace())
                .map(unquoted)
                .filter(|entry| !entry.is_empty())
                .map(Exception::parse)
                .collect()
        });
        Proxies { https: server(&["https_proxy", "HTTPS_PROXY"]), http: server(http), except }
    }

    /// What is wrong with any of them.
    pub(crate) fn check(&self) -> Result<(), String> {
        [&self.https, &self.http].into_iter().flatten().try_for_each(|setting| setting.clone().map(drop))
    }

    /// The proxy for a URL. Loopback is never reached through one.
    pub(crate) fn of(&self, uri: &Uri) -> Result<Option<&Server>, String> {
        let Some(host) = uri.host() else { return Ok(None) };
        let host = bare_host(host).trim_end_matches('.').to_ascii_lowercase();
        let port = origin::port(uri);
        let is_direct = |entry: &Exception| {
            (entry.port.is_none() || entry.port == port) && is_excepted(&entry.host, &host)
        };
        if is_loopback(uri) || self.except.iter().any(is_direct) {
            return Ok(None);
        }
        let setting = if uri.scheme_str() == Some("https") { &self.https } else { &self.http };
        setting.as_ref().map(|setting| setting.as_ref().map_err(Clone::clone)).transpose()
    }
}

impl Exception {
    fn parse(entry: &str) -> Exception {
        let (host, port) = match entry.rsplit_once(':') {
            // The colons of an IPv6 address are not before a port, unless it is in brackets.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()),
            _ => (entry, None),
        };
        let host = if port.is_some() { host } else { entry };
        Exception { host: bare_host(host).trim_end_matches('.').to_ascii_lowercase(), port }
    }
}

/// Text without the space and the quotes around it, which some shells and files of variables leave in place.
fn unquoted(text: &str) -> &str {
    text.trim_matches(|c: char| matches!(c, '"' | '\'') || c.is_whitespace())
}

fn is_excepted(entry: &str, host: &str) -> bool {
    if entry == "*" || entry == host {
        return true;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return entry.parse() == Ok(address)
            || entry.split_once('/').is_some_and(|(network, length)| {
                matches!((network.parse(), length.parse()),
                (Ok(network), Ok(length)) if is_within(address, network, length))
            });
    }
    let domain = entry.trim_start_matches("*.").trim_start_matches('.');
    host == domain || host.strip_suffix(domain).is_some_and(|rest| !domain.is_empty() && rest.ends_with('.'))
}

fn is_within(address: IpAddr, network: IpAddr, length: u32) -> bool {
    let (address, network, width) = match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => (u128::from(a.to_bits()), u128::from(n.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(n)) => (a.to_bits(), n.to_bits(), 128),
        _ => return false,
    };
    length <= width && (length == 0 || (address ^ network) >> (width - length) == 0)
}

impl Server {
    fn parse(setting: &str, url: &str) -> Setting {
        // The value is not repeated: it may hold a password.
        let refuse = |problem: &str| {
            format!(
                "{setting} {problem}; expected an HTTP proxy such as http://proxy.example.com:8080, or none"
            )
        };
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(refuse("is of a kind that is not supported"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // People and curl write user names and passwords as they are. Only the last @ is that of the host.
        let (user_info, host_and_port) = match authority.rsplit_once('@') {
            Some((user_info, host_and_port)) => (Some(user_info), host_and_port),
            None => (None, authority),
        };
        let uri: Uri = format!("http://{host_and_port}").parse().map_err(|_| {
            refuse("is not a valid URL (a / ? or # in a user name or password is written %2F %3F %23)")
        })?;
        let host = uri.host().unwrap_or_default();
        let port = origin::port(&uri).ok_or_else(|| {
            refuse(
                "has an invalid host or port (a / ? or # in a user name or password is written %2F %3F %23)",
            )
        })?;
        let authorization = user_info.map(|user_info| {
            let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
            let decoded = |text| Zeroizing::new(percent_decode_str(text).collect::<Vec<u8>>());
            let pair = Zeroizing::new([&decoded(user)[..], b":", &decoded(password)].concat());
            Zeroizing::new(BASE64_STANDARD.encode(&*pair))
        });
        Ok(Server { host: host.to_owned(), port, authorization })
    }

    /// Asks the proxy for a tunnel to `host:port`.
    pub(crate) fn tunnel(
        &self,
        stream: &mut (impl Read + Write),
        host: &str,
        port: u16,
        user_agent: &str,
    ) -> io::Result<()> {
        let mut head = Zeroizing::new(format!(
            "CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: {user_agent}\r\n"
        ));
        if let Some(authorization) = &self.authorization {
            head.push_str("Proxy-Authorization: Basic ");
            head.push_str(authorization);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        let response = read_head(stream)?;
        let status_line = response.split("\r\n").next().unwrap_or_default();
        let mut words = status_line.split(' ');
        let is_http = words.next().is_some_and(|version| version.starts_with("HTTP/1."));
        match words.next().and_then(|status| status.parse::<u16>().ok()) {
            Some(200..=299) if is_http => Ok(()),
            Some(status) if is_http => {
                let text = format!("the proxy {self} refused a tunnel to {host}:{port}: HTTP {status}");
                // A wrong password stays wrong. A proxy that is busy may not be so the next time.
                let is_final = matches!(status, 400..=499) && !matches!(status, 408 | 425 | 429);
                let kind = if is_final { io::ErrorKind::PermissionDenied } else { io::ErrorKind::Other };
                Err(io::Error::new(kind, text))
            }
            _ => Err(io::Error::other(format!("the proxy {self} did not respond as an HTTP proxy"))),
        }
    }
}

/// Reads up to the empty line, and not a byte more: what follows belongs to the tunnel.
fn read_head(stream: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while super::head::end(&head, head.len().saturating_sub(1)).is_none() {
        if head.len() == LONGEST_HEAD {
            return Err(io::Error::other("the proxy's response is too long"));
        }
        if stream.read(&mut byte)? == 0 {
            return Err(io::Error::other("the proxy closed the connection"));
        }
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(variables: &[(&str, &str)]) -> Proxies {
        Proxies::from_variables(|name| {
            variables.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn of(proxies: &Proxies, url: &str) -> Option<String> {
        proxies.of(&url.parse().unwrap()).unwrap().map(ToString::to_string)
    }

    #[test]
    fn each_scheme_has_its_variable_and_loopback_has_none() {
        let proxies = proxies(&[("HTTPS_PROXY", "http://secure:3128"), ("http_proxy", "plain")]);
        assert_eq!(of(&proxies, "https://deploy.mendix.com/x").as_deref(), Some("secure:3128"));
        assert_eq!(of(&proxies, "http://deploy.mendix.com/x").as_deref(), Some("plain:80"));
        assert_eq!(of(&proxies, "http://127.0.0.1:8080/"), None);
        assert_eq!(of(&proxies, "https://localhost/"), None);
    }

    #[test]
    fn exceptions_are_hosts_with_their_subdomains_addresses_networks_or_everything() {
        let list = "mendix.com, .example.org *.corp ,10.0.0.0/8";
        let proxies = proxies(&[("all_proxy", "http://p:1"), ("NO_PROXY", list)]);
        for direct in [
            "https://mendix.com",
            "https://DEPLOY.mendix.com",
            "https://a.example.org",
            "https://x.corp",
            "https://10.1.2.3",
        ] {
            assert_eq!(of(&proxies, direct), None, "{direct}");
        }
        for proxied in ["https://notmendix.com", "https://mendix.com.evil.example", "https://11.0.0.1"] {
            assert!(of(&proxies, proxied).is_some(), "{proxied}");
        }
    }

    #[test]
    fn exceptions_are_read_as_people_write_them() {
        let list = "\"mendix.com.;a.example:8443 ; 'b.example'\", [fd00::1]:8443 fd00::2;c.example:x";
        let proxies = proxies(&[("all_proxy", "'http://p:1' "), ("NO_PROXY", list)]);
        for direct in [
            "https://deploy.mendix.com",
            "https://deploy.mendix.com.:444",
            "https://a.example:8443",
            "https://x.a.example:8443",
            "https://b.example",
            "https://[fd00::1]:8443",
            "https://[fd00::2]:9",
        ] {
            assert_eq!(of(&proxies, direct), None, "{direct}");
        }
        for proxied in ["https://a.example", "https://[fd00::1]", "https://example", "https://c.example"] {
            assert_eq!(of(&proxies, proxied).as_deref(), Some("p:1"), "{proxied}");
        }
    }

    #[test]
    fn user_names_and_passwords_are_taken_as_curl_takes_them() {
        for (url, pair) in [
            (r"http://DOMAIN\user:p@ss@proxy:3128", r"DOMAIN\user:p@ss"),
            (r"DOMAIN%5Cuser:p%40ss@proxy:3128", r"DOMAIN\user:p@ss"),
            ("HTTP://me:a:b{c}|^`\"<> d@proxy:3128/", "me:a:b{c}|^`\"<> d"),
            ("http://größe:100%@proxy:3128", "größe:100%"),
            ("http://me:%FF@proxy:3128", "me:\u{fffd}"),
            ("http://me@proxy:3128", "me:"),
        ] {
            let server = Server::parse("proxy", url).unwrap();
            assert_eq!(server.to_string(), "proxy:3128");
            let decoded = BASE64_STANDARD.decode(server.authorization.unwrap().as_bytes()).unwrap();
            assert_eq!(String::from_utf8_lossy(&decoded), pair, "{url}");
        }
        let error = Server::parse("proxy", "http://me:se#cret@proxy:3128").unwrap_err();
        assert!(error.contains("%23") && !error.contains("cret"), "{error}");
    }

    #[test]
    fn http_proxy_is_not_taken_from_a_cgi_request() {
        let proxies = proxies(&[("HTTP_PROXY", "http://evil:1"), ("REQUEST_METHOD", "GET")]);
        assert_eq!(of(&proxies, "http://deploy.mendix.com"), None);
    }

    #[test]
    fn a_proxy_that_is_not_http_is_refused_without_its_password() {
        let target = "https://deploy.mendix.com".parse().unwrap();
        for bad in
            ["socks5://user:secret@host", "https://host", "http://", "http://a b", "http://h:99999", "h:x"]
        {
            let proxies = proxies(&[("https_proxy", bad)]);
            let error = proxies.of(&target).unwrap_err();
            assert!(error.contains("https_proxy") && !error.contains("secret"), "{error}");
            // It matters only where it is used.
            assert_eq!(of(&proxies, "https://localhost"), None);
        }
    }

    #[test]
    fn a_tunnel_is_asked_for_with_the_proxys_own_credentials() {
        struct Fake(Vec<u8>, io::Cursor<&'static [u8]>);
        impl Read for Fake {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.1.read(buffer)
            }
        }
        impl Write for Fake {
            fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
                self.0.write(buffer)
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let server = Server::parse("proxy", "http://me:p%40ss@proxy:3128").unwrap();
        let mut stream = Fake(Vec::new(), io::Cursor::new(b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\nTLS"));
        server.tunnel(&mut stream, "deploy.mendix.com", 443, "nightly/3").unwrap();
        let sent = String::from_utf8(stream.0).unwrap();
        assert!(sent.starts_with("CONNECT deploy.mendix.com:443 HTTP/1.1\r\n"), "{sent}");
        assert!(sent.contains("User-Agent: nightly/3\r\n"), "{sent}");
        assert!(sent.contains("Proxy-Authorization: Basic bWU6cEBzcw==\r\n"), "{sent}");
        let mut rest = String::new();
        stream.1.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "TLS");

        for (status, is_permanent) in
            [(400, true), (403, true), (407, true), (408, false), (425, false), (429, false), (502, false)]
        {
            let answer = format!("HTTP/1.1 {status} X\r\n\r\n");
            let mut stream = Fake(Vec::new(), io::Cursor::new(answer.leak().as_bytes()));
            let error = server.tunnel(&mut stream, "deploy.mendix.com", 443, "nightly/3").unwrap_err();
            assert_eq!(error.kind() == io::ErrorKind::PermissionDenied, is_permanent, "{error}");
        }

        for (answer, why) in
            [("HTTP/1.1 407 No\r\n\r\n", "407"), ("hello\r\n\r\n", "HTTP proxy"), ("", "closed")]
        {
            let mut stream = Fake(Vec::new(), io::Cursor::new(answer.as_bytes()));
            let error =
                server.tunnel(&mut stream, "deploy.mendix.com", 443, "nightly/3").unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("p@ss"), "{error}");
        }
    }
}
