//! Hostile servers: whatever comes back, a call ends in time with a value or a typed error, in bounded memory, and its
//! text is one line without the key. `MENDIX_DEPLOY_FUZZ_SECONDS` and `MENDIX_DEPLOY_FUZZ_SEED` set how long the
//! replies of `tests/corpus` are changed at random, and how.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::calls::{call, example};
use crate::support::{AT_MOST, KEY, Server, memory};
use fastrand::Rng;
use mendix_deploy::{Client, Error, ErrorKind};
use mendix_deploy_sim::Call;

const TIMEOUT: Duration = Duration::from_secs(5);
const REPLY_LIMIT: usize = 64 * 1024;

/// A server that answers a request for `/apps/{key}…` with the bytes of that key, and a client for it.
fn serving(replies: &Arc<Mutex<HashMap<String, Vec<u8>>>>) -> (Server, Client) {
    let replies = Arc::clone(replies);
    let server = Server::start(move |mut peer| {
        let Some(request) = peer.request() else { return };
        let key = request.line.split('/').nth(4).unwrap_or_default();
        let key = key.split([' ', '?']).next().unwrap_or_default();
        let reply = replies.lock().unwrap().get(key).cloned();
        peer.send_bytes(&reply.unwrap_or_default());
    });
    let client =
        server.builder().timeout(TIMEOUT).answer_timeout(TIMEOUT).reply_limit(REPLY_LIMIT).build().unwrap();
    (server, client)
}

fn json(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// What comes of one reply to one call.
fn meet(client: &Client, key: &str, met: Call) -> Result<(), Error> {
    let mut args = example(met);
    for named in ["app_id", "project_id"] {
        args.insert(named.to_owned(), key.into());
    }
    let started = Instant::now();
    let result = call(client, met, &args);
    let took = started.elapsed();
    assert!(took < TIMEOUT + AT_MOST, "{met} took {took:?}");
    if let Err(error) = &result {
        let text = error.to_string();
        assert!(!text.contains(KEY), "{text}");
        assert!(!text.contains(char::is_control) && text.len() < 10_000, "{text:?}");
        assert_ne!(error.kind(), ErrorKind::InvalidInput, "{text}");
    }
    result
}

#[test]
fn odd_json_is_read_or_refused_on_purpose() {
    let environment = Call::GetEnvironment;
    let (package, backups, app) = (Call::GetEnvironmentPackage, Call::ListBackups, Call::GetApp);
    let deep = format!(r#"{{"AppId": "calc", "X": {}1{}}}"#, "[".repeat(3_000), "]".repeat(3_000));
    let cases: Vec<(&str, Call, &[u8], Option<&str>)> = vec![
        ("deep", app, deep.as_bytes(), Some("not valid JSON")),
        ("deep and cut off", app, &deep.as_bytes()[..2_000], Some("not valid JSON")),
        ("deep from the start", Call::ListEnvironments, &[b'['; 3_000], Some("type")),
        ("a value for every byte", app, &[b'['; 60_000], Some("more values than reply_limit allows")),
        ("a key twice", app, br#"{"AppId": "a", "AppId": "b"}"#, Some("AppId is there twice")),
        ("an unknown key twice", app, br#"{"AppId": "a", "X": 1, "X": 2}"#, None),
        (
            "a number out of range",
            package,
            br#"{"PackageId": "p", "Status": "Queued", "Size": 1e400}"#,
            Some("JSON"),
        ),
        ("a size that is none", package, br#"{"PackageId": "p", "Status": "Queued", "Size": -5}"#, None),
        (
            "a huge size",
            package,
            br#"{"PackageId": "p", "Status": "Queued", "Size": 99999999999999999999}"#,
            None,
        ),
        ("a date out of range", backups, br#"[{"SnapshotID": "s", "State": "x", "CreatedOn": 1e300}]"#, None),
        (
            "a date before the first year",
            backups,
            br#"[{"SnapshotID": "s", "State": "x", "CreatedOn": -99999999999999}]"#,
            None,
        ),
        ("no UTF-8", app, b"{\"AppId\": \"\xff\xfe\"}", Some("JSON")),
        ("half a character", app, br#"{"AppId": "\ud800"}"#, Some("JSON")),
        ("a NUL", app, br#"{"AppId": "a\u0000b"}"#, None),
        ("an unknown state", environment, br#"{"Status": "Hibernating", "Mode": "Acceptance"}"#, None),
        ("a number for a word", environment, br#"{"Status": 7, "Mode": "Acceptance"}"#, None),
        ("a wrong type", app, br#"{"AppId": {}}"#, Some("AppId has another type")),
        ("another object", environment, br#"{"message": "hello"}"#, Some("none of the documented fields")),
        ("a value for an object", app, b"42", Some("type")),
        ("an array for an object", app, b"[]", Some("type")),
        ("a byte order mark", app, b"\xef\xbb\xbf{\"AppId\": \"calc\"}", None),
        ("UTF-16", app, b"{\0\"\0A\0p\0p\0I\0d\0\"\0:\0\"\0a\0\"\0}\0", None),
        ("two values", app, br#"{"AppId": "calc"}{"AppId": "calc"}"#, Some("JSON")),
        ("gzip", app, b"\x1f\x8b\x08\x00\x00\x00\x00\x00", Some("JSON")),
    ];
    let replies = Arc::default();
    let (_server, client) = serving(&replies);
    for (what, met, body, expected) in cases {
        replies.lock().unwrap().insert("x".to_owned(), json(body));
        let result = meet(&client, "x", met);
        println!("{what}: {result:?}");
        match expected {
            None => result.expect(what),
            Some(why) => {
                let error = result.expect_err(what);
                assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{what}: {error}");
                assert!(error.to_string().contains(why), "{what}: {error}");
            }
        }
    }
}

#[test]
fn replies_changed_at_random_are_survived() {
    let setting = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
    };
    let seconds = setting("MENDIX_DEPLOY_FUZZ_SECONDS", 8);
    let seed = setting("MENDIX_DEPLOY_FUZZ_SEED", Rng::new().u64(..));
    println!("MENDIX_DEPLOY_FUZZ_SEED={seed}");
    // Tests run in the folder of their package.
    let mut corpus: Vec<_> =
        std::fs::read_dir("tests/corpus").unwrap().map(|entry| entry.unwrap().path()).collect();
    corpus.sort();
    let corpus: Vec<Vec<u8>> = corpus.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let ends = Instant::now() + Duration::from_secs(seconds);
    let replies = Arc::default();
    let (_server, client) = serving(&replies);
    let before = memory("VmRSS");
    let (mut good, mut bad) = (0, 0);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..8_u64)
            .map(|worker| {
                let (corpus, client, replies) = (&corpus, &client, &replies);
                scope.spawn(move || {
                    let mut rng = Rng::with_seed(seed.wrapping_add(worker));
                    let (mut good, mut bad) = (0, 0);
                    while Instant::now() < ends {
                        let reply = mutate(&mut rng, corpus);
                        replies.lock().unwrap().insert(worker.to_string(), reply);
                        // Calls without an app in their path get no reply.
                        let met = Call::ALL[rng.usize(2..Call::ALL.len())];
                        match meet(client, &worker.to_string(), met) {
                            Ok(()) => good += 1,
                            Err(_) => bad += 1,
                        }
                    }
                    (good, bad)
                })
            })
            .collect();
        for worker in workers {
            let (more_good, more_bad) = worker.join().unwrap();
            (good, bad) = (good + more_good, bad + more_bad);
        }
    });
    let grown = memory("VmRSS").saturating_sub(before);
    println!("{good} replies were good, {bad} were not; memory grew by {grown} KiB");
    assert!(good > 0 && bad > 0, "the replies were all good, or all bad");
    assert!(grown < 64 * 1024, "memory grew by {grown} KiB");
}

/// A reply of the corpus, changed in a few places.
fn mutate(rng: &mut Rng, corpus: &[Vec<u8>]) -> Vec<u8> {
    const WORDS: [&str; 22] = [
        "1e400",
        "-0",
        "null",
        "true",
        "\"\\ud800\"",
        "\u{0}",
        "{}",
        "[]",
        "[[[[[[[[",
        "}}}}",
        "\"errorCode\"",
        "\"AppId\"",
        "\r\n",
        "\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "Content-Encoding: gzip\r\n",
        "ffffffffffffffff\r\n",
        "Retry-After: 99999999999999999999\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
    ];
    let mut reply = rng.choice(corpus).unwrap().clone();
    for _ in 0..rng.usize(0..5) {
        let place = rng.usize(0..=reply.len());
        match rng.u8(0..7) {
            0 => reply.truncate(place),
            1 => {
                if let Some(byte) = reply.get_mut(place) {
                    *byte = rng.u8(..);
                }
            }
            2 => drop(reply.splice(place..place, rng.choice(WORDS).unwrap().bytes())),
            3 => {
                let end = rng.usize(place..=reply.len());
                drop(reply.drain(place..end));
            }
            4 => {
                let end = rng.usize(place..=reply.len().min(place + 200));
                let piece = reply[place..end].repeat(rng.usize(1..4));
                reply.splice(place..place, piece);
            }
            5 => {
                let other = rng.choice(corpus).unwrap();
                reply.truncate(place);
                reply.extend(&other[rng.usize(0..=other.len())..]);
            }
            _ => {
                let piece = vec![rng.u8(..); rng.usize(0..100_000)];
                reply.splice(place..place, piece);
            }
        }
    }
    reply
}
