//! Waits for backups, waits that another process resumes, and what can no longer happen. No test sleeps.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::clock::Skipping;
use crate::support::{KEY, Server, credentials};
use mendix_deploy::{
    BackupState, Client, Error, ErrorCode, ErrorKind, Evidence, StartState, Status, WaitFor, WaitOptions,
    Waited,
};
use serde_json::{Value, json};

const STARTING: &str = r#"{"Status": "Starting"}"#;
const NO_JOB: &str = r#"{"errorCode": "NO_SUCH_STARTJOB", "errorMessage": "no"}"#;

/// A server that answers with these one after another, and with the last one from then on.
fn answering(answers: &[(u16, &str)]) -> (Server, Client, Skipping) {
    let answers: Vec<(u16, String)> =
        answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
    let count = AtomicUsize::new(0);
    let server = Server::replying(move |_| {
        let next = count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        answers[next].clone()
    });
    let clock = Skipping::new();
    let client = Client::builder(credentials()).base_url(&server.url).clock(clock.clone()).build().unwrap();
    (server, client, clock)
}

fn backups(id: &str, state: &str) -> String {
    json!([{"SnapshotID": "other", "State": "Completed"}, {"SnapshotID": id, "State": state}]).to_string()
}

fn wait(client: &Client) -> Result<mendix_deploy::Backup, Error> {
    client.wait_for_backup("calc", "Test", "b", WaitOptions::new())
}

#[test]
fn a_backup_is_waited_for_until_it_is_complete() {
    let (server, client, _) = answering(&[
        (200, "[]"),
        (200, &backups("b", "Queued")),
        (502, ""),
        (200, &backups("b", "InProgress")),
        (200, &backups("b", "completed")),
    ]);
    let backup = wait(&client).unwrap();
    assert_eq!((backup.snapshot_id.as_str(), backup.state), ("b", BackupState::Completed));
    assert_eq!(server.requests.lock().unwrap().len(), 5);
}

#[test]
fn a_backup_that_failed_or_is_not_there_ends_the_wait() {
    let (_server, client, _) = answering(&[(200, &backups("b", "Running")), (200, &backups("b", "Failed"))]);
    let error = wait(&client).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Api, "wait_for_backup"), "{error}");
    assert!(error.message().contains("the backup is Failed"), "{error}");

    // It is listed a moment after it was created; one that is not there for a minute does not exist.
    let (_server, client, clock) = answering(&[(200, &backups("c", "Completed"))]);
    let error = wait(&client).unwrap_err();
    let told = (error.kind(), error.code(), error.evidence());
    assert_eq!(told, (ErrorKind::NotFound, Some(&ErrorCode::SnapshotNotFound), Evidence::Refused), "{error}");
    assert!((60..90).contains(&clock.skipped().as_secs()), "{:?}", clock.skipped());

    // And one that was there is gone at once.
    let (server, client, _) = answering(&[(200, &backups("b", "Running")), (200, "[]")]);
    let error = wait(&client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.message().contains("the backup was Running and is gone"), "{error}");
    assert_eq!(server.requests.lock().unwrap().len(), 2);

    let error = client.wait_for_backup("calc", "Test", "", WaitOptions::new()).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, "wait_for_backup"));
    assert!(error.message().starts_with("snapshot_id"), "{error}");
}

/// A wait that runs out of time, with the token of its error.
fn timed_out<T: std::fmt::Debug>(
    answer: &str,
    wait: impl FnOnce(&Client, WaitOptions<'_>) -> Result<T, Error>,
) -> (Error, String) {
    let (_server, client, _) = answering(&[(200, answer)]);
    let error = wait(&client, WaitOptions::new().timeout(Duration::from_mins(1))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut, "{error}");
    let token = error.wait_token().unwrap();
    assert!(!token.contains(KEY) && !token.contains("richard.ford"), "{token}");
    (error, token)
}

fn resumed(token: &str, answers: &[(u16, &str)]) -> Result<Waited, Error> {
    let (_server, client, _) = answering(answers);
    client.resume_wait(token, WaitOptions::new())
}

#[test]
fn another_process_resumes_a_wait_by_its_token() {
    let (_, token) =
        timed_out(STARTING, |client, options| client.wait_for_start("calc", "Test", "job", options));
    let expected = json!({"wait_for": "start", "app_id": "calc", "mode": "Test", "job_id": "job", "status": null,
                          "snapshot_id": null, "last_seen": "Starting"});
    assert_eq!(serde_json::from_str::<Value>(&token).unwrap(), expected);
    let started = resumed(&token, &[(200, STARTING), (200, r#"{"Status": "Started"}"#)]).unwrap();
    let Waited::Start(started) = started else { panic!("{started:?}") };
    assert_eq!(started.status, StartState::Started);

    let running = r#"{"Status": "Running", "Mode": "Test"}"#;
    let (error, token) = timed_out(running, |client, options| {
        client.wait_for_status("calc", "Test", &Status::Stopped, options)
    });
    let pending = error.pending().unwrap();
    assert_eq!((pending.wait_for, pending.status.as_deref()), (WaitFor::Status, Some("Stopped")));
    let stopped = resumed(&token, &[(200, running), (200, r#"{"Status": "Stopped"}"#)]).unwrap();
    assert!(matches!(&stopped, Waited::Status(environment) if environment.status == Status::Stopped));
    // The JSON of the result is that of what was waited for.
    assert_eq!(serde_json::to_value(&stopped).unwrap(), json!({"Status": "Stopped"}));

    let stopped = r#"{"Status": "Stopped", "Mode": "Test"}"#;
    let (_, token) =
        timed_out(stopped, |client, options| client.wait_for_start("calc", "Test", None, options));
    assert!(matches!(resumed(&token, &[(200, stopped), (200, running)]).unwrap(), Waited::Start(_)));

    let (_, token) = timed_out(&backups("b", "Running"), |client, options| {
        client.wait_for_backup("calc", "Test", "b", options)
    });
    assert!(matches!(resumed(&token, &[(200, &backups("b", "Completed"))]).unwrap(), Waited::Backup(_)));
    // It was seen before, so it need not be waited for to appear.
    let error = resumed(&token, &[(200, "[]")]).unwrap_err();
    assert!(error.message().contains("is gone"), "{error}");
}

#[test]
fn a_token_that_cannot_be_read_is_refused() {
    for token in ["", "token", "{}", "[]", r#"{"wait_for": "tea", "app_id": "calc", "mode": "Test"}"#] {
        let error = resumed(token, &[(200, "{}")]).unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, "resume_wait"), "{token}");
    }
    let lost = r#"{"wait_for": "start", "app_id": "calc", "mode": "Test"}"#;
    let error = resumed(lost, &[(200, r#"{"Status": "Running"}"#)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    for kind in ["status", "backup"] {
        let token = format!(r#"{{"wait_for": "{kind}", "app_id": "calc", "mode": "Test", "job_id": null}}"#);
        assert_eq!(resumed(&token, &[(200, "{}")]).unwrap_err().kind(), ErrorKind::InvalidInput, "{token}");
    }
    let token = r#"{"wait_for": "start", "app_id": "..", "mode": "Test", "job_id": "j"}"#;
    let error = resumed(token, &[(200, STARTING)]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
}

#[test]
fn a_start_job_that_is_gone_is_told_by_what_the_environment_shows() {
    for (environment, message, hint) in [
        ((200, r#"{"Status": "Running"}"#), "the environment is Running", "superseded"),
        ((200, r#"{"Status": "Stopped"}"#), "the environment is Stopped", "stopped again"),
        ((502, ""), "in an unknown state", "check the environment"),
    ] {
        let (server, client, _) = answering(&[(200, STARTING), (404, NO_JOB), environment]);
        let error = client.wait_for_start("calc", "Test", "job", WaitOptions::new()).unwrap_err();
        let told = (error.kind(), error.code(), error.evidence());
        assert_eq!(
            told,
            (ErrorKind::Conflict, Some(&ErrorCode::NoSuchStartJob), Evidence::Refused),
            "{error}"
        );
        assert!(error.message().contains("the start job was Starting and is gone"), "{error}");
        assert!(error.message().contains(message) && error.hint().unwrap().contains(hint), "{error}");
        assert_eq!(server.requests.lock().unwrap().len(), 3);
    }
    // One that was never seen may be another's, or a slip.
    let (_server, client, _) = answering(&[(404, NO_JOB)]);
    let error = client.wait_for_start("calc", "Test", "job", WaitOptions::new()).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::NotFound, None), "{error}");
}
