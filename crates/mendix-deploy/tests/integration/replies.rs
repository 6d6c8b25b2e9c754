//! What a reply means, over the wire: a refusal keeps its code, an error is one, what was accepted is not said to have
//! failed, and an odd field costs one field.

use std::sync::Mutex;

use crate::support::Server;
use crate::support::calls::{call, example};
use mendix_deploy::{
    Client, EnvironmentSettings, ErrorCode, ErrorKind, Evidence, PackageSource, Status, WaitOptions,
};
use mendix_deploy_sim::Call;
use serde_json::Value;

/// A server that answers a change with this, and a look with a state that the arguments of every call can be found in.
fn answering(status: u16, body: &str) -> (Server, Client) {
    let body = body.to_owned();
    let server = Server::replying(move |request| {
        let looked_at = match request.line.split([' ', '?']).nth(1).unwrap() {
            "/api/1/apps" => r#"[{"AppId": "found", "ProjectId": "p"}]"#,
            path if path.ends_with("/settings") => {
                r#"{"Constants": [{"Name": "M.C", "Value": "1"}], "Found": true}"#
            }
            path if path.ends_with("/snapshots") => "[]",
            path if path.ends_with("/tags") => "[]",
            _ => r#"{"Status": "Starting", "Mode": "Found", "Instances": 2, "MemoryPerInstance": 2048}"#,
        };
        if request.line.starts_with("GET") { (200, looked_at.to_owned()) } else { (status, body.clone()) }
    });
    let client = server.client();
    (server, client)
}

fn changes() -> impl Iterator<Item = Call> {
    Call::ALL.into_iter().filter(|call| call.is_mutating())
}

#[test]
fn what_was_accepted_never_failed_whatever_is_in_the_body() {
    for body in ["", " \n", "null", "OK", "{}", "[]", "{\"JobId\":", "7", "\"text\"", "{\"New\": {\"a\": 1}}"]
    {
        for status in [200, 202, 204] {
            let body = if status == 204 { "" } else { body };
            let (_server, client) = answering(status, body);
            for changing in changes() {
                let result = call(&client, changing, &example(changing));
                assert!(result.is_ok(), "{changing}, {status} {body:?}: {}", result.unwrap_err());
            }
        }
    }
}

#[test]
fn what_the_body_does_not_tell_is_read_or_known_or_absent() {
    let (server, _) = answering(200, "");
    let client = server.builder().read_back(true).build().unwrap();
    assert_eq!(client.create_sandbox("p").unwrap().app_id, "found");
    let other = client.create_sandbox("q").unwrap();
    assert_eq!((other.app_id.as_str(), other.project_id.as_deref()), ("", Some("q")));
    assert_eq!(client.start_environment("calc", "Test", true).unwrap().job_id, None);
    assert_eq!(client.scale_environment("calc", "Test", 2, 2048).unwrap().mode, "Found");
    let scaled = client.scale_environment("calc", "Test", 3, 2048).unwrap();
    assert_eq!(
        (scaled.mode.as_str(), scaled.instances, scaled.memory_per_instance),
        ("Test", Some(3), Some(2048))
    );
    let settings = |value: &str| {
        let json = format!(r#"{{"Constants": [{{"Name": "M.C", "Value": "{value}"}}]}}"#);
        EnvironmentSettings::from_json(&json).unwrap()
    };
    let found = client.set_environment_settings("calc", "Test", &settings("1")).unwrap();
    assert!(serde_json::to_string(&found).unwrap().contains("Found"));
    assert_eq!(client.set_environment_settings("calc", "Test", &settings("2")).unwrap(), settings("2"));
    assert_eq!(client.create_environment_tag("calc", "Test", "t").unwrap().tag, "t");
    assert_eq!(client.restore_backup("calc", "Test", "s").unwrap().snapshot_id, "s");
    let backup = client.create_backup("calc", "Test", Some("mine")).unwrap();
    assert_eq!((backup.snapshot_id.as_str(), backup.comment.as_deref()), ("", Some("mine")));
    assert_eq!(client.clean_environment("calc", "Test").unwrap(), []);
}

#[test]
fn a_start_that_told_no_job_is_waited_for_by_the_status() {
    let looks = Mutex::new(0);
    let server = Server::replying(move |request| {
        if request.line.starts_with("POST") {
            return (202, String::new());
        }
        assert!(!request.line.contains("/start"), "{}", request.line);
        let mut looks = looks.lock().unwrap();
        *looks += 1;
        // In the letters of another service.
        (
            200,
            format!(r#"{{"Mode": "Test", "Status": "{}"}}"#, if *looks < 3 { "STOPPED" } else { "running" }),
        )
    });
    let client = server.client();
    let job = client.start_environment("calc", "Test", true).unwrap();
    client.wait_for_start("calc", "Test", &job, WaitOptions::new()).unwrap();
    client.wait_for_start("calc", "Test", None, WaitOptions::new()).unwrap();
    let environment =
        client.wait_for_status("calc", "Test", &Status::from("RUNNING"), WaitOptions::new()).unwrap();
    assert_eq!(environment.status, Status::Running);
}

#[test]
fn an_upload_says_what_could_not_be_read() {
    let upload = |body: &str| {
        let (_server, client) = answering(200, body);
        client.upload_package("calc", PackageSource::bytes(b"PK"), Some("a.mda")).unwrap()
    };
    assert_eq!(upload("").unreadable, None);
    assert_eq!(upload("{}").unreadable, None);
    let package = upload(r#"{"Id": 7}"#);
    assert_eq!((package.unreadable, package.extra["Id"].as_u64()), (None, Some(7)));
    let package = upload("{\"PackageId\": \"b3d1");
    assert_eq!(package.package_id, None);
    assert!(package.unreadable.unwrap().contains("b3d1"));
    let shown = upload(&format!("{} https://x.example/AAAA", crate::support::KEY)).unreadable.unwrap();
    assert!(!shown.contains(crate::support::KEY) && !shown.contains("AAAA"), "{shown}");
}

#[test]
fn a_refusal_that_is_no_json_is_one_and_an_error_in_a_success_too() {
    for (status, body, evidence, code) in [
        (
            500,
            "{\"errorMessage\": \"a\nb\", \"errorCode\": \"START_FAILED\"}",
            Evidence::Refused,
            "START_FAILED",
        ),
        (500, r#"[{"errorcode": "STOP_FAILED"}]"#, Evidence::Refused, "STOP_FAILED"),
        (500, r#"{"errorCode": "STOP_FAILED", "errorMess"#, Evidence::Refused, "STOP_FAILED"),
        (
            200,
            "{\"errorMessage\": \"a\nb\", \"errorCode\": \"ALREADY_STARTED\"}",
            Evidence::Refused,
            "ALREADY_STARTED",
        ),
        (500, r#"{"errorCode": "BAD_UPSTREAM"}"#, Evidence::Ambiguous, "BAD_UPSTREAM"),
        (200, r#"{"errorCode": "BAD_UPSTREAM"}"#, Evidence::Ambiguous, "BAD_UPSTREAM"),
        (400, r#"{"errorCode": "NEW"}"#, Evidence::Refused, "NEW"),
    ] {
        let (_server, client) = answering(status, body);
        for changing in changes() {
            let error = call(&client, changing, &example(changing)).unwrap_err();
            assert_eq!((error.evidence(), error.code_text()), (evidence, Some(code)), "{changing} {body}");
            let is_ambiguous = error.kind() == ErrorKind::Ambiguous;
            assert_eq!(is_ambiguous, evidence == Evidence::Ambiguous, "{changing} {body}");
        }
    }
    let (_server, client) = answering(200, r#"{"errorMessage": "No."}"#);
    for changing in changes() {
        let error = call(&client, changing, &example(changing)).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Ambiguous, "No."), "{changing}");
    }
}

#[test]
fn nothing_is_no_list() {
    for body in ["", "null", " ", "{}"] {
        let server = Server::replying(|_| (200, body.to_owned()));
        let client = server.client();
        for listing in [Call::ListApps, Call::ListEnvironments, Call::ListBackups] {
            let error = call(&client, listing, &example(listing)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{listing} {body:?}");
        }
        assert_eq!(client.list_environment_tags("calc", "Test").unwrap(), []);
    }
}

#[test]
fn one_odd_item_costs_one_field() {
    let server = Server::replying(|request| {
        let body = if request.line.contains("/snapshots") {
            r#"[{"SnapshotID": "a", "CreatedOn": "2018-08-10T01:02:03", "ExpiresOn": "soon"},
                {"SnapshotID": "b", "CreatedOn": "2018-08-10", "ExpiresOn": 1e30, "State": "failed"}]"#
        } else {
            r#"[{"Status": "Running", "Production": 1, "Instances": 1.5}, {"Mode": "Test"}]"#
        };
        (200, body.to_owned())
    });
    let client = server.client();
    let backups = client.list_backups("calc", "Test").unwrap();
    assert_eq!(backups[0].created_on.unwrap().to_string(), "2018-08-10T01:02:03Z");
    assert_eq!((backups[0].expires_on, &backups[0].extra["ExpiresOn"]), (None, &Value::from("soon")));
    assert_eq!(backups[1].created_on.unwrap().to_string(), "2018-08-10T00:00:00Z");
    assert_eq!(backups[1].state, mendix_deploy::BackupState::Failed);
    let environments = client.list_environments("calc").unwrap();
    assert_eq!((environments[0].mode.as_str(), environments[0].production), ("", None));
    let written = serde_json::to_string(&environments[0]).unwrap();
    assert_eq!(written, r#"{"Status":"Running","Production":1,"Instances":1.5}"#);
}

#[test]
fn a_start_that_runs_already_says_what_to_look_at() {
    let (_server, client) = answering(500, r#"{"errorCode": "ALREADY_STARTED", "errorMessage": "x"}"#);
    let error = client.start_environment("calc", "Test", true).unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::AlreadyStarted));
    assert!(error.hint().unwrap().contains("get_environment_package"), "{error}");
}
