//! A call is cancelled from another thread within 100 ms, wherever it is, and the client is as good as before.
//! (`failures` has the phases of a plain connection.)
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use mendix_deploy::{
    BackupPart, CancelToken, Client, Credentials, DownloadOptions, Error, ErrorKind, Evidence, Status,
    WaitOptions,
};
use mendix_deploy_sim::{Call, Fault, RetryAfter, Simulator, Tls};

const SNAPSHOT: &str = "c879c6b1-3aa5-4e10-aaab-cb145841862f";

struct Setup {
    simulator: Simulator,
    client: Client,
    _ca: tempfile::NamedTempFile,
}

fn setup(tls: Tls) -> Setup {
    let simulator = Simulator::builder().tls(tls).start().unwrap();
    let mut ca = tempfile::NamedTempFile::new().unwrap();
    ca.write_all(simulator.ca_pem().unwrap_or_default().as_bytes()).unwrap();
    let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
    let mut builder = Client::builder(credentials).base_url(simulator.url());
    if tls == Tls::On {
        builder = builder.ca_file(ca.path());
    }
    Setup { client: builder.build().unwrap(), simulator, _ca: ca }
}

/// What a call is blocked in, whether over TLS, what makes it block, the call, and what its end proves.
type Phase = (&'static str, Tls, Option<Fault>, fn(&Client) -> Result<(), Error>, Evidence);

fn download(client: &Client) -> Result<(), Error> {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("backup");
    let part = BackupPart::DatabaseOnly;
    client.download_backup("calc", "Acceptance", SNAPSHOT, part, target, DownloadOptions::new()).map(drop)
}

#[test]
fn in_every_phase_that_is_not_plain_http() {
    let stop: fn(&Client) -> Result<(), Error> = |client| client.stop_environment("calc", "Acceptance");
    let stop_fault = || Fault::on(Call::StopEnvironment);
    let phases: [Phase; 6] = [
        ("TLS handshake", Tls::On, Some(Fault::on_connection().stall()), stop, Evidence::NotSent),
        ("answer under TLS", Tls::On, Some(stop_fault().stall()), stop, Evidence::Ambiguous),
        (
            "pause before another attempt",
            Tls::Off,
            Some(stop_fault().rate_limit(RetryAfter::Seconds(30))),
            stop,
            Evidence::NotSent,
        ),
        (
            "look at the state after a lost answer",
            Tls::Off,
            Some(stop_fault().close_without_reply()),
            |client| {
                // The looks take two seconds in all.
                client.stop_environment("calc", "Acceptance")
            },
            Evidence::Ambiguous,
        ),
        ("download", Tls::Off, Some(Fault::on_link().stall()), download, Evidence::Ambiguous),
        (
            "wait",
            Tls::Off,
            None,
            |client| {
                client.wait_for_status("calc", "Acceptance", &Status::Empty, WaitOptions::new()).map(drop)
            },
            Evidence::NotSent,
        ),
    ];
    for (what, tls, fault, call, evidence) in phases {
        let Setup { simulator, client, _ca } = setup(tls);
        if let Some(fault) = fault {
            simulator.add_fault(fault);
        }
        let token = CancelToken::new();
        let cancellable = client.with_cancel_token(token.clone());
        let (error, late) = thread::scope(|scope| {
            let canceller = scope.spawn(|| {
                thread::sleep(Duration::from_millis(250));
                token.cancel();
                Instant::now()
            });
            let error = call(&cancellable).unwrap_err();
            let ended = Instant::now();
            (error, ended - canceller.join().unwrap())
        });
        assert!(late < Duration::from_millis(100), "{what}: {late:?}");
        // A change whose answer was lost before the call was cancelled stays that.
        assert_eq!(error.evidence(), evidence, "{what}: {error}");
        let kinds = [ErrorKind::Cancelled, ErrorKind::Ambiguous];
        assert!(kinds.contains(&error.kind()), "{what}: {error}");
        assert_eq!(simulator.unused_faults(), [], "{what}");
        client.get_app("calc").unwrap();
    }
}
