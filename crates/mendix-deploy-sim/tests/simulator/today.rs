//! What today's service has besides the document: packages that are built and deleted, uploads with a job, snapshots,
//! archives and restores.

use std::time::Duration;

use mendix_deploy_sim::{Call, Clock, EnvironmentStatus, Profile, Simulator};
use serde_json::{Map, Value, json};

use crate::support::{Client, PACKAGE, Reply, package, request};

fn start() -> (Simulator, Client) {
    let simulator = Simulator::builder().profile(Profile::Today).clock(Clock::Manual).start().unwrap();
    let client = Client::new(&simulator);
    (simulator, client)
}

/// Makes a call with its example, but for these arguments.
#[track_caller]
fn call(client: &Client, call: Call, others: &Value) -> Reply {
    let mut args: Map<String, Value> = call.declaration().example.clone();
    args.extend(others.as_object().unwrap().clone());
    client.call(call, &args).unwrap()
}

#[test]
fn a_build_waits_takes_time_and_is_a_package_or_fails() {
    let (simulator, client) = start();
    simulator.with_state(|state| {
        (state.options.build_queue_ms, state.options.build_ms) = (5_000, 60_000);
    });
    let begin = |others: Value| call(&client, Call::BuildPackage, &others).ok()["PackageId"].clone();
    let status = |id: &Value| call(&client, Call::GetPackage, &json!({"package_id": id})).ok();
    let good = begin(json!({"branch": "branches/europe", "revision": "77", "version": "1.2.3"}));
    simulator.with_state(|state| state.apps.get_mut("calc").unwrap().next_build_fails = true);
    let bad = begin(json!({}));
    assert_eq!(status(&good)["Status"], "Queued");
    simulator.advance(Duration::from_secs(6));
    assert_eq!(status(&good)["Status"], "Building");
    simulator.advance(Duration::from_mins(1));
    let built = status(&good);
    assert_eq!((&built["Status"], &built["Version"]), (&json!("Succeeded"), &json!("1.2.3.77")));
    assert_eq!(built["Name"], "europe-1.2.3.77.mda");
    assert_eq!(status(&bad)["Status"], "Failed");
    assert_eq!(client.get("apps/calc/packages").ok().as_array().unwrap().len(), 5);
}

#[test]
fn what_an_environment_has_is_not_deleted() {
    let (simulator, client) = start();
    let delete = |id: &str| call(&client, Call::DeletePackage, &json!({"package_id": id}));
    // Test has it.
    assert_eq!(delete(PACKAGE).code(), "PACKAGE_IN_USE");
    simulator.with_state(|state| {
        let calc = state.apps.get_mut("calc").unwrap();
        calc.environments.get_mut("Test").unwrap().package = None;
    });
    delete(PACKAGE).ok();
    assert_eq!(delete(PACKAGE).code(), "PACKAGE_NOT_FOUND");
}

#[test]
fn the_link_to_a_package_leads_to_its_bytes() {
    let (simulator, client) = start();
    let shown = call(&client, Call::GetPackageLink, &json!({})).ok();
    let link = shown["Url"]["Location"].as_str().unwrap().strip_prefix(simulator.links_url()).unwrap();
    let bytes = request(simulator.links_url(), "GET", link, &[], b"").unwrap();
    assert_eq!((bytes.status, json!(bytes.body.len())), (200, shown["Size"].clone()));
    assert_eq!(simulator.accounting().requests(Call::GetPackageLink), 1);
    assert_eq!(call(&client, Call::GetPackage, &json!({})).ok().get("Url"), None);
}

#[test]
fn an_upload_of_version_2_has_a_job() {
    let (simulator, client) = start();
    let upload = |content: &[u8]| {
        let path = "/api/v2/apps/calc/packages/upload?name=calc.mda";
        let reply = client.upload_at(path, "file", content).unwrap().ok();
        let job = reply["JobId"].clone();
        (reply, move || call(&client, Call::GetUploadStatus, &json!({"job_id": job})).ok()["Status"].clone())
    };
    let (reply, status) = upload(&package(r#"{"ModelVersion": "1.0.0.45"}"#));
    assert_eq!(status(), "Running");
    simulator.advance(Duration::from_secs(1));
    assert_eq!(status(), "Completed");
    let client = Client::new(&simulator);
    let shown = call(&client, Call::GetPackage, &json!({"package_id": reply["PackageId"]})).ok();
    assert_eq!((&shown["Name"], &shown["Version"]), (&json!("calc.mda"), &json!("1.0.0.45")));
}

#[test]
fn what_is_no_package_fails_its_job() {
    let (simulator, client) = start();
    let reply = client.upload_at("/api/v2/apps/calc/packages/upload?name=a.mda", "file", b"PK").unwrap().ok();
    simulator.advance(Duration::from_secs(1));
    let status = call(&client, Call::GetUploadStatus, &json!({"job_id": reply["JobId"]})).ok();
    assert_eq!(status["Status"], "Failed");
    assert_eq!(client.upload("file", b"PK").unwrap().code(), "INVALID_PACKAGE");
    assert_eq!(call(&client, Call::GetUploadStatus, &json!({"job_id": "nowhere"})).status, 404);
}

#[test]
fn snapshots_are_made_changed_archived_restored_and_deleted() {
    let (simulator, client) = start();
    let made = call(&client, Call::CreateSnapshot, &json!({"comment": "mine"})).ok();
    assert_eq!((&made["state"], &made["finished_at"]), (&json!("queued"), &Value::Null));
    let id = json!({"snapshot_id": made["snapshot_id"]});
    assert_eq!(call(&client, Call::CreateSnapshot, &json!({})).code(), "ENVIRONMENT_BUSY");
    assert_eq!(call(&client, Call::CreateArchive, &id).code(), "NOT_FOUND");
    simulator.advance(Duration::from_secs(1));
    let shown = call(&client, Call::GetSnapshot, &id).ok();
    assert_eq!((&shown["state"], &shown["model_version"]), (&json!("completed"), &json!("1.1.0.253")));
    let time = shown["created_at"].as_str().unwrap();
    assert!(time.len() == "2018-08-10T12:00:00.000Z".len() && time.ends_with('Z'), "{time}");
    let listed = call(&client, Call::ListSnapshots, &json!({})).ok();
    assert_eq!((&listed["total"], &listed["snapshots"][0]), (&json!(3), &shown), "the newest is first");
    assert_eq!(
        call(&client, Call::UpdateSnapshot, &merged(&id, &json!({"comment": "x"}))).ok()["comment"],
        "x"
    );

    let archive = call(&client, Call::CreateArchive, &id).ok();
    assert_eq!((&archive["state"], &archive["url"]), (&json!("queued"), &Value::Null));
    simulator.advance(Duration::from_secs(1));
    let archive = merged(&id, &json!({"archive_id": archive["archive_id"]}));
    let link = call(&client, Call::GetArchive, &archive).ok()["url"].as_str().unwrap().to_owned();
    let path = link.strip_prefix(simulator.links_url()).unwrap();
    assert_eq!(request(simulator.links_url(), "GET", path, &[], b"").unwrap().body.len(), 64 * 1024);
    simulator.advance(Duration::from_hours(8));
    assert_eq!(request(simulator.links_url(), "GET", path, &[], b"").unwrap().status, 403);

    let restore = json!({"source_snapshot_id": made["snapshot_id"], "db_only": true});
    let restored = call(&client, Call::RestoreSnapshot, &restore).ok();
    assert_eq!(
        restored["source_environment_id"],
        Call::CreateSnapshot.declaration().example["environment_id"]
    );
    let restored = json!({"restore_id": restored["restore_id"]});
    assert_eq!(call(&client, Call::RestoreSnapshot, &restore).code(), "ENVIRONMENT_BUSY");
    simulator.advance(Duration::from_secs(1));
    assert_eq!(call(&client, Call::GetRestore, &restored).ok()["state"], "completed");
    let test = simulator.with_state(|state| state.apps["calc"].environments["Test"].clone());
    assert_eq!((test.status, json!(test.data)), (EnvironmentStatus::Stopped, made["snapshot_id"].clone()));

    assert_eq!(call(&client, Call::DeleteSnapshot, &id).status, 204);
    assert_eq!(call(&client, Call::GetSnapshot, &id).code(), "NOT_FOUND");
}

fn merged(one: &Value, other: &Value) -> Value {
    let mut merged = one.clone();
    merged.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    merged
}

#[test]
fn snapshots_archives_and_restores_fail_and_say_why() {
    let (simulator, client) = start();
    simulator.with_state(|state| {
        let calc = state.apps.get_mut("calc").unwrap();
        let acceptance = calc.environments.get_mut("Acceptance").unwrap();
        acceptance.next_backup_failure = Some("disk full".to_owned());
        acceptance.next_archive_failure = Some("too large".to_owned());
        calc.environments.get_mut("Test").unwrap().next_restore_failure = Some("wrong version".to_owned());
    });
    let snapshot = call(&client, Call::CreateSnapshot, &json!({})).ok();
    let archive = call(&client, Call::CreateArchive, &json!({})).ok();
    let restore = call(&client, Call::RestoreSnapshot, &json!({})).ok();
    simulator.advance(Duration::from_secs(1));
    for (get, id, of, why) in [
        (Call::GetSnapshot, "snapshot_id", &snapshot, "disk full"),
        (Call::GetArchive, "archive_id", &archive, "too large"),
        (Call::GetRestore, "restore_id", &restore, "wrong version"),
    ] {
        let shown = call(&client, get, &json!({ id: of[id] })).ok();
        assert_eq!((&shown["state"], &shown["status_message"]), (&json!("failed"), &json!(why)), "{get}");
        assert_eq!((shown.get("model_version"), shown.get("url")).0.unwrap_or(&Value::Null), &Value::Null);
    }
}

#[test]
fn a_snapshot_expires_after_three_months() {
    let (simulator, client) = start();
    let id = json!({"snapshot_id": call(&client, Call::CreateSnapshot, &json!({})).ok()["snapshot_id"]});
    simulator.advance(Duration::from_hours(24 * 91));
    let shown = call(&client, Call::GetSnapshot, &id).ok();
    assert_eq!(shown["state"], "completed");
    simulator.advance(Duration::from_hours(24 * 2));
    assert_eq!(call(&client, Call::GetSnapshot, &id).code(), "NOT_FOUND");
    // Those of the seed are as old as the document.
    assert_eq!(call(&client, Call::ListSnapshots, &json!({})).ok()["total"], 2);
}

#[test]
fn a_page_begins_where_it_is_asked_for() {
    let (simulator, client) = start();
    simulator.with_state(|state| {
        let calc = state.apps.get_mut("calc").unwrap();
        let snapshots = &mut calc.environments.get_mut("Acceptance").unwrap().snapshots;
        let one = snapshots.values().next().unwrap().clone();
        snapshots.extend((0..250).map(|number| (number.to_string(), one.clone())));
    });
    let path = call_path();
    let page = |query: &str| {
        let reply = client.send_to("GET", &format!("{path}?{query}"), &Value::Null).unwrap().ok();
        (reply["snapshots"].as_array().unwrap().len(), reply["total"].as_u64().unwrap())
    };
    assert_eq!(page("offset=0&limit=10"), (30, 252), "the first has more");
    assert_eq!(page("offset=100&limit=100"), (100, 252));
    assert_eq!(page("offset=200&limit=100"), (52, 252));
    assert_eq!(page("offset=300"), (0, 252));
    assert_eq!(
        client.send_to("GET", &format!("{path}?offset=x"), &Value::Null).unwrap().code(),
        "INVALID_PARAMETERS"
    );
}

fn call_path() -> String {
    let declared = Call::ListSnapshots.declaration();
    declared.example.iter().fold(declared.path.clone(), |path, (name, value)| {
        path.replace(&format!("{{{name}}}"), value.as_str().unwrap())
    })
}

#[test]
fn version_4_is_read_with_a_token_or_a_key() {
    let (simulator, client) = start();
    let token = format!("MxToken {}", simulator.api_key());
    let with_token = [("authorization", token.as_str())];
    let get = |path: &str, headers: &[(&str, &str)]| {
        request(simulator.url(), "GET", &format!("/api/v4/{path}"), headers, b"").unwrap()
    };
    let apps = get("apps?limit=2", &with_token).ok();
    assert_eq!(apps["pagination"], json!({"offset": 0, "limit": 2, "size": 2}));
    assert_eq!(get("apps?offset=2", &client.credentials()).ok()["apps"][0]["subdomain"], "tictactoc");
    let calc = apps["apps"][0]["id"].as_str().unwrap();
    assert_eq!(get(&format!("apps/{calc}"), &with_token).ok(), apps["apps"][0]);
    let environments = get(&format!("apps/{calc}/environments"), &with_token).ok();
    assert_eq!(environments["environments"][0].get("package"), None);
    assert_eq!(get("apps", &[("authorization", "MxToken wrong")]).json()["error"]["code"], 401);
    assert_eq!(get("apps/nowhere", &with_token).json()["error"]["code"], 404);
}
