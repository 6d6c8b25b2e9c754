//! Where two rules meet: refusals that break off, slow answers to early refusals, budgets that end in between.

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::clock::Skipping;
use crate::support::{AT_MOST, FOR_LONG, Peer, Server, builder};
use mendix_deploy::{Error, ErrorKind, Evidence, PackageSource, Status, WaitOptions};

const MIB: u64 = 1024 * 1024;

fn told(error: &Error) -> (ErrorKind, Evidence, Option<u16>, usize) {
    (error.kind(), error.evidence(), error.http_status(), error.attempts().len())
}

#[test]
fn a_refusal_whose_words_break_off_is_still_one() {
    for (status, kind) in
        [(401, ErrorKind::Unauthorized), (403, ErrorKind::Forbidden), (404, ErrorKind::NotFound)]
    {
        let server = Server::start(move |mut peer| {
            peer.head();
            peer.send(&format!("HTTP/1.1 {status} X\r\nContent-Length: 100\r\n\r\n{{\"errorCode"));
        });
        let client = server.builder().max_attempts(4).read_back(true).build().unwrap();
        let expected = (kind, Evidence::Refused, Some(status), 1);
        assert_eq!(told(&client.get_app("calc").unwrap_err()), expected);
        assert_eq!(told(&client.start_environment("calc", "Test", true).unwrap_err()), expected);
        let source = PackageSource::bytes(b"PK");
        assert_eq!(told(&client.upload_package("calc", source, Some("a.mda")).unwrap_err()), expected);
    }
}

#[test]
fn an_early_answer_that_drips_ends_with_the_time_for_answers() {
    let server = Server::start(|mut peer| {
        peer.head();
        peer.send("HTTP/1.1 413 X\r\nContent-Length: 100000\r\n\r\n");
        for _ in 0..FOR_LONG.as_millis() / 50 {
            peer.send(" ");
            thread::sleep(Duration::from_millis(50));
        }
    });
    let client = server.builder().answer_timeout(Duration::from_secs(1)).build().unwrap();
    let started = Instant::now();
    let source = PackageSource::reader(std::io::repeat(7).take(64 * MIB), 64 * MIB);
    let error = client.upload_package("calc", source, Some("a.mda")).unwrap_err();
    assert_eq!(told(&error), (ErrorKind::Api, Evidence::Refused, Some(413), 1), "{error}");
    assert!(started.elapsed() < AT_MOST, "{:?}", started.elapsed());
}

#[test]
fn who_ends_the_look_before_a_change_ends_the_change() {
    let server = Server::replying(|request| {
        if request.line.starts_with("GET") {
            (503, String::new())
        } else {
            (200, r#"{"SnapshotID": "s", "State": "x"}"#.to_owned())
        }
    });
    let builder = server.builder().max_attempts(4).read_back(true);
    let client = builder.on_event(|_| ControlFlow::Break(())).build().unwrap();
    let error = client.create_backup("calc", "Test", Some("before")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert_eq!(server.requests.lock().unwrap().len(), 1, "only the look was sent");
}

#[test]
fn the_look_before_a_change_is_in_its_budget() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.hold();
    });
    let client = server
        .builder()
        .action_timeout(Duration::from_secs(1))
        .max_attempts(4)
        .read_back(true)
        .build()
        .unwrap();
    let error = client.create_backup("calc", "Test", Some("before")).unwrap_err();
    // A quarter of the time went to the look, and a quarter of the rest is kept for read-back.
    let attempt = error.attempts()[0].elapsed;
    assert!(error.message().contains("within 1 s (action_timeout)"), "{error}");
    assert!(attempt >= Duration::from_millis(500), "{attempt:?}");
}

#[test]
fn an_upload_that_took_longer_than_a_call_may_goes_again() {
    let server = Server::start(|mut peer| {
        let length: u64 = peer.head().unwrap().header("content-length")[0].parse().unwrap();
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        if peer.number == 0 {
            peer.discard(MIB).unwrap();
            thread::sleep(Duration::from_millis(700));
            peer.reset();
        } else {
            peer.discard(length).unwrap();
            peer.reply(200, "{}");
        }
    });
    let client = server.builder().timeout(Duration::from_millis(500)).max_attempts(3).build().unwrap();
    let bytes = vec![7; 32 << 20];
    client.upload_package("calc", PackageSource::bytes(&bytes), Some("a.mda")).unwrap();
}

#[test]
fn a_server_that_expects_nothing_gets_the_package_without_asking() {
    let seen: &Mutex<Vec<bool>> = Box::leak(Box::default());
    let server = Server::start(move |mut peer: Peer| {
        let head = peer.head().unwrap();
        let asks = !head.header("expect").is_empty();
        seen.lock().unwrap().push(asks);
        if asks {
            return peer.reply(417, "");
        }
        peer.discard(head.header("content-length")[0].parse().unwrap()).unwrap();
        peer.reply(200, r#"{"PackageId": "p"}"#);
    });
    let client = server.client();
    // A reader can be read only once: nothing of it is, before the server agrees.
    let source = PackageSource::reader(&b"PK"[..], 2);
    let uploaded = client.upload_package("calc", source, Some("a.mda")).unwrap();
    assert_eq!(uploaded.package_id.as_deref(), Some("p"));
    assert_eq!(*seen.lock().unwrap(), [true, false]);
}

#[test]
fn the_time_of_a_slow_source_is_not_the_servers() {
    struct Slow(u64, Duration);
    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            thread::sleep(std::mem::take(&mut self.1));
            let count = buffer.len().min(usize::try_from(self.0).unwrap());
            self.0 -= count as u64;
            Ok(count)
        }
    }
    let server = Server::replying(|_| (200, "{}".to_owned()));
    let client = server.builder().stall_timeout(Duration::from_secs(2)).build().unwrap();
    let source = PackageSource::reader(Slow(2 * MIB, Duration::from_secs(3)), 2 * MIB);
    client.upload_package("calc", source, Some("a.mda")).unwrap();
}

#[test]
fn a_wait_that_cannot_connect_says_so_when_its_time_is_up() {
    let server = Server::start(|mut peer| peer.linger());
    let url = server.url.replace("http://", "https://");
    let client =
        builder(&url).connect_timeout(Duration::from_millis(300)).clock(Skipping::new()).build().unwrap();
    let options = WaitOptions::new().timeout(Duration::from_secs(20));
    let error = client.wait_for_status("calc", "Test", &Status::Stopped, options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut, "{error}");
    assert!(error.message().contains("(connect_timeout); it was still in the TLS handshake"), "{error}");
    assert!(error.pending().is_some(), "what was waited for is still told");
}

#[test]
fn a_wait_for_a_status_without_a_word_is_refused_before_anything_is_sent() {
    let server = Server::replying(|_| (200, "{}".to_owned()));
    let client = server.builder().build().unwrap();
    for status in [Status::default(), Status::from("")] {
        let options = WaitOptions::new().timeout(Duration::from_secs(5));
        let error = client.wait_for_status("calc", "Test", &status, options).unwrap_err();
        assert_eq!(told(&error), (ErrorKind::InvalidInput, Evidence::NotSent, None, 0), "{error}");
        assert_eq!(error.operation(), "wait_for_status");
        assert!(error.to_string().contains("status is empty"), "{error}");
    }
    assert!(server.requests.lock().unwrap().is_empty());
}
