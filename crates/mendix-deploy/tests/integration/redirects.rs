//! Redirects of signed links: followed, a few of them, with nothing of the caller's.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::support::{Request, Server};
use mendix_deploy::{BackupPart, Client, DownloadOptions, Downloaded, Error, ErrorKind};

const DATA: &str = "0123456789";

struct Setup {
    api: Server,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// A store that redirects each path as told, to a status and a place, and serves the data at any other. `{store}` is its
/// own origin. The link is to `/start/here`.
fn setup(redirects: Vec<(&'static str, u16, &'static str)>) -> Setup {
    let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
    let (seen, own) = (Arc::clone(&requests), Arc::new(Mutex::new(String::new())));
    let origin = Arc::clone(&own);
    let store = Server::start(move |mut peer| {
        while let Some(request) = peer.request() {
            let path = request.line.split(' ').nth(1).unwrap().to_owned();
            let has_range = !request.header("range").is_empty();
            seen.lock().unwrap().push(request);
            match redirects.iter().find(|(from, _, _)| *from == path) {
                Some((_, status, to)) => {
                    let to = to.replace("{store}", &origin.lock().unwrap());
                    let location = if to.is_empty() { to } else { format!("Location: {to}\r\n") };
                    peer.send(&format!("HTTP/1.1 {status} X\r\n{location}Content-Length: 5\r\n\r\nmoved"));
                }
                None if has_range => peer.send(&format!(
                    "HTTP/1.1 206 X\r\nETag: \"v\"\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n\r\n{}",
                    &DATA[4..]
                )),
                // Breaks off, so that there is something to resume.
                None if path.ends_with("breaks") => {
                    peer.send(&format!("HTTP/1.1 200 X\r\nETag: \"v\"\r\nContent-Length: 10\r\n\r\n{}", &DATA[..4]));
                    return;
                }
                None => peer.send(&format!("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\n{DATA}")),
            }
        }
    });
    own.lock().unwrap().clone_from(&store.url);
    let link = format!("{}/start/here", store.url);
    let api = Server::replying(move |_| (200, format!(r#"{{"DatabaseOnly": "{link}"}}"#)));
    Setup { api, requests }
}

fn download(client: &Client, target: &Path) -> Result<Downloaded, Error> {
    let options = DownloadOptions::new();
    client.download_backup("calc", "Test", "1", BackupPart::DatabaseOnly, target, options)
}

fn paths(setup: &Setup) -> Vec<String> {
    let requests = setup.requests.lock().unwrap();
    requests.iter().map(|request| request.line.split(' ').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn redirects_are_followed_with_nothing_of_the_callers() {
    let redirects = vec![
        ("/start/here", 301, "../a?signature=1"),
        ("/a?signature=1", 302, "?signature=2"),
        ("/a?signature=2", 303, "{store}/b"),
        ("/b", 307, "/c d"),
        ("/c%20d", 308, "/whole"),
    ];
    let setup = setup(redirects);
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    download(&setup.api.client(), &target).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), DATA);
    assert_eq!(paths(&setup), ["/start/here", "/a?signature=1", "/a?signature=2", "/b", "/c%20d", "/whole"]);
    for request in setup.requests.lock().unwrap().iter() {
        assert!(request.line.starts_with("GET "));
        for (name, _) in &request.headers {
            let expected = ["host", "accept", "user-agent", "accept-encoding"];
            assert!(expected.contains(&name.to_ascii_lowercase().as_str()), "{name} was sent");
        }
    }
}

#[test]
fn a_signed_link_may_be_long() {
    let long: &'static str = format!("/whole?token={}", "x".repeat(6000)).leak();
    let setup = setup(vec![("/start/here", 302, long)]);
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    download(&setup.api.client(), &target).unwrap();
    assert_eq!(paths(&setup), ["/start/here", long]);
    let too_long: &'static str = format!("/whole?token={}", "x".repeat(9000)).leak();
    let setup = self::setup(vec![("/start/here", 302, too_long)]);
    let error = download(&setup.api.client(), &target).unwrap_err();
    assert!(error.message().contains("a location that is longer"), "{error}");
    assert!(!error.to_string().contains("xxx"), "{error}");
}

#[test]
fn a_range_is_asked_for_where_a_redirect_leads() {
    let setup = setup(vec![("/start/here", 302, "/breaks")]);
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    let client = setup.api.builder().max_attempts(2).build().unwrap();
    download(&client, &target).unwrap();
    assert_eq!(fs::read_to_string(&target).unwrap(), DATA);
    assert_eq!(paths(&setup), ["/start/here", "/breaks", "/start/here", "/breaks"]);
    let requests = setup.requests.lock().unwrap();
    for request in &requests[2..] {
        assert_eq!(request.header("range"), ["bytes=4-"]);
        assert_eq!(request.header("if-range"), ["\"v\""]);
    }
}

#[test]
fn a_redirect_that_cannot_be_followed_is_an_error() {
    for (to, status, says, requests) in [
        ("/start/here", 302, "more than 5 times", 6),
        ("", 302, "refused", 1),
        ("/elsewhere", 304, "refused", 1),
        ("/elsewhere", 300, "refused", 1),
        ("http://cloud.example.com/?signature=S3CRET", 302, "http://", 1),
        ("ftp://127.0.0.1/S3CRET", 307, "neither", 1),
        ("http://127.0.0.1:x/S3CRET", 308, "", 1),
    ] {
        let setup = setup(vec![("/start/here", status, to)]);
        let directory = tempfile::tempdir().unwrap();
        let client = setup.api.builder().max_attempts(3).build().unwrap();
        let error = download(&client, &directory.path().join("x")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{to}: {error}");
        assert_eq!(error.operation(), "download_backup");
        assert!(error.to_string().contains(says), "{to}: {error}");
        assert!(!format!("{error} {error:?}").contains("S3CRET"), "{error:?}");
        assert_eq!(paths(&setup).len(), requests, "{to}");
        assert!(fs::read_dir(directory.path()).unwrap().next().is_none());
    }
}
