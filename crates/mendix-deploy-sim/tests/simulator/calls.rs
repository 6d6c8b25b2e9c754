use std::time::Duration;

use mendix_deploy_sim::{Bodies, Call, Clock, Simulator};
use serde_json::{Value, json};

use crate::support::{Client, PACKAGE, package};

const ENVIRONMENT: &str = "apps/calc/environments/acceptance";

fn at(rest: &str) -> String {
    format!("{ENVIRONMENT}/{rest}")
}

/// Stop, upload, transport, settings, start: all that a deployment does.
#[test]
fn a_deployment() {
    let simulator = Simulator::builder().clock(Clock::Manual).start().unwrap();
    let client = Client::new(&simulator);
    let uploaded = client.upload("file", &package(r#"{"ModelVersion":"2.0.0.1","RuntimeVersion":"9.24.0"}"#));
    let id = uploaded.unwrap().ok()["PackageId"].clone();
    client.post(&at("stop"), &Value::Null).ok();
    assert_eq!(client.get(ENVIRONMENT).ok()["Status"], "Stopped");
    client.post(&at("transport"), &json!({"PackageId": id})).ok();
    assert_eq!(client.get(&at("package")).ok()["PackageId"], id);

    let change = json!({"Constants": [{"Name": "MyFirstModule.BooleanConstant", "Value": "true"}]});
    let constant = client.post(&at("settings"), &change).ok()["Constants"][0].clone();
    assert_eq!(
        (constant["Value"].as_str(), constant["DeployedValue"].as_str()),
        (Some("true"), Some("false"))
    );

    let job = client.post(&at("start"), &json!({"AutoSyncDb": true})).ok()["JobId"].clone();
    let status = at(&format!("start/{}", job.as_str().unwrap()));
    assert_eq!(client.get(&status).ok()["Status"], "Starting");
    assert_eq!(client.get(ENVIRONMENT).ok()["Status"], "Stopped");
    simulator.advance(Duration::from_millis(300));
    assert_eq!(client.get(&status).ok()["Status"], "Started");
    let environment = client.get(ENVIRONMENT).ok();
    assert_eq!(environment["Status"], "Running");
    assert_eq!(
        (&environment["ModelVersion"], &environment["MendixVersion"]),
        (&json!("2.0.0.1"), &json!("9.24.0"))
    );
    assert_eq!(client.get(&at("settings")).ok()["Constants"][0]["DeployedValue"], "true");

    let accounting = simulator.accounting();
    assert_eq!(accounting.effects(Call::StartEnvironment), 1);
    assert_eq!(accounting.requests(Call::GetStartStatus), 2);
    assert_eq!(accounting.effects(Call::GetStartStatus), 0);
}

#[test]
fn apps_are_listed_and_made() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    assert_eq!(client.get("apps").ok().as_array().unwrap().len(), 3);
    let made = client.post("apps", &json!({"ProjectId": "0d9a3c5e-8f0a-4a53-9d43-6f1d2a7c1b11"})).ok();
    let path = format!("apps/{}", made["AppId"].as_str().unwrap());
    assert_eq!(client.get(&path).ok(), made);
}

#[test]
fn backups_take_a_while() {
    let simulator = Simulator::builder().clock(Clock::Manual).start().unwrap();
    let client = Client::new(&simulator);
    let made = client.post(&at("snapshots"), &json!({"Comment": "before"})).ok();
    assert_eq!((&made["CreatedOn"], &made["Comment"]), (&Value::Null, &json!("before")));
    let id = made["SnapshotID"].as_str().unwrap();
    assert_eq!(client.get(&at(&format!("snapshots/{id}"))).code(), "SNAPSHOT_NOT_FOUND");
    simulator.advance(Duration::from_secs(1));
    let listed = client.get(&at("snapshots")).ok();
    assert_eq!(listed[0]["SnapshotID"], made["SnapshotID"]);
    assert_eq!((listed[0]["State"].as_str(), listed.as_array().unwrap().len()), (Some("Completed"), 3));

    client.post(&at("stop"), &Value::Null).ok();
    client.post(&at("clean"), &Value::Null).ok();
    let data = || simulator.with_state(|state| state.apps["calc"].environments["Acceptance"].data.clone());
    assert_eq!(data(), "");
    client.post(&at(&format!("restore/{id}")), &Value::Null).ok();
    assert_eq!(data(), id);
}

#[test]
fn scaling_tags_and_logs() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    let scaled = client.post(&at("scale"), &json!({"Instances": 2, "MemoryPerInstance": 2048})).ok();
    assert_eq!(
        scaled,
        json!({
            "Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
            "Production": false, "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0",
            "Instances": 2, "MemoryPerInstance": 2048, "TotalMemory": 8192,
        })
    );
    assert_eq!(client.get(&at("tags")).ok(), json!({"Tag": "A"}));
    client.post(&at("tags"), &json!({"Tag": "europe"})).ok();
    assert_eq!(client.get(&at("tags")).ok(), json!([{"Tag": "A"}, {"Tag": "europe"}]));
    for _ in 0..2 {
        assert_eq!(client.send("DELETE", &at("tags"), &json!({"Tag": "A"})).unwrap().ok(), json!([]));
    }
    assert_eq!(client.get(&at("tags")).ok(), json!({"Tag": "europe"}));
    let logs = client.get(&at("logs/2018-08-10")).ok();
    assert_eq!(logs["Date"], 1_533_859_200_000_i64);
    assert!(logs["DownloadUrl"].as_str().unwrap().starts_with(simulator.links_url()));
    assert_eq!(client.get(&at("logs/yesterday")).status, 400);
}

#[test]
fn a_future_date_gives_the_logs_of_today() {
    let simulator = Simulator::builder().clock(Clock::Manual).start().unwrap();
    let logs = Client::new(&simulator).get(&at("logs/2999-01-01")).ok();
    assert_eq!(logs["Date"], 1_533_859_200_000_i64);
}

#[test]
fn flexible_environments_have_any_name() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    let shown = client.get("apps/tictactoc/environments/Pr%C3%BCfung%202").ok();
    assert_eq!(shown["Mode"], "Prüfung 2");
}

#[test]
fn undocumented_bodies_have_three_forms() {
    for bodies in [Bodies::Empty, Bodies::Text, Bodies::Json] {
        let simulator = Simulator::builder().bodies(bodies).start().unwrap();
        let client = Client::new(&simulator);
        let replies = [
            client.post(&at("stop"), &Value::Null),
            client.post(&at("transport"), &json!({"PackageId": PACKAGE})),
            client.post(&at("clean"), &Value::Null),
            client.send("DELETE", &at("tags"), &json!({"Tag": "A"})).unwrap(),
            client.upload("file", &package("{}")).unwrap(),
        ];
        for (place, reply) in replies.into_iter().enumerate() {
            let no_content = bodies == Bodies::Empty && place == 3;
            assert_eq!(reply.status, if no_content { 204 } else { 200 });
            match bodies {
                Bodies::Empty => assert_eq!(reply.text(), ""),
                Bodies::Text => assert!(reply.header("content-type").unwrap().starts_with("text/plain")),
                Bodies::Json => drop(reply.json()),
            }
        }
    }
}

#[test]
fn another_method_is_told_which_it_may_be() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    for (method, path, allow) in [
        ("DELETE", at("tags/"), None),
        ("PUT", at("tags"), Some("POST, GET, DELETE")),
        ("DELETE", "apps".to_owned(), Some("GET, POST")),
        ("GET", at("stop"), Some("POST")),
        ("PATCH", at("logs/2018-08-10"), Some("GET")),
    ] {
        let reply = client.send(method, &path, &Value::Null).unwrap();
        match allow {
            Some(allow) => {
                assert_eq!((reply.status, reply.header("allow")), (405, Some(allow)), "{path}");
                assert!(reply.text().contains(allow), "{}", reply.text());
            }
            None => assert_eq!(reply.header("allow"), None),
        }
    }
}

#[test]
fn what_is_wrong_with_a_tag_is_said() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    for (body, message) in [
        (json!({"Tag": ""}), "Tag must not be empty."),
        (json!({"Tag": 3}), "Tag must be a string."),
        (json!({"Tag": null}), "Tag must be a string."),
        (json!({}), "Tag is missing."),
        (json!([]), "The body must be a JSON object."),
    ] {
        for method in ["POST", "DELETE"] {
            let reply = client.send(method, &at("tags"), &body).unwrap();
            assert_eq!((reply.status, &reply.json()["errorMessage"]), (400, &json!(message)), "{body}");
        }
    }
    let scale = client.post(&at("scale"), &json!({"Instances": 1, "MemoryPerInstance": 5_000_000_000_u64}));
    assert!(scale.text().contains("more memory than is available"), "{}", scale.text());
}

#[test]
fn sloppy_json_is_refused_clearly() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    for body in ["{'PackageId': 'x'}", "{\"PackageId\": \"x\",}", "[]", "{\"PackageId\": 3}", ""] {
        let path = format!("/api/1/{}", at("transport"));
        let headers = client.credentials();
        let reply =
            crate::support::request(simulator.url(), "POST", &path, &headers, body.as_bytes()).unwrap();
        assert_eq!((reply.status, reply.code().as_str()), (400, "INVALID_PARAMETERS"), "{body}");
    }
}
