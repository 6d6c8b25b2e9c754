//! Downloads that go on where they broke off: in one call, in another one, and in another process.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::support::{Peer, Request, Server};
use mendix_deploy::{BackupPart, Client, DownloadOptions, Downloaded, Error, ErrorKind};

const MIB: usize = 1024 * 1024;
const BYTES: usize = 8 * MIB;

/// Byte `n` of the data in a version.
fn data(version: u8) -> Vec<u8> {
    let mut data = Vec::with_capacity(BYTES);
    for block in 1..=BYTES / 4096 {
        data.resize(block * 4096, u8::try_from(block % 251).unwrap() ^ version);
    }
    data
}

/// What the store does with one request.
#[derive(Clone, Copy)]
enum Store {
    /// Answers as it should, with this version of the data.
    Good(u8),
    /// So many bytes, and then it hangs up.
    Breaks(u8, usize),
    /// The rest of this version, whatever version `If-Range` asks for.
    IgnoresVersion(u8),
    /// A download that breaks off, and no range of it.
    NoRange(usize),
    /// The whole data, whatever range was asked for.
    IgnoresRange(u8),
    /// Nothing of the range that was asked for.
    OtherRange,
    /// The first bytes of the range, and not how much there is in all.
    NoTotal,
    Refuses(u16),
    /// A refusal in these words.
    Says(u16, &'static str),
    /// "There is no more", of this version or of none.
    NoMore(Option<u8>),
}

struct Setup {
    api: Server,
    asked: Arc<Mutex<Vec<Option<String>>>>,
}

/// A store that behaves as told, request by request, and well in the end.
fn setup(script: Vec<Store>) -> Setup {
    let asked: Arc<Mutex<Vec<Option<String>>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let script = Mutex::new(script.into_iter());
    let store = Server::start(move |mut peer| {
        while let Some(request) = peer.request() {
            seen.lock().unwrap().push(request.header("range").first().map(|&range| range.to_owned()));
            let next = script.lock().unwrap().next().unwrap_or(Store::Good(0));
            if !answer(&mut peer, &request, next) {
                return;
            }
        }
    });
    let link = format!("{}/backup?signature=S3CRET", store.url);
    let api = Server::replying(move |_| (200, format!(r#"{{"DatabaseOnly": "{link}"}}"#)));
    Setup { api, asked }
}

/// Answers, and says whether the connection goes on.
fn answer(peer: &mut Peer, request: &Request, behaviour: Store) -> bool {
    let (version, most, ranges) = match behaviour {
        Store::Good(version) | Store::IgnoresVersion(version) => (version, BYTES, true),
        Store::Breaks(version, most) => (version, most, true),
        Store::NoRange(_) if !request.header("range").is_empty() => {
            peer.send("HTTP/1.1 416 X\r\nContent-Length: 0\r\n\r\n");
            return true;
        }
        Store::NoRange(most) => (0, most, false),
        Store::IgnoresRange(version) => (version, BYTES, false),
        Store::OtherRange => {
            let range = format!("bytes 5-14/{BYTES}");
            peer.send(&format!(
                "HTTP/1.1 206 X\r\nETag: \"v0\"\r\nContent-Range: {range}\r\nContent-Length: 10\r\n\r\n0123456789"
            ));
            return true;
        }
        Store::NoTotal => {
            let start = request.header("range")[0].trim_start_matches("bytes=").trim_end_matches('-');
            let start: usize = start.parse().unwrap();
            peer.send(&format!(
                "HTTP/1.1 206 X\r\nETag: \"v0\"\r\nContent-Range: bytes {start}-{}/*\r\nContent-Length: 10\r\n\r\n",
                start + 9
            ));
            peer.send_bytes(&data(0)[start..start + 10]);
            return true;
        }
        Store::Refuses(status) => {
            peer.reply(status, "<Error>no</Error>");
            return true;
        }
        Store::Says(status, text) => {
            peer.reply(status, text);
            return true;
        }
        Store::NoMore(version) => {
            let etag = version.map_or(String::new(), |version| format!("ETag: \"v{version}\"\r\n"));
            peer.send(&format!(
                "HTTP/1.1 416 X\r\n{etag}Content-Range: bytes */{BYTES}\r\nContent-Length: 0\r\n\r\n"
            ));
            return true;
        }
    };
    let etag = format!("\"v{version}\"");
    let is_same =
        request.header("if-range") == [etag.as_str()] || matches!(behaviour, Store::IgnoresVersion(_));
    let start = request
        .header("range")
        .first()
        .filter(|_| ranges && is_same)
        .map(|range| range.trim_start_matches("bytes=").trim_end_matches('-').parse::<usize>().unwrap());
    let content = data(version);
    match start {
        Some(start) if start >= BYTES => {
            peer.send(&format!(
                "HTTP/1.1 416 X\r\nETag: {etag}\r\nContent-Range: bytes */{BYTES}\r\nContent-Length: 0\r\n\r\n"
            ));
        }
        start => {
            let from = start.unwrap_or(0);
            let status = match start {
                Some(from) => format!("206 X\r\nContent-Range: bytes {from}-{}/{BYTES}", BYTES - 1),
                None => "200 X".to_owned(),
            };
            peer.send(&format!(
                "HTTP/1.1 {status}\r\nETag: {etag}\r\nContent-Length: {}\r\n\r\n",
                BYTES - from
            ));
            peer.send_bytes(&content[from..BYTES.min(from + most)]);
        }
    }
    most == BYTES
}

fn download(client: &Client, target: &Path) -> Result<Downloaded, Error> {
    let options = DownloadOptions::new();
    client.download_backup("calc", "Test", "1", BackupPart::DatabaseOnly, target, options)
}

/// Leaves the first half of version 0 beside the target, as a call that was given up does.
fn leave_a_half(target: &Path) {
    let setup = setup(vec![]);
    let options = DownloadOptions::new().on_progress(|progress| {
        if progress.done > (BYTES / 2) as u64 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let part = BackupPart::DatabaseOnly;
    let error = setup.api.client().download_backup("calc", "Test", "1", part, target, options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_download_that_breaks_off_goes_on_by_itself() {
    let setup = setup(vec![Store::Breaks(0, 3 * MIB), Store::Breaks(0, 2 * MIB), Store::Refuses(503)]);
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    let client = setup.api.builder().max_attempts(3).build().unwrap();
    assert_eq!(download(&client, &target).unwrap().bytes, BYTES as u64);
    assert!(fs::read(&target).unwrap() == data(0), "the data is not that of the store");
    let asked = setup.asked.lock().unwrap();
    let range = |bytes: usize| Some(format!("bytes={bytes}-"));
    assert_eq!(*asked, [None, range(3 * MIB), range(5 * MIB), range(5 * MIB)]);
    assert_eq!(names(directory.path()), ["x"]);
}

#[test]
fn a_download_without_progress_ends() {
    let setup = setup(vec![Store::Breaks(0, 1000); 50]);
    let directory = tempfile::tempdir().unwrap();
    let client = setup.api.builder().max_attempts(4).build().unwrap();
    let error = download(&client, &directory.path().join("x")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(setup.asked.lock().unwrap().len(), 4);
}

#[test]
fn a_later_download_goes_on_with_what_an_earlier_one_left() {
    type Case = (&'static str, Vec<Store>, u8, usize);
    let cases: [Case; 6] = [
        ("goes on", vec![], 0, 1),
        ("data has changed", vec![Store::Good(9)], 9, 1),
        ("range is ignored", vec![Store::IgnoresRange(0)], 0, 1),
        ("another range comes", vec![Store::OtherRange], 0, 2),
        ("link has expired", vec![Store::Refuses(403)], 0, 2),
        ("breaks off once more", vec![Store::Breaks(0, MIB)], 0, 2),
    ];
    for (what, script, version, requests) in cases {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("x");
        leave_a_half(&target);
        assert!(!target.exists(), "{what}");
        let half = fs::metadata(directory.path().join("x.part")).unwrap().len();
        assert!(half > (BYTES / 2) as u64 && half < BYTES as u64);
        let setup = setup(script);
        let client = setup.api.builder().max_attempts(3).build().unwrap();
        download(&client, &target).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(fs::read(&target).unwrap() == data(version), "{what}");
        let asked = setup.asked.lock().unwrap();
        assert_eq!(asked.len(), requests, "{what}");
        assert_eq!(asked[0], Some(format!("bytes={half}-")), "{what}");
        assert_eq!(names(directory.path()), ["x"], "{what}");
    }
}

/// Leaves all of version 0 beside the target, but for its name.
fn leave_all(target: &Path) {
    leave_a_half(target);
    fs::write(target.with_file_name("x.part"), data(0)).unwrap();
    let note = target.with_file_name("x.part.json");
    let mut text: serde_json::Value = serde_json::from_slice(&fs::read(&note).unwrap()).unwrap();
    text["synced"] = BYTES.into();
    fs::write(&note, text.to_string()).unwrap();
}

#[test]
fn a_download_that_lacked_only_its_name_gets_it() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    leave_all(&target);
    let setup = setup(vec![]);
    download(&setup.api.client(), &target).unwrap();
    assert!(fs::read(&target).unwrap() == data(0));
    assert_eq!(*setup.asked.lock().unwrap(), [Some(format!("bytes={BYTES}-"))]);
}

#[test]
fn an_equal_length_is_no_proof_of_the_same_version() {
    for version in [None, Some(7)] {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("x");
        leave_all(&target);
        let setup = setup(vec![Store::NoMore(version), Store::Good(7)]);
        download(&setup.api.client(), &target).unwrap();
        assert!(fs::read(&target).unwrap() == data(7), "the stale bytes were kept");
        assert_eq!(*setup.asked.lock().unwrap(), [Some(format!("bytes={BYTES}-")), None]);
    }
}

#[test]
fn what_was_not_stored_before_a_power_failure_is_fetched_again() {
    let directory = tempfile::tempdir().unwrap();
    let (target, part) = (directory.path().join("x"), directory.path().join("x.part"));
    leave_a_half(&target);
    let half = fs::metadata(&part).unwrap().len();
    // The length of a file may survive without its content.
    fs::OpenOptions::new().write(true).open(&part).unwrap().set_len(half + 3 * MIB as u64).unwrap();
    let setup = setup(vec![]);
    download(&setup.api.client(), &target).unwrap();
    assert!(fs::read(&target).unwrap() == data(0), "what was lost was taken for data");
    assert_eq!(*setup.asked.lock().unwrap(), [Some(format!("bytes={half}-"))]);
}

#[test]
fn a_note_that_says_more_than_is_there_is_not_believed() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    leave_a_half(&target);
    fs::write(directory.path().join("x.part"), "short").unwrap();
    let setup = setup(vec![]);
    download(&setup.api.client(), &target).unwrap();
    assert!(fs::read(&target).unwrap() == data(0));
    assert_eq!(*setup.asked.lock().unwrap(), [None]);
}

#[test]
fn a_server_that_refuses_ranges_is_asked_for_the_whole() {
    // 403 and 404 may be about the link, and 500 about the moment: those are tried first.
    for (status, requests) in
        [(400, 2), (405, 2), (412, 2), (416, 2), (422, 2), (501, 2), (403, 3), (404, 3), (500, 3)]
    {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("x");
        leave_a_half(&target);
        let setup = setup(vec![Store::Refuses(status); requests - 1]);
        let client = setup.api.builder().max_attempts(2).build().unwrap();
        download(&client, &target).unwrap_or_else(|error| panic!("{status}: {error}"));
        assert!(fs::read(&target).unwrap() == data(0), "{status}");
        let asked = setup.asked.lock().unwrap();
        assert_eq!(asked.len(), requests, "{status}");
        assert!(
            asked[..requests - 1].iter().all(Option::is_some) && asked[requests - 1].is_none(),
            "{asked:?}"
        );
    }
}

#[test]
fn a_part_of_what_is_missing_is_not_taken_for_all_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    leave_a_half(&target);
    let setup = setup(vec![Store::NoTotal]);
    download(&setup.api.client(), &target).unwrap();
    assert!(fs::read(&target).unwrap() == data(0));
    assert_eq!(setup.asked.lock().unwrap().last(), Some(&None), "the whole was asked for");
}

#[test]
fn a_link_that_does_not_work_costs_nothing_that_is_there() {
    for status in [400, 403, 503] {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("x");
        leave_a_half(&target);
        let half = fs::metadata(directory.path().join("x.part")).unwrap().len();
        let broken = setup(vec![Store::Refuses(status); 9]);
        let error = download(&broken.api.client(), &target).unwrap_err();
        assert_eq!(error.http_status(), Some(status));
        let works = setup(vec![]);
        download(&works.api.client(), &target).unwrap();
        assert_eq!(*works.asked.lock().unwrap(), [Some(format!("bytes={half}-"))], "{status}");
        assert!(fs::read(&target).unwrap() == data(0));
    }
}

#[test]
fn a_link_that_expires_again_after_progress_is_replaced_again() {
    const S3: &str =
        "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";
    const GCS: &str = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    let script = vec![
        Store::Breaks(0, 2 * MIB),
        Store::Refuses(403),
        Store::Breaks(0, 2 * MIB),
        Store::Says(400, S3),
        Store::Breaks(0, 2 * MIB),
        Store::Says(400, GCS),
    ];
    let setup = setup(script);
    let directory = tempfile::tempdir().unwrap();
    let client = setup.api.builder().max_attempts(2).build().unwrap();
    download(&client, &directory.path().join("x")).unwrap();
    assert!(fs::read(directory.path().join("x")).unwrap() == data(0));
    assert_eq!(setup.api.requests.lock().unwrap().len(), 4, "one link, and three others");
    assert_eq!(setup.asked.lock().unwrap().len(), 7);
}

#[test]
fn a_link_that_is_never_valid_is_replaced_once() {
    let setup = setup(vec![Store::Says(400, "<Code>RequestExpired</Code>"); 9]);
    let directory = tempfile::tempdir().unwrap();
    let client = setup.api.builder().max_attempts(4).build().unwrap();
    let error = download(&client, &directory.path().join("x")).unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Forbidden, Some(400)), "{error}");
    assert!(error.hint().unwrap().contains("expired"));
    assert_eq!(setup.api.requests.lock().unwrap().len(), 2);
    assert_eq!(setup.asked.lock().unwrap().len(), 2);
}

#[test]
fn what_belongs_to_something_else_is_not_gone_on_with() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    leave_a_half(&target);
    let setup = setup(vec![]);
    let options = DownloadOptions::new();
    let part = BackupPart::DatabaseOnly;
    setup.api.client().download_backup("calc", "Test", "another", part, &target, options).unwrap();
    assert_eq!(*setup.asked.lock().unwrap(), [None]);
    assert!(fs::read(&target).unwrap() == data(0));
}

#[test]
fn two_downloads_to_one_target_do_not_mix() {
    let setup = setup(vec![]);
    let client = setup.api.client();
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    let mut second = None;
    let options = DownloadOptions::new().on_progress(|_| {
        second.get_or_insert_with(|| download(&client, &target).unwrap_err());
        ControlFlow::Continue(())
    });
    client.download_backup("calc", "Test", "1", BackupPart::DatabaseOnly, &target, options).unwrap();
    let error = second.unwrap();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(fs::read(&target).unwrap() == data(0));
}

#[test]
fn a_server_that_ignores_if_range_does_not_mix_two_versions() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("backup");
    leave_a_half(&target);
    let setup = setup(vec![Store::IgnoresVersion(7), Store::Good(7)]);
    let client = setup.api.builder().max_attempts(4).build().unwrap();
    download(&client, &target).unwrap();
    assert!(fs::read(&target).unwrap() == data(7), "two versions were put together");
}

#[test]
fn the_same_bytes_again_are_no_progress() {
    let directory = tempfile::tempdir().unwrap();
    let setup = setup(vec![Store::NoRange(BYTES / 2); 100]);
    let client = setup.api.builder().max_attempts(4).build().unwrap();
    download(&client, &directory.path().join("backup")).unwrap_err();
    let asked = setup.asked.lock().unwrap().len();
    assert!(asked <= 8, "the server was asked {asked} times");
}
