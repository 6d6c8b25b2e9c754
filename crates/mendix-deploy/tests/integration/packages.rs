//! What a package says of itself, and that nothing else is uploaded.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use crate::support::Server;
use crate::support::package::package;
use mendix_deploy::{Error, ErrorKind, Evidence, PackageInfo, PackageSource};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

const METADATA: &str = r#"{
    "RuntimeVersion": "10.24.0", "ModelVersion": "1.2.0.254", "ProjectID": "543857rfds", "JavaVersion": 21,
    "AdminUser": "MxAdmin",
    "Constants": [
        {"Name": "M.Retries", "Type": "Integer", "DefaultValue": 3, "Description": "how often"},
        {"Name": "M.Endpoint", "Type": "String", "DefaultValue": null}
    ],
    "ScheduledEvents": [{"Name": "M.CleanUp", "Interval": 1}]
}"#;

fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".mda").tempfile().unwrap();
    fs::write(file.path(), bytes).unwrap();
    file
}

fn read(bytes: &[u8]) -> Result<PackageInfo, Error> {
    PackageInfo::read(written(bytes).path())
}

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_package_says_what_it_is() {
    let many: Vec<String> = (0..3000).map(|number| format!("web/{number}.js")).collect();
    let mut entries: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    entries.push(("model/metadata.json", METADATA.as_bytes()));
    let info = read(&zip_of(&entries)).unwrap();
    assert_eq!(info.runtime_version.as_deref(), Some("10.24.0"));
    assert_eq!(info.model_version.as_deref(), Some("1.2.0.254"));
    assert_eq!(info.project_id.as_deref(), Some("543857rfds"));
    assert_eq!(info.java_version.as_deref(), Some("21"));
    let constants = info.constants.as_deref().unwrap();
    assert_eq!(
        (constants[0].name.as_str(), constants[0].data_type.as_deref()),
        ("M.Retries", Some("Integer"))
    );
    assert_eq!((constants[0].default_value.as_deref(), &constants[1].default_value), (Some("3"), &None));
    assert_eq!(info.scheduled_events.as_deref().unwrap()[0].name, "M.CleanUp");
    assert_eq!(info.extra["AdminUser"], "MxAdmin");
    // As JSON it has the names of the metadata, and nothing is lost.
    let json = serde_json::to_string(&info).unwrap();
    assert!(json.contains(r#""Description":"how often""#) && json.contains(r#""ProjectID":"#), "{json}");
    assert_eq!(serde_json::from_str::<PackageInfo>(&json).unwrap(), info);
}

#[test]
fn what_cannot_be_read_of_the_metadata_is_not_known() {
    let info = read(&package("{}")).unwrap();
    assert_eq!(info, PackageInfo::default());
    let odd = r#"{"RuntimeVersion": [10], "ModelVersion": null, "Constants": {"Name": "M.A"},
                  "ScheduledEvents": [{"Name": "M.A"}, "M.B"], "ProjectID": ""}"#;
    let info = read(&package(odd)).unwrap();
    assert_eq!((&info.runtime_version, &info.model_version, &info.constants), (&None, &None, &None));
    assert_eq!((&info.scheduled_events, info.project_id.as_deref()), (&None, Some("")));
    assert_eq!(info.extra.len(), 3, "{info:?}");
    assert_eq!(read(&package(r#"{"Constants": []}"#)).unwrap().constants, Some(Vec::new()));
    // Windows tools write a byte order mark.
    let info = read(&package("\u{feff}{\"ModelVersion\": \"1\"}")).unwrap();
    assert_eq!(info.model_version.as_deref(), Some("1"));
}

/// Packages that are none, with what is said of each.
fn not_packages() -> Vec<(Vec<u8>, &'static str)> {
    const MIB: usize = 1024 * 1024;
    let good = package(METADATA);
    let mut flipped = good.clone();
    let place = good.windows(8).position(|bytes| bytes == b"ModelVer").unwrap_or(60);
    flipped[place] ^= 1;
    // The last record claims entries and a directory that are not there.
    let mut claims = good.clone();
    let end = claims.len() - 22;
    claims[end + 8..end + 20].fill(0xfe);
    // The directory says that the entry is at the end of the largest file there can be.
    let mut far = good.clone();
    let directory = far.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    far[directory + 42..directory + 46].fill(0xfe);
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    vec![
        (b"a deployment package".to_vec(), "not a readable zip archive"),
        (b"PK".to_vec(), "not a readable zip archive"),
        (vec![0; 3 * MIB], "not a readable zip archive"),
        (good[..good.len() - 1].to_vec(), "not a readable zip archive"),
        (good[good.len() / 2..].to_vec(), "not a readable zip archive"),
        (flipped, "not a readable zip archive"),
        (claims, "not a readable zip archive"),
        (far, "not a readable zip archive"),
        (zip_of(&[]), "without model/metadata.json"),
        (zip_of(&[("a.txt", b"x"), ("metadata.json", b"{}")]), "without model/metadata.json"),
        (package("model"), "cannot be read: it is not valid JSON"),
        (package("[]"), "cannot be read"),
        (package(""), "cannot be read"),
        (package(&nested), "cannot be read"),
        // What takes 17 KiB or so in the archive.
        (zip_of(&[("model/metadata.json", &vec![b' '; 17 * MIB])]), "too large"),
        (zip_of(&[("model/metadata.json", format!("[{}0]", "0,".repeat(MIB + 1)).as_bytes())]), "too large"),
        (
            zip_of(&[("model/metadata.json", format!("{{\"a\":[{}0]}}", "0,".repeat(MIB + 1)).as_bytes())]),
            "too large",
        ),
    ]
}

#[test]
fn what_is_not_a_package_is_refused_by_the_name_of_its_file() {
    for (bytes, problem) in not_packages() {
        let file = written(&bytes);
        let error = PackageInfo::read(file.path()).unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::InvalidInput, "inspect_package"),
            "{error}"
        );
        assert!(error.message().contains(&file.path().display().to_string()), "{error}");
        assert!(error.message().contains(problem), "{problem}: {error}");
        assert!(error.message().starts_with("path: "), "{error}");
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("empty.mda"), b"").unwrap();
    for (path, kind) in [
        (at("empty.mda"), ErrorKind::InvalidInput),
        (at("."), ErrorKind::InvalidInput),
        (at("missing.mda"), ErrorKind::Io),
        (Path::new("").to_owned(), ErrorKind::InvalidInput),
    ] {
        assert_eq!(PackageInfo::read(&path).unwrap_err().kind(), kind, "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_without_a_wait_and_a_link_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let made = std::process::Command::new("mkfifo").arg(at("pipe.mda")).status().unwrap();
    assert!(made.success());
    std::os::unix::fs::symlink(at("pipe.mda"), at("to-pipe.mda")).unwrap();
    for name in ["pipe.mda", "to-pipe.mda"] {
        let error = PackageInfo::read(at(name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    fs::write(at("calc.mda"), package(METADATA)).unwrap();
    std::os::unix::fs::symlink("calc.mda", at("link.mda")).unwrap();
    std::os::unix::fs::symlink("nowhere.mda", at("dangling.mda")).unwrap();
    PackageInfo::read(at("link.mda")).unwrap();
    assert_eq!(PackageInfo::read(at("dangling.mda")).unwrap_err().kind(), ErrorKind::Io);
}

/// The file has a hole of 5 GiB, so it takes no room.
#[test]
fn an_archive_with_offsets_beyond_4_gib_is_read() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.seek(SeekFrom::Start(5 << 30)).unwrap();
    let mut zip = zip::ZipWriter::new(file.as_file().try_clone().unwrap());
    zip.start_file("model/metadata.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(METADATA.as_bytes()).unwrap();
    zip.finish().unwrap();
    assert!(file.as_file().metadata().unwrap().len() > 5 << 30);
    let info = PackageInfo::read(file.path()).unwrap();
    assert_eq!(info.model_version.as_deref(), Some("1.2.0.254"));
}

/// A directory of 800,000 entries, none of which is the metadata.
#[test]
fn a_hostile_directory_ends_in_bounded_time() {
    const ENTRY: [u8; 46] = {
        let mut entry = [0; 46];
        (entry[0], entry[1], entry[2], entry[3]) = (b'P', b'K', 1, 2);
        entry
    };
    let count: u64 = 800_000;
    let mut bytes = ENTRY.repeat(usize::try_from(count).unwrap());
    let size = bytes.len() as u64;
    // A zip64 end of the directory, its locator, and the old end.
    bytes.extend(b"PK\x06\x06");
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [count, count, size, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(size.to_le_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    let error = read(&bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.message().contains("its directory is too large"), "{error}");
}

/// Each byte of a package in turn has another value: it is read, or refused.
#[test]
fn a_damaged_package_is_read_or_refused() {
    let good = package(METADATA);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calc.mda");
    for place in 0..good.len() {
        for value in [0, 0xff, good[place] ^ 1] {
            let mut bytes = good.clone();
            bytes[place] = value;
            fs::write(&path, bytes).unwrap();
            if let Err(error) = PackageInfo::read(&path) {
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "byte {place} is {value}: {error}");
            }
        }
    }
}

#[test]
fn an_upload_of_what_is_not_a_package_sends_nothing() {
    let server = Server::replying(|_| (200, r#"{"PackageId": "1"}"#.to_owned()));
    let client = server.builder().check_packages(true).build().unwrap();
    for (bytes, problem) in not_packages() {
        let file = written(&bytes);
        for source in [PackageSource::file(file.path()), PackageSource::bytes(&bytes)] {
            let error = client.upload_package("calc", source, Some("a.mda")).unwrap_err();
            let expected = (ErrorKind::InvalidInput, "upload_package", Evidence::NotSent);
            assert_eq!((error.kind(), error.operation(), error.evidence()), expected, "{error}");
            assert!(error.message().contains(problem), "{problem}: {error}");
        }
    }
    assert_eq!(server.connections.load(std::sync::atomic::Ordering::SeqCst), 0);

    // What is a package arrives whole, and so does what a reader gives.
    let good = package(METADATA);
    let file = written(&good);
    let path = file.path().to_owned();
    let sources = [
        PackageSource::file(file.path()),
        PackageSource::from(file.path()),
        PackageSource::from(&path),
        PackageSource::from(path.to_str().unwrap()),
        PackageSource::bytes(&good),
        PackageSource::reader(b"not looked into".as_slice(), 15),
    ];
    let last = sources.len() - 1;
    for (count, source) in sources.into_iter().enumerate() {
        client.upload_package("calc", source, Some("a.mda")).unwrap();
        let requests = server.requests.lock().unwrap();
        let expected = if count == last { b"not looked into".as_slice() } else { &good };
        assert!(requests[count].body.windows(expected.len()).any(|bytes| bytes == expected));
    }
    // And so does anything, where the caller wants that.
    server.client().upload_package("calc", PackageSource::bytes(b"x"), Some("a.mda")).unwrap();
}
