//! What goes again after a failure, what does not, and what is read back: counted at the server.

use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::calls::{call, example, prepare};
use crate::support::clock::Skipping;
use crate::support::{APP, Server, builder};
use mendix_deploy::{
    CallEvent, Client, ClientBuilder, Clock as _, Credentials, ErrorKind, Evidence, PackageSource,
    WaitOptions,
};
use mendix_deploy_sim::{Call, Class, Fault, Profile, RetryAfter, Simulator, Tls};
use serde_json::{Map, Value, json};

const CONTENT: &str = "PK";

fn to(simulator: &Simulator) -> ClientBuilder {
    let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
    Client::builder(credentials)
        .base_url(simulator.url())
        .timeout(Duration::from_secs(30))
        .action_timeout(Duration::from_secs(30))
        .clock(Skipping::new())
        .check_packages(false)
}

/// A simulator in which `call` can succeed, and the arguments for it.
fn prepared(call: Call) -> (Simulator, Map<String, Value>) {
    if call.section().is_empty() {
        let simulator = Simulator::start().unwrap();
        prepare(&simulator, call);
        return (simulator, example(call));
    }
    // Only today's service shows the scale of an environment.
    let profile = if call == Call::ScaleEnvironment { Profile::Today } else { Profile::Document };
    let simulator = Simulator::builder()
        .profile(profile)
        .accept_any_package(true)
        .start_duration(Duration::ZERO)
        .start()
        .unwrap();
    let (package_id, snapshot_id, settings) = simulator.with_state(|state| {
        let app = state.apps.get_mut("calc").unwrap();
        let deployed = app.environments["Acceptance"].package.clone();
        let package_id = app.packages.keys().find(|id| Some(*id) != deployed.as_ref()).unwrap().clone();
        let acceptance = app.environments.get_mut("Acceptance").unwrap();
        acceptance.tags = vec!["old".to_owned()];
        let mut settings = Value::Object(acceptance.settings.clone());
        settings["Constants"][0]["Value"] = json!("true");
        (package_id, acceptance.snapshots.keys().next().unwrap().clone(), settings)
    });
    if !matches!(call, Call::StopEnvironment | Call::ScaleEnvironment) {
        to(&simulator).build().unwrap().stop_environment("calc", "Acceptance").unwrap();
    }
    let tag = if call == Call::DeleteEnvironmentTag { "old" } else { "new" };
    let args = json!({
        "project_id": "0b1a9b2c-7f0e-4d57-8a8e-3c1f6a1d2e4f", "app_id": "calc", "mode": "Acceptance",
        "auto_sync_db": true, "name": "a.mda", "content": CONTENT, "package_id": package_id,
        "settings": settings, "snapshot_id": snapshot_id, "instances": 2, "memory_per_instance": 2048,
        "tag": tag, "job_id": "none", "comment": "before", "date": "2018-08-10",
    });
    (simulator, args.as_object().unwrap().clone())
}

/// Every change, and whether its effect can be seen afterwards.
fn changes() -> impl Iterator<Item = (Call, bool)> {
    let is_seen = |call: Call| call.declaration().class == Class::Confirmed;
    Call::ALL.into_iter().filter(|call| call.is_mutating()).map(move |call| (call, is_seen(call)))
}

/// Every way to lose the answer to a change after the request went out whole.
fn lost_answers(call: Call) -> Vec<(&'static str, Fault)> {
    vec![
        ("closed", Fault::on(call).close_without_reply()),
        ("reset", Fault::on(call).reset()),
        ("gateway", Fault::on(call).status(502).html("<h1>Bad Gateway</h1>")),
        ("unavailable", Fault::on(call).status(503).html("")),
        ("gateway timeout", Fault::on(call).status(504).html("<h1>Gateway Timeout</h1>")),
        ("request timeout", Fault::on(call).status(408).html("")),
        ("redirected", Fault::on(call).redirect(302, "http://127.0.0.1:1/")),
    ]
}

#[test]
fn a_change_whose_answer_is_lost_is_never_sent_again() {
    // Most of the time is spent in waiting.
    thread::scope(|scope| {
        for (changing, can_be_seen) in changes() {
            for (how, fault) in lost_answers(changing) {
                scope.spawn(move || {
                    lose_the_answer(changing, how, fault.clone(), false);
                    lose_the_answer(changing, how, fault.after_effect(), can_be_seen);
                });
            }
        }
    });
}

/// One change whose answer is lost in one way. `is_adopted` says what must come of it.
fn lose_the_answer(changing: Call, how: &str, fault: Fault, is_adopted: bool) {
    let takes_effect = fault.after_effect;
    let what = format!("{changing}, {how}, effect: {takes_effect}");
    let (simulator, args) = prepared(changing);
    let before = simulator.accounting();
    simulator.add_fault(fault);
    let result = call(&to(&simulator).build().unwrap(), changing, &args);
    let after = simulator.accounting();
    assert_eq!(after.requests(changing) - before.requests(changing), 1, "{what}");
    assert_eq!(after.effects(changing) - before.effects(changing), u64::from(takes_effect), "{what}");
    assert_eq!(simulator.unused_faults(), [], "{what}");
    if is_adopted {
        result.expect(&what);
    } else {
        let error = result.expect_err(&what);
        assert_eq!((error.kind(), error.evidence()), (ErrorKind::Ambiguous, Evidence::Ambiguous), "{what}");
        assert_eq!(error.attempts().len(), 1, "{what}");
    }
}

#[test]
fn an_adopted_start_can_be_waited_for() {
    let (simulator, _) = prepared(Call::StartEnvironment);
    simulator.add_fault(Fault::on(Call::StartEnvironment).close_without_reply().after_effect());
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let client = to(&simulator)
        .on_event(move |event| {
            if let CallEvent::Adopted { operation, error } = event {
                seen.lock().unwrap().push(format!("{operation} {:?}", error.kind()));
            }
            ControlFlow::Continue(())
        })
        .build()
        .unwrap();
    let job = client.start_environment("calc", "Acceptance", true).unwrap();
    assert_eq!(job.job_id, None);
    client.wait_for_start("calc", "Acceptance", &job, WaitOptions::new()).unwrap();
    assert_eq!(*told.lock().unwrap(), ["start_environment Ambiguous"]);
}

#[test]
fn an_observer_can_end_a_call_before_it_goes_again() {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(Fault::on(Call::GetApp).close_without_reply().times(9));
    let client = to(&simulator)
        .on_event(|event| match event {
            CallEvent::Retrying { error, .. } if error.attempts().len() == 1 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .build()
        .unwrap();
    let error = client.get_app("calc").unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Cancelled, 1), "{error}");
    assert_eq!(simulator.accounting().requests(Call::GetApp), 1);

    // A change that is seen to have been made is a success all the same.
    simulator.add_fault(Fault::on(Call::StopEnvironment).close_without_reply().after_effect());
    let client = to(&simulator).on_event(|_| ControlFlow::Break(())).build().unwrap();
    client.stop_environment("calc", "Acceptance").unwrap();
}

#[test]
fn reading_back_can_be_turned_off() {
    let (simulator, args) = prepared(Call::StopEnvironment);
    simulator.add_fault(Fault::on(Call::StopEnvironment).close_without_reply().after_effect());
    let before = simulator.accounting().total_requests();
    let client = to(&simulator).read_back(false).build().unwrap();
    let error = call(&client, Call::StopEnvironment, &args).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(simulator.accounting().total_requests() - before, 1);
}

#[test]
fn a_look_goes_again_after_what_passes() {
    for (what, fault) in lost_answers(Call::GetApp).into_iter().filter(|(what, _)| *what != "redirected") {
        let simulator = Simulator::start().unwrap();
        simulator.add_fault(fault.clone().times(2));
        to(&simulator).build().unwrap().get_app("calc").unwrap();
        assert_eq!(simulator.accounting().requests(Call::GetApp), 3, "{what}");

        simulator.add_fault(fault.times(99));
        let error = to(&simulator).build().unwrap().get_app("calc").unwrap_err();
        assert_eq!(error.attempts().len(), 4, "{what}: {error}");
        assert!(error.to_string().contains("after 4 attempts"), "{error}");
        assert_eq!(simulator.accounting().requests(Call::GetApp), 7, "{what}");
    }
}

#[test]
fn a_refusal_is_final() {
    let simulator = Simulator::start().unwrap();
    for fault in [
        Fault::on(Call::GetApp).error(500, "START_FAILED", "no"),
        Fault::on(Call::GetApp).error(404, "APP_NOT_FOUND", "no"),
        Fault::on(Call::GetApp).status(404).html("<h1>Not Found</h1>"),
        Fault::on(Call::GetApp).redirect(301, "http://127.0.0.1:1/"),
    ] {
        simulator.add_fault(fault);
        let error = to(&simulator).build().unwrap().get_app("calc").unwrap_err();
        assert_eq!(error.attempts().len(), 1, "{error}");
    }
    assert_eq!(simulator.accounting().requests(Call::GetApp), 4);
}

#[test]
fn a_call_waits_as_long_as_the_service_asks() {
    let second = Duration::from_secs(1);
    for (asked, least, most) in [
        (RetryAfter::Seconds(1), second, second),
        (RetryAfter::Seconds(20), second * 20, second * 20),
        // A date has whole seconds, and some time passes on the way.
        (RetryAfter::DateInSeconds(20), second * 15, second * 20),
        (RetryAfter::Absent, Duration::ZERO, second / 5),
        (RetryAfter::Text("soon".to_owned()), Duration::ZERO, second / 5),
    ] {
        let (simulator, args) = prepared(Call::StopEnvironment);
        simulator.add_fault(Fault::on(Call::StopEnvironment).rate_limit(asked.clone()));
        let clock = Skipping::new();
        call(&to(&simulator).clock(clock.clone()).build().unwrap(), Call::StopEnvironment, &args).unwrap();
        assert!(clock.skipped() >= least && clock.skipped() <= most, "{asked:?}: {:?}", clock.skipped());
        assert_eq!(simulator.accounting().effects(Call::StopEnvironment), 1);
    }
}

#[test]
fn a_pause_that_leaves_no_time_for_another_attempt_is_not_made() {
    for seconds in [30, 60, u32::MAX.into()] {
        let (simulator, args) = prepared(Call::StopEnvironment);
        simulator.add_fault(Fault::on(Call::StopEnvironment).rate_limit(RetryAfter::Seconds(seconds)));
        let clock = Skipping::new();
        let client = to(&simulator).clock(clock.clone()).build().unwrap();
        let error = call(&client, Call::StopEnvironment, &args).unwrap_err();
        let asked = Some(Duration::from_secs(seconds));
        assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimited, asked));
        assert_eq!(clock.skipped(), Duration::ZERO);
    }
}

#[test]
fn what_the_service_works_on_has_minutes_by_default() {
    // Real time: the clock of the client has moved on by more than `timeout` before the response comes.
    let simulator = Simulator::start().unwrap();
    let clock = Skipping::new();
    let skip = clock.clone();
    let client = Client::builder(Credentials::new(simulator.username(), simulator.api_key()).unwrap())
        .base_url(simulator.url())
        .clock(clock)
        .on_event(move |_| {
            skip.sleep(Duration::from_mins(2));
            ControlFlow::Continue(())
        })
        .build()
        .unwrap();
    // Two minutes pass between two attempts: a read has no time left for the second, a mutating call has.
    for changing in [Call::StopEnvironment, Call::GetApp] {
        simulator.add_fault(Fault::on(changing).rate_limit(RetryAfter::Absent).times(2));
    }
    client.stop_environment("calc", "Acceptance").unwrap();
    let error = client.get_app("calc").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("within 60 s (timeout)"), "{error}");
}

#[test]
fn reading_back_uses_the_rest_of_the_time() {
    // The environment takes a minute to stop, and the response is lost at once.
    let simulator = Simulator::builder().clock(mendix_deploy_sim::Clock::Manual).start().unwrap();
    simulator.add_fault(Fault::on(Call::StopEnvironment).close_without_reply());
    let clock = Skipping::new();
    let client = to(&simulator).action_timeout(Duration::from_mins(5)).clock(clock.clone()).build().unwrap();
    let error = client.stop_environment("calc", "Acceptance").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert!(clock.skipped() > Duration::from_mins(4), "{:?}", clock.skipped());
    let looks = simulator.accounting().requests(Call::GetEnvironment);
    assert!((20..60).contains(&looks), "{looks} looks in five minutes");
    assert_eq!(simulator.accounting().requests(Call::StopEnvironment), 1);
}

#[test]
fn a_read_back_that_can_prove_nothing_takes_no_time() {
    for (changing, change) in [
        // Nothing tells a backup without a comment from others.
        (Call::CreateBackup, json!({"comment": null})),
        // The document's environments do not show their scale.
        (Call::ScaleEnvironment, json!({})),
        // Settings that say nothing are nowhere.
        (Call::SetEnvironmentSettings, json!({"settings": {"CustomSettings": []}})),
    ] {
        let (simulator, mut args) = prepared(changing);
        simulator.with_state(|state| state.options.profile = Profile::Document);
        args.extend(change.as_object().unwrap().clone());
        simulator.add_fault(Fault::on(changing).close_without_reply());
        let clock = Skipping::new();
        let client = to(&simulator).clock(clock.clone()).build().unwrap();
        let error = call(&client, changing, &args).unwrap_err();
        assert_eq!((error.kind(), clock.skipped()), (ErrorKind::Ambiguous, Duration::ZERO), "{changing}");
    }
}

#[test]
fn the_first_package_of_an_environment_is_waited_for() {
    let looks = AtomicUsize::new(0);
    let server = Server::start(move |mut peer| {
        while let Some(request) = peer.request() {
            if request.line.starts_with("POST") {
                return;
            }
            match looks.fetch_add(1, Ordering::SeqCst) {
                0..3 => peer.reply(404, r#"{"errorCode": "PACKAGE_NOT_FOUND", "errorMessage": "none yet"}"#),
                _ => peer.reply(200, r#"{"PackageId": "p"}"#),
            }
        }
    });
    let client = server.builder().read_back(true).clock(Skipping::new()).build().unwrap();
    client.transport_package("calc", "Test", "p").unwrap();
}

#[test]
fn a_package_that_is_still_in_preparation_is_waited_for() {
    let (simulator, args) = prepared(Call::TransportPackage);
    let busy = Fault::on(Call::TransportPackage).error(503, "SERVICE UNAVAILABLE", "try later");
    simulator.add_fault(busy.times(6));
    call(&to(&simulator).build().unwrap(), Call::TransportPackage, &args).unwrap();
    assert_eq!(simulator.accounting().requests(Call::TransportPackage), 7);
    assert_eq!(simulator.accounting().effects(Call::TransportPackage), 1);
}

#[test]
fn what_was_not_sent_goes_again() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = builder(&format!("http://127.0.0.1:{port}")).max_attempts(20).build().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(300));
            let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
            let (stream, _) = listener.accept().unwrap();
            let mut peer = crate::support::Peer::new(stream, 0);
            peer.request().unwrap();
            peer.reply(200, "");
        });
        client.stop_environment("calc", "Test").unwrap();
    });
}

#[test]
fn a_certificate_that_is_not_trusted_is_final() {
    let simulator = Simulator::builder().tls(Tls::On).start().unwrap();
    let error = to(&simulator).build().unwrap().get_app("calc").unwrap_err();
    assert_eq!((error.evidence(), error.attempts().len()), (Evidence::NotSent, 1), "{error}");
}

#[test]
fn an_upload_that_broke_off_goes_again_from_the_beginning_where_it_can() {
    const MIB: usize = 1024 * 1024;
    let server = Server::start(|mut peer| {
        let request = peer.head().unwrap();
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        if peer.number % 3 < 2 {
            peer.discard(MIB as u64).unwrap();
            peer.reset();
        } else {
            let length: u64 = request.header("content-length")[0].parse().unwrap();
            let arrived = peer.discard(length).unwrap();
            peer.reply(if arrived == length { 200 } else { 500 }, r#"{"PackageId": "p"}"#);
        }
    });
    // Each on a connection of its own: one that the server has closed meanwhile would cost an attempt.
    let client = || server.builder().max_attempts(3).build().unwrap();
    let bytes = vec![7; 32 * MIB];
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    for source in [PackageSource::bytes(&bytes), PackageSource::file(file.path())] {
        let uploaded = client().upload_package("calc", source, Some("a.mda")).unwrap();
        assert_eq!(uploaded.package_id.as_deref(), Some("p"));
    }
    let once = PackageSource::reader(bytes.as_slice(), bytes.len() as u64);
    let error = client().upload_package("calc", once, Some("a.mda")).unwrap_err();
    assert_eq!((error.evidence(), error.attempts().len()), (Evidence::Incomplete, 1), "{error}");
}

#[test]
fn a_reused_connection_that_dies_under_a_change_is_not_tried_again() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.reply(200, APP);
        // The second request is read, and then the server is gone.
        peer.request();
    });
    let client = server.builder().max_attempts(4).build().unwrap();
    client.get_app("calc").unwrap();
    let error = client.stop_environment("calc", "Test").unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Ambiguous, 1));
    assert!(error.attempts()[0].reused_connection);
    client.get_app("calc").unwrap();
    client.get_app("calc").unwrap();
}

#[test]
fn all_attempts_together_keep_the_time_of_the_call() {
    let server = Server::start(|mut peer| {
        peer.request();
        peer.linger();
    });
    let timeout = Duration::from_secs(1);
    let client = server.builder().max_attempts(4).timeout(timeout).build().unwrap();
    let error = client.get_app("calc").unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Timeout, 2), "{error:?}");
    // The first attempt had three quarters of the time, the second all that was left.
    assert!(error.attempts()[0].elapsed >= timeout * 3 / 4, "{error:?}");
    assert!(error.message().contains("no response within 1 s (timeout); the request was sent"), "{error}");
}
