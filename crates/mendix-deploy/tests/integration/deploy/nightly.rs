//! The example `nightly`: many environments, an outage in the middle of a wait, a start that fails, and the next night.

use super::*;
use mendix_deploy::{DeployOutcome, ErrorKind};

#[expect(dead_code, reason = "its main is for users")]
#[path = "../../../examples/nightly.rs"]
mod example;

const OUTAGE: Duration = Duration::from_secs(90);
const FAILING: &str = "Night 5";

#[test]
fn a_night_survives_an_outage_and_a_start_that_fails_and_can_be_run_again() {
    let service = service(Profile::Today);
    let modes: Vec<String> = (1..=9).map(|number| format!("Night {number}")).collect();
    service.simulator.with_state(|state| {
        let environments = &mut state.apps.get_mut("calc").unwrap().environments;
        let acceptance = environments["Acceptance"].clone();
        environments.extend(modes.iter().map(|mode| (mode.clone(), acceptance.clone())));
    });
    service.change(FAILING, |it| it.next_start_failure = Some("STARTUP_ACTION_FAILED".to_owned()));
    let targets: Vec<(&str, &str)> = modes.iter().map(|mode| ("calc", mode.as_str())).collect();
    let night = || example::deploy_all(&service.client, &service.file, service.folder.path(), &targets);
    // In the middle of the wait for the first start.
    service.outage_at(Call::GetStartStatus, 3, OUTAGE);
    let before = service.environment(FAILING);
    let first = night();
    assert_eq!(first.len(), modes.len());
    for (mode, result) in first {
        match result {
            Ok(report) => assert_eq!(report.outcome, DeployOutcome::Deployed, "{report}"),
            Err(error) => {
                assert_eq!((mode, error.kind()), (FAILING, ErrorKind::DeployFailed), "{error:#}");
                assert_eq!(service.environment(FAILING), before, "{error:#}");
            }
        }
    }
    for (mode, result) in night() {
        let expected = if mode == FAILING { DeployOutcome::Deployed } else { DeployOutcome::Unchanged };
        assert_eq!(result.unwrap().outcome, expected, "{mode}");
    }
    assert_eq!(service.uploads(), 10);
}
