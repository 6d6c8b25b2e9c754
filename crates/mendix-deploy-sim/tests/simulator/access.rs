use mendix_deploy_sim::{Call, Simulator, error_rows};
use serde_json::Value;

use crate::support::{Client, request};

#[test]
fn every_call_needs_credentials() {
    let simulator = Simulator::start().unwrap();
    let mut other = Simulator::builder();
    let mut state = mendix_deploy_sim::State::seed();
    state.credentials.api_key = "wrong".to_owned();
    other = other.state(state);
    let other = other.start().unwrap();
    let mut client = Client::new(&other);
    client.origin = simulator.url().to_owned();
    for call in Call::ALL {
        let reply = client.call(call, &call.declaration().example).unwrap();
        assert_eq!((reply.status, reply.code().as_str()), (401, "UNAUTHORIZED"), "{call}");
        assert_eq!(simulator.accounting().effects(call), 0);
    }
    let reply = request(simulator.url(), "GET", "/api/1/apps", &[], b"").unwrap();
    assert_eq!(reply.status, 401);
}

#[test]
fn header_names_are_case_insensitive() {
    let simulator = Simulator::start().unwrap();
    let headers = [("MENDIX-USERNAME", simulator.username()), ("MeNdIx-ApIkEy", simulator.api_key())];
    assert_eq!(request(simulator.url(), "GET", "/api/1/apps", &headers, b"").unwrap().status, 200);
}

#[test]
fn without_the_right_to_the_api_every_call_of_an_environment_is_forbidden() {
    let simulator = Simulator::start().unwrap();
    simulator.with_state(|state| {
        let calc = state.apps.get_mut("calc").unwrap();
        calc.environments.get_mut("Acceptance").unwrap().rights.api_access = false;
    });
    let client = Client::new(&simulator);
    for call in Call::ALL {
        let args = &call.declaration().example;
        if !args.contains_key("mode") {
            continue;
        }
        let reply = client.call(call, args).unwrap();
        let has_own = error_rows().iter().any(|row| row.call == call && row.code == "FORBIDDEN");
        let code = if has_own { "FORBIDDEN" } else { "NO_ACCESS" };
        assert_eq!((reply.status, reply.code().as_str()), (403, code), "{call}");
    }
    let listed = client.get("apps/calc/environments").ok();
    assert_eq!(listed.as_array().unwrap().len(), 2);
}

#[test]
fn free_apps_have_few_calls() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    let shown = client.get("apps/sketch/environments").ok();
    assert_eq!(shown[0]["Mode"], "Sandbox");
    assert_eq!(shown[0].get("ModelVersion"), None);
    assert_eq!(client.post("apps/sketch/environments/Sandbox/stop", &Value::Null).status, 403);
    let scale = serde_json::json!({"Instances": 1, "MemoryPerInstance": 1024});
    assert_eq!(client.post("apps/sketch/environments/Sandbox/scale", &scale).code(), "NOT_ALLOWED");
}

#[test]
fn neither_accounting_nor_debug_shows_the_key() {
    let simulator = Simulator::start().unwrap();
    Client::new(&simulator).get("apps");
    let accounting = serde_json::to_string(&simulator.accounting()).unwrap();
    assert!(accounting.contains("mendix-apikey"));
    for text in [accounting, format!("{simulator:?}"), format!("{:?}", simulator.accounting())] {
        assert!(!text.contains(simulator.api_key()), "{text}");
    }
}
