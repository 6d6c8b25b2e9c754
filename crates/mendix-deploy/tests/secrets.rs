//! The key is in no log at any level, the HTTP library's own included. A program of its own: there is one logger.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};
use mendix_deploy::PackageSource;
use support::{KEY, Server};

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

#[test]
fn the_key_is_in_no_log_and_no_text() {
    log::set_logger(&Everything).unwrap();
    log::set_max_level(LevelFilter::Trace);
    // The worst of servers: it tells back what it was told.
    let server = Server::replying(|request| (500, format!("{request:?}")));
    let client = server.client();
    let errors = [
        client.get_app("calc").unwrap_err(),
        client.stop_environment("calc", "Test").unwrap_err(),
        client.upload_package("calc", PackageSource::bytes(b"PK"), Some("a.mda")).unwrap_err(),
    ];
    for error in &errors {
        let text = format!("{error} {error:?} {:?}", std::error::Error::source(error));
        assert!(!text.contains(KEY), "{text}");
    }
    assert!(!format!("{client:?} {:?}", server.builder()).contains(KEY));
    assert!(server.requests.lock().unwrap().iter().all(|request| request.header("mendix-apikey") == [KEY]));

    let lines = LINES.lock().unwrap();
    // What is sent is in the log, in the HTTP library's words; so the key would be, had it gone that way.
    assert!(lines.iter().any(|line| line.starts_with("TRACE ureq") && line.contains("user-agent")));
    let mut replies = 0;
    for line in lines.iter() {
        // A server that tells the key back puts it into the HTTP library's record of the reply; there it stays.
        if line.contains(KEY) {
            assert!(line.starts_with("TRACE ureq"), "{line}");
            replies += 1;
        }
    }
    assert!(replies <= errors.len(), "{replies}");
}
