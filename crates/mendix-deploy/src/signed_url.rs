//! Signed links, which are secrets.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::redact::hidden;

/// A signed link to a download: it needs no credentials, and anyone who has it can use it until it expires.
///
/// `Display` and `Debug` show only its host. Serialising writes the whole link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct SignedUrl(Zeroizing<String>);

impl SignedUrl {
    /// The link itself, which must stay out of logs.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SignedUrl {
    fn from(link: String) -> SignedUrl {
        SignedUrl(Zeroizing::new(link))
    }
}

impl From<SignedUrl> for String {
    fn from(link: SignedUrl) -> String {
        link.0.as_str().to_owned()
    }
}

impl fmt::Display for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hidden(&self.0).unwrap_or_else(|| "…".to_owned()))
    }
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_is_shown() {
        let link = SignedUrl::from("https://u:p@cloud.example.com:8/backups/d4bf?sig=AA".to_owned());
        assert_eq!(link.to_string(), "https://cloud.example.com:8/…");
        assert_eq!(format!("{link:?}"), "SignedUrl(https://cloud.example.com:8/…)");
        assert_eq!(SignedUrl::from("d4bf".to_owned()).to_string(), "…");
        assert!(link.expose().ends_with("sig=AA"));
    }
}
