//! TLS with a certificate authority of its own, fresh at each start.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::rustls::{ServerConfig, crypto, pki_types::PrivatePkcs8KeyDer};

use crate::BadCertificate;

/// Whether the simulator speaks TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Plain HTTP.
    #[default]
    Off,
    /// HTTPS, with a certificate of an authority that is made for this run.
    On,
}

/// What is wrong with a certificate, if anything, and the name that it is for.
type Wanted = (Option<BadCertificate>, String);

/// What accepts TLS connections.
pub(crate) struct Acceptors {
    authority: Authority,
    address: IpAddr,
    good: Arc<ServerConfig>,
    /// What was made since.
    made: Mutex<HashMap<Wanted, Arc<ServerConfig>>>,
}

/// What accepts connections, and the certificate to trust, as PEM.
pub(crate) fn acceptors(address: IpAddr) -> io::Result<(Acceptors, String)> {
    make(address).map_err(io::Error::other)
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn make(address: IpAddr) -> Result<(Acceptors, String)> {
    let authority = Authority::new()?;
    let ca_pem = authority.pem.clone();
    let good = authority.server(names(address), None)?;
    Ok((Acceptors { authority, address, good, made: Mutex::default() }, ca_pem))
}

fn names(address: IpAddr) -> Vec<String> {
    vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned(), address.to_string()]
}

impl Acceptors {
    /// The configuration for a client that used this name, with a certificate that is valid for it unless a bad one is
    /// wanted. It is made on demand.
    pub(crate) fn config(&self, bad: Option<BadCertificate>, name: &str) -> Arc<ServerConfig> {
        /// Beyond this number of names, certificates are made again.
        const MOST: usize = 1000;
        let mut names = names(self.address);
        let is_known = names.iter().any(|known| known == name);
        if is_known && bad.is_none() {
            return Arc::clone(&self.good);
        }
        if !is_known {
            names.push(name.to_owned());
        }
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= MOST {
            made.clear();
        }
        let server = || match bad {
            None => self.authority.server(names, None),
            Some(BadCertificate::Expired) => self.authority.server(names, Some(2001)),
            Some(BadCertificate::WrongHost) => {
                self.authority.server(vec!["elsewhere.invalid".to_owned()], None)
            }
            Some(BadCertificate::UnknownAuthority) => {
                Authority::new().and_then(|other| other.server(names, None))
            }
        };
        // It worked for the good one; failing all the same, that one lets the test fail.
        let config = made.entry((bad, name.to_owned()));
        Arc::clone(config.or_insert_with(|| server().unwrap_or_else(|_| Arc::clone(&self.good))))
    }
}

struct Authority {
    certificate: CertificateParams,
    key: KeyPair,
    pem: String,
}

impl Authority {
    fn new() -> Result<Self> {
        let mut certificate = CertificateParams::new([])?;
        certificate.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        certificate.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        certificate.distinguished_name.push(DnType::CommonName, "mendix-deploy-sim");
        let key = KeyPair::generate()?;
        let pem = certificate.self_signed(&key)?.pem();
        Ok(Self { certificate, key, pem })
    }

    /// A server with a certificate for these names, which was valid until this year.
    fn server(&self, names: Vec<String>, until: Option<i32>) -> Result<Arc<ServerConfig>> {
        let mut server = CertificateParams::new(names)?;
        server.use_authority_key_identifier_extension = true;
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.distinguished_name.push(DnType::CommonName, "localhost");
        if let Some(year) = until {
            server.not_before = date_time_ymd(year - 1, 1, 1);
            server.not_after = date_time_ymd(year, 1, 1);
        }
        let key = KeyPair::generate()?;
        let certificate = server.signed_by(&key, &Issuer::from_params(&self.certificate, &self.key))?;
        let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )?;
        Ok(Arc::new(config))
    }
}
