//! An upload needs the same memory whatever its size. A program of its own: it looks at the whole process.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::fs::File;

use mendix_deploy::PackageSource;
use support::{Server, memory};

const GIB: u64 = 1024 * 1024 * 1024;
const MOST_KIB: u64 = 16 * 1024;

#[test]
fn an_upload_of_2_gib_grows_the_process_by_less_than_16_mib() {
    let server = Server::start(|mut peer| {
        while let Some(request) = peer.head() {
            let length: u64 = request.header("content-length")[0].parse().unwrap();
            peer.send("HTTP/1.1 100 Continue\r\n\r\n");
            assert_eq!(peer.discard(length).unwrap(), length);
            peer.reply(200, "{}");
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("large.mda");
    // A file with a hole: it takes no room on the disk.
    File::create(&path).unwrap().set_len(2 * GIB).unwrap();
    let client = server.client();
    client.upload_package("calc", PackageSource::bytes(b"PK"), Some("small.mda")).unwrap();
    // The most memory that the process has had.
    let before = memory("VmHWM");
    client.upload_package("calc", PackageSource::file(&path), None).unwrap();
    let grown = memory("VmHWM").saturating_sub(before);
    assert!(grown < MOST_KIB, "{grown} KiB");
}
