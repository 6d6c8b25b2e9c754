//! A server of canned responses: it reads requests only as far as it takes to find their ends.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::Result;

pub(crate) const ENVIRONMENTS: usize = 3;
pub(crate) const APPS: usize = 10_000;
/// The length of the file that is downloaded, in bytes.
pub(crate) const FILE: u64 = 1 << 30;

/// The responses.
struct Canned {
    url: String,
    environments: Vec<u8>,
    apps: Vec<u8>,
    settings: Vec<u8>,
}

/// Serves until the standard input ends. With a file for the certificate of its authority, over TLS.
pub(crate) fn run(ca_file: Option<&Path>) -> Result<String> {
    let tls = ca_file.map(configuration).transpose()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let canned = Arc::new(Canned::new(format!("{scheme}://localhost:{}", listener.local_addr()?.port())));
    crate::say(&canned.url);
    thread::spawn(move || {
        for tcp in listener.incoming().flatten() {
            let (canned, tls) = (Arc::clone(&canned), tls.clone());
            thread::spawn(move || {
                // A client that goes away ends its connection.
                let _ = tcp.set_nodelay(true);
                let _ = match tls {
                    None => canned.serve(tcp),
                    Some(tls) => ServerConnection::new(tls)
                        .map_err(io::Error::other)
                        .and_then(|connection| canned.serve(StreamOwned::new(connection, tcp))),
                };
            });
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(String::new())
}

/// A certificate for `localhost` of an authority of its own, whose certificate goes into the file.
fn configuration(ca_file: &Path) -> Result<Arc<ServerConfig>> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // OpenSSL takes a certificate for self-signed whose issuer has its own name.
    authority.distinguished_name.push(DnType::CommonName, "mendix-deploy-bench authority");
    std::fs::write(ca_file, authority.self_signed(&authority_key)?.pem())?;
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])?
        .signed_by(&key, &Issuer::from_params(&authority, &authority_key))?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())?;
    Ok(Arc::new(config))
}

impl Canned {
    fn new(url: String) -> Canned {
        let environment = |mode: &str| {
            format!(
                r#"{{"Status":"Running","EnvironmentId":"dbf85a2b-1b57-4f62-9f5a-7c9b3d7c2b1f","Url":"https://calc-{mode}.mendixcloud.com","Mode":"{mode}","ModelVersion":"1.2.0.254","MendixVersion":"7.15.1","Production":false}}"#
            )
        };
        let environments = ["Test", "Acceptance", "Production"].map(environment);
        let mut apps = String::new();
        for number in 0..APPS {
            let comma = if number == 0 { "" } else { "," };
            let _ = write!(
                apps,
                r#"{comma}{{"AppId":"app-{number}","Name":"Application number {number}","ProjectId":"f5129445-b638-42f4-8108-{number:012}","Url":"https://app-{number}.mendixcloud.com"}}"#
            );
        }
        let constant = |number| {
            format!(r#"{{"Name":"MyFirstModule.Constant{number}","Type":"String","Value":"{number}"}}"#)
        };
        let constants: Vec<String> = (0..20).map(constant).collect();
        let settings =
            format!(r#"{{"Constants":[{}],"ScheduledEvents":[],"CustomSettings":[]}}"#, constants.join(","));
        Canned {
            url,
            environments: response(&format!("[{}]", environments.join(","))),
            apps: response(&format!("[{apps}]")),
            settings: response(&settings),
        }
    }

    /// Serves one connection to its end.
    fn serve(&self, mut stream: impl Read + Write) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 20];
        let mut head = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
                    break end + 4;
                }
                match stream.read(&mut buffer)? {
                    0 => return Ok(()),
                    count => head.extend_from_slice(&buffer[..count]),
                }
            };
            let text = String::from_utf8_lossy(&head[..end]).into_owned();
            let body: usize =
                field(&text, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            let mut left = body.saturating_sub(head.len() - end);
            head = head.split_off(end.saturating_add(body).min(head.len()));
            if left > 0 && field(&text, "expect").is_some() {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            }
            while left > 0 {
                let most = left.min(buffer.len());
                match stream.read(&mut buffer[..most])? {
                    0 => return Ok(()),
                    count => left -= count,
                }
            }
            self.respond(text.split(' ').nth(1).unwrap_or_default(), &mut stream)?;
        }
    }

    fn respond(&self, path: &str, stream: &mut impl Write) -> io::Result<()> {
        match path {
            "/api/1/apps" => stream.write_all(&self.apps),
            path if path.ends_with("/environments") => stream.write_all(&self.environments),
            path if path.ends_with("/settings") => stream.write_all(&self.settings),
            path if path.contains("/start/") => stream.write_all(&response(r#"{"Status":"Starting"}"#)),
            path if path.contains("/logs/") => {
                let link = format!(
                    r#"{{"Environment":"Acceptance","Date":"2018-08-10","DownloadUrl":"{}/file"}}"#,
                    self.url
                );
                stream.write_all(&response(&link))
            }
            "/file" => {
                stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {FILE}\r\n\r\n").as_bytes())?;
                let part = vec![7; 1 << 20];
                (0..FILE >> 20).try_for_each(|_| stream.write_all(&part))
            }
            _ => stream.write_all(&response(r#"{"PackageId":"b3d14e53-2654-4534-b374-9179a69ef3cf"}"#)),
        }
    }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn response(body: &str) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nServer: bench\r\n";
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
