//! A call is cancelled from another thread within 100 ms, wherever it is, and the client is as good as before.
//! (`failures` has the phases of a plain connection.)

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{FOR_LONG, cancel, until};
use mendix_deploy::{
    BackupPart, Client, Credentials, DownloadOptions, Error, ErrorKind, Evidence, Status, WaitOptions,
};
use mendix_deploy_sim::{Call, Fault, RetryAfter, Simulator, Tls};

const SNAPSHOT: &str = "c879c6b1-3aa5-4e10-aaab-cb145841862f";

struct Setup {
    simulator: Simulator,
    client: Client,
    /// Whether the client has said that it will try again.
    retries: Arc<AtomicBool>,
    _ca: tempfile::NamedTempFile,
}

fn setup(tls: Tls) -> Setup {
    let simulator = Simulator::builder().tls(tls).start().unwrap();
    let mut ca = tempfile::NamedTempFile::new().unwrap();
    ca.write_all(simulator.ca_pem().unwrap_or_default().as_bytes()).unwrap();
    let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
    let retries = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&retries);
    let mut builder = Client::builder(credentials)
        .base_url(simulator.url())
        .timeout(FOR_LONG)
        .connect_timeout(FOR_LONG)
        .stall_timeout(FOR_LONG)
        .on_event(move |_| {
            told.store(true, Ordering::SeqCst);
            ControlFlow::Continue(())
        });
    if tls == Tls::On {
        builder = builder.ca_file(ca.path());
    }
    Setup { client: builder.build().unwrap(), simulator, retries, _ca: ca }
}

/// What a call is blocked in.
struct Phase {
    what: &'static str,
    tls: Tls,
    /// What makes it block.
    faults: Vec<Fault>,
    /// Whether it is blocked in it.
    is_blocked: fn(&Setup) -> bool,
    call: fn(&Client) -> Result<(), Error>,
    /// What its end proves.
    evidence: &'static [Evidence],
}

fn stop(client: &Client) -> Result<(), Error> {
    client.stop_environment("calc", "Acceptance")
}

fn wait(client: &Client) -> Result<(), Error> {
    client.wait_for_status("calc", "Acceptance", &Status::Empty, WaitOptions::new()).map(drop)
}

fn download(client: &Client) -> Result<(), Error> {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("backup");
    let part = BackupPart::DatabaseOnly;
    client.download_backup("calc", "Acceptance", SNAPSHOT, part, target, DownloadOptions::new()).map(drop)
}

fn faults_are_met(setup: &Setup) -> bool {
    setup.simulator.unused_faults().is_empty()
}

fn has_looked(setup: &Setup) -> bool {
    setup.simulator.accounting().requests(Call::GetEnvironment) > 0
}

#[test]
fn in_every_phase_that_is_not_plain_http() {
    let on_stop = || Fault::on(Call::StopEnvironment);
    let phase = |what, faults, evidence| Phase {
        what,
        tls: Tls::Off,
        faults,
        call: stop,
        is_blocked: faults_are_met,
        evidence,
    };
    let phases = [
        Phase {
            tls: Tls::On,
            ..phase("TLS handshake", vec![Fault::on_connection().stall()], &[Evidence::NotSent])
        },
        Phase { tls: Tls::On, ..phase("answer under TLS", vec![on_stop().stall()], &[Evidence::Ambiguous]) },
        Phase {
            is_blocked: |setup| setup.retries.load(Ordering::SeqCst),
            ..phase(
                "pause before another attempt",
                vec![on_stop().rate_limit(RetryAfter::Seconds(30))],
                &[Evidence::NotSent],
            )
        },
        phase(
            "look at the state after a lost answer",
            vec![on_stop().close_without_reply(), Fault::on(Call::GetEnvironment).stall()],
            &[Evidence::Ambiguous],
        ),
        Phase {
            is_blocked: has_looked,
            ..phase("pause of a read-back", vec![on_stop().close_without_reply()], &[Evidence::Ambiguous])
        },
        Phase { call: download, ..phase("download", vec![Fault::on_link().stall()], &[Evidence::Ambiguous]) },
        Phase {
            call: wait,
            is_blocked: has_looked,
            // Between two looks, or in one.
            ..phase("wait", vec![], &[Evidence::NotSent, Evidence::Ambiguous])
        },
    ];
    for Phase { what, tls, faults, call, is_blocked, evidence } in phases {
        let setup = setup(tls);
        for fault in faults {
            setup.simulator.add_fault(fault);
        }
        let error = cancel(what, &setup.client, || until(what, || is_blocked(&setup)), call);
        // A change whose answer was lost before the call was cancelled stays that.
        assert!(evidence.contains(&error.evidence()), "{what}: {error}");
        let kinds = [ErrorKind::Cancelled, ErrorKind::Ambiguous];
        assert!(kinds.contains(&error.kind()), "{what}: {error}");
        assert!(faults_are_met(&setup), "{what}");
        setup.client.get_app("calc").unwrap();
    }
}
