use mendix_deploy_sim::{Clock, PackageStatus, Profile, Simulator, TagForm};
use serde_json::{Value, json};
use std::time::Duration;

use crate::support::{Client, PACKAGE, package};

const ENVIRONMENT: &str = "apps/calc/environments/Acceptance";

fn start(profile: Profile) -> (Simulator, Client) {
    let simulator = Simulator::builder().profile(profile).clock(Clock::Manual).start().unwrap();
    let client = Client::new(&simulator);
    (simulator, client)
}

#[test]
fn trailing_slashes() {
    for path in
        ["apps/", "apps/calc/", "apps/calc/environments/", "apps/calc/environments/acceptance/settings/"]
    {
        assert_eq!(start(Profile::Document).1.get(path).status, 200, "{path}");
        let reply = start(Profile::Today).1.get(path);
        assert_eq!((reply.status, &reply.json()["errorMessage"]), (404, &json!("API not found")), "{path}");
    }
}

#[test]
fn starting_what_runs() {
    let path = format!("{ENVIRONMENT}/start");
    let reply = start(Profile::Document).1.post(&path, &json!({"AutoSyncDb": true}));
    assert_eq!((reply.status, reply.code().as_str()), (500, "ALREADY_STARTED"));
    let (simulator, client) = start(Profile::Today);
    let reply = client.post(&path, &json!({"AutoSyncDb": true}));
    assert_eq!((reply.status, reply.code().as_str()), (200, "ALREADY_STARTED"));
    assert_eq!(simulator.accounting().effects(mendix_deploy_sim::Call::StartEnvironment), 0);
}

#[test]
fn transport_while_running_takes_effect_at_the_next_start() {
    let path = format!("{ENVIRONMENT}/transport");
    assert_eq!(
        start(Profile::Document).1.post(&path, &json!({"PackageId": PACKAGE})).code(),
        "APP_IS_RUNNING"
    );
    let (simulator, client) = start(Profile::Today);
    client.post(&path, &json!({"PackageId": PACKAGE})).ok();
    let runs = || {
        simulator.with_state(|state| state.apps["calc"].environments["Acceptance"].running_package.clone())
    };
    assert_ne!(runs().as_deref(), Some(PACKAGE));
    client.post(&format!("{ENVIRONMENT}/stop"), &Value::Null).ok();
    client.post(&format!("{ENVIRONMENT}/start"), &json!({"AutoSyncDb": true})).ok();
    simulator.advance(Duration::from_secs(1));
    assert_eq!(runs().as_deref(), Some(PACKAGE));
}

#[test]
fn an_upload_is_processed_first() {
    let (simulator, client) = start(Profile::Today);
    let id = client.upload("file", &package("{}")).unwrap().ok()["PackageId"].clone();
    let path = format!("{ENVIRONMENT}/transport");
    let reply = client.post(&path, &json!({"PackageId": id}));
    assert_eq!((reply.status, reply.code().as_str()), (503, "SERVICE UNAVAILABLE"));
    simulator.advance(Duration::from_secs(1));
    client.post(&path, &json!({"PackageId": id})).ok();
}

#[test]
fn packages_that_are_not_ready() {
    let (simulator, client) = start(Profile::Document);
    let path = "apps/calc/environments/Test/transport";
    for (status, code) in [
        (PackageStatus::Queued, "PACKAGE_NOT_FOUND"),
        (PackageStatus::Building, "PACKAGE_NOT_FOUND"),
        (PackageStatus::Uploading, "PACKAGE_NOT_FOUND"),
        (PackageStatus::Failed, "PACKAGE_PARSE_FAILED"),
    ] {
        simulator.with_state(|state| {
            state.apps.get_mut("calc").unwrap().packages.get_mut(PACKAGE).unwrap().status = status;
        });
        assert_eq!(client.post(path, &json!({"PackageId": PACKAGE})).code(), code);
        assert_eq!(client.get("apps/calc/environments/Test/package").ok()["Status"], json!(status));
    }
}

#[test]
fn cleaning_what_is_empty() {
    let path = "apps/tictactoc/environments/Production/clean";
    assert_eq!(start(Profile::Document).1.post(path, &Value::Null).status, 200);
    let reply = start(Profile::Today).1.post(path, &Value::Null);
    assert_eq!((reply.status, reply.code().as_str()), (422, "ENVIRONMENT_NOT_DEPLOYED"));
}

#[test]
fn transport_without_the_right() {
    for (profile, code) in [(Profile::Document, "TRANSPORT_NOT_ALLOWED"), (Profile::Today, "NOT ALLOWED")] {
        let (simulator, client) = start(profile);
        simulator.with_state(|state| {
            let calc = state.apps.get_mut("calc").unwrap();
            calc.environments.get_mut("Test").unwrap().rights.transport = false;
        });
        let reply = client.post("apps/calc/environments/Test/transport", &json!({"PackageId": PACKAGE}));
        assert_eq!((reply.status, reply.code().as_str()), (403, code));
    }
}

#[test]
fn unknown_fields_of_a_request() {
    let body = json!({"Tag": "x", "Nope": 1});
    let path = format!("{ENVIRONMENT}/tags");
    assert_eq!(start(Profile::Document).1.post(&path, &body).status, 200);
    assert_eq!(start(Profile::Today).1.post(&path, &body).code(), "INVALID_REQUEST");
}

#[test]
fn fields_of_replies() {
    let (_document, client) = start(Profile::Document);
    let shown = client.get("apps/calc/environments/Test").ok();
    assert_eq!((&shown["Production"], shown.get("EnvironmentId")), (&json!("false"), None));
    let package = client.get("apps/calc/environments/Test/package").ok();
    assert_eq!((&package["Size"], &package["ExpiryDate"]), (&json!(3.057_117_462_158_203), &Value::Null));
    let (_today, client) = start(Profile::Today);
    let shown = client.get("apps/calc/environments/Test").ok();
    assert_eq!((&shown["Production"], &shown["Instances"]), (&json!(false), &json!(1)));
    assert_eq!(client.get("apps/calc/environments/Test/package").ok()["Size"], 3_205_620);
}

#[test]
fn forms_of_tags() {
    for (form, expected) in [
        (TagForm::Object, json!({"Tag": "A"})),
        (TagForm::Objects, json!([{"Tag": "A"}])),
        (TagForm::Strings, json!(["A"])),
    ] {
        let simulator = Simulator::builder().tag_form(form).start().unwrap();
        assert_eq!(Client::new(&simulator).get(&format!("{ENVIRONMENT}/tags")).ok(), expected);
    }
}
