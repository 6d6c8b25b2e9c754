//! States that a test asks for: packages with metadata, backups that fail, starts that fail or hang, restarts.

use std::time::Duration;

use mendix_deploy_sim::{Call, Clock, Profile, Simulator, error_rows};
use serde_json::{Value, json};

use crate::support::{Client, control, package};

const ENVIRONMENT: &str = "apps/calc/environments/Acceptance";

fn start(profile: Profile) -> (Simulator, Client) {
    let simulator = Simulator::builder().profile(profile).clock(Clock::Manual).start().unwrap();
    let client = Client::new(&simulator);
    (simulator, client)
}

fn at(rest: &str) -> String {
    format!("{ENVIRONMENT}/{rest}")
}

fn patch(simulator: &Simulator, acceptance: &Value) {
    let patch = json!({"apps": {"calc": {"environments": {"Acceptance": acceptance}}}});
    control(simulator, "PATCH", "state", &patch).ok();
}

/// Starts, and gives the outcome once the start has had its time.
fn started(simulator: &Simulator, client: &Client) -> Result<String, String> {
    let job = client.post(&at("start"), &json!({"AutoSyncDb": true})).ok()["JobId"].clone();
    simulator.advance(Duration::from_secs(1));
    let reply = client.get(&at(&format!("start/{}", job.as_str().unwrap())));
    if reply.status == 200 {
        Ok(reply.json()["Status"].as_str().unwrap().to_owned())
    } else {
        Err(reply.code())
    }
}

#[test]
fn a_package_brings_its_constants_and_events() {
    let (simulator, client) = start(Profile::Document);
    let metadata = json!({
        "RuntimeVersion": "10.24.1", "ModelVersion": "3.0.0.7", "JavaVersion": "21", "AdminUser": "MxAdmin",
        "Constants": [
            {"Name": "MyFirstModule.BooleanConstant", "Type": "Boolean", "DefaultValue": "false"},
            {"Name": "MyFirstModule.Url", "Type": "String", "DefaultValue": "https://example.com", "Extra": 1},
            {"Name": "MyFirstModule.Secret", "Type": "String"},
        ],
        "ScheduledEvents": [{"Name": "MyFirstModule.Nightly"}],
    });
    let set = json!({"Constants": [{"Name": "MyFirstModule.BooleanConstant", "Value": "true"}]});
    client.post(&at("settings"), &set).ok();
    let id = client.upload("file", &package(&metadata.to_string())).unwrap().ok()["PackageId"].clone();
    let before = client.get(&at("settings")).ok();
    client.post(&at("stop"), &Value::Null).ok();
    client.post(&at("transport"), &json!({"PackageId": id})).ok();

    let settings = client.get(&at("settings")).ok();
    assert_eq!(
        settings["Constants"],
        json!([
            {"Name": "MyFirstModule.BooleanConstant", "DataType": "Boolean", "Value": "true", "DeployedValue": "false"},
            {"Name": "MyFirstModule.Url", "DataType": "String", "Value": "https://example.com", "DeployedValue": null},
            {"Name": "MyFirstModule.Secret", "DataType": "String", "Value": null, "DeployedValue": null},
        ])
    );
    assert_eq!(
        settings["ScheduledEvents"],
        json!([{"Name": "MyFirstModule.Nightly", "Value": "Disabled", "DeployedValue": "Disabled"}])
    );
    assert_eq!(settings["CustomSettings"], before["CustomSettings"]);
    let environment = client.get(ENVIRONMENT).ok();
    assert_eq!(
        (&environment["ModelVersion"], &environment["MendixVersion"]),
        (&json!("3.0.0.7"), &json!("10.24.1"))
    );
    let gone = json!({"Constants": [{"Name": "MyFirstModule.DateTime", "Value": "x"}]});
    assert_eq!(client.post(&at("settings"), &gone).code(), "CONSTANT_NOT_FOUND");

    assert_eq!(started(&simulator, &client), Err("MISSING_CONSTANT".to_owned()));
    let secret = json!({"Constants": [{"Name": "MyFirstModule.Secret", "Value": "s"}]});
    client.post(&at("settings"), &secret).ok();
    assert_eq!(started(&simulator, &client), Ok("Started".to_owned()));
    assert_eq!(client.get(&at("settings")).ok()["Constants"][1]["DeployedValue"], "https://example.com");
}

#[test]
fn a_package_that_tells_nothing_changes_no_settings() {
    let (_simulator, client) = start(Profile::Document);
    let before = client.get(&at("settings")).ok();
    let odd = r#"{"Constants": [{"Value": 1}], "ScheduledEvents": "none", "ModelVersion": 7}"#;
    let id = client.upload("file", &package(odd)).unwrap().ok()["PackageId"].clone();
    client.post(&at("stop"), &Value::Null).ok();
    client.post(&at("transport"), &json!({"PackageId": id})).ok();
    assert_eq!(client.get(&at("settings")).ok(), before);
}

#[test]
fn backups_wait_take_time_and_fail() {
    let (simulator, client) = start(Profile::Document);
    simulator.with_state(|state| (state.options.backup_queue_ms, state.options.backup_ms) = (1000, 5000));
    patch(&simulator, &json!({"next_backup_failure": "The disk is full."}));
    let states = || {
        let listed = client.get(&at("snapshots")).ok();
        let listed = listed.as_array().unwrap().iter();
        listed
            .map(|snapshot| (snapshot["SnapshotID"].clone(), snapshot["State"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let state = |id: &Value| states().into_iter().find(|(other, _)| other == id).unwrap().1;
    let bad = client.post(&at("snapshots"), &json!({"Comment": "bad"})).ok();
    let good = client.post(&at("snapshots"), &json!({"Comment": "good"})).ok();
    assert_eq!((&bad["State"], &bad["CreatedOn"]), (&json!("Queued"), &Value::Null));
    let (bad, good) = (bad["SnapshotID"].clone(), good["SnapshotID"].clone());
    simulator.advance(Duration::from_secs(1));
    assert_eq!((state(&bad).as_str(), state(&good).as_str()), ("InProgress", "InProgress"));
    simulator.advance(Duration::from_secs(5));
    assert_eq!((state(&bad).as_str(), state(&good).as_str()), ("Failed", "Completed"));
    let link = client.get(&at(&format!("snapshots/{}", bad.as_str().unwrap())));
    assert_eq!(link.code(), "SNAPSHOT_NOT_FOUND");
    client.post(&at("stop"), &Value::Null).ok();
    assert_eq!(
        client.post(&at(&format!("restore/{}", bad.as_str().unwrap())), &Value::Null).code(),
        "NOT_FOUND"
    );
    client.post(&at(&format!("restore/{}", good.as_str().unwrap())), &Value::Null).ok();
}

#[test]
fn a_start_fails_with_any_documented_code_or_hangs() {
    for row in error_rows().iter().filter(|row| row.call == Call::GetStartStatus && row.status == 500) {
        let code = row.code.as_str();
        let (simulator, client) = start(Profile::Today);
        client.post(&at("stop"), &Value::Null).ok();
        patch(&simulator, &json!({"next_start_failure": code}));
        assert_eq!(started(&simulator, &client), Err(code.to_owned()));
        assert_eq!(client.get(ENVIRONMENT).ok()["Status"], "Stopped");
        assert_eq!(started(&simulator, &client), Ok("Started".to_owned()));
    }
    let (simulator, client) = start(Profile::Today);
    client.post(&at("stop"), &Value::Null).ok();
    patch(&simulator, &json!({"next_start_hangs": true}));
    assert_eq!(started(&simulator, &client), Ok("Starting".to_owned()));
    simulator.advance(Duration::from_hours(100));
    assert_eq!(client.post(&at("start"), &json!({})).code(), "APP_ALREADY_HAS_A_STARTING_JOB");
}

#[test]
fn processing_an_upload_takes_time_and_fails() {
    let (simulator, client) = start(Profile::Today);
    simulator.with_state(|state| state.options.processing_ms = 10_000);
    let next = json!({"apps": {"calc": {"next_processing_fails": true}}});
    control(&simulator, "PATCH", "state", &next).ok();
    let upload = || client.upload("file", &package("{}")).unwrap().ok()["PackageId"].clone();
    let (bad, good) = (upload(), upload());
    let transport = |id: &Value| client.post(&at("transport"), &json!({"PackageId": id}));
    for id in [&bad, &good] {
        assert_eq!((transport(id).status, transport(id).code().as_str()), (503, "SERVICE UNAVAILABLE"));
    }
    simulator.advance(Duration::from_secs(10));
    assert_eq!((transport(&bad).status, transport(&bad).code().as_str()), (403, "NOT ALLOWED"));
    assert_eq!(transport(&good).status, 200);
}

#[test]
fn the_platform_restarts_an_app_by_itself() {
    let (simulator, client) = start(Profile::Today);
    let restart =
        |mode: &str| control(&simulator, "POST", "restart", &json!({"app_id": "calc", "mode": mode}));
    let job = restart("Acceptance").ok()["job_id"].clone();
    assert_eq!(client.get(ENVIRONMENT).ok()["Status"], "Stopped");
    let status = || client.get(&at(&format!("start/{}", job.as_str().unwrap()))).ok()["Status"].clone();
    assert_eq!(status(), "Starting");
    simulator.advance(Duration::from_secs(1));
    assert_eq!(
        (status(), client.get(ENVIRONMENT).ok()["Status"].clone()),
        (json!("Started"), json!("Running"))
    );
    // Nobody called for it.
    assert_eq!(simulator.accounting().effects(Call::StartEnvironment), 0);
    for (mode, word) in [("Test", "does not run"), ("Nope", "no environment")] {
        let refused = restart(mode);
        assert!(refused.status == 400 && refused.text().contains(word), "{}", refused.text());
    }
    // It can go wrong as any start can.
    patch(&simulator, &json!({"next_start_failure": "START_FAILED"}));
    simulator.restart("calc", "Acceptance").unwrap();
    simulator.advance(Duration::from_secs(1));
    assert_eq!(client.get(ENVIRONMENT).ok()["Status"], "Stopped");
}
