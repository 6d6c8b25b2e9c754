//! The key is in no log at any level, the HTTP library's own included. A program of its own: there is one logger.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};
use mendix_deploy::{BackupPart, DownloadOptions, PackageSource};
use support::{APP, KEY, Server};

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Everything;

impl Log for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        LINES.lock().unwrap().push(format!("{} {} {}", record.level(), record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// What the HTTP library's dump of its bytes says: the last column of each row, put together again.
fn dumped(lines: &[String]) -> String {
    let rows = lines.iter().filter_map(|line| line.strip_prefix("TRACE ureq_proto::util "));
    rows.map(|row| row.get(row.len().saturating_sub(16)..).unwrap_or_default()).collect()
}

#[test]
fn the_key_is_in_no_log_and_no_text() {
    log::set_logger(&Everything).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let server = Server::replying(|_| (200, APP.to_owned()));
    let client = server.client();
    client.get_app("calc").unwrap();
    client.stop_environment("calc", "Test").unwrap();
    client.upload_package("calc", PackageSource::bytes(b"PK"), Some("a.mda")).unwrap();
    assert!(server.requests.lock().unwrap().iter().all(|request| request.header("mendix-apikey") == [KEY]));
    let lines = std::mem::take(&mut *LINES.lock().unwrap());
    // The request is in the log, byte for byte; so the key would be, had it gone that way.
    assert!(dumped(&lines).contains("content-type:"), "{lines:?}");
    assert!(!dumped(&lines).contains(KEY));
    assert!(!lines.join("\n").contains(KEY));

    // The worst of servers tells back what it was told.
    let server = Server::replying(|request| (500, format!("{:?}", request.header("mendix-apikey"))));
    let client = server.client();
    for error in [client.get_app("calc").unwrap_err(), client.stop_environment("calc", "Test").unwrap_err()] {
        let text = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(text.contains("redacted") && !text.contains(KEY), "{text}");
    }
    assert!(!format!("{client:?} {:?}", server.builder()).contains(KEY));
    let lines = LINES.lock().unwrap();
    assert!(lines.iter().filter(|line| line.contains(" mendix_deploy")).all(|line| !line.contains(KEY)));
    drop(lines);
    signed_links();
}

/// A signed link is in no text, and in no log from `DEBUG` on. (With `TRACE` the HTTP library shows replies as they come.)
fn signed_links() {
    const CANARY: &str = "S3CRET";
    LINES.lock().unwrap().clear();
    log::set_max_level(LevelFilter::Debug);
    let store = Server::replying(|_| (403, format!("<Url>https://x.example/b?signature={CANARY}</Url>")));
    let link = format!("{}/backup?signature={CANARY}", store.url);
    let server = Server::replying(move |_| (200, format!(r#"{{"DatabaseOnly": "{link}"}}"#)));
    let client = server.client();
    let links = client.get_backup_links("calc", "Test", "s").unwrap();
    assert!(serde_json::to_string(&links).unwrap().contains(CANARY), "the caller gets the link itself");
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("backup");
    let part = BackupPart::DatabaseOnly;
    let error =
        client.download_backup("calc", "Test", "s", part, &target, DownloadOptions::new()).unwrap_err();
    let text = format!("{links:?} {error} {error:?} {:?}", std::error::Error::source(&error));
    assert!(!text.contains(CANARY), "{text}");
    let requests = store.requests.lock().unwrap();
    assert!(requests.iter().all(|request| request.header("mendix-apikey").is_empty()));
    assert_eq!(requests.len(), 2, "an expired link is replaced once");
    let logged = LINES.lock().unwrap();
    let told: Vec<_> = logged.iter().filter(|line| line.contains(CANARY)).collect();
    assert!(told.is_empty(), "{told:?}");
    assert!(logged.iter().any(|line| line.contains(" ureq::run ")), "nothing was logged");
}
