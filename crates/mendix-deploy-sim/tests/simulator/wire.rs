//! What goes wrong below HTTP.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use mendix_deploy_sim::{BadCertificate, Call, Clock, Fault, FaultKind, Simulator, Then, Tls};
use serde_json::Value;

use crate::support::{Client, connect, read_reply, write_head};

const STOP: &str = "apps/calc/environments/Acceptance/stop";

/// Everything that comes back for one request, and how often it took effect.
fn received(fault: Fault) -> (Vec<u8>, u64) {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(fault);
    let client = Client::new(&simulator);
    let mut stream = connect(simulator.url());
    write_head(&mut stream, "POST", &format!("/api/1/{STOP}"), &client.credentials(), 0).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.take(1 << 20).read_to_end(&mut bytes);
    assert_eq!(simulator.unused_faults(), []);
    (bytes, simulator.accounting().effects(Call::StopEnvironment))
}

fn on_stop() -> Fault {
    Fault::on(Call::StopEnvironment)
}

#[test]
fn bytes_that_are_no_reply() {
    for (fault, effects) in [(on_stop(), 0), (on_stop().after_effect(), 1)] {
        let (bytes, seen) = received(fault.raw("SSH-2.0-x\r\n", Then::Close));
        assert_eq!((bytes.as_slice(), seen), (&b"SSH-2.0-x\r\n"[..], effects));
    }
}

#[test]
fn a_reply_without_end() {
    let (bytes, effects) = received(on_stop().endless());
    assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n") && bytes.len() == 1 << 20);
    assert_eq!(effects, 0);
}

#[test]
fn a_reply_byte_by_byte() {
    let started = Instant::now();
    let (bytes, effects) = received(on_stop().drip(Duration::from_millis(2)));
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("content-length: "), "{text}");
    assert!(started.elapsed() >= Duration::from_millis(2) * u32::try_from(text.len()).unwrap());
    assert_eq!(effects, 1);
}

#[test]
fn bytes_that_nobody_asked_for_come_late() {
    let simulator = Simulator::builder().clock(Clock::Manual).start().unwrap();
    let client = Client::new(&simulator);
    for (status, head) in [(None, "HTTP/1.1 200 "), (Some(204), "HTTP/1.1 204 ")] {
        let kind = FaultKind::LateBytes {
            status,
            after_ms: 5000,
            text: "HTTP/1.1 500 x\r\n".to_owned(),
            then: Then::Close,
        };
        simulator.add_fault(on_stop().kind(kind));
        let mut stream = connect(simulator.url());
        write_head(&mut stream, "POST", &format!("/api/1/{STOP}"), &client.credentials(), 0).unwrap();
        let reply = read_head(&mut stream);
        assert!(reply.starts_with(head), "{reply}");
        assert_eq!(reply.contains("content-length"), status.is_none(), "{reply}");
        if status.is_none() {
            stream.read_exact(&mut [0; 2]).unwrap();
        }
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(advance_until_readable(&simulator, &stream), 1);
        let mut late = String::new();
        stream.read_to_string(&mut late).unwrap();
        assert_eq!(late, "HTTP/1.1 500 x\r\n");
    }
    assert_eq!(simulator.accounting().effects(Call::StopEnvironment), 2);
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Moves the time on, step by step, until something comes (1) or the connection ends (0).
fn advance_until_readable(simulator: &Simulator, stream: &TcpStream) -> usize {
    stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    let readable = (0..500).find_map(|_| match stream.peek(&mut [0]) {
        Ok(count) => Some(count),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            simulator.advance(Duration::from_secs(30));
            None
        }
    });
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    readable.unwrap()
}

#[test]
fn idle_connections_are_closed() {
    let simulator = Simulator::builder().clock(Clock::Manual);
    let simulator = simulator.options(|options| options.idle_limit_ms = Some(60_000)).start().unwrap();
    let client = Client::new(&simulator);
    let mut used = connect(simulator.url());
    for _ in 0..3 {
        // Every request ends the idleness.
        simulator.advance(Duration::from_secs(40));
        write_head(&mut used, "GET", "/api/1/apps", &client.credentials(), 0).unwrap();
        assert_eq!(read_reply(&mut used, false).unwrap().status, 200);
    }
    // While a request is worked on, the connection is not idle.
    simulator.add_fault(on_stop().delay(Duration::from_mins(10)));
    write_head(&mut used, "POST", &format!("/api/1/{STOP}"), &client.credentials(), 0).unwrap();
    assert_eq!(advance_until_readable(&simulator, &used), 1);
    assert_eq!(read_reply(&mut used, false).unwrap().status, 200);
    assert_eq!(advance_until_readable(&simulator, &used), 0);
    // One that was never used is idle too.
    assert_eq!(advance_until_readable(&simulator, &connect(simulator.url())), 0);
    assert_eq!(simulator.accounting().effects(Call::StopEnvironment), 1);
}

#[test]
fn a_reset_within_the_body() {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(Fault::on(Call::UploadPackage).reset_in_body(1 << 20));
    let client = Client::new(&simulator);
    let mut stream = connect(simulator.url());
    let path = "/api/1/apps/calc/packages/upload";
    write_head(&mut stream, "POST", path, &client.credentials(), 1 << 30).unwrap();
    let mut written = 0;
    let failure = loop {
        match stream.write_all(&[0; 4096]) {
            Ok(()) => written += 4096,
            Err(error) => break error,
        }
    };
    assert!(matches!(failure.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{failure}");
    assert!(written >= 1 << 20);
    assert_eq!(simulator.accounting().effects(Call::UploadPackage), 0);
}

#[test]
fn an_early_refusal_and_a_reset() {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(Fault::on(Call::UploadPackage).refuse_early_and_reset(413, "TOO_LARGE"));
    let client = Client::new(&simulator);
    let mut stream = connect(simulator.url());
    let path = "/api/1/apps/calc/packages/upload";
    write_head(&mut stream, "POST", path, &client.credentials(), 1 << 30).unwrap();
    let mut bytes = Vec::new();
    assert_eq!(stream.read_to_end(&mut bytes).unwrap_err().kind(), ErrorKind::ConnectionReset);
    // What came before the reset is still there to be read.
    assert!(bytes.starts_with(b"HTTP/1.1 413 "), "{}", String::from_utf8_lossy(&bytes));
}

#[test]
fn connections_that_end_before_a_request() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    for fault in [Fault::on_connection(), Fault::on_connection().reset()] {
        simulator.add_fault(fault.times(2));
        for _ in 0..2 {
            client.send("POST", STOP, &Value::Null).err().unwrap();
        }
        assert_eq!(simulator.unused_faults(), []);
    }
    assert_eq!(simulator.accounting().requests(Call::StopEnvironment), 0);
    client.send("POST", STOP, &Value::Null).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn connections_that_are_refused_for_a_while() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    let (started, time) = (Instant::now(), Duration::from_secs(1));
    simulator.add_fault(Fault::on_connection().refuse(time));
    assert_eq!(simulator.unused_faults(), []);
    let address = simulator.url().strip_prefix("http://").unwrap();
    let mut refused = 0;
    while let Err(error) = TcpStream::connect(address) {
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        assert!(started.elapsed() < Duration::from_mins(1), "it never opened again");
        refused += 1;
        thread::sleep(Duration::from_millis(5));
    }
    assert!(refused > 0 && started.elapsed() >= time, "it opened after {:?}", started.elapsed());
    client.get("apps").ok();
}

#[test]
fn a_fault_that_cannot_happen_stays_unused() {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(Fault::on_any().cut_handshake());
    assert_eq!(simulator.unused_faults().len(), 1);
}

#[test]
fn tls_goes_wrong_in_each_way() {
    let simulator = Simulator::builder().tls(Tls::On).start().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), simulator.ca_pem().unwrap()).unwrap();
    let curl = || {
        let mut command = Command::new("curl");
        command.args([
            "--silent",
            "--show-error",
            "--cacert",
            file.path().to_str().unwrap(),
            simulator.url(),
        ]);
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (fault, code, word) in [
        (Fault::on_connection().certificate(BadCertificate::Expired), 60, "expired"),
        (Fault::on_connection().certificate(BadCertificate::WrongHost), 60, "127.0.0.1"),
        (Fault::on_connection().certificate(BadCertificate::UnknownAuthority), 60, "certificate"),
        (Fault::on_connection().cut_handshake(), 35, ""),
    ] {
        simulator.add_fault(fault);
        let (seen, said) = curl();
        assert!(seen == code && said.contains(word), "{seen}: {said}");
        assert_eq!(simulator.unused_faults(), []);
    }
    assert_eq!(curl().0, 0);
    assert_eq!(simulator.accounting().total_requests(), 1);
}
