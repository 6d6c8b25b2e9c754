//! Connections that were idle, and servers that end them just as the next request comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{APP, Server, upload};
use mendix_deploy::{Client, Error};

/// A little more than a connection may have been idle for a call that changes something.
const IDLE: Duration = Duration::from_millis(1300);
const CLIENTS: usize = 20;

/// A call that changes something, and the one that leaves a connection behind for it.
type Mutating = fn(&Client) -> Result<(), Error>;

#[test]
fn a_change_does_not_go_out_on_a_connection_that_may_be_dying() {
    // A request that comes when the server has begun to close is lost: the server has not seen it.
    let lost = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&lost);
    let server = Server::start(move |mut peer| {
        let mut since = Instant::now();
        while let Some(request) = peer.request() {
            if since.elapsed() > Duration::from_secs(1) {
                count.fetch_add(1, Ordering::SeqCst);
                return;
            }
            let body = if request.line.starts_with("GET") { APP } else { "{}" };
            peer.reply(200, body);
            since = Instant::now();
        }
    });
    let calls: [(Mutating, Mutating); 3] = [
        (|client| client.get_app("calc").map(drop), |client| client.stop_environment("calc", "Test")),
        (
            |client| client.get_app("calc").map(drop),
            |client| client.delete_environment_tag("calc", "Test", "A"),
        ),
        (|client| upload(client, 1024), |client| upload(client, 1024)),
    ];
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let client = server.client();
            let (before, mutating) = calls[number % calls.len()];
            scope.spawn(move || {
                for _ in 0..3 {
                    before(&client).unwrap();
                    thread::sleep(IDLE);
                    mutating(&client).unwrap();
                }
            });
        }
    });
    assert_eq!(lost.load(Ordering::SeqCst), 0);
}

#[test]
fn a_call_that_looks_uses_an_idle_connection() {
    let server = Server::replying(|_| (200, APP.to_owned()));
    let client = server.client();
    let connections = || server.connections.load(Ordering::SeqCst);
    client.get_app("calc").unwrap();
    thread::sleep(IDLE);
    client.get_app("calc").unwrap();
    // The connection is as good as new.
    client.stop_environment("calc", "Test").unwrap();
    assert_eq!(connections(), 1);
    thread::sleep(IDLE);
    client.stop_environment("calc", "Test").unwrap();
    assert_eq!(connections(), 2);
}
