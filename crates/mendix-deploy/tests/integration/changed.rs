//! A package whose file is touched while it is sent: what was changed does not arrive, and what was not does.
#![cfg(unix)]

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::support::Server;
use mendix_deploy::{ErrorKind, Evidence, PackageSource};

const BYTES: usize = 8 * 1024 * 1024;

fn rewrite(path: &Path) {
    OpenOptions::new().write(true).open(path).unwrap().write_all(&vec![2; BYTES]).unwrap();
}

#[test]
fn a_file_that_is_changed_while_it_is_sent_does_not_arrive() {
    type Touch = fn(&Path);
    let cases: [(&str, bool, Touch); 9] = [
        ("nothing", true, |_| ()),
        ("rewritten", false, rewrite),
        ("rewritten, and its time put back", false, |path| {
            let modified = fs::metadata(path).unwrap().modified().unwrap();
            rewrite(path);
            File::options().write(true).open(path).unwrap().set_modified(modified).unwrap();
        }),
        ("grown", false, |path| {
            OpenOptions::new().append(true).open(path).unwrap().write_all(b"more").unwrap();
        }),
        ("replaced", true, |path| {
            let other = path.with_file_name("other");
            fs::write(&other, vec![3; BYTES]).unwrap();
            fs::rename(other, path).unwrap();
        }),
        ("removed", true, |path| fs::remove_file(path).unwrap()),
        ("renamed", true, |path| fs::rename(path, path.with_file_name("renamed")).unwrap()),
        ("linked", true, |path| fs::hard_link(path, path.with_file_name("linked")).unwrap()),
        ("made read-only", true, |path| {
            fs::set_permissions(path, fs::Permissions::from_mode(0o400)).unwrap();
        }),
    ];
    for (what, arrives, touch) in cases {
        let server = Server::replying(|request| {
            assert!(request.body.windows(64).any(|bytes| bytes == [1; 64]), "what was opened is sent");
            (200, r#"{"PackageId": "1"}"#.to_owned())
        });
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.mda");
        fs::write(&path, vec![1; BYTES]).unwrap();
        // The clock of a file system may tick a hundred times a second only.
        thread::sleep(Duration::from_millis(50));
        let mut touched = false;
        let source = PackageSource::file(&path).on_progress(|_| {
            if !std::mem::replace(&mut touched, true) {
                touch(&path);
            }
            ControlFlow::Continue(())
        });
        let result = server.client().upload_package("calc", source, None);
        match result {
            Ok(_) => assert!(arrives, "{what}: it arrived"),
            Err(error) => {
                assert!(!arrives, "{what}: {error}");
                assert_eq!(
                    (error.kind(), error.evidence()),
                    (ErrorKind::Io, Evidence::Incomplete),
                    "{error}"
                );
                assert!(error.to_string().contains("changed"), "{what}: {error}");
            }
        }
        assert!(touched, "{what}");
    }
}
