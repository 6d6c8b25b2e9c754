//! How deployments end: with the package running, or as before.

use std::ops::ControlFlow;

use super::*;
use mendix_deploy::{BackupPolicy, DeployOutcome, ErrorKind, RollbackPolicy};
use mendix_deploy_sim::{EnvironmentStatus, error_rows};

#[test]
fn a_package_is_deployed_and_the_report_says_how() {
    for profile in BOTH {
        let service = service(profile);
        let mut events = Vec::new();
        let options = DeployOptions::new().on_step(|step| {
            events.push(format!("{} {}", step.name, step.status));
            ControlFlow::Continue(())
        });
        let mut sent = 0;
        let options = options.on_progress(|progress| {
            sent = progress.done;
            ControlFlow::Continue(())
        });
        let report = service.client.deploy(&service.everything("Acceptance"), options).unwrap();
        assert_eq!(report.outcome, DeployOutcome::Deployed);
        let expected = ["upload", "stop", "transport", "settings", "scale", "start", "confirm"];
        assert_eq!(done(&report), expected);
        assert_eq!(events.first().unwrap(), "backup skipped");
        assert_eq!(events[1..3], ["upload started", "upload done"]);
        assert_eq!(events.len(), 2 * expected.len() + 1);
        assert!(sent > 0);
        // The stop took 20 s and the start 90 s, by the clock.
        assert!((110_000..200_000).contains(&report.downtime_ms.unwrap()), "{report}");
        assert_eq!(report.after.model_version.as_deref(), Some("1.2.0.254"));
        assert!(report.differences.is_empty() && report.orphans.is_empty());
        let now = service.environment("Acceptance");
        assert_eq!(now.running_package, now.package);
        assert_eq!(now.package, report.after.package_id);
        assert_eq!((now.instances, now.memory_per_instance), (2, 2048));
        let constants = now.settings["Constants"].as_array().unwrap();
        let value =
            |name: &str| constants.iter().find(|item| item["Name"] == name).unwrap()["DeployedValue"].clone();
        assert_eq!((value(CONSTANT), value("M.Retries")), ("true".into(), "5".into()));
        assert_once(&service.simulator.accounting(), &[], "deploy");
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<DeployReport>(&json).unwrap(), report);
        assert!(report.to_string().contains("  stop: done, 2"), "{report}");
    }
}

#[test]
fn production_is_backed_up_first_and_a_backup_that_fails_ends_it_before_anything_is_touched() {
    let service = service(Profile::Document);
    let report = service.deploy(&service.file("Production")).unwrap();
    assert_eq!(done(&report)[..2], ["backup", "upload"]);
    let backup = report.backup.unwrap();
    let snapshots =
        service.simulator.with_state(|state| state.apps["calc"].environments["Production"].snapshots.clone());
    assert!(snapshots[&backup].comment.starts_with("mendix-deploy "), "{}", snapshots[&backup].comment);

    let before = service.environment("Acceptance");
    service.change("Acceptance", |environment| environment.next_backup_failure = Some("full".to_owned()));
    let changes = service.changes();
    let error = service.deploy(&service.file("Acceptance").backup(BackupPolicy::Always)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DeployFailed);
    assert_eq!(error.report().unwrap().outcome, DeployOutcome::Failed);
    assert!(error.message().contains("backup failed. Nothing was changed on the environment"), "{error}");
    assert_eq!(service.environment("Acceptance"), before);
    assert_eq!(service.changes() - changes, 1, "only the backup was asked for");
}

#[test]
fn a_start_that_fails_is_rolled_back_and_the_message_says_all() {
    for profile in BOTH {
        for row in error_rows().iter().filter(|row| row.call == Call::GetStartStatus && row.status == 500) {
            let code = row.code.as_str();
            let service = service(profile);
            let before = service.environment("Acceptance");
            service
                .change("Acceptance", |environment| environment.next_start_failure = Some(code.to_owned()));
            let error = service.deploy(&with_settings(&service, profile)).unwrap_err();
            let report = error.report().unwrap();
            assert_eq!(report.outcome, DeployOutcome::RolledBack, "{code}: {error:#}");
            assert_eq!(report.failed_step().unwrap().name, "start");
            assert_eq!(report.rolled_back_to, before.package);
            assert!(
                error.message().contains(&format!("start failed with {code}. It was rolled back")),
                "{error}"
            );
            assert_eq!(error.code().unwrap().as_str(), code);
            let cause = error.cause().unwrap();
            assert_eq!(std::error::Error::source(&error).unwrap().to_string(), cause.to_string());
            assert!(!error.to_string().contains(&cause.to_string()));
            assert!(format!("{error:#}").contains(&cause.to_string()));
            // Its constants and its event went with the old package, and have their values again.
            assert_eq!(service.environment("Acceptance"), before, "{code}");
            let data = ["The data may have been changed by the new model, which was started."];
            assert_eq!(report.differences, data, "{code}");
        }
    }
}

/// What can be put back: the document's service does not tell the scale.
fn with_settings(service: &Service, profile: Profile) -> Deployment {
    match profile {
        Profile::Today => service.everything("Acceptance"),
        Profile::Document => service
            .file("Acceptance")
            .constants([(CONSTANT, "true"), ("M.Retries", "5")])
            .scheduled_events([("M.New", true)]),
    }
}

#[test]
fn a_scale_that_the_service_does_not_tell_is_not_put_back_and_said() {
    let service = service(Profile::Document);
    let deployment = service.file("Acceptance").instances(2).memory_per_instance(2048);
    let plan = service.client.plan_deploy(&deployment).unwrap();
    assert!(plan.risks.iter().any(|risk| risk.code == "UNKNOWN_SCALE"), "{plan}");
    service.change("Acceptance", |environment| environment.next_start_hangs = true);
    let error = service.deploy(&deployment).unwrap_err();
    let report = error.report().unwrap();
    assert_eq!(report.outcome, DeployOutcome::RollbackFailed, "{error}");
    assert!(report.differences.iter().any(|said| said.starts_with("The scale was changed")), "{report}");
    // What could be put back was.
    let now = service.environment("Acceptance");
    assert_eq!(
        (now.status, now.running_package),
        (EnvironmentStatus::Running, report.before.package_id.clone()),
        "{report}"
    );
}

#[test]
fn without_a_rollback_the_report_says_what_is_there() {
    let service = service(Profile::Today);
    service
        .change("Acceptance", |environment| environment.next_start_failure = Some("START_FAILED".to_owned()));
    let error = service.deploy(&service.everything("Acceptance").rollback(RollbackPolicy::None)).unwrap_err();
    let report = error.report().unwrap();
    assert_eq!(report.outcome, DeployOutcome::Failed);
    let said = report.differences.join("\n");
    for what in [
        "is Stopped; it was Running",
        "The package is",
        "number of instances is 2",
        "constant M.Retries is new",
    ] {
        assert!(said.contains(what), "{what}: {said}");
    }
    assert!(error.message().contains("It was not rolled back: Acceptance is Stopped"), "{error}");
}

/// The data come back only where that was asked for, and only when the new model may have changed them.
#[test]
fn data_are_restored_by_policy() {
    let service = service(Profile::Document);
    let deployment =
        || service.file("Acceptance").backup(BackupPolicy::Always).rollback(RollbackPolicy::Data);
    service
        .change("Acceptance", |environment| environment.next_start_failure = Some("START_FAILED".to_owned()));
    let error = service.deploy(&deployment()).unwrap_err();
    let report = error.report().unwrap();
    assert_eq!(report.outcome, DeployOutcome::RolledBack, "{report}");
    assert_eq!(service.effects(Call::RestoreBackup), 1);
    assert_eq!(service.environment("Acceptance").data, report.backup.clone().unwrap());
    // The stop fails: nothing was started, nothing is restored.
    service.simulator.add_fault(Fault::on(Call::StopEnvironment).error(500, "STOP_FAILED", "no"));
    let error = service.deploy(&deployment()).unwrap_err();
    assert_eq!(service.effects(Call::RestoreBackup), 1, "{error}");
}

/// The old package cannot start either: the report says so, and the environment is stopped.
#[test]
fn a_rollback_that_fails_says_what_to_do() {
    let service = service(Profile::Today);
    service
        .change("Acceptance", |environment| environment.database = mendix_deploy_sim::Database::Unsyncable);
    let error = service.deploy(&service.file("Acceptance")).unwrap_err();
    let report = error.report().unwrap();
    assert_eq!(report.outcome, DeployOutcome::RollbackFailed);
    assert!(error.message().contains("NOT rolled back completely: Acceptance is Stopped"), "{error}");
    assert!(error.hint().unwrap().contains("by hand"));
    assert_eq!(report.steps.last().unwrap().name, "rollback_start");
}

#[test]
fn a_first_package_cannot_be_taken_away_again() {
    let service = service(Profile::Document);
    let deployment = || {
        Deployment::new("tictactoc", "Production", DeployPackage::File(service.file.clone()))
            .backup(BackupPolicy::Always)
    };
    service.simulator.with_state(|state| {
        let environments = &mut state.apps.get_mut("tictactoc").unwrap().environments;
        environments.get_mut("Production").unwrap().next_start_failure = Some("START_FAILED".to_owned());
    });
    let error = service.deploy(&deployment()).unwrap_err();
    let report = error.report().unwrap();
    assert_eq!(report.outcome, DeployOutcome::RollbackFailed, "{error}");
    assert!(report.differences.iter().any(|said| said.ends_with("; it was none.")), "{report}");
    let report = service.deploy(&deployment()).unwrap();
    assert_eq!(report.downtime_ms, None);
    assert_eq!(done(&report), ["backup", "upload", "transport", "start", "confirm"]);
}

#[test]
fn a_package_is_promoted_from_another_environment() {
    let service = service(Profile::Document);
    let from = service.environment("Acceptance").package;
    let deployment = Deployment::new("calc", "Production", DeployPackage::FromMode("Acceptance".to_owned()));
    let report = service.deploy(&deployment).unwrap();
    assert_eq!(report.after.package_id, from);
    assert_eq!(service.environment("Production").running_package, from);
    assert_eq!(service.uploads(), 0);
}

/// Less downtime where the service allows it; where it does not, the stop comes first.
#[test]
fn a_package_is_transported_while_the_app_runs_where_that_is_allowed() {
    for (profile, expected) in [
        (Profile::Today, ["upload", "transport", "stop", "start", "confirm"]),
        (Profile::Document, ["upload", "stop", "transport", "start", "confirm"]),
    ] {
        let service = service(profile);
        let report = service.deploy(&service.file("Acceptance").while_running(true)).unwrap();
        assert_eq!(done(&report), expected);
        assert_once(&service.simulator.accounting(), &[], "while running");
    }
}

/// A platform that restarts the app in between starts what nobody knows: it is stopped once more.
#[test]
fn an_app_that_was_started_meanwhile_is_stopped_again() {
    let service = service(Profile::Today);
    let simulator = Arc::clone(&service.simulator);
    let options = DeployOptions::new().on_step(|step| {
        if step.name == "transport" && step.status == StepStatus::Done {
            simulator.with_state(|state| {
                let environment =
                    state.apps.get_mut("calc").unwrap().environments.get_mut("Acceptance").unwrap();
                environment.status = EnvironmentStatus::Running;
                environment.running_package.clone_from(&environment.package);
            });
        }
        go_on()
    });
    let report = service.client.deploy(&service.everything("Acceptance"), options).unwrap();
    assert!(done(&report).contains(&"stop_again"), "{report}");
    assert_eq!(service.effects(Call::StopEnvironment), 2);
    assert_eq!(service.environment("Acceptance").running_package, report.after.package_id);
}

/// The same right after the stop, or while it starts: a transport and a start are refused, and the app is stopped once more.
#[test]
fn an_app_that_the_platform_starts_after_the_stop_is_stopped_again() {
    for profile in BOTH {
        for is_up in [true, false] {
            let service = service(profile);
            let simulator = Arc::clone(&service.simulator);
            let options = DeployOptions::new().on_step(|step| {
                if step.name == "stop" && step.status == StepStatus::Done {
                    simulator.with_state(|state| {
                        let environments = &mut state.apps.get_mut("calc").unwrap().environments;
                        let environment = environments.get_mut("Acceptance").unwrap();
                        environment.status = EnvironmentStatus::Running;
                        environment.running_package.clone_from(&environment.package);
                    });
                    if !is_up {
                        simulator.restart("calc", "Acceptance").unwrap();
                    }
                }
                go_on()
            });
            let report = service.client.deploy(&service.file("Acceptance"), options).unwrap();
            assert_eq!(report.outcome, DeployOutcome::Deployed, "{profile:?} {is_up}: {report}");
            assert_eq!(service.environment("Acceptance").running_package, report.after.package_id);
            let effects = [service.uploads(), service.effects(Call::TransportPackage)];
            assert_eq!(effects, [1, 1], "{profile:?} {is_up}: {report}");
        }
    }
}

/// Somebody else deploys at the same time: theirs is not replaced.
#[test]
fn a_package_of_somebody_else_stays() {
    let service = service(Profile::Today);
    let theirs = service.environment("Production").package.unwrap();
    let simulator = Arc::clone(&service.simulator);
    let other = theirs.clone();
    let options = DeployOptions::new().on_step(|step| {
        if step.name == "start" && step.status == StepStatus::Done {
            simulator.with_state(|state| {
                let environments = &mut state.apps.get_mut("calc").unwrap().environments;
                environments.get_mut("Acceptance").unwrap().package = Some(other.clone());
            });
        }
        go_on()
    });
    let error = service.client.deploy(&service.file("Acceptance"), options).unwrap_err();
    assert_eq!(error.report().unwrap().outcome, DeployOutcome::RollbackFailed, "{error}");
    assert_eq!(service.environment("Acceptance").package, Some(theirs));
    assert_eq!(service.effects(Call::TransportPackage), 1);
}
