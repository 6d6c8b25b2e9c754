use std::collections::BTreeSet;

use mendix_deploy_sim::{ArgumentKind, Call, ErrorRow, Reach, Simulator, error_rows};
use serde_json::json;

use crate::support::{Client, control};

/// The one place with the numbers of the API document: a table that lost something must not pass.
#[test]
fn the_table_has_all_of_the_document() {
    let of_the_document = |call: &Call| !call.section().is_empty();
    let sections: Vec<_> = Call::ALL.into_iter().filter(of_the_document).map(Call::section).collect();
    assert_eq!(sections, (1..=23).map(|number| format!("3.{number}")).collect::<Vec<_>>());
    let rows: Vec<_> = error_rows().iter().filter(|row| of_the_document(&row.call)).collect();
    assert_eq!(rows.len(), 86);
    assert_eq!(rows.iter().map(|row| row.variants.len()).sum::<usize>(), 2);
    let spaced = rows.iter().filter(|row| row.code == "NOT FOUND").map(|row| row.call.section());
    assert_eq!(spaced.collect::<Vec<_>>(), ["3.21", "3.22", "3.23"]);
}

#[test]
fn the_table_says_each_thing_once() {
    let distinct: BTreeSet<_> = error_rows().iter().map(|row| (row.call, row.status, &row.code)).collect();
    assert_eq!(distinct.len(), error_rows().len());
    let requests: BTreeSet<_> = Call::ALL
        .into_iter()
        .map(|call| {
            let shape = call.declaration().segments().map(|(word, argument)| argument.map_or(word, |_| "*"));
            (&call.declaration().method, shape.collect::<Vec<_>>(), call.declaration().query())
        })
        .collect();
    assert_eq!(requests.len(), Call::ALL.len());
}

/// An example is for all arguments, and for nothing else.
#[test]
fn every_example_is_whole() {
    for call in Call::ALL {
        let named = call.declaration().arguments().into_iter().map(|(argument, _)| match argument.kind {
            ArgumentKind::Source => "content".to_owned(),
            _ => argument.name,
        });
        let example = call.declaration().example.keys().cloned();
        assert_eq!(example.collect::<BTreeSet<_>>(), named.collect(), "{call}");
    }
}

/// Only what neither state nor input can do comes by fault.
#[test]
fn most_rows_are_reached_without_a_fault() {
    let by_fault: BTreeSet<_> =
        error_rows().iter().filter(|row| row.reach.fault.is_some()).map(|row| row.code.as_str()).collect();
    let operational = [
        "BUILD_FAILED",
        "ENVIRONMENT_CLEAN_FAILED",
        "SERVICE_UNAVAILABLE",
        "SNAPSHOT_LISTING_FAILED",
        "STOP_FAILED",
        "UPLOAD_COPY_FAILED",
    ];
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
    let variants = error_rows().iter().map(|row| row.variants.len()).sum::<usize>();
    assert_eq!(accounting.total_requests(), (error_rows().len() + variants) as u64);
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
        let asked = json!({"call": row.call, "status": row.status, "code": row.code});
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
    let of_a_mode = |row: &&ErrorRow| row.reach.args.contains_key("mode");
    for row in error_rows().iter().filter(|row| row.code == "INVALID_PARAMETERS").filter(of_a_mode) {
        let mut args = row.reach.args.clone();
        args.insert("mode".to_owned(), json!(" "));
        let reply = client.call(row.call, &args).unwrap();
        assert_eq!((reply.status, reply.code()), (400, "INVALID_PARAMETERS".to_owned()));
    }
}
