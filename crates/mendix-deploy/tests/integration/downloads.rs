//! Downloads from signed links: whole or not at all, and without credentials.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::support::{Peer, Server};
use mendix_deploy::{BackupPart, Client, DownloadOptions, Downloaded, Error, ErrorKind, Evidence};

/// A server of links to another server, and that one.
struct Pair {
    api: Server,
    store: Arc<Server>,
}

fn pair(serve: impl Fn(Peer) + Send + Sync + 'static) -> Pair {
    let store = Arc::new(Server::start(serve));
    let link = format!("{}/backups/d4bf?signature=S3CRET", store.url);
    let api = Server::replying(move |request| {
        let body = if request.line.contains("/logs/") {
            format!(r#"{{"DownloadUrl": "{link}"}}"#)
        } else {
            format!(r#"{{"DatabaseOnly": "{link}"}}"#)
        };
        (200, body)
    });
    Pair { api, store }
}

/// Serves "x".
#[cfg(unix)]
fn one_byte(mut peer: Peer) {
    while peer.request().is_some() {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    }
}

fn download(client: &Client, target: &Path) -> Result<Downloaded, Error> {
    let options = DownloadOptions::new();
    client.download_backup("calc", "Test", "1", BackupPart::DatabaseOnly, target, options)
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_download_replaces_the_target_when_it_is_complete() {
    let pair = pair(|mut peer| {
        while let Some(request) = peer.request() {
            assert_eq!(request.line, "GET /backups/d4bf?signature=S3CRET HTTP/1.1");
            for secret in ["mendix-apikey", "mendix-username", "authorization", "cookie"] {
                assert!(request.header(secret).is_empty(), "{secret} went to another host");
            }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n");
            peer.send(&"x".repeat(3_000_000));
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("calc.backup");
    fs::write(&target, "old").unwrap();
    let client = pair.api.client();
    let mut seen = Vec::new();
    let options = DownloadOptions::new().on_progress(|progress| {
        assert_eq!(progress.total, 3_000_000);
        seen.push(progress.done);
        ControlFlow::Continue(())
    });
    let part = BackupPart::DatabaseOnly;
    let downloaded = client.download_backup("calc", "Test", "1", part, &target, options).unwrap();
    assert_eq!((downloaded.bytes, downloaded.path.as_path()), (3_000_000, target.as_path()));
    assert_eq!(fs::read_to_string(&target).unwrap(), "x".repeat(3_000_000));
    assert!(seen.is_sorted() && seen.last() == Some(&3_000_000));
    client
        .download_archived_logs(
            "calc",
            "Test",
            "2018-08-10",
            directory.path().join("log"),
            DownloadOptions::new(),
        )
        .unwrap();
    let mut found = names(directory.path());
    found.sort();
    assert_eq!(found, ["calc.backup", "log"], "no temporary file is left");
}

#[test]
fn a_download_that_fails_leaves_the_target_as_it_was() {
    type Behaviour = fn(Peer);
    let behaviours: [(&str, Behaviour, ErrorKind); 4] = [
        (
            "breaks off",
            |mut peer| {
                peer.request();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart");
            },
            ErrorKind::Transport,
        ),
        (
            "resets without a length",
            |mut peer| {
                peer.request();
                peer.send("HTTP/1.1 200 OK\r\n\r\npart");
                thread::sleep(Duration::from_millis(100));
                peer.reset();
            },
            ErrorKind::Transport,
        ),
        (
            "stalls",
            |mut peer| {
                peer.request();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart");
                peer.linger();
            },
            ErrorKind::Timeout,
        ),
        (
            "expired",
            |mut peer| {
                peer.request();
                let body = "<Error><Code>AccessDenied</Code><Url>https://x/?signature=S3CRET</Url></Error>";
                // The next request must not meet a connection that is about to end.
                let head = format!("HTTP/1.1 403 X\r\nConnection: close\r\nContent-Length: {}", body.len());
                peer.send(&format!("{head}\r\n\r\n{body}"));
            },
            ErrorKind::Forbidden,
        ),
    ];
    for (what, behaviour, kind) in behaviours {
        // A link that has expired is replaced once.
        let tries = if what == "expired" { 2 } else { 1 };
        let pair = pair(behaviour);
        let mut builder = pair.api.builder();
        if what == "stalls" {
            builder = builder.stall_timeout(Duration::from_secs(1));
        }
        let client = builder.build().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("calc.backup");
        fs::write(&target, "old").unwrap();
        let error = download(&client, &target).unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, "download_backup"), "{what}: {error}");
        assert!(!format!("{error} {error:?}").contains("S3CRET"), "{error:?}");
        assert_eq!(fs::read_to_string(&target).unwrap(), "old", "{what}");
        assert_eq!(names(directory.path()), ["calc.backup"], "{what}");
        assert_eq!(pair.store.connections.load(Ordering::SeqCst), tries, "{what}");
    }
}

#[test]
fn an_observer_stops_a_download() {
    let pair = pair(|mut peer| {
        peer.request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\npart");
        peer.linger();
    });
    let directory = tempfile::tempdir().unwrap();
    let options = DownloadOptions::new().on_progress(|_| ControlFlow::Break(()));
    let target = directory.path().join("x");
    let part = BackupPart::DatabaseOnly;
    let error = pair.api.client().download_backup("calc", "Test", "1", part, &target, options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert!(names(directory.path()).is_empty());
}

#[test]
fn a_target_that_cannot_be_written_is_refused_before_a_link_is_asked_for() {
    let pair = pair(|_| ());
    let client = pair.api.client();
    let directory = tempfile::tempdir().unwrap();
    for (target, kind) in [
        (directory.path().to_owned(), ErrorKind::InvalidInput),
        (directory.path().join("a\nb/c"), ErrorKind::Io),
        ("".into(), ErrorKind::InvalidInput),
        (directory.path().join("no/such/folder/x"), ErrorKind::Io),
    ] {
        let error = download(&client, &target).unwrap_err();
        assert_eq!((error.kind(), error.evidence()), (kind, Evidence::NotSent), "{error}");
        assert!(error.message().starts_with("target"), "{error}");
        assert!(!error.to_string().contains(char::is_control), "{error}");
    }
    assert_eq!(pair.api.connections.load(Ordering::SeqCst), 0);
    let error = client
        .download_backup(
            "calc",
            "Test",
            "1",
            BackupPart::FilesOnly,
            directory.path().join("x"),
            DownloadOptions::new(),
        )
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

#[test]
fn a_link_in_the_clear_to_another_machine_is_not_followed() {
    for link in ["http://cloud.example.com/b?sig=S3CRET", "ftp://x/S3CRET", "S3CRET"] {
        let server = Server::replying(move |_| (200, format!(r#"{{"DatabaseOnly": "{link}"}}"#)));
        let directory = tempfile::tempdir().unwrap();
        let error = download(&server.client(), &directory.path().join("x")).unwrap_err();
        assert_eq!((error.kind(), error.evidence()), (ErrorKind::InvalidResponse, Evidence::NotSent));
        assert!(!format!("{error} {error:?}").contains("S3CRET"), "{error:?}");
    }
}

#[cfg(unix)]
#[test]
fn who_may_read_the_target_stays_the_same() {
    use std::os::unix::fs::PermissionsExt;
    let pair = pair(one_byte);
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("backup");
    for mode in [0o600, 0o440, 0o664] {
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
        download(&pair.api.client(), &target).unwrap();
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, mode);
        assert_eq!(fs::read_to_string(&target).unwrap(), "x");
        fs::remove_file(&target).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_link_beside_the_target_is_not_followed() {
    let pair = pair(|_| ());
    let directory = tempfile::tempdir().unwrap();
    let victim = directory.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    for taken in ["backup.part", "backup.part.json"] {
        std::os::unix::fs::symlink(&victim, directory.path().join(taken)).unwrap();
        let error = download(&pair.api.client(), &directory.path().join("backup")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.message().contains(taken), "{error}");
        fs::remove_file(directory.path().join(taken)).unwrap();
    }
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert_eq!(names(directory.path()), ["victim"]);
}

#[cfg(unix)]
#[test]
fn a_target_that_is_no_regular_file_stays_what_it_is() {
    let pair = pair(one_byte);
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("socket");
    let _socket = std::os::unix::net::UnixListener::bind(&target).unwrap();
    let error = download(&pair.api.client(), &target).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.to_string().contains("not a regular file"), "{error}");
    assert_eq!(names(directory.path()), ["socket"]);
    assert!(pair.api.requests.lock().unwrap().is_empty());
}
