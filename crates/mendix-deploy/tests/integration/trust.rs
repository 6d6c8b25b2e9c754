//! Which certificates of a server are believed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use crate::support::{APP, KEY, builder};
use mendix_deploy::{Client, Error, ErrorKind, Evidence, Proxy};
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server that shows this certificate.
fn server(certificate: &CertificateDer<'static>, key: &KeyPair) -> String {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
    // Whether the key is that of the certificate is not checked here: that of one is not known.
    let shown = SingleCertAndKey::from(CertifiedKey::new(vec![certificate.clone()], key));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(shown));
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(tls, stream.unwrap());
            // A client that does not believe the certificate hangs up.
            if stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {
                let head =
                    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", APP.len());
                let _ = stream.write_all(format!("{head}{APP}").as_bytes());
                let _ = stream.flush();
            }
        }
    });
    url
}

fn params(host: &str) -> CertificateParams {
    CertificateParams::new(vec![host.to_owned()]).unwrap()
}

/// What `openssl req -x509` makes: a certificate that signed itself, marked as an authority's.
fn authority(host: &str) -> CertificateParams {
    let mut params = params(host);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn client(url: &str, ca_file: &str) -> Result<Client, Error> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(ca_file.as_bytes()).unwrap();
    builder(url).max_attempts(3).ca_file(file.path()).build()
}

fn call(url: &str, ca_file: &str) -> Result<(), Error> {
    client(url, ca_file).unwrap().get_app("calc").map(drop)
}

/// The error of a certificate that is not believed, which is not tried again.
fn refusal(url: &str, ca_file: &str) -> String {
    let error = call(url, ca_file).unwrap_err();
    assert_eq!((error.kind(), error.evidence()), (ErrorKind::Transport, Evidence::NotSent), "{error}");
    assert_eq!(error.attempts().len(), 1, "{error}");
    format!("{error} {}", error.hint().unwrap_or_default())
}

fn made(params: &CertificateParams, key: &KeyPair) -> Certificate {
    params.self_signed(key).unwrap()
}

#[test]
fn a_certificate_that_is_named_is_believed_whatever_it_is_marked_as() {
    let key = KeyPair::generate().unwrap();
    for params in [params("127.0.0.1"), authority("127.0.0.1")] {
        let shown = made(&params, &key);
        call(&server(shown.der(), &key), &shown.pem()).unwrap();
    }
    // One whose authority is not known.
    let issuer_key = KeyPair::generate().unwrap();
    let issuer = rcgen::Issuer::new(authority("authority"), issuer_key);
    let signed = params("127.0.0.1").signed_by(&key, &issuer).unwrap();
    call(&server(signed.der(), &key), &signed.pem()).unwrap();
}

#[test]
fn a_certificate_that_is_named_must_be_the_very_one_and_have_the_right_name_and_time() {
    let key = KeyPair::generate().unwrap();
    let elsewhere = made(&authority("127.0.0.2"), &key);
    let text = refusal(&server(elsewhere.der(), &key), &elsewhere.pem());
    assert!(text.contains("not valid for name"), "{text}");

    let mut expired = authority("127.0.0.1");
    expired.not_after = date_time_ymd(2020, 1, 1);
    let expired = made(&expired, &key);
    let text = refusal(&server(expired.der(), &key), &expired.pem());
    assert!(text.contains("expired"), "{text}");

    // The same key and names, and another certificate.
    let (shown, other) = (made(&authority("127.0.0.1"), &key), made(&authority("127.0.0.1"), &key));
    let text = refusal(&server(shown.der(), &key), &other.pem());
    assert!(text.contains("name exactly that certificate as ca_file"), "{text}");
}

#[test]
fn a_certificate_that_cannot_be_used_is_skipped_and_told_of() {
    let key = KeyPair::generate().unwrap();
    let good = made(&params("127.0.0.1"), &key);
    let bad = "-----BEGIN CERTIFICATE-----\nAAECAw==\n-----END CERTIFICATE-----\n";
    let worse = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    let url = server(good.der(), &key);
    for bundle in [format!("{bad}{worse}{}", good.pem()), format!("{}{bad}", good.pem())] {
        call(&url, &bundle).unwrap();
    }
    let other_key = KeyPair::generate().unwrap();
    let other = made(&params("127.0.0.1"), &other_key);
    let text = refusal(&url, &format!("{}{bad}{worse}", other.pem()));
    assert!(text.contains("skipped: certificate 2:") && text.contains("; certificate 3:"), "{text}");

    for (file, why) in [
        (bad.to_owned(), "has no certificate that can be used: certificate 1"),
        (String::new(), "has no certificate; expected"),
        (good.pem().replace("-----END CERTIFICATE-----", ""), "is not valid PEM"),
    ] {
        let error = client(&url, &file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn tls_goes_through_the_tunnel_of_a_proxy() {
    let key = KeyPair::generate().unwrap();
    let shown = made(&params("deploy.example.com"), &key);
    let far = server(shown.der(), &key).replace("https://", "");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!(r"http://DOMAIN\me:p@ss@{}", listener.local_addr().unwrap());
    let heads = thread::spawn(move || {
        let mut heads = Vec::new();
        for stream in listener.incoming().take(2) {
            let (mut near, mut far) = (stream.unwrap(), TcpStream::connect(&far).unwrap());
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                near.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            heads.push(String::from_utf8(head).unwrap());
            near.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
            let (mut back, mut forth) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut far, &mut back));
            thread::spawn(move || std::io::copy(&mut near, &mut forth));
        }
        heads
    });
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(shown.pem().as_bytes()).unwrap();
    let client = builder("https://deploy.example.com")
        .proxy(Proxy::Url(proxy))
        .ca_file(file.path())
        .user_agent("nightly/3")
        .build()
        .unwrap();
    // The server ends each connection.
    assert_eq!(client.get_app("calc").unwrap().app_id, "calc");
    client.stop_environment("calc", "Test").unwrap();
    for head in heads.join().unwrap() {
        assert!(head.starts_with("CONNECT deploy.example.com:443 HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("Proxy-Authorization: Basic RE9NQUlOXG1lOnBAc3M=\r\n"), "{head}");
        assert!(head.contains("User-Agent: mendix-deploy/") && head.contains("nightly/3"), "{head}");
        assert!(!head.contains(KEY), "{head}");
    }
}

/// An authority with a P-521 key, and a certificate for 127.0.0.1 that it signed.
#[cfg(not(feature = "aws-lc-rs"))]
const P521: [&str; 2] = [
    "-----BEGIN CERTIFICATE-----\n\
     MIIB/DCCAV6gAwIBAgIURQR5la3z/fY9nh7nYKKfbo1SswswCgYIKoZIzj0EAwQw\n\
     DzENMAsGA1UEAwwEcDUyMTAgFw0yNjExMjUyMjE1MzlaGA8yMTI2MTEwMTIyMTUz\n\
     OVowDzENMAsGA1UEAwwEcDUyMTCBmzAQBgcqhkjOPQIBBgUrgQQAIwOBhgAEAaur\n\
     wCXw17ijvkdk291b0KHsyg5e2DZL8AAJHpTdplUQJx6jGD3lY/lfEvEiqRofahb+\n\
     WzXWVDpAiyBG8JK1ayYvACcn1EXKKq3Xd2kEt6a4Qj5VbLuBOA8CY3Vx15AQUkps\n\
     VtVJBf4zUB2WVt0wLQarDpWp1pyKHn21eWCcTNXljpZCo1MwUTAdBgNVHQ4EFgQU\n\
     7k+59DakLa8jhg1vIZf48rJLVUgwHwYDVR0jBBgwFoAU7k+59DakLa8jhg1vIZf4\n\
     8rJLVUgwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDBAOBiwAwgYcCQTjC3nnp\n\
     /ABEmEAJD7lnjKVnZANYGDO47ViPOevjxGQdvaKwrdMuge8E3BcHS4Wjre1TkQxw\n\
     PRJTgCZtKXulZkeNAkIAkCbynECIjc4Sm6uoIkt4bcjd0O7sYGfG5uIdihsYc5RN\n\
     Nr31LaxwkujrdYmNE43rGKxlGq+RiDXd//kG3VkwMFo=\n\
     -----END CERTIFICATE-----",
    "-----BEGIN CERTIFICATE-----\n\
     MIIBxTCCASagAwIBAgIUWSwic/jmz58IhM7dtyHBwjgvpXowCgYIKoZIzj0EAwQw\n\
     DzENMAsGA1UEAwwEcDUyMTAgFw0yNjExMjUyMjE1MzlaGA8yMTI2MTEwMTIyMTUz\n\
     OVowDzENMAsGA1UEAwwEbGVhZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABH15\n\
     jqPApRtC+fZPO/RUvSSXichGNdriiYWbF+/tPD4F540Y8+5AvCsl7l1ooTliiFuw\n\
     jLxYZ57n6QxQL6vwDtmjXjBcMA8GA1UdEQQIMAaHBH8AAAEwCQYDVR0TBAIwADAd\n\
     BgNVHQ4EFgQUGzT0fkpT0c4jjfgWDUh8ckRQr40wHwYDVR0jBBgwFoAU7k+59Dak\n\
     La8jhg1vIZf48rJLVUgwCgYIKoZIzj0EAwQDgYwAMIGIAkIBlO11o8aY/MOfhyPr\n\
     LFZy6u70A3l44mjYz6Shf8j5SJkkhoGMEd9ND9K9rZmSBi2Ux5ORjbob+UslNBfu\n\
     bHf6sFYCQgDw405RFQ3F7xszljZq0PsoFd+jt3pri6rmz0fBDfcu7AFnXrTr8RZ9\n\
     n4QhinJqmfOXpASHDvUntdvg69T7dIWcCA==\n\
     -----END CERTIFICATE-----",
];

#[cfg(not(feature = "aws-lc-rs"))]
#[test]
fn an_algorithm_that_cannot_be_checked_is_named() {
    let [authority, shown] = P521;
    let shown = CertificateDer::from_pem_slice(shown.as_bytes()).unwrap();
    let text = refusal(&server(&shown, &KeyPair::generate().unwrap()), authority);
    assert!(text.contains("ring knows no P-521"), "{text}");
}

/// These are made again in a process of its own: the store is where its environment says.
#[cfg(all(target_os = "linux", feature = "platform-roots"))]
mod stores {
    use std::path::Path;

    use super::*;

    fn again(name: &str, file: &Path, folder: Option<&Path>) {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "--ignored", &format!("trust::stores::{name}")])
            .env("SSL_CERT_FILE", file)
            .env_remove("SSL_CERT_DIR");
        if let Some(folder) = folder {
            command.env("SSL_CERT_DIR", folder);
        }
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
    }

    #[test]
    fn only_a_handshake_needs_one() {
        again("without_a_store", "/nowhere/certs.pem".as_ref(), None);
    }

    #[test]
    #[ignore = "run by another test, in a process without a store"]
    fn without_a_store() {
        let plain = crate::support::Server::replying(|_| (200, APP.to_owned()));
        plain.client().get_app("calc").unwrap();

        let key = KeyPair::generate().unwrap();
        let shown = made(&params("127.0.0.1"), &key);
        let url = server(shown.der(), &key);
        call(&url, &shown.pem()).unwrap();

        let error = builder(&url).max_attempts(3).build().unwrap().get_app("calc").unwrap_err();
        assert_eq!((error.kind(), error.evidence()), (ErrorKind::Transport, Evidence::NotSent), "{error}");
        assert_eq!(error.attempts().len(), 1, "{error}");
        assert!(error.to_string().contains("no CA certificates were found on this machine"), "{error}");
        let hint = error.hint().unwrap();
        assert!(hint.contains("ca-certificates") && hint.contains("ca_file"), "{hint}");
    }

    #[test]
    fn all_of_the_store_is_trusted_whatever_part_of_it_is_read_first() {
        let store = tempfile::tempdir().unwrap();
        again("file_and_folder", &store.path().join("file.pem"), Some(&store.path().join("folder")));
    }

    #[test]
    #[ignore = "run by another test, in a process with a store of its own"]
    fn file_and_folder() {
        let [in_file, in_folder, named, unknown] = ["file", "folder", "named", "unknown"].map(|name| {
            let mut params = authority(name);
            params.distinguished_name.push(rcgen::DnType::CommonName, name);
            (params, KeyPair::generate().unwrap())
        });
        let pem = |(params, key): &(CertificateParams, KeyPair)| made(params, key).pem();
        let url = |(params, key): &(CertificateParams, KeyPair)| {
            let leaf_key = KeyPair::generate().unwrap();
            let issuer = rcgen::Issuer::from_params(params, key);
            server(super::params("127.0.0.1").signed_by(&leaf_key, &issuer).unwrap().der(), &leaf_key)
        };
        let client = |url: &str| builder(url).max_attempts(3).build().unwrap();
        let file = std::env::var_os("SSL_CERT_FILE").unwrap();
        let folder = std::env::var_os("SSL_CERT_DIR").unwrap();

        let early = client(&url(&in_file));
        early.get_app("calc").unwrap_err();
        // A store is installed, and the client that missed it goes on.
        std::fs::write(&file, pem(&in_file)).unwrap();
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(Path::new(&folder).join("0a1b2c3d.0"), pem(&in_folder)).unwrap();
        early.get_app("calc").unwrap();

        for trusted in [&in_file, &in_folder] {
            client(&url(trusted)).get_app("calc").unwrap();
            call(&url(trusted), &pem(&named)).unwrap();
        }
        call(&url(&named), &pem(&named)).unwrap();
        let text = refusal(&url(&unknown), &pem(&named));
        assert!(text.contains("UnknownIssuer"), "{text}");
        let error = client(&url(&named)).get_app("calc").unwrap_err();
        assert!(error.hint().unwrap().contains("ca_file"), "{error}");
    }
}
