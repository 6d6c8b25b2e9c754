//! The certificate authorities that are trusted: those of `ca_file`, and those of the platform or of Mozilla.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::{Error, RootCertStore};

use self::store::PARTS;

/// The error where the platform has none.
pub(super) const NO_ROOTS: &str = "no CA certificates were found on this machine";

/// Reads a part of what is trusted.
type Read = fn(&Roots) -> Result<Arc<dyn ServerCertVerifier>, Error>;

/// What is trusted. It is read in parts, when the first handshake needs them: from the one that is read soonest to all of it.
pub(super) struct Roots {
    /// The certificates of `ca_file`.
    named: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    /// The parts that were read.
    known: [OnceLock<Arc<dyn ServerCertVerifier>>; PARTS.len()],
}

impl Roots {
    pub(super) fn new(named: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Roots {
        Roots { named, provider, known: Default::default() }
    }

    pub(super) fn named(&self) -> &[CertificateDer<'static>] {
        &self.named
    }

    /// Verifies by one part after the other. What is valid by a part is valid by all: only all can refuse.
    pub(super) fn verify(
        &self,
        verify: impl Fn(&dyn ServerCertVerifier) -> Result<ServerCertVerified, Error>,
    ) -> Result<ServerCertVerified, Error> {
        let mut verified = Err(Error::General(NO_ROOTS.to_owned()));
        for part in 0..PARTS.len() {
            verified = self.part(part).and_then(&verify);
            if verified.is_ok() {
                break;
            }
        }
        verified
    }

    /// The verifier of a part. What could not be read is read again the next time: it may have been installed by then. No
    /// lock is held while it is read, which is logged: a log may make calls of its own.
    fn part(&self, part: usize) -> Result<&dyn ServerCertVerifier, Error> {
        let known = &self.known[part];
        if let Some(verifier) = known.get() {
            return Ok(&**verifier);
        }
        let verifier = PARTS[part](self)?;
        Ok(&**known.get_or_init(|| verifier))
    }

    /// A verifier by these roots, and by the certificates that can be read.
    fn verifier(
        &self,
        mut roots: RootCertStore,
        certificates: Vec<CertificateDer<'static>>,
    ) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        roots.add_parsable_certificates(certificates);
        let provider = Arc::clone(&self.provider);
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        Ok(verifier.map_err(|error| Error::General(error.to_string()))?)
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roots").finish_non_exhaustive()
    }
}

/// The roots of Mozilla.
#[cfg(not(feature = "platform-roots"))]
mod store {
    use super::{Read, RootCertStore};

    pub(super) const PARTS: [Read; 1] = [|roots| {
        let of_mozilla = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        roots.verifier(of_mozilla, roots.named.clone())
    }];
}

/// The store of the platform, where it is one of OpenSSL's: a file, and folders of hundreds of files. Reading them takes longer
/// than a handshake, and hardly ever is anything in the folders that the file does not have.
#[cfg(all(feature = "platform-roots", unix, not(any(target_vendor = "apple", target_os = "android"))))]
mod store {
    use std::path::PathBuf;

    use super::{Read, RootCertStore, of_platform};

    pub(super) const PARTS: [Read; 3] = [
        |roots| roots.verifier(RootCertStore::empty(), roots.named.clone()),
        |roots| {
            let read = rustls_native_certs::load_certs_from_paths(file().as_deref(), None);
            roots.verifier(RootCertStore::empty(), read.certs)
        },
        of_platform,
    ];

    /// The file, by the rules by which all of the store is found: the environment comes first.
    fn file() -> Option<PathBuf> {
        match (std::env::var_os("SSL_CERT_FILE"), std::env::var_os("SSL_CERT_DIR")) {
            (Some(file), _) => Some(file.into()),
            (None, Some(folders)) if !folders.is_empty() => None,
            _ => openssl_probe::probe().cert_file,
        }
    }
}

/// The store of the platform, which looks into it itself.
#[cfg(all(
    feature = "platform-roots",
    not(all(unix, not(any(target_vendor = "apple", target_os = "android"))))
))]
mod store {
    pub(super) const PARTS: [super::Read; 1] = [super::of_platform];
}

#[cfg(feature = "platform-roots")]
fn of_platform(roots: &Roots) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let (named, provider) = (roots.named.iter().cloned(), Arc::clone(&roots.provider));
    match rustls_platform_verifier::Verifier::new_with_extra_roots(named, provider) {
        Ok(verifier) => Ok(Arc::new(verifier)),
        Err(Error::General(_)) => Err(Error::General(NO_ROOTS.to_owned())),
        Err(error) => Err(error),
    }
}
