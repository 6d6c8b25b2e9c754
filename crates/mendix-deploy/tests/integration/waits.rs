//! Waits last as long as they were given, through outages. No test sleeps: the pauses are skipped.

use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::clock::Skipping;
use crate::support::{Server, builder};
use mendix_deploy::{CallEvent, Client, Credentials, Error, ErrorKind, Status, WaitOptions};

const STOPPED: &str = r#"{"Status": "Stopped", "Mode": "Test"}"#;
const RUNNING: &str = r#"{"Status": "Running", "Mode": "Test"}"#;
const STARTING: &str = r#"{"Status": "Starting"}"#;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A server that is in trouble until the clock has skipped `outage`, from its third request on.
fn troubled(outage: Duration, clock: &Skipping, status: u16, body: &str) -> Server {
    let (clock, body, requests) = (clock.clone(), body.to_owned(), AtomicUsize::new(0));
    Server::replying(move |_| {
        let is_out = requests.fetch_add(1, Ordering::SeqCst) >= 2 && clock.skipped() < outage;
        match (is_out, clock.skipped() < outage) {
            (true, _) => (status, body.clone()),
            (false, true) => (200, RUNNING.to_owned()),
            (false, false) => (200, STOPPED.to_owned()),
        }
    })
}

fn client(url: &str, clock: &Skipping) -> Client {
    Client::builder(Credentials::new("me@example.com", "example-key").unwrap())
        .base_url(url)
        .clock(clock.clone())
        .build()
        .unwrap()
}

fn wait(client: &Client, time: Duration) -> Result<(), Error> {
    client.wait_for_status("calc", "Test", &Status::Stopped, WaitOptions::new().timeout(time)).map(drop)
}

#[test]
fn an_outage_in_the_middle_of_a_wait_does_not_end_it() {
    let html = "<html><h1>Error</h1></html>";
    for (status, body) in [
        (500, html),
        (502, html),
        (503, html),
        (504, ""),
        (520, html),
        (408, ""),
        (425, ""),
        (429, ""),
        (404, html),
        (200, html),
        (503, r#"{"errorCode": "SERVICE_UNAVAILABLE", "errorMessage": "later"}"#),
        (500, r#"{"errorCode": "UPSTREAM_EXPLODED", "errorMessage": "a gateway writes JSON, too"}"#),
    ] {
        let clock = Skipping::new();
        let server = troubled(seconds(90), &clock, status, body);
        wait(&client(&server.url, &clock), seconds(300)).unwrap();
        assert!(clock.skipped() >= seconds(90), "{status}");
    }
}

#[test]
fn a_service_that_is_gone_for_a_while_does_not_end_a_wait() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let clock = Skipping::new();
    let error = wait(&client(&url, &clock), seconds(90)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut, "{error}");
    assert!(clock.skipped() >= seconds(89), "{:?}", clock.skipped());
    assert!(error.message().contains("the last poll failed: get_environment: could not connect"), "{error}");
    assert!(error.pending().is_some());
    // A name that nobody knows.
    let clock = Skipping::new();
    let error = wait(&client("https://deploy.invalid", &clock), seconds(60)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut, "{error}");
}

#[test]
fn an_answer_that_is_final_ends_a_wait_at_once() {
    for (status, body, kind) in [
        (401, "", ErrorKind::Unauthorized),
        (403, "<html></html>", ErrorKind::Forbidden),
        (404, r#"{"errorCode": "ENVIRONMENT_NOT_FOUND", "errorMessage": "no"}"#, ErrorKind::NotFound),
        (500, r#"{"errorCode": "DB_SYNC_FAILED", "errorMessage": "no"}"#, ErrorKind::Api),
        (302, "", ErrorKind::InvalidResponse),
    ] {
        let clock = Skipping::new();
        let server = troubled(seconds(300), &clock, status, body);
        let error = wait(&client(&server.url, &clock), seconds(600)).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(server.requests.lock().unwrap().len(), 3, "{status}");
        assert_eq!(error.pending().unwrap().last_seen.as_deref(), Some("Running"));
    }
}

#[test]
fn a_service_that_asks_for_more_patience_than_a_call_has_is_waited_for() {
    let clock = Skipping::new();
    let count = AtomicUsize::new(0);
    let server = Server::start(move |mut peer| {
        while peer.request().is_some() {
            if count.fetch_add(1, Ordering::SeqCst) == 0 {
                peer.send("HTTP/1.1 429 X\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n");
            } else {
                peer.reply(200, STOPPED);
            }
        }
    });
    wait(&client(&server.url, &clock), seconds(600)).unwrap();
    assert!(clock.skipped() >= seconds(120) && clock.skipped() < seconds(130), "{:?}", clock.skipped());
}

#[test]
fn both_observers_hear_of_each_look_that_failed() {
    let clock = Skipping::new();
    let server = troubled(seconds(20), &clock, 502, "<html>Bad Gateway</html>");
    let events = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&events);
    let client = Client::builder(Credentials::new("me@example.com", "example-key").unwrap())
        .base_url(&server.url)
        .clock(clock)
        .on_event(move |event| {
            if let CallEvent::Retrying { operation, error, .. } = event {
                assert_eq!((*operation, error.http_status()), ("wait_for_status", Some(502)));
                *counted.lock().unwrap() += 1;
            }
            ControlFlow::Continue(())
        })
        .build()
        .unwrap();
    let (mut failed, mut looks) = (0, 0);
    let options = WaitOptions::new().on_progress(|progress| {
        looks += 1;
        if let Some(error) = &progress.error {
            assert!(error.contains("502") && progress.seen == "Running", "{progress:?}");
            failed += 1;
        }
        ControlFlow::Continue(())
    });
    client.wait_for_status("calc", "Test", &Status::Stopped, options).unwrap();
    assert_eq!(failed, *events.lock().unwrap());
    assert!(failed >= 3, "{failed}");
    assert_eq!(looks, server.requests.lock().unwrap().len(), "each look is one request");
}

#[test]
fn an_observer_can_end_a_wait_during_an_outage_and_not_one_that_has_its_result() {
    let clock = Skipping::new();
    let server = troubled(seconds(600), &clock, 502, "");
    let until_failure = |progress: &mendix_deploy::WaitProgress| match progress.error {
        None => ControlFlow::Continue(()),
        Some(_) => ControlFlow::Break(()),
    };
    let options = WaitOptions::new().on_progress(until_failure);
    let client = client(&server.url, &clock);
    let error = client.wait_for_status("calc", "Test", &Status::Stopped, options).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Cancelled, "wait_for_status"));
    assert_eq!(error.pending().unwrap().last_seen.as_deref(), Some("Running"));

    let done = Server::replying(|_| (200, STOPPED.to_owned()));
    let options = WaitOptions::new().on_progress(|_| ControlFlow::Break(()));
    done.client().wait_for_status("calc", "Test", &Status::Stopped, options).unwrap();
}

#[test]
fn the_pauses_of_a_wait_grow_and_the_last_poll_is_near_the_end() {
    let clock = Skipping::new();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (at, skipped) = (Arc::clone(&seen), clock.clone());
    let server = Server::replying(move |_| {
        at.lock().unwrap().push(skipped.skipped());
        (200, STARTING.to_owned())
    });
    let options = WaitOptions::new().timeout(seconds(120));
    let error = client(&server.url, &clock).wait_for_start("calc", "Test", "job", options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut);
    let looks = seen.lock().unwrap().clone();
    let pauses: Vec<_> = looks.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
    let longest = pauses.iter().max().unwrap();
    assert_eq!(pauses[0], Duration::from_millis(300));
    assert!(pauses[..9].is_sorted() && *longest == seconds(12), "{pauses:?}");
    assert!((15..35).contains(&looks.len()), "{} looks", looks.len());
    assert!(*looks.last().unwrap() > seconds(118), "{looks:?}");
}

#[test]
fn a_state_that_cannot_lead_to_the_goal_ends_a_wait() {
    for state in ["Failed", "failed", "ERROR"] {
        let server = Server::replying(move |_| (200, format!(r#"{{"Status": "{state}", "Mode": "Test"}}"#)));
        let clock = Skipping::new();
        let client = client(&server.url, &clock);
        let error = client.wait_for_start("calc", "Test", "job", WaitOptions::new()).unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Api, "wait_for_start"), "{error}");
        let error = wait(&client, seconds(60)).unwrap_err();
        assert!(error.message().contains(state), "{error}");
        assert_eq!(server.requests.lock().unwrap().len(), 2);
    }
}

#[test]
fn a_wait_that_cannot_begin_says_why() {
    let error = wait(&builder("http://127.0.0.1:9").build().unwrap(), Duration::ZERO).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, "wait_for_status"));
}
