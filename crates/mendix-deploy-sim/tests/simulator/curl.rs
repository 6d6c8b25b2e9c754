//! The examples of the API document, as its readers would type them.

use std::{process::Command, time::Duration};

use mendix_deploy_sim::{Call, Clock, Profile, Simulator, Tls};
use serde_json::{Value, json};

use crate::support::package;

fn curl(simulator: &Simulator, path: &str, arguments: &[&str]) -> String {
    let url = format!("{}/api/1/apps/{path}", simulator.url());
    let username = format!("Mendix-Username: {}", simulator.username());
    let api_key = format!("Mendix-ApiKey: {}", simulator.api_key());
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--fail-with-body", "--max-time", "60", "--noproxy", "*"])
        .args(["-H", &username, "-H", &api_key])
        .args(arguments)
        .arg(url)
        .output()
        .unwrap_or_else(|error| panic!("this test needs the program `curl`: {error}"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{path}: {text} {}", String::from_utf8_lossy(&output.stderr));
    text
}

fn call(simulator: &Simulator, path: &str, arguments: &[&str]) -> Value {
    serde_json::from_str(&curl(simulator, path, arguments)).unwrap()
}

#[test]
fn the_examples_of_the_document() {
    // Each request is a program to start: time goes on when told.
    let simulator = Simulator::builder().clock(Clock::Manual).start().unwrap();
    let get = |path: &str| call(&simulator, path, &[]);
    let json_type = ["-X", "POST", "-H", "Content-Type: application/json", "-d"];
    let post = |path: &str, body: &str| call(&simulator, path, &[json_type.as_slice(), &[body]].concat());

    assert_eq!(get("")[0]["AppId"], "calc");
    assert_eq!(get("calc/")["Name"], "Calculation App");
    assert_eq!(get("calc/environments/")[0]["Mode"], "Acceptance");
    assert_eq!(get("calc/environments/Acceptance")["ModelVersion"], "1.1.0.253");
    assert_eq!(get("calc/environments/Acceptance/package")["Name"], "Main line-1.1.0.253.mda");

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("calc_1.0.0.45.mda");
    std::fs::write(&file, package(r#"{"ModelVersion":"1.0.0.45","RuntimeVersion":"9.24.0"}"#)).unwrap();
    let part = format!("file=@{}", file.display());
    let uploaded = call(&simulator, "calc/packages/upload", &["-F", &part, "-X", "POST"]);
    let waiting = ["-F", &part, "-H", "Expect: 100-continue"];
    assert_ne!(call(&simulator, "calc/packages/upload?name=again.mda", &waiting), uploaded);

    post("calc/environments/Acceptance/stop", "");
    post("calc/environments/acceptance/transport", &uploaded.to_string());
    post("calc/environments/acceptance/clean/", "");
    post("calc/environments/acceptance/restore/201703221355/", "");
    let settings = get("calc/environments/acceptance/settings/");
    let changed = settings.to_string().replace("\"Value\":\"Disabled\"", "\"Value\":\"Enabled\"");
    let set = post("calc/environments/acceptance/settings/", &changed);
    assert_eq!(set["ScheduledEvents"][0]["Value"], "Enabled");
    let job = post("calc/environments/Acceptance/start", r#"{"AutoSyncDb": true}"#);
    let status = format!("calc/environments/Acceptance/start/{}", job["JobId"].as_str().unwrap());
    assert_eq!(get(&status)["Status"], "Starting");
    simulator.advance(Duration::from_secs(1));
    assert_eq!(get(&status)["Status"], "Started");
    assert_eq!(get("calc/environments/Acceptance")["ModelVersion"], "1.0.0.45");

    assert_eq!(get("calc/environments/acceptance/snapshots").as_array().unwrap().len(), 2);
    assert!(get("calc/environments/test/snapshots/201703221355")["FilesOnly"].is_string());
    let made = post("calc/environments/acceptance/snapshots/", r#"{"Comment": "My user comment"}"#);
    assert_eq!(made["Comment"], "My user comment");
    let scaled = post("calc/environments/acceptance/scale", r#"{"Instances": 2, "MemoryPerInstance": 2048}"#);
    assert_eq!(scaled["TotalMemory"], 8192);
    // Without a content type of JSON, too.
    let tag = call(&simulator, "calc/environments/acceptance/tags", &["-d", r#"{"Tag": "europe"}"#]);
    assert_eq!(tag, json!({"Tag": "europe"}));
    assert_eq!(get("calc/environments/acceptance/tags").as_array().unwrap().len(), 2);
    call(&simulator, "calc/environments/acceptance/tags", &["-X", "DELETE", "-d", r#"{"Tag": "A"}"#]);
    let logs = get("calc/environments/acceptance/logs/2018-08-10");
    assert_eq!(logs["Environment"], "38471410-861f-47e5-8efc-2f4b16f04005");
    let sandbox = post("", r#"{"ProjectId": "a5129445-b638-42f4-8108-5f370c85dc57"}"#);
    assert!(sandbox["AppId"].is_string());

    let accounting = simulator.accounting();
    let of_the_document = Call::ALL.into_iter().filter(|call| !call.section().is_empty());
    for call in of_the_document {
        assert!(accounting.requests(call) > 0, "{call}");
    }
}

#[test]
fn tls_with_its_own_authority() {
    let simulator = Simulator::builder().tls(Tls::On).start().unwrap();
    assert!(simulator.url().starts_with("https://127.0.0.1:"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), simulator.ca_pem().unwrap()).unwrap();
    let shown = call(&simulator, "calc", &["--cacert", file.path().to_str().unwrap()]);
    assert_eq!(shown["AppId"], "calc");
    let untrusting = Command::new("curl").args(["--silent", simulator.url()]).status();
    assert_ne!(untrusting.unwrap().code(), Some(0));
}

/// A pipeline of today as shell scripts write it, for the hosts that they have built in: nothing of it is changed for the
/// simulator but where the hosts lead.
#[test]
fn a_script_with_built_in_hosts_builds_backs_up_and_deploys() {
    let simulator =
        Simulator::builder().profile(Profile::Today).clock(Clock::Manual).tls(Tls::On).start().unwrap();
    let authority = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(authority.path(), simulator.ca_pem().unwrap()).unwrap();
    let address = simulator.url().strip_prefix("https://").unwrap();
    let send = |url: &str, arguments: &[&str]| -> Value {
        let [username, api_key] = [
            format!("Mendix-Username: {}", simulator.username()),
            format!("Mendix-ApiKey: {}", simulator.api_key()),
        ];
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--fail-with-body", "--max-time", "60", "--noproxy", "*"])
            .args(["--connect-to", &format!("::{address}"), "--cacert"])
            .arg(authority.path())
            .args(["-H", &username, "-H", &api_key, "-H", "Accept: application/json"])
            .args(arguments)
            .arg(url)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{url}: {text} {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_str(&text).unwrap_or_default()
    };
    let json_type = ["-X", "POST", "-H", "Content-Type: application/json", "-d"];
    let post = |url: &str, body: &str| send(url, &[json_type.as_slice(), &[body]].concat());
    let advance = || simulator.advance(Duration::from_mins(1));
    let v1 = "https://deploy.mendix.com/api/1/apps";

    // Builds, by the Build API at the host of its oldest clients.
    let built = "https://cloud.home.mendix.com/api/1/apps/calc/packages";
    let body =
        r#"{"Branch": "branches/acceptance", "Revision": "1204", "Version": "1.0.0", "Description": "CI"}"#;
    let package = post(built, body)["PackageId"].as_str().unwrap().to_owned();
    assert_eq!(send(&format!("{built}/{package}"), &[])["Status"], "Building");
    advance();
    assert_eq!(send(&format!("{built}/{package}"), &[])["Status"], "Succeeded");

    // Finds its app and environment by version 4, whose identifiers are those of the snapshots.
    let v4 = "https://cloud.home.mendix.com/api/v4/apps";
    let apps = send(&format!("{v4}?licenseType=licensed"), &[]);
    let app = apps["apps"].as_array().unwrap().iter().find(|app| app["subdomain"] == "calc").unwrap();
    let id = app["id"].as_str().unwrap();
    let listed = send(&format!("{v4}/{id}/environments?expand=package"), &[]);
    let found =
        listed["environments"].as_array().unwrap().iter().find(|it| it["name"] == "Acceptance").unwrap();
    assert_eq!(
        (&found["state"], &found["package"]["modelVersion"]),
        (&json!("running"), &json!("1.1.0.253"))
    );
    let environment_id = found["id"].as_str().unwrap();
    assert_eq!(&send(&format!("{v4}/{id}/environments/{environment_id}?expand=package"), &[]), found);

    // Backs up.
    let environment = format!("{v1}/calc/environments/Acceptance");
    assert_eq!(send(&format!("{v1}/calc"), &[])["ProjectId"], id);
    assert_eq!(send(&environment, &[])["EnvironmentId"], environment_id);
    let snapshots =
        format!("https://deploy.mendix.com/api/v2/apps/{id}/environments/{environment_id}/snapshots");
    let snapshot = post(&snapshots, r#"{"comment": "before 1.0.0.1204"}"#)["snapshot_id"].clone();
    advance();
    let listed = send(&format!("{snapshots}?offset=0&limit=1"), &[]);
    assert_eq!(listed["snapshots"][0]["snapshot_id"], snapshot);
    assert_eq!(listed["snapshots"][0]["state"], "completed");

    // Stops, transports and starts.
    send(&format!("{environment}/stop"), &["-X", "POST", "-d", ""]);
    advance();
    post(&format!("{environment}/transport"), &json!({ "PackageId": package }).to_string());
    let job = post(&format!("{environment}/start"), r#"{"AutoSyncDb": true}"#)["JobId"].clone();
    advance();
    assert_eq!(send(&format!("{environment}/start/{}", job.as_str().unwrap()), &[])["Status"], "Started");
    let deployed = send(&format!("{environment}/package"), &[]);
    assert_eq!((&deployed["PackageId"], &deployed["Version"]), (&json!(package), &json!("1.0.0.1204")));
}
