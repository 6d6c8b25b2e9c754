//! A journal says how far its deployment is, to whoever did not write it.

use super::*;
use mendix_deploy::{DeployOutcome, ErrorKind, JournalInfo};
use std::fs::{File, TryLockError};
use std::path::Path;

fn names(info: &JournalInfo) -> Vec<&str> {
    info.steps.iter().map(|step| step.name.as_str()).collect()
}

#[test]
fn a_journal_says_how_far_its_deployment_is() {
    let service = service(Profile::Today);
    let deployment = service.everything("Acceptance");
    let path = service.journal();
    let mut meanwhile = None;
    let options = DeployOptions::new().journal(&path).on_step(|step| {
        if step.name == "stop" && step.status == StepStatus::Started {
            // Each file that is opened has a lock of its own: this is what another process sees.
            let lock = File::open(&path).unwrap().try_lock();
            assert!(matches!(lock, Err(TryLockError::WouldBlock)), "{lock:?}");
            meanwhile = Some(JournalInfo::read(&path).unwrap());
        }
        if step.name == "stop" && step.status == StepStatus::Done { ControlFlow::Break(()) } else { go_on() }
    });
    let error = service.client.deploy(&deployment, options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    let requests = service.simulator.accounting().total_requests();

    let meanwhile = meanwhile.unwrap();
    assert_eq!((names(&meanwhile), meanwhile.outcome), (vec!["backup", "upload"], None));
    let left = JournalInfo::read(&path).unwrap();
    assert_eq!((names(&left), left.outcome), (vec!["backup", "upload", "stop"], None));
    let statuses: Vec<StepStatus> = left.steps.iter().map(|step| step.status).collect();
    assert_eq!(statuses, [StepStatus::Skipped, StepStatus::Done, StepStatus::Done]);
    assert_eq!((left.app_id.as_str(), left.mode.as_str()), ("calc", "Acceptance"));
    assert_eq!(
        (&left.package, &left.package_id, &left.from_mode),
        (&Some(service.file.clone()), &None, &None)
    );
    assert!(left.begun_at <= left.steps[0].started_at, "{left:?}");
    assert_eq!(service.simulator.accounting().total_requests(), requests);

    let report = service.client.resume_deploy(&path, DeployOptions::new()).unwrap();
    let ended = JournalInfo::read(&path).unwrap();
    assert_eq!((ended.outcome, &ended.steps), (Some(DeployOutcome::Deployed), &report.steps));
    assert_eq!(ended.begun_at, left.begun_at);
    let json = serde_json::to_string(&ended).unwrap();
    assert_eq!(serde_json::from_str::<JournalInfo>(&json).unwrap(), ended);
    // Values of constants may be secrets.
    assert!(!json.contains("M.Retries"), "{json}");
}

#[test]
fn a_journal_tells_its_deployment_from_another_one() {
    let service = service(Profile::Today);
    let deployment = Deployment::new("calc", "Acceptance", DeployPackage::FromMode("Test".to_owned()));
    let options = DeployOptions::new().journal(service.journal()).on_step(|_| ControlFlow::Break(()));
    service.client.deploy(&deployment, options).unwrap_err();
    let (info, is_same) = JournalInfo::read_for(service.journal(), &deployment).unwrap();
    assert!(is_same);
    assert_eq!((info.package, info.package_id, info.from_mode.as_deref()), (None, None, Some("Test")));
    for other in [service.file("Acceptance"), deployment.clone().while_running(true)] {
        let (of_other, is_same) = JournalInfo::read_for(service.journal(), &other).unwrap();
        assert_eq!((is_same, of_other.from_mode.as_deref()), (false, Some("Test")), "{other:?}");
    }
}

#[test]
fn what_is_no_journal_is_refused() {
    let service = service(Profile::Document);
    service.journaled(&service.file("Test")).unwrap();
    let whole = std::fs::read_to_string(service.journal()).unwrap();
    let another_version = whole.replacen("\"version\":1", "\"version\":2", 1);
    let damaged = whole.replacen('\n', "\nnot JSON\n", 1);
    for (text, problem) in [
        ("", "is empty: nothing was begun"),
        (&whole[..20], "is empty: nothing was begun"),
        (&damaged, "is damaged in line 2"),
        (&another_version, "has version 2; this library reads version 1"),
    ] {
        std::fs::write(service.journal(), text).unwrap();
        assert_refused(&service.journal(), ErrorKind::InvalidInput, problem);
    }
    assert_refused(service.folder.path(), ErrorKind::InvalidInput, "is not a regular file");
    assert_refused(&PathBuf::new(), ErrorKind::InvalidInput, "journal is an empty path");
    assert_refused(&service.folder.path().join("none"), ErrorKind::Io, "cannot be opened");
    #[cfg(unix)]
    {
        // To open it would block: nothing writes to it.
        let pipe = service.folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_refused(&pipe, ErrorKind::InvalidInput, "is not a regular file");
    }
}

fn assert_refused(path: &Path, kind: ErrorKind, problem: &str) {
    let error = JournalInfo::read(path).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (kind, "inspect_journal"), "{error}");
    assert!(error.message().contains(problem), "{problem}: {error}");
}
