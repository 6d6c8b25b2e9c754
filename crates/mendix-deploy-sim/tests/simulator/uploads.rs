use mendix_deploy_sim::{Call, Profile, Simulator};
use sha2::{Digest as _, Sha256};

use crate::support::{Client, connect, package, read_reply, write_head};
use std::io::Write as _;

#[test]
fn size_and_digest_are_kept() {
    let simulator = Simulator::start().unwrap();
    let bytes = package(r#"{"ModelVersion":"1.2.3.4","RuntimeVersion":"9.24.0","More":1}"#);
    let reply = Client::new(&simulator).upload("file", &bytes).unwrap().ok();
    let kept = simulator
        .with_state(|state| state.apps["calc"].packages[reply["PackageId"].as_str().unwrap()].clone());
    assert_eq!(kept.size, bytes.len() as u64);
    let digest =
        Sha256::digest(&bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    assert_eq!(kept.sha256, Some(digest));
    assert_eq!((kept.name.as_str(), kept.version.as_str()), ("calc_1.0.0.45.mda", "1.2.3.4"));
}

#[test]
fn what_is_no_package_is_refused() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    let mut no_metadata = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    no_metadata.start_file("readme.txt", zip::write::SimpleFileOptions::default()).unwrap();
    let no_metadata = no_metadata.finish().unwrap().into_inner();
    let truncated = &package("{}")[..150];
    for bytes in [b"".as_slice(), b"no zip", &no_metadata, truncated, &package("[1]")] {
        let reply = client.upload("file", bytes).unwrap();
        assert_eq!((reply.status, reply.code().as_str()), (500, "INVALID_PACKAGE"));
    }
    assert_eq!(simulator.accounting().effects(Call::UploadPackage), 0);
}

#[test]
fn the_part_of_today_must_be_named_file() {
    let simulator = Simulator::builder().profile(Profile::Today).start().unwrap();
    for part in ["calc_1.0.0.45.mda", "File", "package"] {
        let reply = Client::new(&simulator).upload(part, &package("{}")).unwrap();
        assert_eq!(reply.code(), "INVALID_PACKAGE");
        assert!(reply.text().contains("no part named 'file'"));
    }
}

/// As in the document's example, where it has the name of the file, and no other.
#[test]
fn the_part_of_the_document_may_have_any_name() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    let upload = |head: &str| {
        let part = format!("--limit\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        let note = b"--limit\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n".as_slice();
        let body = [note, part.as_bytes(), &package("{}"), b"\r\n", note, b"--limit--\r\n"].concat();
        let mut headers = client.credentials().to_vec();
        headers.push(("content-type", "multipart/form-data; boundary=limit"));
        let path = "/api/1/apps/calc/packages/upload";
        let id = crate::support::request(simulator.url(), "POST", path, &headers, &body).unwrap().ok();
        simulator
            .with_state(|state| state.apps["calc"].packages[id["PackageId"].as_str().unwrap()].name.clone())
    };
    assert_eq!(upload("name=\"file\"; filename=\"a.mda\""), "a.mda");
    assert_eq!(upload("name=\"package\"; filename=\"a.mda\""), "a.mda");
    let reply = client.upload("calc_1.0.0.45.mda", &package("{}")).unwrap();
    assert_eq!(reply.status, 200);
}

#[test]
fn a_body_that_is_not_multipart_is_refused() {
    let simulator = Simulator::start().unwrap();
    let reply = Client::new(&simulator).post("apps/calc/packages/upload", &serde_json::json!({})).code();
    assert_eq!(reply, "INVALID_PACKAGE");
}

/// The program grows by no more than a few buffers, however much comes.
#[test]
fn large_uploads_are_not_held_in_memory() {
    let simulator =
        Simulator::builder().accept_any_package(true).options(|options| options.hash_uploads = false);
    let simulator = simulator.start().unwrap();
    let client = Client::new(&simulator);
    let before = resident_kib();
    let head = b"--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n";
    let tail = b"\r\n--limit--\r\n";
    let piece = vec![b'x'; 1 << 20];
    let count = 256;
    let length = (head.len() + tail.len() + piece.len() * count) as u64;
    let mut headers = client.credentials().to_vec();
    headers.push(("content-type", "multipart/form-data; boundary=limit"));
    let mut stream = connect(simulator.url());
    write_head(&mut stream, "POST", "/api/1/apps/calc/packages/upload", &headers, length).unwrap();
    stream.write_all(head).unwrap();
    for _ in 0..count {
        stream.write_all(&piece).unwrap();
    }
    stream.write_all(tail).unwrap();
    let id = read_reply(&mut stream, false).unwrap().ok()["PackageId"].as_str().unwrap().to_owned();
    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 32 << 10, "the process grew by {grown} KiB");
    simulator.with_state(|state| assert_eq!(state.apps["calc"].packages[&id].size, 256 << 20));
}

/// 0 where the system does not tell.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
