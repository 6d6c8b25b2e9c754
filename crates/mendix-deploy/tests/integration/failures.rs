//! What goes wrong between the client and a server, and what each failure proves.

use std::io::Read;
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{
    APP, AT_MOST, Behaviour, FOR_LONG, REFUSAL, Server, builder, cancel, early_refusals, is_quicker, until,
    upload,
};
use mendix_deploy::{Client, Error, ErrorKind, Evidence, PackageSource};

const MIB: u64 = 1024 * 1024;

fn outcome(error: &Error) -> (ErrorKind, Evidence) {
    assert_eq!(error.attempts().len(), 1, "nothing is sent twice: {error:?}");
    assert_eq!(error.attempts()[0].evidence, error.evidence());
    (error.kind(), error.evidence())
}

#[test]
fn a_server_that_is_not_there_got_nothing() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = builder(&format!("http://127.0.0.1:{port}")).build().unwrap();
    let not_sent = (ErrorKind::Transport, Evidence::NotSent);
    assert_eq!(outcome(&client.get_app("calc").unwrap_err()), not_sent);
    let error = client.stop_environment("calc", "Test").unwrap_err();
    assert_eq!(outcome(&error), not_sent);
    assert!(error.to_string().contains("refused"), "{error}");

    let client = builder("https://does-not-exist.invalid").build().unwrap();
    let error = client.stop_environment("calc", "Test").unwrap_err();
    assert_eq!(outcome(&error), not_sent);
    assert!(error.to_string().contains("does-not-exist.invalid"), "{error}");
}

#[test]
fn an_answer_that_never_comes_leaves_a_change_open() {
    let behaviours: [Behaviour<_>; 8] = [
        ("resets in chunks that HTTP/1.0 does not have", |mut peer| {
            peer.request();
            peer.send("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}");
            thread::sleep(Duration::from_millis(100));
            peer.reset();
        }),
        ("closes", |mut peer| drop(peer.request())),
        ("resets", |mut peer| {
            peer.request();
            peer.reset();
        }),
        ("truncates the head", |mut peer| {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\nContent-");
        }),
        ("truncates the body", |mut peer| {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"AppId\":");
        }),
        ("speaks no HTTP", |mut peer| {
            peer.request();
            peer.send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
        }),
        ("breaks its chunks", |mut peer| {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
        }),
        ("resets in a body without length", |mut peer| {
            peer.request();
            peer.send("HTTP/1.1 200 OK\r\n\r\n{}");
            thread::sleep(Duration::from_millis(100));
            peer.reset();
        }),
    ];
    for (what, behaviour) in behaviours {
        let server = Server::start(behaviour);
        let client = server.client();
        let change = client.stop_environment("calc", "Test").unwrap_err();
        assert_eq!(outcome(&change), (ErrorKind::Ambiguous, Evidence::Ambiguous), "{what}: {change}");
        let look = client.get_app("calc").unwrap_err();
        assert_eq!(look.evidence(), Evidence::Ambiguous, "{what}");
        let expected = match what {
            "speaks no HTTP" | "breaks its chunks" => ErrorKind::InvalidResponse,
            what if what.contains("HTTP/1.0") => ErrorKind::InvalidResponse,
            _ => ErrorKind::Transport,
        };
        assert_eq!(look.kind(), expected, "{what}: {look}");
    }
}

#[test]
fn a_connection_that_the_server_closed_is_not_used_again() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.reply(200, APP);
    });
    let client = server.client();
    for round in 1..=20 {
        client.get_app("calc").unwrap();
        // The close comes a moment after the reply.
        until("the server closes", || server.closed.load(Ordering::SeqCst) == round);
    }
}

#[test]
fn an_upload_that_breaks_off_is_incomplete() {
    let server = Server::start(|mut peer| {
        peer.head();
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        peer.discard(MIB).unwrap();
        peer.reset();
    });
    let error = upload(&server.client(), 64 * MIB).unwrap_err();
    assert_eq!(outcome(&error), (ErrorKind::Transport, Evidence::Incomplete), "{error}");
}

#[test]
fn an_upload_that_arrived_without_an_answer_is_ambiguous() {
    let server = Server::start(|mut peer| drop(peer.request()));
    let error = upload(&server.client(), MIB).unwrap_err();
    assert_eq!(outcome(&error), (ErrorKind::Ambiguous, Evidence::Ambiguous), "{error}");
}

#[test]
fn an_early_refusal_of_an_upload_is_heard() {
    let hangs_up: Behaviour<_> = ("instead of 100 Continue, and hangs up", |mut peer| {
        peer.head();
        peer.reply(404, REFUSAL);
    });
    let is_late: Behaviour<_> = ("right behind a late 100 Continue, and reads on", |mut peer| {
        peer.head();
        // The client waits no longer for `100 Continue`, and begins.
        peer.discard(1).unwrap();
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        peer.reply(404, REFUSAL);
        peer.linger();
    });
    for (what, behaviour) in early_refusals().into_iter().chain([hangs_up, is_late]) {
        let server = Server::start(behaviour);
        let client = server.client();
        let rounds = if what.contains("late") { 2 } else { 25 };
        for round in 0..rounds {
            let mut taken = 0;
            let source = PackageSource::reader(std::io::repeat(7).take(256 * MIB), 256 * MIB).on_progress(
                |progress| {
                    taken = progress.done;
                    ControlFlow::Continue(())
                },
            );
            let error = client.upload_package("calc", source, Some("a.mda")).unwrap_err();
            assert_eq!(outcome(&error), (ErrorKind::NotFound, Evidence::Refused), "{what}, {round}: {error}");
            assert_eq!(error.code_text(), Some("APP_NOT_FOUND"));
            // What was under way, and not the rest.
            assert!(taken < 64 * MIB, "{what}: {taken} bytes were sent");
        }
    }
}

#[test]
fn an_answer_before_the_package_is_no_success() {
    for (status, body) in [(200, "<html>welcome</html>"), (200, "{}"), (503, "<html>busy</html>")] {
        let server = Server::start(move |mut peer| {
            peer.head();
            peer.reply(status, body);
            peer.linger();
        });
        let error = upload(&server.client(), 64 * MIB).unwrap_err();
        assert_eq!((error.evidence(), error.http_status()), (Evidence::Incomplete, Some(status)), "{error}");
    }
}

#[test]
fn informational_responses_may_have_headers_and_come_in_numbers() {
    for informational in [
        "HTTP/1.1 100 Continue\r\nDate: today\r\nServer: x\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Go\r\n\r\n",
    ] {
        let server = Server::start(move |mut peer| {
            while let Some(head) = peer.head() {
                let length: u64 = head.header("content-length")[0].parse().unwrap();
                peer.send(informational);
                peer.discard(length).unwrap();
                peer.send("HTTP/1.1 102 Processing\r\nDate: today\r\n\r\n");
                peer.reply(200, "{}");
            }
        });
        let client = server.client();
        // A client that did not understand them would wait for `100 Continue`, a second each time.
        let goes_on = is_quicker(Duration::from_secs(1), || {
            upload(&client, MIB).unwrap();
            client.stop_environment("calc", "Test").unwrap();
        });
        assert!(goes_on, "{informational}");
    }
    let endless = Server::start(|mut peer| {
        peer.request();
        for _ in 0..100_000 {
            peer.send("HTTP/1.1 102 Processing\r\n\r\n");
        }
        peer.linger();
    });
    let error = endless.client().get_app("calc").unwrap_err();
    assert!(error.to_string().contains("informational responses without end"), "{error}");
}

#[test]
fn limits_that_mean_none_are_none() {
    let server = Server::replying(|_| (200, APP.to_owned()));
    for limit in [usize::MAX, usize::MAX - 1] {
        let client = server.builder().reply_limit(limit).timeout(Duration::MAX).build().unwrap();
        assert_eq!(client.get_app("calc").unwrap().app_id, "calc");
    }
    let liar = Server::start(|mut peer| {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n{}");
    });
    let client = liar.builder().reply_limit(usize::MAX).build().unwrap();
    assert_eq!(client.get_app("calc").unwrap_err().kind(), ErrorKind::Transport);
}

#[test]
fn a_head_that_is_too_long_says_so() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.send(&format!("HTTP/1.1 200 OK\r\nX: {}\r\nContent-Length: 2\r\n\r\n{{}}", "x".repeat(40_000)));
        peer.linger();
    });
    let error = server.client().get_app("calc").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
}

#[test]
fn a_late_100_continue_is_no_answer() {
    let server = Server::start(|mut peer| {
        let request = peer.head().unwrap();
        let length: u64 = request.header("content-length")[0].parse().unwrap();
        // The client has waited a second for leave, and begins without it.
        let first = peer.discard(1).unwrap();
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        let arrived = first + peer.discard(length - first).unwrap();
        peer.reply(if arrived == length { 200 } else { 500 }, "{}");
    });
    upload(&server.client(), 64 * MIB).unwrap();
}

#[test]
fn a_package_that_changes_while_it_is_sent_does_not_arrive() {
    let server = Server::start(|mut peer| drop(peer.request()));
    let client = server.client();
    let directory = tempfile::tempdir().unwrap();
    for (what, new_length) in [("shrinks", 9 * MIB), ("grows", 65 * MIB)] {
        let path = directory.path().join(what);
        let file = std::fs::File::create(&path).unwrap();
        file.set_len(64 * MIB).unwrap();
        let source = PackageSource::file(&path).on_progress(|progress| {
            if progress.done >= 8 * MIB {
                file.set_len(new_length).unwrap();
            }
            ControlFlow::Continue(())
        });
        let error = client.upload_package("calc", source, None).unwrap_err();
        assert_eq!(outcome(&error), (ErrorKind::Io, Evidence::Incomplete), "{what}: {error}");
        assert!(error.message().contains(path.to_str().unwrap()), "{error}");
    }
    let failing = PackageSource::reader(Failing, MIB);
    let error = client.upload_package("calc", failing, Some("a.mda")).unwrap_err();
    assert_eq!(outcome(&error), (ErrorKind::Io, Evidence::Incomplete), "{error}");
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the disk is on fire"))
    }
}

#[test]
fn a_reply_that_is_too_long_is_refused_whether_it_says_so_or_not() {
    let server = Server::start(|mut peer| {
        let request = peer.request().unwrap();
        if request.line.contains("/honest") {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
        } else {
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for _ in 0..1000 {
                peer.send(&format!("1000\r\n{}\r\n", " ".repeat(0x1000)));
            }
        }
        peer.linger();
    });
    let client = server.builder().reply_limit(64 * 1024).build().unwrap();
    for app in ["honest", "endless"] {
        let error = client.get_app(app).unwrap_err();
        assert_eq!(outcome(&error), (ErrorKind::InvalidResponse, Evidence::Ambiguous), "{error}");
        assert!(error.to_string().contains("reply_limit"), "{error}");
    }
}

#[test]
fn silence_ends_when_the_time_is_up() {
    type Case<'a> = (&'a str, ErrorKind, &'a (dyn Fn(&Client) -> Result<(), Error> + Sync));
    let server = Server::start(|mut peer| {
        let request = peer.request();
        if request.is_some_and(|request| request.line.contains("/drip")) {
            peer.send("HTTP/1.1 200 OK\r\nX: ");
            for _ in 0..FOR_LONG.as_millis() / 50 {
                peer.send("x");
                thread::sleep(Duration::from_millis(50));
            }
        }
        peer.hold();
    });
    let limit = Duration::from_secs(2);
    let client = server.builder().timeout(limit).action_timeout(limit).build().unwrap();
    let cases: [Case<'_>; 3] = [
        ("a look", ErrorKind::Timeout, &|c| c.get_app("calc").map(drop)),
        ("a drip", ErrorKind::Timeout, &|c| c.get_app("drip").map(drop)),
        ("a change", ErrorKind::Ambiguous, &|c| c.stop_environment("calc", "Test")),
    ];
    thread::scope(|scope| {
        for (what, kind, call) in cases {
            let client = &client;
            scope.spawn(move || {
                let error = call(client).unwrap_err();
                assert_eq!(outcome(&error), (kind, Evidence::Ambiguous), "{what}: {error}");
                let took = error.attempts()[0].elapsed;
                assert!(took >= Duration::from_secs(2) && took < AT_MOST, "{what}: {took:?}");
                assert!(error.to_string().contains("within 2 s"), "{error}");
            });
        }
    });
}

/// How many MiB the slow upload has, and how long the server takes for each: more of both by a chore.
fn slow_upload() -> (u64, Duration) {
    let number = |name, default| std::env::var(name).map_or(default, |value| value.parse().unwrap());
    let mib = number("MENDIX_DEPLOY_SLOW_MIB", 24);
    (mib, Duration::from_millis(number("MENDIX_DEPLOY_SLOW_MS_PER_MIB", 200)))
}

#[test]
fn a_stalled_upload_ends_and_a_slow_one_does_not() {
    let (mib, for_each) = slow_upload();
    let server = Server::start(move |mut peer| {
        let Some(request) = peer.head() else { return };
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        if request.line.contains("name=slow") {
            let length: u64 = request.header("content-length")[0].parse().unwrap();
            let mut left = length;
            while left > 0 {
                thread::sleep(for_each);
                left -= peer.discard(left.min(MIB)).unwrap();
            }
            peer.reply(200, "{}");
        }
        peer.hold();
    });
    let send = |name: &str, bytes: u64, stall_timeout| {
        let builder = server.builder().timeout(Duration::from_millis(500)).stall_timeout(stall_timeout);
        let source = PackageSource::reader(std::io::repeat(7).take(bytes), bytes);
        builder.build().unwrap().upload_package("calc", source, Some(name))
    };
    // Longer than a busy machine keeps the server from a single MiB, and shorter than it takes for all.
    let stall_timeout = (for_each * 5).max(Duration::from_secs(2));
    let started = Instant::now();
    send("slow", mib * MIB, stall_timeout).unwrap();
    let took = started.elapsed();
    assert!(
        took >= for_each * u32::try_from(mib).unwrap() && took > stall_timeout,
        "the server was not slow"
    );
    println!("measured: {mib} MiB in {took:.0?}, by a client whose timeout is 0.5 s");
    let error = send("stalled", 64 * MIB, Duration::from_millis(500)).unwrap_err();
    assert_eq!(outcome(&error), (ErrorKind::Timeout, Evidence::Incomplete), "{error}");
    assert!(error.to_string().contains("stall_timeout"), "{error}");
}

/// What a call is blocked in, on which client, what that proves, and the call.
type Blocked<'a> = (&'a str, &'a Client, Evidence, &'a (dyn Fn(&Client) -> Result<(), Error> + Sync));

#[test]
fn a_call_is_cancelled_from_another_thread_wherever_it_is() {
    let arrived = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&arrived);
    let server = Server::start(move |mut peer| {
        let request = peer.head().unwrap();
        if request.line.contains("upload") {
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            peer.discard(MIB).unwrap();
        }
        count.fetch_add(1, Ordering::SeqCst);
        peer.hold();
    });
    // Nobody accepts here, and the queue is full: the connection cannot be made.
    let full = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = full.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(500)) {
        waiting.push(stream);
        assert!(waiting.len() < 10_000, "the queue has no end");
    }
    let unreachable = builder(&format!("http://{address}")).connect_timeout(FOR_LONG).build().unwrap();
    let client = server.client();
    let calls: [Blocked<'_>; 3] = [
        ("waiting for an answer", &client, Evidence::Ambiguous, &|c| c.stop_environment("calc", "Test")),
        ("sending", &client, Evidence::Incomplete, &|c| upload(c, 256 * MIB)),
        ("connecting", &unreachable, Evidence::NotSent, &|c| c.stop_environment("calc", "Test")),
    ];
    for (count, (what, client, evidence, call)) in (1..).zip(calls) {
        let is_blocked = || until(what, || what == "connecting" || arrived.load(Ordering::SeqCst) == count);
        let error = cancel(what, client, is_blocked, call);
        assert_eq!(outcome(&error), (ErrorKind::Cancelled, evidence), "{what}: {error}");
    }
}

#[test]
fn an_observer_stops_an_upload() {
    let server = Server::start(|mut peer| drop(peer.request()));
    let mut seen = Vec::new();
    let source = PackageSource::reader(std::io::repeat(7).take(64 * MIB), 64 * MIB).on_progress(|progress| {
        assert_eq!(progress.total, 64 * MIB);
        seen.push(progress.done);
        if progress.done > 8 * MIB { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let error = server.client().upload_package("calc", source, Some("a.mda")).unwrap_err();
    assert_eq!(outcome(&error), (ErrorKind::Cancelled, Evidence::Incomplete), "{error}");
    assert!(seen.is_sorted() && seen.len() > 2);
}
