use serde_json::{Value, json};

use super::*;
use crate::signer::Signer;

const NOW: i64 = 1_000_000;

struct Machine {
    state: State,
    signer: Signer,
    now: i64,
}

impl Machine {
    fn new() -> Self {
        Self { state: State::seed(), signer: Signer::new(), now: NOW }
    }

    /// Calls for the environment `Acceptance` of `calc`.
    fn call(&mut self, call: Call, id: &str, body: Value) -> Result<Value, String> {
        let (app_id, mode, id) = ("calc".to_owned(), "acceptance".to_owned(), id.to_owned());
        let invocation = Invocation { app_id, mode, id, body, ..Invocation::new(call) };
        let moment = Moment { now: self.now, signer: &self.signer, links_origin: "http://127.0.0.1:1" };
        match self.state.perform(&invocation, moment) {
            Ok(Answer::Json(value)) => Ok(value),
            Ok(_) => Ok(Value::Null),
            Err(refusal) => Err(refusal.code),
        }
    }

    fn environment(&mut self) -> &mut Environment {
        self.state.apps.get_mut("calc").unwrap().environments.get_mut("Acceptance").unwrap()
    }

    fn stop(&mut self) {
        self.call(Call::StopEnvironment, "", Value::Null).unwrap();
    }

    fn start(&mut self, auto_sync_db: bool) -> String {
        let started = self.call(Call::StartEnvironment, "", json!({"AutoSyncDb": auto_sync_db})).unwrap();
        started["JobId"].as_str().unwrap().to_owned()
    }

    /// The outcome of a start that has its time.
    fn outcome(&mut self, auto_sync_db: bool) -> Result<Value, String> {
        let job = self.start(auto_sync_db);
        self.now += 300;
        self.call(Call::GetStartStatus, &job, Value::Null).map(|status| status["Status"].clone())
    }
}

#[test]
fn a_start_takes_its_time_and_no_more() {
    let mut machine = Machine::new();
    machine.stop();
    let job = machine.start(true);
    machine.now += 299;
    assert_eq!(machine.call(Call::GetStartStatus, &job, Value::Null), Ok(json!({"Status": "Starting"})));
    let again = machine.call(Call::StartEnvironment, "", json!({}));
    assert_eq!(again, Err("APP_ALREADY_HAS_A_STARTING_JOB".to_owned()));
    let transport = machine.call(Call::TransportPackage, "", json!({"PackageId": "x"}));
    assert_eq!(transport, Err("APP_IS_RUNNING".to_owned()));
    machine.now += 1;
    assert_eq!(machine.call(Call::GetStartStatus, &job, Value::Null), Ok(json!({"Status": "Started"})));
    assert_eq!(machine.environment().status, EnvironmentStatus::Running);
}

#[test]
fn every_start_failure_has_its_cause() {
    type Cause = fn(&mut Environment);
    let causes: [(&str, Cause); 10] = [
        ("ALREADY_STARTED", |environment| environment.status = EnvironmentStatus::Running),
        ("ALREADY_LOCKED", |environment| environment.locked = true),
        ("NO_PACKAGE", |environment| environment.package = None),
        ("DB_SYNC_FAILED", |environment| environment.database = Database::Unsyncable),
        ("MISSING_CONSTANT", |environment| environment.settings["Constants"][1]["Value"] = Value::Null),
        ("INSECURE_ADMIN_PASSWORD", |environment| fail(environment, "INSECURE_ADMIN_PASSWORD")),
        ("STARTUP_ACTION_FAILED", |environment| fail(environment, "STARTUP_ACTION_FAILED")),
        ("START_FAILED", |environment| fail(environment, "START_FAILED")),
        ("INVALID_DB_STRUCTURE", |environment| fail(environment, "INVALID_DB_STRUCTURE")),
        // Stopped in the middle.
        ("START_FAILED", |environment| environment.stopping = Some(NOW)),
    ];
    for (code, cause) in causes {
        let mut machine = Machine::new();
        machine.stop();
        let job = machine.start(true);
        cause(machine.environment());
        machine.now += 300;
        assert_eq!(machine.call(Call::GetStartStatus, &job, Value::Null), Err(code.to_owned()));
        assert_eq!(machine.environment().running_package, None, "{code}");
    }
}

fn fail(environment: &mut Environment, code: &str) {
    environment.next_start_failure = Some(code.to_owned());
}

#[test]
fn a_failure_happens_once() {
    let mut machine = Machine::new();
    machine.stop();
    fail(machine.environment(), "START_FAILED");
    assert_eq!(machine.outcome(true), Err("START_FAILED".to_owned()));
    assert_eq!(machine.outcome(true), Ok(json!("Started")));
}

#[test]
fn a_database_is_synchronised_on_request_only() {
    let mut machine = Machine::new();
    machine.stop();
    let old = "b3d14e53-2654-4534-b374-9179a69ef3cf";
    machine.state.apps.get_mut("calc").unwrap().packages.get_mut(old).unwrap().changes_database = true;
    machine.call(Call::TransportPackage, "", json!({"PackageId": old})).unwrap();
    assert_eq!(machine.outcome(false), Err("INVALID_DB_STRUCTURE".to_owned()));
    assert_eq!(machine.outcome(true), Ok(json!("Started")));
    assert_eq!(machine.environment().database, Database::InSync);
}

#[test]
fn a_start_may_hang_for_ever() {
    let mut machine = Machine::new();
    machine.stop();
    machine.environment().next_start_hangs = true;
    let job = machine.start(true);
    machine.now += 1_000_000_000;
    assert_eq!(machine.call(Call::GetStartStatus, &job, Value::Null), Ok(json!({"Status": "Starting"})));
    machine.stop();
    assert_eq!(machine.outcome(true), Ok(json!("Started")));
}

#[test]
fn a_stop_may_take_its_time() {
    let mut machine = Machine::new();
    machine.state.options.stop_ms = 1000;
    machine.stop();
    machine.now += 999;
    // A second stop does not put it off.
    machine.stop();
    assert_eq!(
        machine.call(Call::CleanEnvironment, "", Value::Null),
        Err("ENVIRONMENT_NOT_STOPPED".to_owned())
    );
    machine.now += 1;
    assert!(machine.call(Call::CleanEnvironment, "", Value::Null).is_ok());
}

#[test]
fn settings_change_all_or_nothing() {
    let mut machine = Machine::new();
    let before = machine.environment().settings.clone();
    let change = json!({
        "Constants": [{"Name": "MyFirstModule.BooleanConstant", "Value": "true"}],
        "ScheduledEvents": [{"Name": "MyFirstModule.Monitor_Scheduled_event", "Value": "Sometimes"}],
    });
    let refused = machine.call(Call::SetEnvironmentSettings, "", change);
    assert_eq!(refused, Err("INVALID_SCHEDULED_EVENT_PARAMETER".to_owned()));
    assert_eq!(machine.environment().settings, before);
}

#[test]
fn settings_keep_order_and_what_nobody_knows() {
    let mut machine = Machine::new();
    let change = json!({"Constants": [{
        "Name": "MyFirstModule.DateTime", "Value": "2020-01-01T00:00:00", "DataType": "Other", "Note": {"a": 1},
    }]});
    let settings = machine.call(Call::SetEnvironmentSettings, "", change).unwrap();
    let constant = r#"{"Name":"MyFirstModule.DateTime","DataType":"DateTime","Value":"2020-01-01T00:00:00","DeployedValue":"2013-12-20T16:02:32","Note":{"a":1}}"#;
    assert_eq!(settings["Constants"][1].to_string(), constant);
}

#[test]
fn the_state_goes_through_json() {
    let mut machine = Machine::new();
    machine.stop();
    machine.start(true);
    machine.call(Call::CreateBackup, "", json!({"Comment": "x"})).unwrap();
    let text = serde_json::to_string(&machine.state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&text).unwrap(), machine.state);
}

#[test]
fn debug_shows_no_key() {
    let state = State::seed();
    assert!(!format!("{state:?}").contains(&state.credentials.api_key));
}
