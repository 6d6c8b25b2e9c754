//! A deployment that is cut off goes on from its journal, and nothing is done twice.

use super::*;
use mendix_deploy::{BackupPolicy, DeployOutcome, DeployService, ErrorKind};
use mendix_deploy_sim::EnvironmentStatus;

/// Cancels at the so manieth time that the client asks whether to, again and again, until the deployment has ended.
fn cut_until_done(
    service: &Service,
    deployment: &Deployment,
    every: usize,
) -> (Result<DeployReport, Error>, usize) {
    let ended = (0..2000).find_map(|cuts| match service.cut(deployment, every) {
        Err(error) if error.report().is_none() => None,
        ended => Some((ended, cuts)),
    });
    ended.expect("it comes to an end")
}

/// So many places of all are tried.
const TRIED: usize = 80;

#[test]
fn a_deployment_that_is_cancelled_anywhere_is_resumed() {
    for profile in BOTH {
        let wanted = |service: &Service| match profile {
            Profile::Today => service.everything("Acceptance").backup(BackupPolicy::Always),
            // A scaling cannot be seen there.
            Profile::Document => {
                service.file("Acceptance").constants([(CONSTANT, "true")]).backup(BackupPolicy::Always)
            }
        };
        let all = service(profile);
        let places = all.places(&wanted(&all));
        for place in (1..places).step_by(places / TRIED) {
            let service = service(profile);
            let deployment = wanted(&service);
            let error = service.cut(&deployment, place).unwrap_err();
            let what = format!("{profile:?} {place}: {error:#}");
            assert!(error.report().is_none(), "{what}");
            if service.changes() > 0 {
                assert!(error.message().contains("resume_deploy(\""), "{what}");
            }
            let report = service.journaled(&deployment).unwrap_or_else(|error| panic!("{what}: {error:#}"));
            assert_eq!(report.outcome, DeployOutcome::Deployed, "{what}");
            let now = service.environment("Acceptance");
            let running = (EnvironmentStatus::Running, report.after.package_id.clone());
            assert_eq!((now.status, now.running_package), running, "{what}");
            assert_once(&service.simulator.accounting(), &UPLOADS.map(|call| (call, 2)), &what);
            let uploads = usize::try_from(service.uploads()).unwrap();
            assert!(report.orphans.len() + 1 >= uploads, "{what}: {report}");
        }
    }
}

/// A rollback is resumed like the rest.
#[test]
fn a_rollback_that_is_cancelled_anywhere_is_resumed() {
    let failing = || {
        let service = service(Profile::Today);
        service.change("Acceptance", |it| it.next_start_failure = Some("STARTUP_ACTION_FAILED".to_owned()));
        let deployment = service.everything("Acceptance");
        (service, deployment)
    };
    let (all, deployment) = failing();
    let places = all.places(&deployment);
    for place in (places / 3..places).step_by(places / TRIED) {
        let (service, deployment) = failing();
        let before = service.environment("Acceptance");
        let error = service.cut(&deployment, place).unwrap_err();
        assert!(error.report().is_none(), "{place}: {error:#}");
        let error = service.journaled(&deployment).unwrap_err();
        let what = format!("{place}: {error:#}");
        assert_eq!(error.kind(), ErrorKind::DeployFailed, "{what}");
        assert_eq!(error.report().unwrap().outcome, DeployOutcome::RolledBack, "{what}");
        assert_eq!(service.environment("Acceptance"), before, "{what}");
        let twice = [
            (Call::UploadPackageV2, 2),
            (Call::StopEnvironment, 2),
            (Call::TransportPackage, 2),
            (Call::SetEnvironmentSettings, 2),
            (Call::ScaleEnvironment, 2),
            (Call::StartEnvironment, 2),
        ];
        assert_once(&service.simulator.accounting(), &twice, &what);
    }
}

#[test]
fn a_deployment_that_is_cut_often_gets_there() {
    for way in [DeployService::Document, DeployService::Today] {
        for every in [29, 30, 31, 53, 97] {
            let service = service(Profile::Today);
            let deployment = service.everything("Acceptance").service(way);
            let (ended, cuts) = cut_until_done(&service, &deployment, every);
            assert!(cuts > 1, "{every}");
            assert_eq!(ended.unwrap().outcome, DeployOutcome::Deployed);
            let what = format!("{way:?} {every}");
            assert_once(&service.simulator.accounting(), &UPLOADS.map(|call| (call, u64::MAX)), &what);
        }
    }
}

#[test]
fn a_second_run_sends_no_change_as_long_as_all_is_in_place() {
    for profile in BOTH {
        let service = service(profile);
        let deployment = service.everything("Acceptance");
        let first = service.journaled(&deployment).unwrap();
        let changes = service.changes();
        let second = service.journaled(&deployment).unwrap();
        assert_eq!((second.outcome, service.changes()), (DeployOutcome::Unchanged, changes), "{second}");
        assert_eq!(second.after, first.after);
        let plan = service.client.plan_deploy_with(&deployment, &*service.journal()).unwrap();
        assert!(plan.is_empty() && plan.risks.is_empty(), "{plan}");
        // Without the journal nothing proves that it runs.
        assert!(!service.client.plan_deploy(&deployment).unwrap().is_empty());
        // Its end is told again, and nothing is sent.
        let requests = service.simulator.accounting().total_requests();
        assert_eq!(service.client.resume_deploy(service.journal(), DeployOptions::new()).unwrap(), first);
        assert_eq!(service.simulator.accounting().total_requests(), requests);
        // What somebody has changed is put right.
        service.change("Acceptance", |it| it.settings["Constants"][0]["Value"] = "false".into());
        let third = service.journaled(&deployment).unwrap();
        assert_eq!(third.outcome, DeployOutcome::Deployed, "{third}");
        // Another file in the same place is another package.
        let text = METADATA.replace("1.2.0.254", "1.2.0.255");
        std::fs::write(&service.file, package(&text)).unwrap();
        let fourth = service.journaled(&deployment).unwrap();
        assert_eq!(fourth.after.model_version.as_deref(), Some("1.2.0.255"), "{fourth}");
        assert_ne!(fourth.after.package_id, third.after.package_id);
    }
}

#[test]
fn after_a_rollback_the_same_journal_tries_again() {
    let service = service(Profile::Today);
    service.change("Acceptance", |it| it.next_start_failure = Some("START_FAILED".to_owned()));
    let deployment = service.everything("Acceptance");
    assert_eq!(service.journaled(&deployment).unwrap_err().kind(), ErrorKind::DeployFailed);
    assert_eq!(service.journaled(&deployment).unwrap().outcome, DeployOutcome::Deployed);
    assert_eq!(service.journaled(&deployment).unwrap().outcome, DeployOutcome::Unchanged);
}

/// A rollback that an outage cuts off is not over.
#[test]
fn a_rollback_that_an_outage_cuts_off_is_resumed() {
    let service = service(Profile::Today);
    let before = service.environment("Acceptance");
    service.change("Acceptance", |it| it.next_start_failure = Some("START_FAILED".to_owned()));
    let deployment = service.everything("Acceptance");
    let options = DeployOptions::new().journal(service.journal()).on_step(|step| {
        if step.name == "start" && step.status == StepStatus::Failed {
            service.outage(Duration::from_mins(40));
        }
        go_on()
    });
    let error = service.client.deploy(&deployment, options).unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Api, Some(502)), "{error}");
    assert!(error.message().contains("was left after scale; resume it with resume_deploy("), "{error}");
    // Still out, in the middle of its wait; and then it responds again.
    let error = service.journaled(&deployment).unwrap_err();
    assert_eq!(error.http_status(), Some(502), "{error}");
    let error = service.client.resume_deploy(service.journal(), DeployOptions::new()).unwrap_err();
    assert_eq!(error.report().unwrap().outcome, DeployOutcome::RolledBack, "{error:#}");
    assert_eq!(service.environment("Acceptance"), before);
}

/// What was cut off ends first; a file that was replaced meanwhile is deployed then.
#[test]
fn a_file_that_was_replaced_meanwhile_is_deployed_too() {
    for (name, deployments) in [("backup", 1), ("upload", 1), ("stop", 2), ("start", 2)] {
        let service = service(Profile::Today);
        let deployment = service.file("Acceptance");
        let options = DeployOptions::new().journal(service.journal()).on_step(|step| {
            if step.name == name && step.status != StepStatus::Started {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        service.client.deploy(&deployment, options).unwrap_err();
        std::fs::write(&service.file, package(&METADATA.replace("1.2.0.254", "1.2.0.2550"))).unwrap();
        let report = service.journaled(&deployment).unwrap();
        assert_eq!(report.after.model_version.as_deref(), Some("1.2.0.2550"), "{name}: {report}");
        assert_eq!(service.effects(Call::TransportPackage), deployments, "{name}");
    }
}

/// What was being written when the process ended was not sent.
#[test]
fn a_torn_last_line_is_dropped() {
    let service = service(Profile::Today);
    let deployment = service.everything("Acceptance");
    service.journaled(&deployment).unwrap();
    let whole = std::fs::read(service.journal()).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let changes = service.changes();
    for end in [whole.len() - 1, whole.len() - 20, last + 1, last] {
        std::fs::write(service.journal(), &whole[..end]).unwrap();
        let report = service.client.resume_deploy(service.journal(), DeployOptions::new()).unwrap();
        assert_eq!((report.outcome, service.changes()), (DeployOutcome::Deployed, changes), "{end}");
    }
}

#[test]
fn an_observer_ends_a_deployment_and_its_message_says_how_it_goes_on() {
    let service = service(Profile::Today);
    let deployment = service.file("Acceptance");
    for (name, status) in
        [("upload", StepStatus::Started), ("stop", StepStatus::Done), ("start", StepStatus::Started)]
    {
        let options = DeployOptions::new().journal(service.journal()).on_step(|step| {
            if step.name == name && step.status == status {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let error = service.client.deploy(&deployment, options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
        let path = service.journal().display().to_string();
        assert!(error.message().contains(&format!("resume it with resume_deploy({path:?})")), "{error}");
    }
    let mut events = Vec::new();
    let options = DeployOptions::new().on_step(|step| {
        events.push(format!("{} {}", step.name, step.status));
        go_on()
    });
    service.client.resume_deploy(service.journal(), options).unwrap();
    assert_eq!(events, ["start started", "start done", "confirm started", "confirm done"]);
    assert_once(&service.simulator.accounting(), &[], "observer");
}

/// Without a journal the message says where to look.
#[test]
fn without_a_journal_a_cancelled_deployment_cannot_be_resumed_and_says_so() {
    let service = service(Profile::Today);
    let options = DeployOptions::new()
        .on_step(|step| if step.name == "stop" { ControlFlow::Break(()) } else { ControlFlow::Continue(()) });
    let error = service.client.deploy(&service.file("Acceptance"), options).unwrap_err();
    assert!(error.message().contains("was left after upload; it has no journal"), "{error}");
}

#[test]
fn a_journal_holds_no_key_and_is_for_its_owner_only() {
    let service = service(Profile::Document);
    service.change("Acceptance", |it| it.next_start_failure = Some("START_FAILED".to_owned()));
    let deployment = service.file("Acceptance").backup(BackupPolicy::Always);
    service.journaled(&deployment).unwrap_err();
    let text = std::fs::read_to_string(service.journal()).unwrap();
    for secret in [service.simulator.api_key(), service.simulator.username(), "Signature", "X-Amz"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(service.journal()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // Each line is one record with the time or the report.
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(record["record"].is_string(), "{line}");
    }
}
