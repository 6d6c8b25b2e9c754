//! The memory that a reply takes has a limit, whatever is in it. A program of its own: it looks at the whole process.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use mendix_deploy::ErrorKind;
use support::{Server, memory};

const LIMIT: usize = 4 * 1024 * 1024;

/// A list as long as the limit allows, of items that all are this one.
fn list_of(item: &str) -> String {
    let count = (LIMIT - 2) / (item.len() + 1);
    format!("[{}]", vec![item; count].join(","))
}

#[test]
fn a_reply_takes_less_than_20_times_the_limit() {
    let server = Server::replying(|request| {
        if request.line.contains("/nested/") {
            // An error within an error within an error, around one text.
            let text = "x".repeat(LIMIT - 4096);
            let nested =
                (0..120).fold(format!("\"{text}\""), |inner, _| format!(r#"{{"errorCode":{inner}}}"#));
            return (500, nested);
        }
        let item = if request.line.contains("/plain/") {
            r#"{"Status": "Running", "EnvironmentId": "6f1c", "Mode": "Test", "Url": "https://calc.example.com"}"#
        } else if request.line.contains("/short/") {
            r#"{"Mode":"T"}"#
        } else if request.line.contains("/sparse/") {
            &format!(r#"{{"Mode":"T","x":[{{"a":0}},{{"a":0}},{{"a":0}}]{:102}}}"#, "")
        } else if request.line.contains("/marked/") {
            // The mark is not JSON, and what comes behind it is.
            let item = r#"{"Mode":"T","x":[{"a":0},{"a":0},{"a":0},{"a":0},{"a":0},{"a":0},{"a":0}]}"#;
            let items = vec![item; (LIMIT - 8) / (item.len() + 1)].join(",");
            return (200, format!("\u{feff}[{items}]"));
        } else if request.line.contains("/lists/") {
            r#"{"Mode":"T","x":[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[]]}"#
        } else if request.line.contains("/numbers/") {
            r#"{"Mode":"T","x":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#
        } else {
            r#"{"Mode":"T","x":[{"a":0},{"a":0},{"a":0},{"a":0},{"a":0},{"a":0},{"a":0},{"a":0},{"a":0}]}"#
        };
        (200, list_of(item))
    });
    let client = server.builder().reply_limit(LIMIT).build().unwrap();
    let before = memory("VmHWM");
    assert!(client.list_environments("plain").unwrap().len() > 10_000);
    // As many values as may be, of those that take most.
    assert!(client.list_environments("sparse").unwrap().len() > 10_000);
    for app in ["short", "lists", "numbers", "objects", "marked"] {
        let error = client.list_environments(app).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
        assert!(error.to_string().contains("reply_limit"), "{error}");
    }
    let error = client.list_environments("nested").unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Api, Some(500)));
    assert!(error.to_string().len() < 1000, "{error}");
    // The server is in this process too, and has each of its replies twice; and the allocator keeps some for itself.
    let grown = memory("VmHWM").saturating_sub(before);
    assert!(grown < (20 + 4) * LIMIT as u64 / 1024, "{grown} KiB");
}
