//! The key is in no log at any level, the HTTP library's own included. A program of its own: there is one logger.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};
use mendix_deploy::PackageSource;
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
}
