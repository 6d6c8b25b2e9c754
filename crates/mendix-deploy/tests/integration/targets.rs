//! Where downloads go: paths that move, links, long names, what lies in the way, and room on the disk.
#![cfg(unix)]

use std::env;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::support::{Peer, Server};
use mendix_deploy::{BackupPart, Client, DownloadOptions, Downloaded, Error, ErrorKind};

const DATA: &str = "0123456789";

/// A service whose links lead to a store that serves `DATA`, or what is left of it.
fn api() -> Server {
    serving(|mut peer| {
        while let Some(request) = peer.request() {
            let start = request.header("range").first().map_or(0, |range| {
                range.trim_start_matches("bytes=").trim_end_matches('-').parse::<usize>().unwrap()
            });
            let status = if start > 0 {
                format!("206 X\r\nContent-Range: bytes {start}-9/10")
            } else {
                "200 X".into()
            };
            let rest = &DATA[start..];
            peer.send(&format!(
                "HTTP/1.1 {status}\r\nETag: \"v\"\r\nContent-Length: {}\r\n\r\n{}",
                rest.len(),
                // The first one breaks off.
                if peer.number == 0 { &rest[..rest.len().min(4)] } else { rest }
            ));
            if peer.number == 0 {
                return;
            }
        }
    })
}

fn serving(serve: impl Fn(Peer) + Send + Sync + 'static) -> Server {
    let store = Server::start(serve);
    let link = format!("{}/backup", store.url);
    Server::replying(move |_| (200, format!(r#"{{"DatabaseOnly": "{link}"}}"#)))
}

/// A client that resumes what breaks off.
fn client(api: &Server) -> Client {
    api.builder().max_attempts(3).build().unwrap()
}

fn download(client: &Client, target: &Path) -> Result<Downloaded, Error> {
    watched(client, target, || ())
}

fn watched(client: &Client, target: &Path, mut watch: impl FnMut()) -> Result<Downloaded, Error> {
    let options = DownloadOptions::new().on_progress(|_| {
        watch();
        ControlFlow::Continue(())
    });
    client.download_backup("calc", "Test", "1", BackupPart::DatabaseOnly, target, options)
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_relative_target_stays_where_it_was_when_the_directory_changes() {
    let api = api();
    let directory = tempfile::tempdir().unwrap();
    let (here, elsewhere) = (directory.path().join("here"), directory.path().join("elsewhere"));
    fs::create_dir(&here).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    let before = env::current_dir().unwrap();
    env::set_current_dir(&here).unwrap();
    let downloaded =
        watched(&client(&api), Path::new("x"), || env::set_current_dir(&elsewhere).unwrap()).unwrap();
    assert_eq!(names(&here), ["x"]);
    assert!(names(&elsewhere).is_empty());
    assert_eq!(fs::canonicalize(downloaded.path).unwrap(), fs::canonicalize(here.join("x")).unwrap());

    let error = download(&client(&api), Path::new("missing/x")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.path().unwrap().is_absolute(), "{error:?}");
    assert!(error.to_string().contains("elsewhere/missing/x"), "{error}");
    // The other tests may run in this process.
    env::set_current_dir(before).unwrap();
}

#[test]
fn what_a_dangling_link_points_to_is_created() {
    let api = api();
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    fs::create_dir(at("links")).unwrap();
    fs::create_dir(at("files")).unwrap();
    symlink("../links/second", at("links/first")).unwrap();
    symlink(at("files/real"), at("links/second")).unwrap();
    download(&client(&api), &at("links/first")).unwrap();
    assert_eq!(fs::read_to_string(at("files/real")).unwrap(), DATA);
    assert!(at("links/first").is_symlink() && at("links/second").is_symlink());
    assert_eq!((names(&at("links")).len(), names(&at("files")).len()), (2, 1));

    // As well where the file exists.
    download(&client(&api), &at("links/first")).unwrap();
    assert!(at("links/first").is_symlink());

    symlink("missing/x", at("lost")).unwrap();
    symlink("circle", at("circle")).unwrap();
    for link in ["lost", "circle"] {
        let error = download(&client(&api), &at(link)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(at(link).is_symlink());
    }
}

#[test]
fn a_target_may_have_the_longest_name() {
    for name in ["x".repeat(255), "ü".repeat(127), "x".repeat(246)] {
        let api = api();
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join(&name);
        // The first call breaks off, and another client finds what it left.
        let error = download(&api.client(), &target).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert_eq!(names(directory.path()).len(), 2);
        let downloaded = download(&api.client(), &target).unwrap();
        assert_eq!(downloaded.bytes, 10);
        assert_eq!(fs::read_to_string(&target).unwrap(), DATA);
        assert_eq!(names(directory.path()), [name]);
    }
}

#[test]
fn what_is_left_and_cannot_be_used_is_replaced() {
    type Left = fn(&Path, &Path);
    let cases: [(&str, Left); 6] = [
        ("garbage", |part, note| {
            fs::write(part, "garbage").unwrap();
            fs::write(note, "garbage").unwrap();
        }),
        ("a part without a note", |part, _| fs::write(part, "garbage").unwrap()),
        ("a note without a part", |_, note| {
            fs::write(note, r#"{"synced":4,"what":"backup 1 of Test of calc, DatabaseOnly","etag":"\"v\""}"#)
                .unwrap();
        }),
        ("a torn note", |part, note| {
            fs::write(part, "garbage").unwrap();
            fs::write(note, r#"{"synced":4,"what":"#).unwrap();
        }),
        ("an endless note", |part, note| {
            fs::write(part, "garbage").unwrap();
            fs::write(note, " ".repeat(1 << 20)).unwrap();
        }),
        ("files without permissions", |part, note| {
            fs::write(part, "garbage").unwrap();
            fs::write(note, "{}").unwrap();
            set_mode(part, 0o000);
            set_mode(note, 0o000);
        }),
    ];
    for (what, leave) in cases {
        let api = api();
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("x");
        leave(&directory.path().join("x.part"), &directory.path().join("x.part.json"));
        download(&client(&api), &target).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(fs::read_to_string(&target).unwrap(), DATA, "{what}");
        assert_ne!(fs::metadata(&target).unwrap().permissions().mode() & 0o600, 0, "{what}");
        assert_eq!(names(directory.path()), ["x"], "{what}");
    }
}

#[test]
fn what_is_in_the_way_and_is_not_of_a_download_is_refused_in_words() {
    let api = api();
    for taken in ["x.part", "x.part.json"] {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join(taken)).unwrap();
        let error = download(&client(&api), &directory.path().join("x")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        let text = error.to_string();
        assert!(text.contains(taken) && text.contains("remove that"), "{error}");
        assert_eq!(names(directory.path()), [taken]);
    }
    for directory in [".", "..", "/", "new/", "new/."] {
        let error = download(&client(&api), Path::new(directory)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{directory}: {error}");
        assert!(error.message().contains("directory"), "{directory}: {error}");
    }
    assert!(api.requests.lock().unwrap().is_empty());
}

#[test]
fn what_grows_is_open_to_nobody_who_may_not_read_the_target() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    fs::write(&target, "old").unwrap();
    set_mode(&target, 0o600);
    let umask = rustix::process::umask(rustix::fs::Mode::empty());
    let api = api();
    let mut seen = 0;
    watched(&client(&api), &target, || {
        for name in names(directory.path()) {
            let mode = fs::metadata(directory.path().join(&name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
            seen += 1;
        }
    })
    .unwrap();
    rustix::process::umask(umask);
    assert!(seen >= 3, "the target, the part and its note");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_download_that_has_no_room_is_refused_before_it_begins() {
    let length = 1_u64 << 60;
    let api = serving(move |mut peer| {
        peer.request();
        peer.send(&format!("HTTP/1.1 200 X\r\nETag: \"v\"\r\nContent-Length: {length}\r\n\r\npart"));
        peer.linger();
    });
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("x");
    let error = watched(&client(&api), &target, || panic!("nothing is to be written")).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Io, Some(target.as_path())), "{error}");
    assert_eq!(error.io_error().unwrap().kind(), io::ErrorKind::StorageFull);
    assert!(error.message().contains(&format!("{length} bytes are needed, and ")), "{error}");
    assert!(error.message().contains("x cannot be written"), "{error}");
    assert!(names(directory.path()).is_empty());
}
