//! TLS: the trusted certificates, and the handshake.

use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use log::warn;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, pem};
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore};

use super::failure::inner;
use super::roots::NO_ROOTS;
use super::tcp::Tcp;
use super::verifier::Verifier;
use crate::origin::bare_host;
use crate::{Error, ErrorKind, Evidence, Result};

const INSTALL: &str = "install the CA certificates of the system (ca-certificates), or set ca_file";
const COMPANY_PROXY: &str = "if a company proxy signs the connection, name its certificate as ca_file";
const ITS_OWN: &str = "the server shows the certificate of an authority as its own; if it is the right one, name exactly \
                       that certificate as ca_file";
const UNSUPPORTED: &str = "this build cannot check the algorithm of a certificate in the chain (ring knows no P-521); use \
                           another certificate, or in Rust the feature aws-lc-rs";

/// What a client trusts. The store of the platform is read when the first handshake needs it.
pub(crate) struct Tls {
    provider: Arc<CryptoProvider>,
    /// The certificates of `ca_file`.
    extra: Vec<CertificateDer<'static>>,
    /// Which certificates of `ca_file` cannot be used, and why.
    skipped: Vec<String>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    /// Reads `ca_file`, whose certificates are trusted in addition to the roots.
    pub(crate) fn new(ca_file: Option<&Path>) -> Result<Tls> {
        let (extra, skipped) = ca_file.map(read_certificates).transpose()?.unwrap_or_default();
        Ok(Tls { provider: provider()?, extra, skipped, config: OnceLock::new() })
    }

    /// Makes the handshake with `host` on a TCP connection.
    pub(crate) fn handshake(&self, host: &str, tcp: &mut Tcp) -> io::Result<ClientConnection> {
        let name = ServerName::try_from(bare_host(host).to_owned()).map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidInput, format!("{host} is not a valid host name"))
        })?;
        let config = self.config().map_err(|error| self.explain(&error))?;
        let mut tls = ClientConnection::new(config, name).map_err(|error| self.explain(&error))?;
        while tls.is_handshaking() {
            tls.complete_io(tcp).map_err(|error| match inner(&error) {
                Some(tls_error) => self.explain(tls_error),
                None => error,
            })?;
        }
        Ok(tls)
    }

    fn config(&self) -> std::result::Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let verifier = Verifier::new(self.extra.clone(), Arc::clone(&self.provider));
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }

    /// Why a handshake failed, with what may help.
    fn explain(&self, error: &rustls::Error) -> io::Error {
        let mut message = format!("TLS: {error}");
        let (hint, is_permanent) = match error {
            rustls::Error::InvalidCertificate(error) => {
                if !self.skipped.is_empty() {
                    message = format!("{message} (of ca_file were skipped: {})", self.skipped.join("; "));
                }
                (hint(error), true)
            }
            rustls::Error::General(text) if text == NO_ROOTS => (Some(INSTALL), true),
            _ => (None, false),
        };
        let source = io::Error::new(io::ErrorKind::InvalidData, error.clone());
        let failure = Error::new(ErrorKind::Transport, Evidence::NotSent, message).with_source(source);
        let failure = if is_permanent { failure.permanent() } else { failure };
        io::Error::other(hint.into_iter().fold(failure, Error::with_hint))
    }
}

fn hint(error: &CertificateError) -> Option<&'static str> {
    match error {
        CertificateError::UnknownIssuer => Some(COMPANY_PROXY),
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Some(UNSUPPORTED),
        CertificateError::Other(other) => match other.0.downcast_ref() {
            Some(webpki::Error::CaUsedAsEndEntity) => Some(ITS_OWN),
            _ => None,
        },
        _ => None,
    }
}

/// The provider of cryptography: the one that this crate was built with, or that the program has installed.
fn provider() -> Result<Arc<CryptoProvider>> {
    #[cfg(feature = "aws-lc-rs")]
    let provider = Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
    let provider = Some(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
    let provider = CryptoProvider::get_default().cloned();
    provider.ok_or_else(|| {
        Error::invalid_input(
            "no TLS provider: mendix-deploy was built without one, and the program has not installed one; use its \
             feature ring or aws-lc-rs, or call rustls::crypto::CryptoProvider::install_default first",
        )
    })
}

/// The certificates of a file that can be used, and what is wrong with the others.
fn read_certificates(path: &Path) -> Result<(Vec<CertificateDer<'static>>, Vec<String>)> {
    if path.as_os_str().is_empty() {
        return Err(Error::invalid_input("ca_file is empty; expected the path of certificates in PEM form"));
    }
    let shown = path.display();
    let text = std::fs::read(path)
        .map_err(|error| Error::io(path, &format!("ca_file {shown} cannot be read"), error))?;
    let (mut usable, mut skipped) = (Vec::new(), Vec::new());
    for (index, certificate) in CertificateDer::pem_slice_iter(&text).enumerate() {
        let problem = match certificate {
            Ok(certificate) => match RootCertStore::empty().add(certificate.clone()) {
                Ok(()) => {
                    usable.push(certificate);
                    continue;
                }
                Err(error) => error.to_string(),
            },
            Err(pem::Error::Base64Decode(_)) => "not valid base64".to_owned(),
            Err(error) => {
                return Err(Error::invalid_input(format!("ca_file {shown} is not valid PEM: {error}")));
            }
        };
        skipped.push(format!("certificate {}: {problem}", index + 1));
    }
    match (usable.is_empty(), skipped.is_empty()) {
        (true, true) => Err(Error::invalid_input(format!(
            "ca_file {shown} has no certificate; expected one or more in PEM form"
        ))),
        (true, false) => Err(Error::invalid_input(format!(
            "ca_file {shown} has no certificate that can be used: {}",
            skipped.join("; ")
        ))),
        (false, _) => {
            for problem in &skipped {
                warn!("ca_file {shown}: skipped {problem}");
            }
            Ok((usable, skipped))
        }
    }
}
