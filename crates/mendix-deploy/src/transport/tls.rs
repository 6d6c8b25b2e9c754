//! What TLS trusts.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection};

use super::tcp::Tcp;
use crate::origin::bare_host;
use crate::{Error, Result};

/// The roots, with the certificates of `ca_file` added to them.
pub(crate) fn config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>> {
    let extra = ca_file.map(read_certificates).transpose()?.unwrap_or_default();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::invalid_input(format!("TLS cannot be set up: {error}")))?;

    #[cfg(feature = "platform-roots")]
    let builder = {
        let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider)
            .map_err(|error| Error::invalid_input(format!("the certificates cannot be used: {error}")))?;
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
    };

    #[cfg(not(feature = "platform-roots"))]
    let builder = {
        let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in extra {
            roots.add(certificate).map_err(|error| {
                Error::invalid_input(format!("ca_file has a certificate that cannot be used: {error}"))
            })?;
        }
        builder.with_root_certificates(roots)
    };

    Ok(Arc::new(builder.with_no_client_auth()))
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    if path.as_os_str().is_empty() {
        return Err(Error::invalid_input("ca_file is empty; expected the path of certificates in PEM form"));
    }
    let shown = path.display();
    let text = std::fs::read(path)
        .map_err(|error| Error::io(path, &format!("ca_file {shown} cannot be read"), error))?;
    let certificates: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) => Err(Error::invalid_input(format!(
            "ca_file {shown} has no certificate; expected one or more in PEM form"
        ))),
        Err(error) => Err(Error::invalid_input(format!("ca_file {shown} is not valid PEM: {error}"))),
    }
}

/// Makes the handshake with `host` on a connection that stands.
pub(crate) fn handshake(
    config: &Arc<ClientConfig>,
    host: &str,
    tcp: &mut Tcp,
) -> io::Result<ClientConnection> {
    let name = ServerName::try_from(bare_host(host).to_owned())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, format!("{host} is no valid host name")))?;
    let mut tls = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
    while tls.is_handshaking() {
        tls.complete_io(tcp)?;
    }
    Ok(tls)
}
