//! What TLS adds to the ways in which things go wrong.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::{APP, FOR_LONG, REFUSAL, Stream, builder, early_refusals, until, upload};
use mendix_deploy::{CancelToken, Client, ErrorKind, Evidence};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const MIB: u64 = 1024 * 1024;

type Tls = StreamOwned<ServerConnection, TcpStream>;
type Peer = crate::support::Peer<Tls>;

impl Stream for Tls {
    fn socket(&self) -> &TcpStream {
        &self.sock
    }
}

struct Server {
    client: Client,
    connections: Arc<AtomicUsize>,
    _ca: tempfile::NamedTempFile,
}

fn server(serve: impl Fn(Peer) + Send + Sync + 'static) -> Server {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let mut ca = tempfile::NamedTempFile::new().unwrap();
    ca.write_all(made.cert.pem().as_bytes()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let number = count.fetch_add(1, Ordering::SeqCst);
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let stream = stream.unwrap();
            // The second of two small pieces must not wait until the first is acknowledged.
            stream.set_nodelay(true).unwrap();
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(Peer::new(StreamOwned::new(tls, stream), number)));
        }
    });
    let client = builder(&url).ca_file(ca.path()).build().unwrap();
    Server { client, connections, _ca: ca }
}

#[test]
fn an_early_refusal_of_an_upload_is_heard() {
    for (what, behaviour) in early_refusals() {
        let server = server(behaviour);
        for round in 0..10 {
            let error = upload(&server.client, 64 * MIB).unwrap_err();
            assert_eq!(
                (error.kind(), error.evidence()),
                (ErrorKind::NotFound, Evidence::Refused),
                "{what}, {round}: {error}"
            );
        }
    }
}

#[test]
fn a_late_100_continue_is_no_answer() {
    let server = server(|mut peer| {
        let head = peer.head().unwrap();
        let length: u64 = head.header("content-length")[0].parse().unwrap();
        // The client has waited a second for leave, and begins without it.
        let first = peer.discard(1).unwrap();
        peer.send("HTTP/1.1 100 Continue\r\nDate: today\r\n\r\n");
        let arrived = peer.discard(length - first);
        peer.reply(if arrived.is_ok_and(|count| count == length - first) { 200 } else { 500 }, "{}");
    });
    upload(&server.client, 16 * MIB).unwrap();
}

#[test]
fn bytes_behind_a_reply_do_not_answer_the_next_call() {
    // As much head as nearly fills the input buffer, so that what follows stays within TLS.
    let padding = format!("X-Padding: {}\r\n", "x".repeat(15_000));
    let server = server(move |mut peer| {
        while peer.head().is_some() {
            let forged = "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"AppId\": \"EVIL\"}";
            let body = format!("{{\"AppId\": \"calc\", \"Padding\": \"{}\"}}", "y".repeat(17_000));
            peer.send(&format!(
                "HTTP/1.1 200 OK\r\n{padding}Content-Length: {}\r\n\r\n{body}{forged}",
                body.len()
            ));
        }
    });
    for _ in 0..5 {
        assert_eq!(server.client.get_app("calc").unwrap().app_id, "calc");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 5);
}

#[test]
fn a_connection_that_the_server_ended_is_not_used_again() {
    let ended = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&ended);
    let server = server(move |mut peer| {
        peer.head();
        peer.reply(200, APP);
        let stream = peer.stream();
        stream.conn.send_close_notify();
        stream.flush().unwrap();
        count.fetch_add(1, Ordering::SeqCst);
        // The socket stays open, and reads on.
        let _ = peer.discard(u64::MAX);
    });
    for round in 0..3 {
        server.client.get_app("calc").unwrap();
        until("the server ends", || ended.load(Ordering::SeqCst) == 2 * round + 1);
        server.client.stop_environment("calc", "Test").unwrap();
        until("the server ends", || ended.load(Ordering::SeqCst) == 2 * round + 2);
    }
}

#[test]
fn a_refusal_behind_informational_responses_is_heard() {
    let server = server(|mut peer| {
        peer.head();
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        let _ = peer.discard(MIB);
        // Each in a record of its own, and more than TLS keeps for one who does not read.
        for _ in 0..300 {
            peer.send(&format!("HTTP/1.1 102 Processing\r\nX-Padding: {}\r\n\r\n", "x".repeat(100)));
        }
        peer.reply(404, REFUSAL);
        // The rest of the package is not read.
        thread::sleep(FOR_LONG);
    });
    let error = upload(&server.client, 64 * MIB).unwrap_err();
    assert_eq!((error.kind(), error.evidence()), (ErrorKind::NotFound, Evidence::Refused), "{error}");
}

#[test]
fn a_wish_to_end_that_is_said_once_is_heard() {
    let wishes = Arc::new(AtomicUsize::new(0));
    let wish = Arc::clone(&wishes);
    let server = server(move |mut peer| {
        peer.head();
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        let _ = peer.discard(MIB);
        // Until the client is in the middle of sending, and cannot go on: it hears of the wish when a slice of time ends.
        thread::sleep(Duration::from_millis(300));
        wish.store(1, Ordering::SeqCst);
        thread::sleep(FOR_LONG * 2);
    });
    let token = CancelToken::polling(move || wishes.swap(0, Ordering::SeqCst) == 1);
    let error = upload(&server.client.with_cancel_token(token), 64 * MIB).unwrap_err();
    assert_eq!((error.kind(), error.evidence()), (ErrorKind::Cancelled, Evidence::Incomplete), "{error}");
}
