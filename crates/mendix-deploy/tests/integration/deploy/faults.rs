//! A failure at every step: the environment is as before, or the report says exactly what is not.

use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::support::deployments::CHANGES;
use mendix_deploy::{BackupPolicy, DeployOutcome, ErrorKind, RollbackPolicy};
use mendix_deploy_sim::EnvironmentStatus;

/// How a step fails.
struct Failure {
    step: &'static str,
    arrange: fn(&Service),
}

const fn failure(step: &'static str, arrange: fn(&Service)) -> Failure {
    Failure { step, arrange }
}

fn refuse(service: &Service, call: Call, code: &str) {
    service.simulator.add_fault(Fault::on(call).error(400, code, "no"));
}

const FAILURES: &[Failure] = &[
    failure("upload", |service| UPLOADS.iter().for_each(|call| refuse(service, *call, "INVALID_PACKAGE"))),
    failure("upload", |service| {
        service
            .simulator
            .with_state(|state| state.apps.get_mut("calc").unwrap().next_processing_fails = true);
    }),
    failure("stop", |service| refuse(service, Call::StopEnvironment, "STOP_FAILED")),
    failure("transport", |service| refuse(service, Call::TransportPackage, "TRANSPORT_FAILED")),
    failure("settings", |service| refuse(service, Call::SetEnvironmentSettings, "INVALID_PARAMETERS")),
    failure("settings", |service| {
        service.simulator.add_fault(Fault::on(Call::GetEnvironmentSettings).nth(2).error(400, "GONE", "no"));
    }),
    failure("scale", |service| refuse(service, Call::ScaleEnvironment, "NOT_ALLOWED")),
    failure("start", |service| refuse(service, Call::StartEnvironment, "START_REFUSED")),
    failure("start", |service| {
        service.change("Acceptance", |it| it.next_start_failure = Some("STARTUP_ACTION_FAILED".to_owned()));
    }),
    failure("start", |service| service.change("Acceptance", |it| it.next_start_hangs = true)),
    failure("confirm", |service| {
        // Asked for by the plan first.
        let fault = Fault::on(Call::GetEnvironmentPackage).nth(2).error(400, "GONE", "no");
        service.simulator.add_fault(fault);
    }),
];

/// What a report has to say of an environment that is not as before.
fn differences(before: &Environment, now: &Environment, shows_scale: bool) -> BTreeSet<String> {
    let mut expected = BTreeSet::new();
    if before.status != now.status {
        expected.insert("The environment is".to_owned());
    }
    if before.package != now.package {
        expected.insert("The package is".to_owned());
    }
    let is_scaled =
        (before.instances, before.memory_per_instance) != (now.instances, now.memory_per_instance);
    match (is_scaled, shows_scale) {
        (true, true) => {
            expected.extend(["The number of instances is", "The memory per instance is"].map(str::to_owned));
        }
        (true, false) => drop(expected.insert("The scale was changed".to_owned())),
        (false, _) => {}
    }
    for (section, what) in [
        ("Constants", "constant"),
        ("CustomSettings", "custom setting"),
        ("ScheduledEvents", "scheduled event"),
    ] {
        let values = |environment: &Environment| -> Vec<(String, String)> {
            let items = environment.settings[section].as_array().unwrap();
            items
                .iter()
                .map(|item| (item["Name"].as_str().unwrap().to_owned(), item["Value"].to_string()))
                .collect()
        };
        let (was, is) = (values(before), values(now));
        let differing =
            was.iter().filter(|item| !is.contains(item)).chain(is.iter().filter(|item| !was.contains(item)));
        expected.extend(differing.map(|(name, _)| format!("The {what} {name} ")));
    }
    expected
}

fn assert_said(report: &DeployReport, expected: &BTreeSet<String>, what: &str) {
    let mut said: Vec<&str> = report.differences.iter().map(String::as_str).collect();
    said.retain(|said| !said.starts_with("The data "));
    for start in expected {
        assert!(said.iter().any(|said| said.starts_with(start)), "{what}: {start}: {report}");
    }
    assert_eq!(said.len(), expected.len(), "{what}: {expected:?}: {report}");
}

#[test]
fn a_failure_at_any_step_leaves_it_as_before_or_the_report_says_what_differs() {
    for profile in BOTH {
        for rollback in [RollbackPolicy::None, RollbackPolicy::Package, RollbackPolicy::Data] {
            if (profile, rollback) == (Profile::Today, RollbackPolicy::Data) {
                // The service of today has no backups of this form.
                continue;
            }
            for Failure { step, arrange } in FAILURES {
                check_failure(profile, rollback, step, *arrange);
            }
        }
    }
}

fn check_failure(profile: Profile, rollback: RollbackPolicy, step: &str, arrange: fn(&Service)) {
    let what = format!("{profile:?} {rollback:?} {step}");
    let service = service(profile);
    arrange(&service);
    let is_document = profile == Profile::Document;
    let before = service.environment("Acceptance");
    let deployment = service.everything("Acceptance").rollback(rollback).backup(BackupPolicy::Always);
    let result = service.journaled(&deployment);
    if is_document && step == "upload" && result.is_ok() {
        // The document's service does not process packages.
        return;
    }
    let error = result.expect_err(&what);
    assert_eq!(error.kind(), ErrorKind::DeployFailed, "{what}: {error:#}");
    let report = error.report().unwrap();
    assert_eq!(report.failed_step().unwrap().name, step, "{what}: {report}");
    let now = service.environment("Acceptance");
    assert_eq!(report.after.status, format!("{:?}", now.status), "{what}");
    assert_eq!(report.after.package_id, now.package, "{what}");
    assert_said(report, &differences(&before, &now, !is_document), &what);
    let is_touched = !matches!(step, "upload" | "stop");
    match rollback {
        RollbackPolicy::None => assert_eq!(report.outcome, DeployOutcome::Failed, "{what}"),
        _ if !is_touched => assert_eq!(report.outcome, DeployOutcome::Failed, "{what}"),
        _ => {
            let is_lost = is_document && matches!(step, "start" | "confirm");
            let expected = if is_lost { DeployOutcome::RollbackFailed } else { DeployOutcome::RolledBack };
            assert_eq!(report.outcome, expected, "{what}: {report}");
            let mut now = now.clone();
            if is_lost {
                (now.instances, now.memory_per_instance) = (before.instances, before.memory_per_instance);
            }
            let was_started =
                matches!(step, "start" | "confirm") && error.code_text() != Some("START_REFUSED");
            if rollback == RollbackPolicy::Data && was_started {
                assert_eq!(Some(&now.data), report.backup.as_ref(), "{what}");
                now.data.clone_from(&before.data);
            }
            assert_eq!(now, before, "{what}: {report}");
            assert!(
                report.differences.iter().any(|said| said.contains("data"))
                    == (was_started && rollback != RollbackPolicy::Data),
                "{what}: {report}"
            );
        }
    }
    let twice = [
        (Call::StopEnvironment, 2),
        (Call::StartEnvironment, 2),
        (Call::TransportPackage, 2),
        (Call::SetEnvironmentSettings, 2),
        (Call::ScaleEnvironment, 2),
    ];
    assert_once(&service.simulator.accounting(), &twice, &what);
    // The message alone tells the state, and a second look at the journal gives the same.
    let status = format!("is {:?} with package {}", now.status, now.package.clone().unwrap());
    assert!(error.message().contains(&status), "{what}: {error}");
    let changes = service.changes();
    let again = service.client.resume_deploy(service.journal(), DeployOptions::new()).unwrap_err();
    assert_eq!(again.report(), Some(report), "{what}: {again:#}");
    assert_eq!(service.changes(), changes, "{what}");
}

#[test]
fn a_lost_response_to_any_change_ends_as_if_it_had_come() {
    for profile in BOTH {
        for call in CHANGES {
            for has_effect in [true, false] {
                check_lost(profile, call, has_effect);
            }
        }
    }
}

fn check_lost(profile: Profile, call: Call, has_effect: bool) {
    let what = format!("{profile:?} {call} {has_effect}");
    let service = service(profile);
    let is_document = profile == Profile::Document;
    let deployment = service.everything("Acceptance").backup(BackupPolicy::Always);
    let fault = Fault::on(call).close_without_reply();
    service.simulator.add_fault(if has_effect { fault.after_effect() } else { fault });
    let result = service.journaled(&deployment);
    let is_made = service.simulator.unused_faults().is_empty();
    let now = service.environment("Acceptance");
    let is_told = !(is_document && call == Call::ScaleEnvironment);
    match &result {
        Ok(report) => {
            assert!(is_told, "{what}: {report}");
            assert_eq!(now.status, EnvironmentStatus::Running, "{what}");
            assert_eq!(now.running_package, report.after.package_id, "{what}");
            assert_eq!((now.instances, now.memory_per_instance), (2, 2048), "{what}");
            // One that cannot be found is sent again, and may have arrived after all.
            let orphans = usize::from(UPLOADS.contains(&call) && is_made && !has_effect);
            assert_eq!(report.orphans.len(), orphans, "{what}: {report}");
        }
        // A scaling is not sent twice where its effect cannot be seen.
        Err(error) => {
            assert!(!is_told, "{what}: {error:#}");
            assert!(error.message().contains("scale failed"), "{what}: {error}");
            assert!(format!("{error:#}").contains("is not sent twice"), "{what}: {error:#}");
        }
    }
    let mut allowed = Vec::new();
    if result.is_err() {
        allowed.extend([(Call::TransportPackage, 2), (Call::SetEnvironmentSettings, 2)]);
    }
    assert_once(&service.simulator.accounting(), &allowed, &what);
}

/// An outage at the beginning delays it.
#[test]
fn an_outage_before_the_first_step_is_waited_for() {
    let service = service(Profile::Today);
    service.outage(Duration::from_secs(90));
    let report = service.deploy(&service.everything("Acceptance")).unwrap();
    assert_eq!(report.outcome, DeployOutcome::Deployed);
    // One that lasts ends it, with nothing changed.
    service.outage(Duration::from_hours(1));
    let changes = service.changes();
    let error = service.deploy(&service.file("Acceptance")).unwrap_err();
    assert_eq!((error.http_status(), service.changes()), (Some(502), changes), "{error}");
}

/// A step with its waits and retries takes no longer than it may.
#[test]
fn a_step_takes_no_longer_than_it_may() {
    let service = service(Profile::Today);
    service.change("Acceptance", |it| it.next_start_hangs = true);
    let options = DeployOptions::new().step_timeout(Duration::from_mins(2)).on_step(|step| {
        if step.name == "start" && step.status == StepStatus::Started {
            service.outage(Duration::from_secs(90));
        }
        go_on()
    });
    let error = service.client.deploy(&service.file("Acceptance"), options).unwrap_err();
    let step = error.report().unwrap().failed_step().unwrap();
    assert_eq!(step.name, "start");
    assert!((115_000..135_000).contains(&step.elapsed_ms), "{}", step.elapsed_ms);
}

/// An outage of 90 s, between the steps and in the middle of a wait, by the clock.
#[test]
fn an_outage_is_waited_for() {
    const OUTAGE: Duration = Duration::from_secs(90);
    for step in ["backup", "upload", "stop", "transport", "settings", "scale", "start", "confirm"] {
        for status in [StepStatus::Started, StepStatus::Done] {
            let service = service(Profile::Document);
            let options = DeployOptions::new().on_step(|event| {
                if event.name == step && event.status == status {
                    service.outage(OUTAGE);
                }
                go_on()
            });
            let deployment = service.everything("Acceptance").backup(BackupPolicy::Always);
            let report = service.client.deploy(&deployment, options);
            let what = format!("{step} {status}");
            let report = report.unwrap_or_else(|error| panic!("{what}: {error:#}"));
            assert_eq!(report.outcome, DeployOutcome::Deployed, "{what}");
            assert_once(&service.simulator.accounting(), &UPLOADS.map(|call| (call, 2)), &what);
        }
    }
}
