//! Response heads that browsers survive, and those that nobody should.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::support::{APP, Server, upload};
use mendix_deploy::{BackupPart, DownloadOptions, ErrorKind, Evidence};

/// Answers every request with this head, which ends with the field before `Content-Length`.
fn with_fields(fields: String) -> Server {
    Server::start(move |mut peer| {
        while peer.request().is_some() {
            peer.send(&format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\n\r\n{APP}", APP.len()));
        }
    })
}

#[test]
fn odd_lines_do_not_lose_the_reply() {
    for fields in [
        "Set-Cookie: a=\u{1}\u{7}b\r\n".to_owned(),
        "Server : spaced\r\n".to_owned(),
        "X-Folded: a\r\n b\r\n".to_owned(),
        "no colon at all\r\n".to_owned(),
        "X-Hop: a\r\n".repeat(150),
        format!("Content-Security-Policy: {}\r\n", "x".repeat(20 * 1024)),
    ] {
        let shown = fields[..fields.len().min(40)].to_owned();
        let server = with_fields(fields);
        let client = server.client();
        for _ in 0..3 {
            assert_eq!(client.get_app("calc").unwrap().app_id, "calc", "{shown:?}");
            client.stop_environment("calc", "Test").unwrap();
        }
        upload(&client, 1024).unwrap();
    }
}

#[test]
fn a_head_beyond_the_bounds_names_them() {
    for (fields, bound) in [
        (format!("X: {}\r\n", "x".repeat(80 * 1024)), "64 KiB"),
        ("X-Hop: a\r\n".repeat(300), "256 lines"),
        ("Content-Length: 3\r\n".to_owned(), "two lengths"),
        ("Transfer-Encoding: gzip, chunked\r\n".to_owned(), "Transfer-Encoding"),
    ] {
        let server = with_fields(fields);
        let error = server.client().get_app("calc").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
        assert!(error.to_string().contains(bound), "{error}");
        let error = server.client().stop_environment("calc", "Test").unwrap_err();
        assert_eq!((error.kind(), error.evidence()), (ErrorKind::Ambiguous, Evidence::Ambiguous), "{error}");
        assert!(error.to_string().contains(bound), "{error}");
    }
}

#[test]
fn a_head_and_its_body_may_come_in_any_pieces() {
    let server = Server::start(|mut peer| {
        let mut step = 1;
        while peer.request().is_some() {
            let interim = "HTTP/1.1 103 Hints\r\nLink: </x>\r\n\r\n";
            let reply = format!("{interim}HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{APP}", APP.len());
            for piece in reply.as_bytes().chunks(step) {
                peer.send_bytes(piece);
                thread::sleep(Duration::from_millis(1));
            }
            step = step * 2 + 1;
        }
    });
    let client = server.client();
    for _ in 0..7 {
        assert_eq!(client.get_app("calc").unwrap().app_id, "calc");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[test]
fn a_reply_that_has_no_body_costs_its_connection_and_not_the_next_call() {
    for head in [
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 17\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 17\r\n\r\n",
    ] {
        let server = Server::start(move |mut peer| {
            while let Some(request) = peer.request() {
                if request.line.starts_with("GET") {
                    peer.reply(200, APP);
                } else {
                    peer.send(head);
                    // By now the client has looked at the connection for the last time before it sends the next call.
                    thread::sleep(Duration::from_millis(50));
                    peer.send("{\"AppId\": \"EVIL\"}");
                }
            }
        });
        let client = server.client();
        for _ in 0..5 {
            let _ = client.stop_environment("calc", "Test");
            assert_eq!(client.get_app("calc").unwrap().app_id, "calc", "{head:?}");
        }
    }
}

#[test]
fn a_compressed_reply_is_refused_by_name() {
    let server = Server::start(|mut peer| {
        while let Some(request) = peer.request() {
            assert_eq!(request.header("accept-encoding"), ["identity"]);
            let status = if request.line.contains("missing") { 404 } else { 200 };
            let body = if request.line.contains("empty") { "" } else { "\u{1f}gz" };
            peer.send(&format!(
                "HTTP/1.1 {status} X\r\nContent-Encoding: GZip\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ));
        }
    });
    let client = server.client();
    let error = client.get_app("calc").unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::InvalidResponse, Some(200)), "{error}");
    assert!(error.to_string().contains("compressed with GZip, which was not asked for"), "{error}");
    let error = client.get_app("missing").unwrap_err();
    assert_eq!((error.kind(), error.evidence()), (ErrorKind::NotFound, Evidence::Refused), "{error}");
    // That it was accepted is clear, whatever the words for it.
    client.stop_environment("calc", "Test").unwrap();
    client.stop_environment("empty", "Test").unwrap();
}

#[test]
fn a_service_that_asks_for_patience_is_heard_whatever_its_body() {
    let server = Server::start(|mut peer| {
        let head = "HTTP/1.1 503 X\r\nRetry-After: 7\r\n";
        for rest in ["Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\ngz", "Content-Length: 9\r\n\r\n{"] {
            if peer.request().is_none() {
                return;
            }
            peer.send(&format!("{head}{rest}"));
        }
    });
    let client = server.client();
    for _ in 0..2 {
        let error = client.get_app("calc").unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)), "{error}");
    }
}

#[test]
fn a_download_is_kept_as_it_is_stored() {
    let store = Server::start(|mut peer| {
        while let Some(request) = peer.request() {
            assert_eq!(request.header("accept-encoding"), ["identity"]);
            peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nxx");
        }
    });
    let link = store.url.clone();
    let api = Server::replying(move |_| (200, format!(r#"{{"DatabaseOnly": "{link}/d4bf"}}"#)));
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("calc.backup");
    let options = DownloadOptions::new();
    let part = BackupPart::DatabaseOnly;
    // Logs are stored compressed, and some stores say so. Length and ETag are those of the stored bytes.
    api.client().download_backup("calc", "Test", "1", part, &target, options).unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), b"xx");
}
