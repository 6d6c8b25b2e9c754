//! Every call and every documented error, through a socket, against the simulator and against a plain server
//! that knows nothing but the table.

use std::fs;
use std::ops::ControlFlow;
use std::time::Duration;

use crate::support::calls::{call, example, prepare};
use crate::support::{self, Server};
use mendix_deploy::{
    Archive, BackupPart, BackupState, Client, Credentials, DeployOptions, DeployOutcome, DeployPackage,
    Deployment, DownloadOptions, EnvironmentSettings, Error, ErrorCode, ErrorKind, Evidence, PackageStatus,
    StartState, Status, TaskState, WaitOptions,
};
use mendix_deploy_sim::{Bodies, Call, Clock, ErrorRow, Profile, Rule, Simulator, State, Tls, error_rows};

fn client(simulator: &Simulator) -> Client {
    let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
    Client::builder(credentials).base_url(simulator.url()).check_packages(false).build().unwrap()
}

fn package() -> Vec<u8> {
    support::package::package(r#"{"ModelVersion": "1.2.0.254", "RuntimeVersion": "10.24.0"}"#)
}

/// The calls in an order that makes sense, with its values looked at.
fn walk(simulator: &Simulator) {
    let c = client(simulator);
    let (app, mode) = (simulator.app_id(), "Acceptance");

    let apps = c.list_apps().unwrap();
    let calc = apps.iter().find(|found| found.app_id == app).unwrap();
    assert_eq!(calc.name.as_deref(), Some("Calculation App"));
    assert_eq!(&c.get_app(app).unwrap(), calc);
    assert_eq!(c.list_environments(app).unwrap().len(), 3);
    let before = c.get_environment(app, mode).unwrap();
    assert_eq!((&before.status, before.mode.as_str()), (&Status::Running, mode));
    assert_eq!(before.production, Some(false));
    let old = c.get_environment_package(app, mode).unwrap();
    assert_eq!(old.status, PackageStatus::Succeeded);
    assert!(old.size.unwrap() > 0 && old.creation_date.is_some());

    let bytes = package();
    let uploaded = c.upload_package(app, bytes.as_slice(), Some("calc_1.2.0.254.mda")).unwrap();
    let package_id = uploaded.package_id.unwrap_or_else(|| newest_package(simulator));
    c.stop_environment(app, mode).unwrap();
    let stopped = c.wait_for_status(app, mode, &Status::Stopped, WaitOptions::new()).unwrap();
    assert_eq!(stopped.status, Status::Stopped);
    // Today's service prepares a package for a while after the upload.
    simulator.advance(Duration::from_secs(1));
    let wanted = Deployment::new(app, mode, DeployPackage::Id(package_id.clone()));
    let steps = c.plan_deploy(&wanted).unwrap().steps;
    assert!(steps.iter().any(|step| step.name == "transport" && step.skipped.is_none()), "{steps:?}");
    c.transport_package(app, mode, &package_id).unwrap();

    let mut settings: EnvironmentSettings = c.get_environment_settings(app, mode).unwrap();
    let constant = settings.constants[0].name.clone();
    settings.set_constant(&constant, "true").unwrap();
    let changed = c.set_environment_settings(app, mode, &settings).unwrap();
    assert_eq!(changed.constants[0].value.as_deref(), Some("true"));

    let job = c.start_environment(app, mode, true).unwrap();
    assert_eq!(
        c.get_start_status(app, mode, job.job_id.as_deref().unwrap()).unwrap().status,
        StartState::Starting
    );
    // The simulator's time stands still until it is moved on.
    let options = WaitOptions::new().on_progress(|_| {
        simulator.advance(Duration::from_secs(1));
        ControlFlow::Continue(())
    });
    let started = c.wait_for_start(app, mode, &job, options).unwrap();
    assert_eq!(started.status, StartState::Started);
    let deployed = c.get_environment_package(app, mode).unwrap();
    assert_eq!((deployed.package_id, deployed.size), (package_id, Some(bytes.len() as u64)));
    let settings = c.get_environment_settings(app, mode).unwrap();
    assert_eq!(settings.constants[0].deployed_value.as_deref(), Some("true"));

    let backup = c.create_backup(app, mode, Some("before the next one")).unwrap();
    assert_eq!(backup.comment.as_deref(), Some("before the next one"));
    simulator.advance(Duration::from_secs(1));
    let complete = c.wait_for_backup(app, mode, &backup.snapshot_id, WaitOptions::new()).unwrap();
    assert_eq!(complete.state, BackupState::Completed);
    let backups = c.list_backups(app, mode).unwrap();
    let listed = backups.iter().find(|listed| listed.snapshot_id == backup.snapshot_id).unwrap();
    assert!(listed.state == BackupState::Completed && listed.created_on.is_some(), "{listed:?}");
    let links = c.get_backup_links(app, mode, &backup.snapshot_id).unwrap();
    assert!(links.part(BackupPart::DatabaseAndFiles).is_some());
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("calc.backup");
    let part = BackupPart::DatabaseAndFiles;
    let downloaded =
        c.download_backup(app, mode, &backup.snapshot_id, part, &target, DownloadOptions::new()).unwrap();
    assert!(downloaded.bytes > 0 && downloaded.bytes == fs::metadata(&target).unwrap().len());

    let scaled = c.scale_environment(app, mode, 2, 2048).unwrap();
    assert_eq!((scaled.instances, scaled.memory_per_instance), (Some(2), Some(2048)));
    assert_eq!(c.create_environment_tag(app, mode, "europe").unwrap().tag, "europe");
    let tags = c.list_environment_tags(app, mode).unwrap();
    assert!(tags.iter().any(|tag| tag.tag == "europe"), "{tags:?}");
    c.delete_environment_tag(app, mode, "europe").unwrap();
    let logs = c.get_archived_logs(app, mode, "2018-08-10").unwrap();
    assert!(logs.date.is_some());
    c.download_archived_logs(app, mode, "2018-08-10", &target, DownloadOptions::new()).unwrap();
    c.download_archived_access_logs(app, mode, "2018-08-10", &target, DownloadOptions::new()).unwrap();

    c.stop_environment(app, mode).unwrap();
    c.wait_for_status(app, mode, &Status::Stopped, WaitOptions::new()).unwrap();
    assert_eq!(c.restore_backup(app, mode, &backup.snapshot_id).unwrap().snapshot_id, backup.snapshot_id);
    c.clean_environment(app, mode).unwrap();
    // It is stopped, and has the package.
    simulator.with_state(|state| state.options.start_ms = 0);
    let journal = folder.path().join("journal");
    let report = c.deploy(&wanted, DeployOptions::new().journal(&journal)).unwrap();
    assert_eq!((report.outcome, report.after.status.as_str()), (DeployOutcome::Deployed, "Running"));
    assert_eq!(c.resume_deploy(&journal, DeployOptions::new()).unwrap(), report);
    assert!(!c.create_sandbox("0b1a9b2c-7f0e-4d57-8a8e-3c1f6a1d2e4f").unwrap().app_id.is_empty());

    let accounting = simulator.accounting();
    for call in Call::ALL.into_iter().filter(|call| accounting.requests(*call) > 0) {
        let effects = match call {
            Call::StopEnvironment | Call::StartEnvironment => 2,
            other => u64::from(other.is_mutating()),
        };
        assert_eq!(accounting.effects(call), effects, "{call}");
    }
    assert_eq!(accounting.links().with_credentials, 0);
}

/// The calls of later documentation in an order that makes sense.
fn walk_today(simulator: &Simulator) {
    let c = client(simulator);
    let (app, mode) = (simulator.app_id(), "Acceptance");
    let go_on = || {
        WaitOptions::new().on_progress(|_| {
            simulator.advance(Duration::from_secs(1));
            ControlFlow::Continue(())
        })
    };
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("download");

    let begun = c.build_package(app, "main", "77", "1.2.3", Some("nightly")).unwrap();
    let built = c.wait_for_package(app, begun.package_id.as_deref().unwrap(), go_on()).unwrap();
    assert_eq!((&built.status, built.version.as_deref()), (&PackageStatus::Succeeded, Some("1.2.3.77")));
    assert_eq!(built.description.as_deref(), Some("nightly"));
    assert!(c.list_packages(app).unwrap().contains(&built));
    let bytes = c.download_package(app, &built.package_id, &target, DownloadOptions::new()).unwrap().bytes;
    assert_eq!(Some(bytes), built.size);
    let link = c.get_package_link(app, &built.package_id).unwrap();
    assert_eq!((link.ttl, format!("{link:?}").contains("sig")), (Some(900), false), "{link:?}");
    c.delete_package(app, &built.package_id).unwrap();
    assert_eq!(c.get_package(app, &built.package_id).unwrap_err().kind(), ErrorKind::NotFound);

    let content = package();
    let job = c.upload_package_v2(app, content.as_slice(), Some("calc.mda")).unwrap();
    let job_id = job.job_id.as_deref().unwrap();
    assert_eq!(c.get_upload_status(app, job_id).unwrap().status, TaskState::Running);
    assert_eq!(c.wait_for_upload(app, job_id, go_on()).unwrap().status, TaskState::Completed);

    let project = c.get_app(app).unwrap().project_id.unwrap();
    let ids = |mode: &str| {
        let environment = |state: &mut State| state.apps[app].environments[mode].environment_id.clone();
        simulator.with_state(environment)
    };
    let (environment, other) = (ids(mode), ids("Test"));
    let asked = c.create_snapshot(&project, &environment, Some("before the next one")).unwrap();
    assert_eq!((&asked.state, asked.finished_at), (&TaskState::Queued, None));
    let snapshot = c.wait_for_snapshot(&project, &environment, &asked.snapshot_id, go_on()).unwrap();
    assert_eq!((&snapshot.state, snapshot.created_at), (&TaskState::Completed, asked.created_at));
    assert!(snapshot.finished_at > snapshot.created_at && snapshot.expires_at > snapshot.finished_at);
    assert_eq!(c.list_snapshots(&project, &environment).unwrap()[0], snapshot);
    let renamed = c.update_snapshot(&project, &environment, &snapshot.snapshot_id, "keep").unwrap();
    assert_eq!(renamed.comment.as_deref(), Some("keep"));

    let id = snapshot.snapshot_id.as_str();
    let archive = c.create_archive(&project, &environment, id, Archive::DATABASE_ONLY).unwrap();
    assert_eq!((archive.url, archive.data_type.as_deref()), (None, Some("database_only")));
    let archive_id = archive.archive_id.as_str();
    let archive = c.wait_for_archive(&project, &environment, id, archive_id, go_on()).unwrap();
    assert!(archive.url.is_some() && archive.state == TaskState::Completed, "{archive:?}");
    simulator.with_state(|state| state.options.archive_ms = 0);
    let all = Archive::FILES_AND_DATABASE;
    c.download_snapshot(&project, &environment, id, all, &target, DownloadOptions::new()).unwrap();
    assert!(fs::metadata(&target).unwrap().len() > 0);

    let restore = c.restore_snapshot(&project, &other, id, false).unwrap();
    let restored = c.wait_for_restore(&project, &other, &restore.restore_id, go_on()).unwrap();
    assert_eq!(restored.source_environment_id.as_deref(), Some(environment.as_str()));
    assert_eq!(restored.target_environment_id.as_deref(), Some(other.as_str()));
    c.delete_snapshot(&project, &environment, id).unwrap();
    assert_eq!(c.get_snapshot(&project, &environment, id).unwrap_err().kind(), ErrorKind::NotFound);

    let accounting = simulator.accounting();
    for call in Call::ALL.into_iter().filter(|call| accounting.requests(*call) > 0) {
        let effects = match call {
            // One by its own call, one by the download.
            Call::CreateArchive => 2,
            other => u64::from(other.is_mutating()),
        };
        assert_eq!(accounting.effects(call), effects, "{call}");
    }
    assert_eq!(accounting.links().with_credentials, 0);
}

fn newest_package(simulator: &Simulator) -> String {
    simulator.with_state(|state| {
        let packages = &state.apps["calc"].packages;
        packages.iter().max_by_key(|(_, package)| package.creation_date).unwrap().0.clone()
    })
}

#[test]
fn the_calls_work_with_either_profile_and_any_undocumented_body() {
    for profile in [Profile::Document, Profile::Today] {
        for bodies in [Bodies::Empty, Bodies::Text, Bodies::Json] {
            // Today's service has no backups at this place any more; the client still has the calls.
            let builder = Simulator::builder().profile(profile).rule(Rule::BackupsAreGone, false);
            walk(&builder.bodies(bodies).clock(Clock::Manual).start().unwrap());
            let builder = Simulator::builder().profile(profile).clock(Clock::Manual);
            walk_today(&builder.bodies(bodies).start().unwrap());
        }
    }
}

#[test]
fn every_call_succeeds_with_its_example_and_takes_effect_once() {
    for profile in [Profile::Document, Profile::Today] {
        for made in Call::ALL {
            let builder = Simulator::builder().profile(profile).rule(Rule::BackupsAreGone, false);
            let simulator = builder.start().unwrap();
            prepare(&simulator, made);
            call(&client(&simulator), made, &example(made)).unwrap();
            let accounting = simulator.accounting();
            let counted = (accounting.requests(made), accounting.effects(made));
            assert_eq!(counted, (1, u64::from(made.is_mutating())), "{made}");
        }
    }
}

#[test]
fn the_calls_work_over_tls_with_an_extra_certificate() {
    let simulator = Simulator::builder().tls(Tls::On).start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    fs::write(&ca_file, simulator.ca_pem().unwrap()).unwrap();
    let credentials = || Credentials::new(simulator.username(), simulator.api_key()).unwrap();
    let builder = Client::builder(credentials()).base_url(simulator.url()).ca_file(&ca_file);
    let trusting = builder.check_packages(false).build().unwrap();
    for _ in 0..10 {
        trusting.list_apps().unwrap();
    }
    assert_eq!(simulator.accounting().connections(), 1);
    let large = vec![7; 3_000_000];
    let refused = trusting.upload_package("calc", large.as_slice(), Some("a.mda")).unwrap_err();
    assert_eq!(refused.code(), Some(&ErrorCode::InvalidPackage));

    let strict = Client::builder(credentials()).base_url(simulator.url()).build().unwrap();
    let error = strict.stop_environment("calc", "Test").unwrap_err();
    assert_eq!((error.kind(), error.evidence()), (ErrorKind::Transport, Evidence::NotSent));
    assert!(error.to_string().contains("ca_file"), "{error}");
}

/// What the document's codes mean for a caller; `Api` where it is none of these.
fn expected_kind(code: &str) -> ErrorKind {
    match code {
        "APP_NOT_FOUND"
        | "CONSTANT_NOT_FOUND"
        | "ENVIRONMENT_NOT_FOUND"
        | "NOT_FOUND"
        | "NO_SUCH_STARTJOB"
        | "PACKAGE_NOT_FOUND"
        | "SCHEDULED_EVENT_NOT_FOUND"
        | "SNAPSHOT_NOT_FOUND" => ErrorKind::NotFound,
        "ALREADY_LOCKED"
        | "ENVIRONMENT_BUSY"
        | "INVALID_STATE"
        | "PACKAGE_IN_USE"
        | "ALREADY_STARTED"
        | "APPLICATION_ALREADY_EXISTS"
        | "APP_ALREADY_HAS_A_STARTING_JOB"
        | "APP_IS_RUNNING"
        | "ENVIRONMENT_NOT_STOPPED"
        | "ERROR_NOT_ALLOWED"
        | "NO_MDA_HAS_BEEN_DEPLOYED"
        | "NO_PACKAGE" => ErrorKind::Conflict,
        "FORBIDDEN" | "NOT_ALLOWED" | "NO_ACCESS" | "TRANSPORT_NOT_ALLOWED" => ErrorKind::Forbidden,
        _ => ErrorKind::Api,
    }
}

fn check(row: &ErrorRow, error: &Error) {
    let code = row.code.replace(' ', "_");
    assert_eq!(error.operation(), row.call.stem());
    assert_eq!(error.http_status(), Some(row.status), "{row:?}: {error}");
    assert_eq!(error.code().map(ErrorCode::as_str), Some(code.as_str()), "{row:?}: {error}");
    assert_eq!(error.code_text(), Some(row.code.as_str()), "{row:?}");
    assert_eq!(
        (error.kind(), error.evidence()),
        (expected_kind(&code), Evidence::Refused),
        "{row:?}: {error}"
    );
    assert!(!matches!(error.code(), Some(ErrorCode::Other(_))), "{row:?}");
    assert!(!error.message().is_empty());
    assert_eq!(error.attempts().len(), 1);
}

#[test]
fn all_documented_errors_of_the_simulator_are_told_apart() {
    let simulator = Simulator::start().unwrap();
    let client = client(&simulator);
    for row in error_rows() {
        let args = simulator.arrange(row).unwrap();
        check(row, &call(&client, row.call, &args).unwrap_err());
    }
    assert_eq!(simulator.unused_faults(), []);
}

#[test]
fn all_documented_errors_of_a_plain_server_are_told_apart() {
    for row in error_rows() {
        let body = format!(r#"{{"errorMessage": {:?}, "errorCode": {:?}}}"#, row.message, row.code);
        let status = row.status;
        let server = Server::replying(move |_| (status, body.clone()));
        let error = call(&server.client(), row.call, &row.reach.args).unwrap_err();
        check(row, &error);
        assert_eq!(error.message(), row.message.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

#[test]
fn a_wrong_key_is_unauthorized_and_a_missing_right_forbidden() {
    let simulator = Simulator::start().unwrap();
    let wrong = Client::builder(Credentials::new(simulator.username(), "wrong").unwrap());
    let wrong = wrong.base_url(simulator.url()).check_packages(false).build().unwrap();
    let error = wrong.list_apps().unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Unauthorized, Some(401)));
    assert!(error.hint().unwrap().contains("API key"));
    let bytes = vec![7; 3_000_000];
    let error = wrong.upload_package("calc", bytes.as_slice(), Some("a.mda")).unwrap_err();
    assert_eq!((error.kind(), error.evidence()), (ErrorKind::Unauthorized, Evidence::Refused));

    simulator.with_state(|state| {
        let calc = state.apps.get_mut("calc").unwrap();
        calc.environments.get_mut("Production").unwrap().rights.api_access = false;
    });
    let error = client(&simulator).stop_environment("calc", "Production").unwrap_err();
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Forbidden, Some(403)), "{error}");
}

#[test]
fn a_wait_ends_in_time_and_says_how_to_go_on() {
    let simulator = Simulator::start().unwrap();
    simulator.with_state(|state| {
        let calc = state.apps.get_mut("calc").unwrap();
        let acceptance = calc.environments.get_mut("Acceptance").unwrap();
        acceptance.next_start_hangs = true;
    });
    let client = client(&simulator);
    client.stop_environment("calc", "Acceptance").unwrap();
    client.wait_for_status("calc", "Acceptance", &Status::Stopped, WaitOptions::new()).unwrap();
    let job = client.start_environment("calc", "Acceptance", true).unwrap();
    let options = WaitOptions::new().timeout(Duration::from_millis(400));
    let error = client.wait_for_start("calc", "Acceptance", &job, options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut);
    let pending = error.pending().unwrap();
    assert_eq!(pending.job_id, job.job_id);
    assert_eq!(pending.last_seen.as_deref(), Some("Starting"));
    assert_eq!(simulator.accounting().effects(Call::StartEnvironment), 1);

    simulator.add_fault(mendix_deploy_sim::Fault::on(Call::GetStartStatus).stall().times(9));
    let options = WaitOptions::new().timeout(Duration::from_millis(500));
    let error = client.wait_for_start("calc", "Acceptance", &job, options).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimedOut, "{error}");
    assert!(error.pending().is_some());

    let token = error.wait_token().unwrap();
    simulator.clear_faults();
    let options = WaitOptions::new().timeout(Duration::from_millis(400));
    let error = client.resume_wait(&token, options).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::WaitTimedOut, "wait_for_start"), "{error}");
    assert_eq!(error.pending().unwrap().job_id, job.job_id);

    let zero = WaitOptions::new().timeout(Duration::ZERO);
    let error = client.wait_for_status("calc", "Acceptance", &Status::Running, zero).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
