//! Verifies the certificate of a server.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use webpki::{EndEntityCert, KeyUsage};

use super::roots::Roots;

/// Trusts what the roots have signed, and a server whose certificate is exactly one that the caller named.
///
/// A self-signed certificate is often marked as that of an authority, which a server may not use as its own, and one of an
/// unknown authority has no path to a root. Both are trusted when they are the ones that were named, if their validity
/// period and their names are right.
#[derive(Debug)]
pub(super) struct Verifier {
    roots: Roots,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    pub(super) fn new(named: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Verifier {
        let algorithms = provider.signature_verification_algorithms;
        Verifier { roots: Roots::new(named, provider), algorithms }
    }

    /// Whether the certificate is invalid only because of its issuer, or because it is that of an authority. Its validity
    /// period is checked before both.
    fn is_in_order(&self, certificate: &CertificateDer<'_>, now: UnixTime) -> bool {
        let Ok(certificate) = EndEntityCert::try_from(certificate) else { return false };
        let checked = certificate.verify_for_usage(
            self.algorithms.all,
            &[],
            &[],
            now,
            KeyUsage::server_auth(),
            None,
            None,
        );
        matches!(checked, Err(webpki::Error::UnknownIssuer | webpki::Error::CaUsedAsEndEntity))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.roots.verify(|roots| {
            roots.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        });
        let is_revoked =
            matches!(verified, Err(Error::InvalidCertificate(rustls::CertificateError::Revoked)));
        let is_decided = verified.is_ok() || is_revoked;
        if is_decided || !self.roots.named().contains(end_entity) || !self.is_in_order(end_entity, now) {
            return verified;
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
