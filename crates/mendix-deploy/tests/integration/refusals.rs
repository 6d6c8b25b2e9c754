//! Early refusals of uploads, many times over: the error always carries the service's status and code.
//! `MENDIX_DEPLOY_ROUNDS` sets how often.
#![expect(clippy::print_stdout, reason = "figures are shown")]

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{Server, upload};
use mendix_deploy::{Client, Credentials, Evidence};
use mendix_deploy_sim::{Call, Fault, Simulator, Tls};

const MIB: u64 = 1024 * 1024;
const THREADS: usize = 25;

fn rounds(default: usize) -> usize {
    std::env::var("MENDIX_DEPLOY_ROUNDS").map_or(default, |rounds| rounds.parse().unwrap())
}

/// Counts how often an upload's error carries the refusal.
fn heard(client: &Client, rounds: usize, bytes: u64, expected: &[(u16, &str)]) -> usize {
    let (next, heard) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < rounds {
                    let error = upload(client, bytes).unwrap_err();
                    let said = (error.http_status().unwrap_or(0), error.code_text().unwrap_or_default());
                    if error.evidence() == Evidence::Refused && expected.contains(&said) {
                        heard.fetch_add(1, Ordering::Relaxed);
                    } else {
                        println!("not heard: {error:?}");
                    }
                }
            });
        }
    });
    heard.into_inner()
}

/// Over plain and TLS connections: 401, 404, 413 and 400, after which the server reads on, closes, or resets.
#[test]
fn the_simulator_is_heard_every_time() {
    const REFUSALS: [(u16, &str); 4] =
        [(401, "UNAUTHORIZED"), (404, "APP_NOT_FOUND"), (413, "TOO_LARGE"), (400, "INVALID_APPID")];
    for tls in [Tls::Off, Tls::On] {
        let rounds = rounds(1000);
        let simulator = Simulator::builder().tls(tls).start().unwrap();
        let mut ca = tempfile::NamedTempFile::new().unwrap();
        ca.write_all(simulator.ca_pem().unwrap_or_default().as_bytes()).unwrap();
        let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
        let mut builder = Client::builder(credentials).base_url(simulator.url()).max_attempts(1);
        if tls == Tls::On {
            builder = builder.ca_file(ca.path());
        }
        for round in 0..rounds {
            let (status, code) = REFUSALS[round % 4];
            let fault = Fault::on(Call::UploadPackage);
            simulator.add_fault(match round / 4 % 3 {
                0 => fault.refuse_early(status, code, true),
                1 => fault.refuse_early(status, code, false),
                _ => fault.refuse_early_and_reset(status, code),
            });
        }
        let heard = heard(&builder.build().unwrap(), rounds, 64 * MIB, &REFUSALS);
        println!("{tls:?}: {heard} of {rounds}");
        assert_eq!(heard, rounds);
        assert_eq!(simulator.unused_faults(), []);
        assert_eq!(simulator.accounting().effects(Call::UploadPackage), 0);
    }
}

/// A server that never says `100 Continue`, reads a part of the package, and refuses.
#[test]
fn a_server_that_does_not_know_expect_is_heard_every_time() {
    const REFUSAL: &str = r#"{"errorMessage": "Too large.", "errorCode": "TOO_LARGE"}"#;
    let server = Server::start(|mut peer| {
        let how = peer.number % 3;
        peer.head().unwrap();
        peer.discard(MIB).unwrap();
        peer.reply(413, REFUSAL);
        match how {
            0 => peer.linger(),
            1 => {}
            _ => {
                thread::sleep(Duration::from_millis(20));
                peer.reset();
            }
        }
    });
    let rounds = rounds(150);
    let heard = heard(&server.client(), rounds, 64 * MIB, &[(413, "TOO_LARGE")]);
    println!("{heard} of {rounds}");
    assert_eq!(heard, rounds);
}
