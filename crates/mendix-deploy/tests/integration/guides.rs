//! The programs of the guides, against the simulator.

use std::fs;
use std::sync::Arc;

use crate::support::clock::Skipping;
use mendix_deploy::{Client, Credentials, DeployOutcome};
use mendix_deploy_sim::{Call, Clock, Fault, Profile, Simulator};

#[expect(dead_code, reason = "its main is for users")]
#[path = "../../examples/backups.rs"]
mod backups;
#[expect(dead_code, reason = "its main is for users")]
#[path = "../../examples/from_commit.rs"]
mod from_commit;

/// Today's service, whose time goes on as the client sleeps.
fn service() -> (Arc<Simulator>, Client) {
    let simulator = Simulator::builder().profile(Profile::Today).clock(Clock::Manual).start().unwrap();
    let simulator = Arc::new(simulator);
    let time = Arc::downgrade(&simulator);
    let clock = Skipping::telling(move |skipped| {
        if let Some(simulator) = time.upgrade() {
            simulator.advance(skipped);
        }
    });
    let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
    let client = Client::builder(credentials).base_url(simulator.url()).clock(clock).build().unwrap();
    (simulator, client)
}

#[test]
fn from_a_commit_to_production() {
    let (simulator, client) = service();
    simulator.with_state(|state| state.options.build_ms = 60_000);
    let folder = tempfile::tempdir().unwrap();
    let release = || {
        let package_id = from_commit::build(&client, "calc", "main", "a3f9c21", "1.2.0").unwrap();
        (from_commit::release(&client, "calc", &package_id, folder.path()).unwrap(), package_id)
    };
    let ([accepted, promoted], package_id) = release();
    assert_eq!([accepted.outcome, promoted.outcome], [DeployOutcome::Deployed; 2]);
    assert!(accepted.backup.is_none() && promoted.backup.is_some(), "{promoted}");
    simulator.with_state(|state| {
        for mode in ["Acceptance", "Production"] {
            let environment = &state.apps["calc"].environments[mode];
            assert_eq!(environment.running_package.as_deref(), Some(package_id.as_str()), "{mode}");
        }
    });
    let (reports, _) = release();
    assert_eq!(reports.map(|report| report.outcome), [DeployOutcome::Unchanged; 2]);
    let effects = |call| simulator.accounting().effects(call);
    assert_eq!((effects(Call::BuildPackage), effects(Call::TransportPackage)), (1, 2));
}

#[test]
fn nightly_backups_are_made_resumed_and_pruned() {
    let (simulator, client) = service();
    let folder = tempfile::tempdir().unwrap();
    let files = || {
        let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    };
    let back_up = |day: &str| backups::back_up_all(&client, folder.path(), day, 2).unwrap();
    // One download never gets its archive, and another one breaks off.
    simulator.with_state(|state| {
        let calc = state.apps.get_mut("calc").unwrap();
        calc.environments.get_mut("Test").unwrap().next_archive_failure = Some("no space".to_owned());
    });
    simulator.add_fault(Fault::on_link().truncate(1000));
    let first = back_up("2026-11-24");
    let failed: Vec<&str> =
        first.iter().filter(|(_, result)| result.is_err()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(failed, ["calc-Test"]);
    assert_eq!(first.len(), 5, "the free app has no snapshots");
    let made = simulator.accounting().effects(Call::CreateSnapshot);
    assert!(back_up("2026-11-24").iter().all(|(_, result)| result.is_ok()));
    assert_eq!(simulator.accounting().effects(Call::CreateSnapshot), made, "none is made twice");
    for day in ["2026-11-25", "2026-11-26"] {
        assert!(back_up(day).iter().all(|(_, result)| result.is_ok()));
    }
    let kept = files();
    assert_eq!(kept.len(), 10, "{kept:?}");
    assert!(kept.iter().all(|name| !name.contains("2026-11-24")), "{kept:?}");
}
