//! The conformance matrix: every call, every fault, on a fresh connection and on a reused one. What must come of each
//! is in `tests/conformance/retry-matrix.json`, which the tests in C and Python read too. The verdict is the server's
//! count, not the client's word.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::calls::{call, example, prepare};
use mendix_deploy::{CallEvent, Client, Credentials};
use mendix_deploy_sim::{Call, Fault, Simulator};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Most of the time is spent in waiting.
const THREADS: usize = 64;

#[derive(Deserialize)]
struct Matrix {
    client: Map<String, Value>,
    content_bytes: usize,
    faults: BTreeMap<String, FaultRow>,
    classes: BTreeMap<String, Row>,
    exceptions: BTreeMap<Call, Row>,
}

/// By fault: what comes of it on a fresh connection, and on a reused one.
type Row = BTreeMap<String, [String; 2]>;

#[derive(Deserialize)]
struct FaultRow {
    /// How long a connection that is reused was idle. One that is hit only for that may be none at all.
    idle_ms: Option<u64>,
    fault: Value,
    /// The limits of a client that waits until its time is up.
    #[serde(default)]
    client: Map<String, Value>,
}

fn read() -> Matrix {
    serde_json::from_str(include_str!("../../../../tests/conformance/retry-matrix.json")).unwrap()
}

impl Matrix {
    /// What each fault must come to for a call.
    fn row(&self, call: Call) -> Row {
        let mut row = self.classes[&call.declaration().class.to_string()].clone();
        assert!(row.keys().eq(self.faults.keys()), "{call} has other faults than are listed");
        for (fault, cell) in self.exceptions.get(&call).into_iter().flatten() {
            assert_ne!(
                row.insert(fault.clone(), cell.clone()).as_ref(),
                Some(cell),
                "{call}, {fault}: no exception"
            );
        }
        row
    }

    fn fault(&self, name: &str, call: Call) -> Fault {
        let mut fault = self.faults[name].fault.clone();
        if fault["call"] == "$CALL" {
            fault["call"] = json!(call);
        }
        serde_json::from_value(fault).unwrap()
    }

    /// A limit of the client for a fault.
    fn limit(&self, name: &str, limit: &str) -> u64 {
        self.faults[name].client.get(limit).unwrap_or(&self.client[limit]).as_u64().unwrap()
    }

    /// What comes of one call, in the words of a cell.
    fn play(&self, name: &str, changing: Call, reuse: bool) -> String {
        let simulator = Simulator::start().unwrap();
        prepare(&simulator, changing);
        let adopted = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&adopted);
        let client = Client::builder(Credentials::new(simulator.username(), simulator.api_key()).unwrap())
            .base_url(simulator.url())
            .timeout(Duration::from_millis(self.limit(name, "timeout_ms")))
            .answer_timeout(Duration::from_millis(self.limit(name, "answer_timeout_ms")))
            .action_timeout(Duration::from_millis(self.limit(name, "action_timeout_ms")))
            .max_attempts(self.limit(name, "max_attempts").try_into().unwrap())
            .check_packages(false)
            .reply_limit(self.limit(name, "reply_limit").try_into().unwrap())
            .on_event(move |event| {
                told.fetch_or(matches!(event, CallEvent::Adopted { .. }), Ordering::Relaxed);
                ControlFlow::Continue(())
            })
            .build()
            .unwrap();
        let mut args = example(changing);
        if let Some(content) = args.get_mut("content") {
            *content = "x".repeat(self.content_bytes).into();
        }
        let idle_ms = self.faults[name].idle_ms;
        if reuse {
            warm_up(&client, changing, &args);
            thread::sleep(Duration::from_millis(idle_ms.unwrap_or(0)));
        }
        let before = simulator.accounting();
        let fault = self.fault(name, changing);
        let hits = idle_ms.is_none() && (!reuse || serde_json::to_value(fault.call).unwrap() != "connection");
        simulator.add_fault(fault);
        let outcome = match call(&client, changing, &args) {
            Ok(()) if adopted.load(Ordering::Relaxed) => "adopted".to_owned(),
            Ok(()) => "ok".to_owned(),
            Err(error) => format!("{:?}/{:?}", error.kind(), error.evidence()),
        };
        let after = simulator.accounting();
        assert!(!hits || simulator.unused_faults().is_empty(), "{changing}, {name}: the fault hit nothing");
        let requests = after.requests(changing) - before.requests(changing);
        let effects = after.effects(changing) - before.effects(changing);
        assert!(effects <= 1, "{changing}, {name}: it was done {effects} times");
        format!("{outcome} {requests} {effects}")
    }
}

/// Leaves an open connection in the pool that the call will use.
fn warm_up(client: &Client, before: Call, args: &Map<String, Value>) {
    if args.contains_key("content") {
        // Transfers have connections of their own.
        let mut args = args.clone();
        args.insert("content".to_owned(), "x".into());
        call(client, before, &args).unwrap();
    } else {
        client.list_apps().unwrap();
    }
}

#[test]
fn every_call_meets_every_fault() {
    let matrix = read();
    assert!(matrix.faults.len() >= 16);
    let rows = Call::ALL.map(|call| (call, matrix.row(call)));
    let mut cells = VecDeque::new();
    for (changing, row) in &rows {
        for (name, expected) in row {
            cells.extend([(*changing, name, false, &expected[0]), (*changing, name, true, &expected[1])]);
        }
    }
    let count = cells.len();
    // What lasts longest comes first.
    cells.make_contiguous().sort_by_key(|(_, name, ..)| matrix.faults[*name].client.is_empty());
    let (cells, wrong) = (Mutex::new(cells), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let Some((changing, name, reuse, expected)) = cells.lock().unwrap().pop_front() else {
                        return;
                    };
                    let seen = matrix.play(name, changing, reuse);
                    if !expected.split(" | ").any(|expected| expected == seen) {
                        let connection = if reuse { "reused" } else { "fresh" };
                        let line = format!("{changing}, {name}, {connection}: {seen}, not {expected}");
                        wrong.lock().unwrap().push(line);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {count} cells:\n{}", wrong.len(), wrong.join("\n"));
    println!("{count} cells");
}
