//! The deployments that each language runs: `tests/conformance/deployments.json`.

use super::*;
use serde_json::Value;

#[test]
fn every_deployment_ends_as_in_the_other_languages() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let table = std::fs::read_to_string(root.join("tests/conformance/deployments.json")).unwrap();
    let table: Value = serde_json::from_str(&table).unwrap();
    let package = root.join("tests/data/calc_1.2.0.254.mda");
    for case in table["cases"].as_array().unwrap() {
        let (name, expected) = (case["name"].as_str().unwrap(), &case["expected"]);
        let simulator = Simulator::start().unwrap();
        for patch in [&table["state"], &case["state"]].into_iter().filter(|patch| patch.is_object()) {
            simulator.patch_state(patch).unwrap();
        }
        for fault in case["faults"].as_array().into_iter().flatten() {
            simulator.add_fault(serde_json::from_value(fault.clone()).unwrap());
        }
        let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
        let client = Client::builder(credentials).base_url(simulator.url()).build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let json = case["deployment"].to_string();
        let json = json.replace("$PACKAGE", package.to_str().unwrap());
        let json = json.replace("$FOLDER", folder.path().to_str().unwrap());
        let run = || -> Result<DeployReport, Error> {
            client.deploy(&Deployment::from_json(&json)?, DeployOptions::from_json(&json)?)
        };
        for _ in 1..case["runs"].as_u64().unwrap_or(1) {
            run().unwrap();
        }
        let result = run();
        let error = result.as_ref().err();
        let kind = error.map(|error| format!("{:?}", error.kind()));
        assert_eq!(kind.as_deref(), expected["kind"].as_str(), "{name}: {result:?}");
        let report = result.as_ref().ok().or(error.and_then(Error::report));
        let outcome = report.map(|report| report.outcome.as_str());
        assert_eq!(outcome, expected["outcome"].as_str(), "{name}: {result:?}");
        assert_eq!(
            error.and_then(Error::code).map(mendix_deploy::ErrorCode::as_str),
            expected["code"].as_str(),
            "{name}"
        );
        if let Some(report) = report {
            let wanted: Vec<&str> =
                expected["done"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();
            assert_eq!(done(report), wanted, "{name}: {report}");
            assert_eq!(report.orphans.len() as u64, expected["orphans"].as_u64().unwrap_or(0), "{name}");
        }
        let text = error.map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(text.contains(expected["text"].as_str().unwrap_or_default()), "{name}: {text}");
        let accounting = simulator.accounting();
        for (call, effects) in expected["effects"].as_object().unwrap() {
            let call = Call::from_stem(call).unwrap();
            assert_eq!(Some(accounting.effects(call)), effects.as_u64(), "{name}: {call}");
        }
    }
}
