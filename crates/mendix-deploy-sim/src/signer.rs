//! Signatures of links.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher as _, Hasher as _, RandomState},
};

use hyper::Uri;
use sha2::{Digest as _, Sha256};

use crate::secret;

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
        // The standard library's random keys are good enough for a simulator.
        let random = || RandomState::new().build_hasher().finish();
        let secret = ((u128::from(random()) << 64) | u128::from(random())).to_be_bytes();
        Self { secret }
    }

    /// A link to this path, at this origin, which is valid until then.
    pub(crate) fn url(&self, origin: &str, path: &str, expires: i64) -> String {
        format!("{origin}{path}?expire={expires}&signature={}", self.signature(path, expires))
    }

    fn signature(&self, path: &str, expires: i64) -> String {
        let digest =
            Sha256::new().chain_update(self.secret).chain_update(path).chain_update(expires.to_be_bytes());
        secret::hex(&digest.finalize()).to_uppercase()
    }

    /// Until when the link is valid; `None` for one that was not made here.
    pub(crate) fn check(&self, uri: &Uri) -> Option<i64> {
        let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
        let query: HashMap<_, _> = pairs.collect();
        let expires = query.get("expire")?.parse().ok()?;
        secret::same(&self.signature(uri.path(), expires), query.get("signature")?).then_some(expires)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_link_is_refused() {
        let signer = Signer::new();
        let url: Uri = signer.url("http://127.0.0.1:1", "/logs/a", 5).parse().unwrap_or_default();
        assert_eq!(signer.check(&url), Some(5));
        let other: Uri = url.to_string().replace("expire=5", "expire=6").parse().unwrap_or_default();
        assert_eq!(signer.check(&other), None);
    }
}
