use std::collections::BTreeSet;

use mendix_deploy_sim::{Call, ErrorRow, Reach, Simulator, error_rows};
use serde_json::json;

use crate::support::{Client, control};

#[test]
fn there_are_86_distinct_rows() {
    let distinct: BTreeSet<_> = error_rows().iter().map(|row| (row.call, row.status, &row.code)).collect();
    assert_eq!((error_rows().len(), distinct.len()), (86, 86));
    assert!(error_rows().iter().all(|row| row.call.section() == row.section));
    assert_eq!(error_rows().iter().map(|row| row.variants.len()).sum::<usize>(), 2);
    let spaced = error_rows().iter().filter(|row| row.code == "NOT FOUND").map(|row| row.call.section());
    assert_eq!(spaced.collect::<Vec<_>>(), ["3.21", "3.22", "3.23"]);
}

/// Only what neither state nor input can do comes by fault.
#[test]
fn most_rows_are_reached_without_a_fault() {
    let by_fault: BTreeSet<_> =
        error_rows().iter().filter(|row| row.reach.fault.is_some()).map(|row| row.code.as_str()).collect();
    let operational =
        ["ENVIRONMENT_CLEAN_FAILED", "SNAPSHOT_LISTING_FAILED", "STOP_FAILED", "UPLOAD_COPY_FAILED"];
    let expected = operational.into_iter().chain(["INVALID_PARAMETERS"]).collect();
    assert_eq!(by_fault, expected);
}

#[test]
fn every_row_is_reached_in_one_simulator() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    for row in error_rows() {
        check(&simulator, &client, row, &row.message, &row.reach);
        for variant in &row.variants {
            check(&simulator, &client, row, &variant.message, &variant.reach);
        }
    }
    assert_eq!(simulator.unused_faults(), []);
    let accounting = simulator.accounting();
    assert_eq!(accounting.total_requests(), 88);
    assert!(Call::ALL.into_iter().all(|call| accounting.effects(call) == 0));
}

fn check(simulator: &Simulator, client: &Client, row: &ErrorRow, message: &str, reach: &Reach) {
    let args = simulator.arrange_reach(reach).unwrap();
    let reply = client.call(row.call, &args).unwrap();
    assert_eq!((reply.status, reply.code()), (row.status, row.code.clone()), "{row:?}");
    let said = reply.json()["errorMessage"].as_str().unwrap().to_owned();
    // Up to where the document has a place holder.
    let fixed = |text: &str| text.split(['\'', '<']).next().unwrap().chars().take(12).collect::<String>();
    assert!(said.starts_with(&fixed(message)), "{said}");
}

#[test]
fn every_row_is_reached_over_http() {
    for row in error_rows() {
        let simulator = Simulator::start().unwrap();
        let asked = json!({"section": row.section, "status": row.status, "code": row.code});
        let args = control(&simulator, "POST", "arrange", &asked).ok();
        let reply = Client::new(&simulator).call(row.call, args.as_object().unwrap()).unwrap();
        assert_eq!((reply.status, reply.code()), (row.status, row.code.clone()), "{row:?}");
    }
}

/// What a careful client never sends has its answer too.
#[test]
fn blank_parameters_are_refused_as_documented() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    for row in error_rows().iter().filter(|row| row.code == "INVALID_PARAMETERS") {
        let mut args = row.reach.args.clone();
        args.insert("mode".to_owned(), json!(" "));
        let reply = client.call(row.call, &args).unwrap();
        assert_eq!((reply.status, reply.code()), (400, "INVALID_PARAMETERS".to_owned()));
    }
}
