//! What each call puts on the wire, without a socket.

use std::io::Read;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use crate::request::{Content, Request};
use crate::transport::{Exchange, Headers, Phase, Reader, Reply, Transport};
use crate::{Client, Credentials, ErrorKind, PackageSource, Result};

/// Takes requests down, and answers each with the same reply.
struct Recorder {
    seen: Arc<Mutex<Vec<String>>>,
    reply: &'static str,
}

impl Transport for Recorder {
    fn send(
        &self,
        url: &str,
        request: &Request,
        upload: Option<&mut dyn Read>,
        exchange: &Rc<Exchange>,
    ) -> Result<Reply> {
        let body = match (&request.content, upload) {
            (Content::None, _) => "-".to_owned(),
            (Content::Json(body), _) => String::from_utf8(body.clone()).unwrap(),
            (Content::Multipart { boundary }, Some(upload)) => {
                let mut body = String::new();
                upload.read_to_string(&mut body).unwrap();
                assert_eq!(body.len() as u64, exchange.outgoing.body_len);
                body.replace(boundary, "BOUNDARY").replace("\r\n", "|")
            }
            (Content::Multipart { .. }, None) => panic!("an upload without a body"),
        };
        let content_type = request.content_type();
        let content_type = content_type.split(';').next().unwrap();
        let line = format!("{} {url} {content_type} {body}", request.method.as_str());
        assert!(exchange.outgoing.credentials.is_some());
        exchange.set_phase(Phase::Whole);
        self.seen.lock().unwrap().push(format!("{}: {line}", request.operation));
        Ok(Reply { status: 200, retry_after: None, body: self.reply.as_bytes().to_vec() })
    }

    fn fetch(&self, _: &str, _: &Headers, _: &Rc<Exchange>, _: &mut Reader<'_>) -> Result<()> {
        panic!("no call of the API follows a link")
    }
}

fn client(reply: &'static str) -> (Client, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let recorder = Recorder { seen: Arc::clone(&seen), reply };
    let credentials = Credentials::new("me@example.com", "key").unwrap();
    (Client::with_transport(credentials, Box::new(recorder)), seen)
}

/// The line that one call leaves. What it makes of the reply is not looked at here.
fn line<T>(call: impl FnOnce(&Client) -> Result<T>) -> String {
    let (client, seen) = client("{}");
    let _ = call(&client);
    let mut seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1, "one call is one request: {seen:?}");
    seen.remove(0)
}

#[test]
fn a_package_is_the_one_part_of_an_upload() {
    assert_eq!(
        line(|c| c.upload_package("calc", PackageSource::bytes(b"PK"), Some("calc 1.0&x.mda"))),
        "upload_package: POST https://deploy.mendix.com/api/1/apps/calc/packages/upload?name=calc%201.0%26x.mda \
         multipart/form-data --BOUNDARY|Content-Disposition: form-data; name=\"file\"; filename=\"calc 1.0&x.mda\"\
         |Content-Type: application/octet-stream||PK|--BOUNDARY--|"
    );
}

#[test]
fn an_optional_comment_is_left_out() {
    assert!(line(|c| c.create_backup("calc", "Acceptance", None)).ends_with("snapshots application/json "));
}

#[test]
fn bad_input_is_refused_before_anything_is_sent() {
    let (client, seen) = client("{}");
    let c = &client;
    let refused = [
        ("get_app", "app_id", c.get_app("..").err()),
        ("get_environment", "mode", c.get_environment("calc", "\r\n").err()),
        ("get_start_status", "job_id", c.get_start_status("calc", "Test", ".").err()),
        ("upload_package", "source", c.upload_package("calc", PackageSource::bytes(b""), Some("x")).err()),
        ("upload_package", "source", c.upload_package("calc", PackageSource::file("/"), None).err()),
        ("upload_package", "name", c.upload_package("calc", PackageSource::bytes(b"x"), None).err()),
        ("scale_environment", "instances", c.scale_environment("calc", "Test", 0, 2048).err()),
        ("scale_environment", "memory_per_instance", c.scale_environment("calc", "Test", 1, 1023).err()),
        ("delete_environment_tag", "tag", c.delete_environment_tag("calc", "Test", "\0").err()),
        ("get_archived_logs", "date", c.get_archived_logs("calc", "Test", "2023-02-30").err()),
    ];
    for (operation, argument, error) in refused {
        let error = error.expect(operation);
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.operation(), operation);
        assert!(error.message().starts_with(argument), "{error}");
    }
    let missing = c.upload_package("calc", PackageSource::file("/nowhere/at/all.mda"), None).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert!(missing.message().contains("/nowhere/at/all.mda"));
    assert_eq!(seen.lock().unwrap().len(), 0);
}

#[test]
fn the_documents_replies_are_read() {
    let (c, _) = client(
        r#"{"Status": "Stopped", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
            "ModelVersion": "1.1.0.253", "MendixVersion": "6.10.10", "Production": "false", "New": [1]}"#,
    );
    let environment = c.get_environment("calc", "Acceptance").unwrap();
    assert_eq!(environment.status, crate::Status::Stopped);
    assert_eq!(environment.production, Some(false));
    assert_eq!(environment.extra["New"], serde_json::json!([1]));
    let written = serde_json::to_value(&environment).unwrap();
    assert_eq!(written["Production"], false);
    assert_eq!(written["New"], serde_json::json!([1]));
    assert_eq!(written.as_object().unwrap().len(), 7);

    let (c, _) = client(
        r#"{"Status": "Succeeded", "CreationDate": 1404990271835, "ExpiryDate": null, "Version": "2.5.4.63",
            "Size": 3.0571174621582031, "PackageId": "b3d14e53", "Name": "Main line-2.5.4.63.mda"}"#,
    );
    let package = c.get_environment_package("calc", "Acceptance").unwrap();
    assert_eq!((package.size, package.expiry_date), (Some(3_205_620), None));
    assert_eq!(package.creation_date.unwrap().to_string(), "2014-07-10T11:04:31.835Z");

    let (c, _) = client(
        r#"[{"SnapshotID": "c879", "State": "Completed", "CreatedOn": null},
            {"SnapshotId": 201703221355, "State": "Brewing", "ExpiresOn": 1509804208000}]"#,
    );
    let backups = c.list_backups("calc", "Acceptance").unwrap();
    assert_eq!(backups[1].snapshot_id, "201703221355");
    assert_eq!(backups[1].state, "Brewing");
    assert_eq!(backups[0].created_on, None);
}

#[test]
fn undocumented_bodies_are_no_obstacle() {
    for reply in ["", "OK", "{}", "[]", "null", r#"{"x": 1}"#] {
        let (c, _) = client(reply);
        c.stop_environment("calc", "Test").unwrap();
        c.transport_package("calc", "Test", "p").unwrap();
        c.delete_environment_tag("calc", "Test", "t").unwrap();
        let uploaded = c.upload_package("calc", PackageSource::bytes(b"x"), Some("a.mda")).unwrap();
        assert_eq!(uploaded.package_id, None);
        c.clean_environment("calc", "Test").unwrap();
    }
    let (c, _) = client(r#"{"PackageId": "b3d1"}"#);
    let uploaded = c.upload_package("calc", PackageSource::bytes(b"x"), Some("a.mda")).unwrap();
    assert_eq!(uploaded.package_id.as_deref(), Some("b3d1"));
}

#[test]
fn tags_come_in_many_shapes() {
    for (reply, expected) in [
        (r#"{"Tag": "A"}"#, vec!["A"]),
        (r#"[{"Tag": "A"}, {"Tag": "B"}]"#, vec!["A", "B"]),
        (r#"["A", "B"]"#, vec!["A", "B"]),
        ("[]", vec![]),
        ("{}", vec![]),
        ("", vec![]),
    ] {
        let (c, _) = client(reply);
        let tags = c.list_environment_tags("calc", "Test").unwrap();
        assert_eq!(tags.iter().map(|tag| tag.tag.as_str()).collect::<Vec<_>>(), expected, "{reply}");
    }
    let (c, _) = client(r#"[{"Name": "A"}]"#);
    assert_eq!(c.list_environment_tags("calc", "Test").unwrap_err().kind(), ErrorKind::InvalidResponse);
}

#[test]
fn signed_links_are_hidden_from_every_text() {
    let (c, _) = client(
        r#"{"FilesOnly": "https://cloud.example.com/backups/S3CRET", "DatabaseOnly": null,
            "DatabaseAndFiles": "https://cloud.example.com/b?sig=S3CRET", "LogsOnly": "https://x.example/S3CRET"}"#,
    );
    let links = c.get_backup_links("calc", "Test", "1").unwrap();
    assert!(!format!("{links:?}").contains("S3CRET"), "{links:?}");
    assert!(links.files_only.unwrap().expose().ends_with("S3CRET"));
    assert_eq!(links.database_only, None);
    assert_eq!(links.extra["LogsOnly"], "https://x.example/S3CRET");

    // A field that a later service adds may be a link too.
    let (c, _) = client(r#"{"PackageId": "1", "DownloadUrl": {"Url": "https://x.example/S3CRET"}}"#);
    let package = c.get_environment_package("calc", "Test").unwrap();
    assert!(format!("{package:?}").ends_with(r#"extra: {"DownloadUrl"} }"#), "{package:?}");

    let (c, _) = client(r#"{"DownloadUrl": ["https://x.example/S3CRET"]}"#);
    let error = c.get_archived_logs("calc", "Test", "2018-08-10").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert!(!format!("{error} {error:?}").contains("S3CRET"), "{error:?}");
}
