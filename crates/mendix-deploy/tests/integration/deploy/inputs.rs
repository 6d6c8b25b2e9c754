//! Bad input: named before anything is changed.

use std::time::Duration;

use super::*;
use mendix_deploy::{BackupPolicy, ErrorKind, RollbackPolicy};

/// Refused, and nothing was changed; no key is in the text.
fn refused(service: &Service, deployment: &Deployment, options: DeployOptions<'_>) -> Error {
    let error = service.client.deploy(deployment, options).unwrap_err();
    assert_eq!(service.changes(), 0, "{error}");
    assert!(error.report().is_none(), "{error}");
    assert!(!format!("{error:#} {error:?}").contains(service.simulator.api_key()), "{error}");
    error
}

#[test]
fn what_cannot_be_deployed_is_refused_by_its_name() {
    let service = service(Profile::Document);
    let promote = |from: &str| Deployment::new("calc", "Test", DeployPackage::FromMode(from.to_owned()));
    let missing = Deployment::new("calc", "Test", DeployPackage::File(service.folder.path().join("no.mda")));
    let unreadable = service.folder.path().join("text.mda");
    std::fs::write(&unreadable, "no package").unwrap();
    let unreadable = Deployment::new("calc", "Test", DeployPackage::File(unreadable));
    for (deployment, kind, problem) in [
        (missing, ErrorKind::Io, "no.mda"),
        (unreadable, ErrorKind::InvalidInput, "text.mda"),
        (service.file("Test").constants([("M.Nothing", "x")]), ErrorKind::InvalidInput, "\"M.Nothing\""),
        (service.file("Test").constants([("M.Retries", "x")]), ErrorKind::InvalidInput, "\"M.Retries\""),
        (service.file("Test").scheduled_events([("M.No", true)]), ErrorKind::InvalidInput, "\"M.No\""),
        (service.file("Tset"), ErrorKind::Api, "\"Tset\"; the app has: Acceptance, Production, Test"),
        (promote("Tset"), ErrorKind::Api, "\"Tset\"; the app has: Acceptance, Production, Test"),
        (promote("test"), ErrorKind::InvalidInput, "from_mode is the environment itself"),
        (
            service.file("Test").rollback(RollbackPolicy::Data),
            ErrorKind::InvalidInput,
            "none is made here: it is not a production environment",
        ),
        (
            service.file("Test").rollback(RollbackPolicy::Data).backup(BackupPolicy::Never),
            ErrorKind::InvalidInput,
            "backup is \"never\"",
        ),
        (service.file("Test").name(""), ErrorKind::InvalidInput, "name"),
        (service.file("Test").memory_per_instance(1), ErrorKind::InvalidInput, "memory_per_instance"),
    ] {
        let error = refused(&service, &deployment, DeployOptions::new().journal(service.journal()));
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(problem), "{problem}: {error}");
        // Nothing was begun.
        let error = service.client.resume_deploy(service.journal(), DeployOptions::new()).unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidInput || error.kind() == ErrorKind::Io, "{error}");
    }
    // What cannot be sent, or is not allowed, costs no further call.
    let requests = service.simulator.accounting().total_requests();
    for mode in ["", "a\nb"] {
        let error = refused(&service, &service.file(mode), DeployOptions::new());
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert_eq!(service.simulator.accounting().total_requests(), requests);
    let error = refused(&service, &service.file("Test"), DeployOptions::new().step_timeout(Duration::ZERO));
    assert!(error.message().contains("step_timeout is 0"), "{error}");
}

#[test]
fn options_are_read_from_the_json_of_a_deployment() {
    let json = |options: &str| format!(r#"{{"app_id": "c", "mode": "T", "package_id": "p", {options}}}"#);
    let options =
        DeployOptions::from_json(&json(r#""journal": "a", "lease": "b", "step_timeout": 1.5"#)).unwrap();
    let shown = format!("{options:?}");
    assert!(shown.contains("1.5s") && shown.contains("\"a\"") && shown.contains("\"b\""), "{shown}");
    for (options, problem) in [
        (r#""step_timeout": -1"#, "step_timeout is -1.0"),
        (r#""step_timeout": 1e300"#, "step_timeout is 1e300"),
        (r#""step_timeout": "900""#, "step_timeout has a value"),
        (r#""journal": 1"#, "journal has a value"),
        (r#""steptimeout": 900"#, "unknown field `steptimeout`"),
        (r#""constants": {"M.A": 1}"#, "constants.M.A has a value"),
    ] {
        let error = DeployOptions::from_json(&json(options)).unwrap_err();
        assert!(error.message().contains(problem), "{options}: {error}");
    }
}

#[test]
fn a_journal_that_does_not_fit_is_refused() {
    let service = service(Profile::Document);
    let test = service.file("Test");
    service.journaled(&test).unwrap();
    let changes = service.changes();
    let whole = std::fs::read_to_string(service.journal()).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let refused = |deployment: &Deployment| {
        let error = service.journaled(deployment).unwrap_err();
        assert_eq!((error.kind(), service.changes()), (ErrorKind::InvalidInput, changes), "{error}");
        error
    };
    for other in [
        service.file("Acceptance"),
        test.clone().instances(2).memory_per_instance(1024),
        test.clone().while_running(true),
    ] {
        let error = refused(&other);
        assert!(error.message().contains("is of another deployment, to Test of calc"), "{error}");
        let plan = service.client.plan_deploy_with(&other, &*service.journal()).unwrap_err();
        assert!(plan.message().contains("is of another deployment"), "{plan}");
    }
    // Another file in the same place is another deployment of the same kind: it is deployed.
    for (line, damage) in [(1, "{}"), (2, "not JSON"), (lines.len() - 1, ""), (3, &lines[3][..20])] {
        let mut damaged: Vec<&str> = lines.clone();
        damaged[line - 1] = damage;
        std::fs::write(service.journal(), damaged.join("\n") + "\n").unwrap();
        let error = refused(&test);
        assert!(error.message().ends_with(&format!("is damaged in line {line}")), "{error}");
        assert!(error.hint().unwrap().contains("another journal"), "{error}");
        let error = service.client.resume_deploy(service.journal(), DeployOptions::new()).unwrap_err();
        assert!(error.message().ends_with(&format!("is damaged in line {line}")), "{error}");
    }
    std::fs::write(service.journal(), whole.replacen("\"version\":1", "\"version\":2", 1)).unwrap();
    assert!(refused(&test).message().contains("has version 2; this library reads version 1"));
}

#[test]
fn a_journal_that_cannot_be_written_is_refused() {
    let service = service(Profile::Document);
    for (path, problem) in [
        (service.folder.path().join("no folder/journal"), "cannot be opened"),
        (service.folder.path().to_owned(), "cannot be"),
        (PathBuf::new(), "journal is an empty path"),
    ] {
        let deployment = service.file("Test");
        let error = refused(&service, &deployment, DeployOptions::new().journal(&path));
        assert!(error.message().contains(problem), "{path:?}: {error}");
        let lease = refused(&service, &deployment, DeployOptions::new().lease(&path));
        assert!(lease.message().contains("lease"), "{path:?}: {lease}");
    }
    let error =
        service.client.resume_deploy(service.folder.path().join("none"), DeployOptions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    std::fs::write(service.journal(), "").unwrap();
    let error = service.client.resume_deploy(service.journal(), DeployOptions::new()).unwrap_err();
    assert!(error.message().contains("is empty: nothing was begun"), "{error}");
}

/// Two deployments through one lease: one runs, and the other one names it.
#[test]
fn a_lease_that_is_held_names_its_owner() {
    let service = service(Profile::Document);
    let (lease, other) = (service.folder.path().join("lease"), service.folder.path().join("other"));
    let mut second = None;
    let first = service.client.deploy(
        &service.file("Test"),
        DeployOptions::new().lease(&lease).journal(service.journal()).on_step(|step| {
            if step.name == "start" && step.status == StepStatus::Started {
                let options = || DeployOptions::new().lease(&lease).journal(&other);
                second = Some(service.client.deploy(&service.file("Acceptance"), options()));
                // The journal is held too.
                let resumed =
                    service.client.resume_deploy(service.journal(), DeployOptions::new()).unwrap_err();
                assert_eq!(resumed.kind(), ErrorKind::Conflict, "{resumed}");
            }
            go_on()
        }),
    );
    let error = second.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert!(error.message().contains(&format!("is held by process {} on ", std::process::id())), "{error}");
    assert!(error.message().contains(" since 20"), "{error}");
    first.unwrap();
    assert_eq!(service.effects(Call::StopEnvironment), 0, "Test was stopped already");
    assert!(!other.exists());
    // Whoever is gone holds nothing.
    service.client.deploy(&service.file("Acceptance"), DeployOptions::new().lease(&lease)).unwrap();
}
