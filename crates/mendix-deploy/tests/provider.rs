//! What does the cryptography of TLS. A program that uses rustls itself must not notice.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use support::{APP, Server};

#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
#[test]
fn a_provider_of_its_own_is_not_installed_for_the_program() {
    let server = Server::replying(|_| (200, APP.to_owned()));
    server.client().get_app("calc").unwrap();
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
#[test]
fn without_one_of_its_own_the_one_of_the_program_is_needed() {
    let server = Server::replying(|_| (200, APP.to_owned()));
    let error = server.builder().build().unwrap_err();
    assert_eq!(error.kind(), mendix_deploy::ErrorKind::InvalidInput, "{error}");
    assert!(error.to_string().contains("CryptoProvider::install_default"), "{error}");
    rustls::crypto::ring::default_provider().install_default().unwrap();
    server.client().get_app("calc").unwrap();
}
