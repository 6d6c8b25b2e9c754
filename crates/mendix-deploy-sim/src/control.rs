//! The simulator's own requests, under `/_sim/`.

use hyper::Method;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Call, ErrorRow, Fault, RuleState, State, error_rows, origin::Host, reply::Reply, shared::Shared,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restart {
    app_id: String,
    mode: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arrange {
    call: Option<Call>,
    section: Option<String>,
    status: u16,
    code: String,
    variant: Option<usize>,
}

/// Answers one of them. Errors are 400 with a text.
pub(crate) fn answer(shared: &Shared, host: &Host, method: &Method, path: &str, body: &[u8]) -> Reply {
    let answered = match (method.as_str(), path.trim_start_matches("/_sim/")) {
        ("GET", "accounting") => show(&shared.lock().accounting),
        ("POST", "faults") => add_faults(shared, body),
        ("DELETE", "faults") => {
            shared.lock().faults.clear();
            Ok(json!({}))
        }
        ("GET", "faults/unused") => show(&shared.lock().faults.unused()),
        ("GET", "state") => show(&shared.settled().state),
        ("PUT", "state") => parse(body).map(|state: State| {
            shared.lock().state = state;
            json!({})
        }),
        ("PATCH", "state") => patch_state(shared, body),
        ("POST", "advance") => parse(body).map(|Advance { ms }| {
            shared.time.advance(std::time::Duration::from_millis(ms));
            json!({"now": shared.time.now()})
        }),
        ("POST", "restart") => parse(body).and_then(|Restart { app_id, mode }| {
            shared.restart(&app_id, &mode).map(|job_id| json!({"job_id": job_id}))
        }),
        ("GET", "ready") => Ok(ready(shared, host)),
        ("GET", "rules") => show(&RuleState::all(&shared.lock().state.options)),
        ("GET", "error-rows") => show(error_rows()),
        ("POST", "arrange") => arrange(shared, body),
        _ => return Reply::text(404, "text/plain", "There is no such thing under /_sim/.\n"),
    };
    match answered {
        Ok(value) => Reply::json(200, &value),
        Err(message) => Reply::text(400, "text/plain;charset=utf-8", message + "\n"),
    }
}

/// What a client needs to make calls, by the host that it used.
fn ready(shared: &Shared, host: &Host) -> Value {
    let core = shared.lock();
    let mut ready = json!({
        "url": shared.origins.api(host),
        "username": core.state.credentials.username,
        "api_key": core.state.credentials.api_key,
        "app_id": core.state.default_app(),
    });
    if let Some(ca_pem) = &shared.ca_pem {
        ready["ca_pem"] = json!(ca_pem);
    }
    ready
}

fn show(value: &(impl Serialize + ?Sized)) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn add_faults(shared: &Shared, body: &[u8]) -> Result<Value, String> {
    let value: Value = parse(body)?;
    let faults: Vec<Fault> = match value {
        Value::Array(_) => serde_json::from_value(value),
        single => serde_json::from_value(single).map(|fault| vec![fault]),
    }
    .map_err(|error| error.to_string())?;
    for fault in faults {
        shared.add_fault(fault)?;
    }
    Ok(json!({}))
}

fn patch_state(shared: &Shared, body: &[u8]) -> Result<Value, String> {
    shared.patch_state(&parse(body)?).map_err(|error| error.to_string())?;
    Ok(json!({}))
}

fn arrange(shared: &Shared, body: &[u8]) -> Result<Value, String> {
    let Arrange { call, section, status, code, variant } = parse(body)?;
    if call.is_none() && section.is_none() {
        return Err("Which call? Give its `call` or `section`.".to_owned());
    }
    let is_of = |row: &ErrorRow| {
        call.is_none_or(|call| call == row.call) && section.as_ref().is_none_or(|is| *is == row.section)
    };
    let mut rows = error_rows().iter();
    let row = rows.find(|row| is_of(row) && row.status == status && row.code == code);
    let row = row.ok_or("There is no such row.")?;
    let reach = match variant {
        None => &row.reach,
        Some(place) => &row.variants.get(place).ok_or("There is no such variant.")?.reach,
    };
    shared.arrange(reach).map(Value::Object).map_err(|error| error.to_string())
}
