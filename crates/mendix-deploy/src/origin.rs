//! The origin that the credentials are sent to.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

use crate::{Error, ErrorKind, Evidence, Result};

/// Scheme, host and port: `https://deploy.mendix.com`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    uri: Uri,
}

impl Origin {
    /// Reads `base_url`, which is an origin and nothing more. `http://` is for loopback, unless it is allowed.
    pub(crate) fn parse(base_url: &str, allow_http: bool) -> Result<Origin> {
        let refuse = |problem: &str| {
            // The value is not repeated: it may hold a password.
            Err(Error::invalid_input(format!(
                "base_url {problem}; expected an origin such as https://deploy.mendix.com"
            )))
        };
        if !base_url.contains("://") {
            return refuse("has no scheme");
        }
        let Ok(uri) = base_url.parse::<Uri>() else {
            return refuse("is not a valid URL");
        };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return refuse("is not a valid URL");
        };
        if authority.as_str().contains('@') {
            return refuse("must not contain credentials");
        }
        if base_url.contains('#') {
            return refuse("must not have a fragment");
        }
        if uri.query().is_some() {
            return refuse("must not have a query");
        }
        if uri.path() != "/" {
            return refuse("must not have a path (/api/1 is added to it)");
        }
        if port(&uri).is_none() {
            return refuse("has an invalid host or port");
        }
        match scheme {
            "https" => {}
            "http" if allow_http || is_loopback(&uri) => {}
            "http" => {
                return refuse("would send the API key unencrypted over http:// to another machine");
            }
            _ => return refuse("must begin with https://"),
        }
        Ok(Origin { uri })
    }

    /// The URL of a path and query on this origin.
    pub(crate) fn url(&self, path_and_query: &str) -> String {
        let mut url = String::with_capacity(128);
        for part in self.parts() {
            url.push_str(part);
        }
        url.push_str(path_and_query);
        url
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    fn parts(&self) -> [&str; 3] {
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        [self.uri.scheme_str().unwrap_or_default(), "://", authority]
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().into_iter().try_for_each(|part| f.write_str(part))
    }
}

/// Refuses a signed link that would cross the network unencrypted. The link is a secret, and is not repeated.
pub(crate) fn check_link(link: &str, allow_http: bool) -> Result<()> {
    let problem = match link.parse::<Uri>() {
        Ok(uri) if port(&uri).is_none() => "has an invalid host or port",
        Ok(uri) => match uri.scheme_str() {
            Some("https") => return Ok(()),
            Some("http") if allow_http || is_loopback(&uri) => return Ok(()),
            Some("http") => "goes over http:// to another machine",
            _ => "is neither https:// nor http://",
        },
        Err(_) => "is not a valid URL",
    };
    let message = format!("the link that the service gave {problem}");
    Err(Error::new(ErrorKind::InvalidResponse, Evidence::NotSent, message))
}

/// The port of a URL: the one that it names, or that of its scheme. `None` when the host is missing, or the
/// port is invalid.
pub(crate) fn port(uri: &Uri) -> Option<u16> {
    let authority = uri.authority()?;
    if bare_host(authority.host()).is_empty() {
        return None;
    }
    let host_and_port = authority.as_str().rsplit('@').next()?;
    if host_and_port.len() > authority.host().len() {
        return authority.port_u16().filter(|port| *port != 0);
    }
    Some(if uri.scheme_str() == Some("https") { 443 } else { 80 })
}

/// Whether a URL's host is this machine.
pub(crate) fn is_loopback(uri: &Uri) -> bool {
    let Some(host) = uri.host() else { return false };
    host.eq_ignore_ascii_case("localhost")
        || bare_host(host).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A host without the brackets that an IPv6 address has in a URL.
pub(crate) fn bare_host(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        for (given, origin) in [
            ("https://deploy.mendix.com", "https://deploy.mendix.com"),
            ("https://deploy.mendix.com/", "https://deploy.mendix.com"),
            ("https://deploy.mendix.com:8443", "https://deploy.mendix.com:8443"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80"),
            ("http://[::1]:9", "http://[::1]:9"),
            ("http://localhost:1", "http://localhost:1"),
        ] {
            assert_eq!(Origin::parse(given, false).unwrap().to_string(), origin);
        }
    }

    #[test]
    fn an_invalid_origin_is_refused_and_says_why() {
        for (given, why) in [
            ("deploy.mendix.com", "scheme"),
            ("", "scheme"),
            ("https://", "valid"),
            ("https://user:pass@deploy.mendix.com", "credentials"),
            ("https://deploy.mendix.com/api/1", "path"),
            ("https://deploy.mendix.com?x=1", "query"),
            ("https://deploy.mendix.com/#x", "fragment"),
            ("ftp://deploy.mendix.com", "https://"),
            ("http://deploy.mendix.com", "unencrypted"),
            ("http://127.0.0.1.evil.example", "unencrypted"),
            ("http://127.0.0.1:99999", "port"),
            ("http://127.0.0.1:", "port"),
            ("http://127.0.0.1:0", "port"),
            ("https://deploy.mendix.com:x", "port"),
            ("https://:443", "port"),
        ] {
            let error = Origin::parse(given, false).err().expect(given).to_string();
            assert!(error.contains(why) && error.contains("base_url"), "{given}: {error}");
            assert!(!error.contains("pass@"), "{error}");
        }
        assert!(Origin::parse("http://deploy.mendix.com", true).is_ok());
    }
}
