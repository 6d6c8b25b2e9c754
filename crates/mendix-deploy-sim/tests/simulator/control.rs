use mendix_deploy_sim::{Clock, Fault, FaultKind, Simulator, State, Target, error_rows};
use serde_json::{Value, json};

use crate::support::{Client, control};

#[test]
fn state_is_read_changed_and_replaced() {
    let simulator = Simulator::start().unwrap();
    let shown = control(&simulator, "GET", "state", &Value::Null).ok();
    let read: State = serde_json::from_value(shown).unwrap();
    assert_eq!(read, State::seed());
    let patch = json!({"apps": {"calc": {"environments": {"Test": {"status": "Running"}}, "name": "Other"}}});
    control(&simulator, "PATCH", "state", &patch).ok();
    let client = Client::new(&simulator);
    assert_eq!(client.get("apps/calc/environments/Test").ok()["Status"], "Running");
    control(&simulator, "PUT", "state", &serde_json::to_value(read).unwrap()).ok();
    assert_eq!(client.get("apps/calc/environments/Test").ok()["Status"], "Stopped");
    let wrong = control(&simulator, "PATCH", "state", &json!({"apps": {"calc": {"nope": 1}}}));
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("nope"));
}

#[test]
fn faults_time_and_accounting() {
    let simulator = Simulator::builder().clock(Clock::Manual).start().unwrap();
    let faults = json!([
        {"call": "get_app", "nth": 1, "times": 1, "kind": "close"},
        {"call": "any", "kind": {"error": {"status": 500, "code": "X", "message": "x"}}},
        {"call": "link", "after_effect": false, "kind": {"rate_limit": {"retry_after": {"seconds": 3}}}},
    ]);
    control(&simulator, "POST", "faults", &faults).ok();
    control(&simulator, "POST", "faults", &json!({"call": "list_apps", "kind": "expired_link"})).ok();
    assert!(Client::new(&simulator).send("GET", "apps/calc", &Value::Null).is_err());
    let unused = control(&simulator, "GET", "faults/unused", &Value::Null).ok();
    assert_eq!(unused.as_array().unwrap().len(), 3);
    let accounting = control(&simulator, "GET", "accounting", &Value::Null).ok();
    assert_eq!((&accounting["requests"], &accounting["total_requests"]), (&json!({"get_app": 1}), &json!(1)));
    control(&simulator, "DELETE", "faults", &Value::Null).ok();
    assert_eq!(control(&simulator, "GET", "faults/unused", &Value::Null).ok(), json!([]));
    let before = simulator.now();
    control(&simulator, "POST", "advance", &json!({"ms": 1500})).ok();
    assert_eq!(simulator.now() - before, 1500);
}

#[test]
fn mistakes_are_told() {
    let simulator = Simulator::start().unwrap();
    let wrong = control(&simulator, "POST", "faults", &json!({"call": "nope", "kind": "close"}));
    assert_eq!((wrong.status, wrong.text().trim()), (400, "there is no call `nope`"));
    for (target, kind) in [("connection", json!("endless")), ("any", json!("cut_handshake"))] {
        let wrong = control(&simulator, "POST", "faults", &json!({"call": target, "kind": kind}));
        let expected = format!("`{target}` has no such fault");
        assert_eq!((wrong.status, wrong.text().trim()), (400, expected.as_str()));
    }
    let row = json!({"section": "3.1", "status": 500, "code": "NOPE"});
    assert_eq!(control(&simulator, "POST", "arrange", &row).status, 400);
    assert_eq!(control(&simulator, "GET", "nope", &Value::Null).status, 404);
    let rows = control(&simulator, "GET", "error-rows", &Value::Null).ok();
    assert_eq!(rows.as_array().unwrap().len(), error_rows().len());
}

#[test]
fn faults_have_a_form_in_json() {
    let fault = Fault::on(Target::Any).close_without_reply().after_effect().nth(3);
    let text = serde_json::to_value(&fault).unwrap();
    assert_eq!(text, json!({"call": "any", "nth": 3, "times": 1, "after_effect": true, "kind": "close"}));
    let kinds = [
        json!("stall"),
        json!({"truncate": {"keep": 3}}),
        json!({"delay": {"ms": 3}}),
        json!({"reply": {"status": 200, "headers": [["a", "b"]], "body": "x"}}),
        json!({"refuse_early": {"status": 413, "code": "X", "message": "x", "drain": true}}),
        json!({"redirect": {"status": 302, "location": "http://x/"}}),
        json!({"content_type": "text/html"}),
        json!({"set_fields": {"Status": "Odd"}}),
        json!({"rate_limit": {"retry_after": "absent"}}),
        json!({"rate_limit": {"retry_after": {"date_in_seconds": 5}}}),
        json!("ignore_range"),
        json!("change_etag"),
        json!({"refuse_range": {"status": 405}}),
        json!({"reset_in_body": {"after": 3}}),
        json!({"raw": {"text": "HTTP/1.1 2", "then": "stall"}}),
        json!("endless"),
        json!({"drip": {"every_ms": 3}}),
        json!({"late_bytes": {"status": 204, "after_ms": 3, "text": "x", "then": "stall"}}),
        json!({"refuse": {"ms": 3}}),
        json!("cut_handshake"),
        json!({"certificate": "wrong_host"}),
    ];
    for kind in kinds {
        let read: FaultKind = serde_json::from_value(kind.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), kind);
    }
}
