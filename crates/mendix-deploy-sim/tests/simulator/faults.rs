use std::{
    io::{ErrorKind, Read as _, Write as _},
    time::{Duration, Instant},
};

use mendix_deploy_sim::{Call, Clock, Fault, RetryAfter, Simulator};
use serde_json::{Value, json};

use crate::support::{Client, Reply, connect, package, read_reply, request, write_head};

const STOP: &str = "apps/calc/environments/Acceptance/stop";

fn stopped_by(fault: Fault) -> (std::io::Result<Reply>, u64) {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(fault);
    let reply = Client::new(&simulator).send("POST", STOP, &Value::Null);
    assert_eq!(simulator.unused_faults(), []);
    let accounting = simulator.accounting();
    assert_eq!(accounting.requests(Call::StopEnvironment), 1);
    (reply, accounting.effects(Call::StopEnvironment))
}

fn on_stop() -> Fault {
    Fault::on(Call::StopEnvironment)
}

#[test]
fn close_without_reply_with_and_without_effect() {
    let (reply, effects) = stopped_by(on_stop().close_without_reply());
    assert_eq!((reply.err().unwrap().kind(), effects), (ErrorKind::UnexpectedEof, 0));
    let (reply, effects) = stopped_by(on_stop().close_without_reply().after_effect());
    assert_eq!((reply.err().unwrap().kind(), effects), (ErrorKind::UnexpectedEof, 1));
}

#[test]
fn resets_with_and_without_effect() {
    for (fault, expected) in [(on_stop().reset(), 0), (on_stop().reset().after_effect(), 1)] {
        let (reply, effects) = stopped_by(fault);
        assert_eq!((reply.err().unwrap().kind(), effects), (ErrorKind::ConnectionReset, expected));
    }
}

#[test]
fn a_reset_in_the_middle_of_an_upload() {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(Fault::on(Call::UploadPackage).reset_early());
    let client = Client::new(&simulator);
    let mut stream = connect(simulator.url());
    let path = "/api/1/apps/calc/packages/upload";
    write_head(&mut stream, "POST", path, &client.credentials(), 1 << 30).unwrap();
    let failure = std::iter::repeat_with(|| stream.write_all(&[0; 4096])).find_map(Result::err).unwrap();
    assert!(matches!(failure.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{failure}");
    assert_eq!(simulator.accounting().effects(Call::UploadPackage), 0);
}

#[test]
fn gateways_answer_in_html() {
    for status in [502, 503, 504] {
        for after in [false, true] {
            let fault = on_stop().status(status).html("<html><h1>Bad</h1></html>");
            let (reply, effects) = stopped_by(if after { fault.after_effect() } else { fault });
            let reply = reply.unwrap();
            assert_eq!((reply.status, effects), (status, u64::from(after)));
            assert!(reply.header("content-type").unwrap().starts_with("text/html"));
        }
    }
}

#[test]
fn errors_redirects_and_any_reply() {
    let reply = stopped_by(on_stop().error(500, "STOP_FAILED", "Cannot stop app: reason")).0.unwrap();
    assert_eq!((reply.status, reply.code().as_str()), (500, "STOP_FAILED"));
    for status in [301, 302, 303, 307, 308] {
        let reply = stopped_by(on_stop().redirect(status, "http://127.0.0.1:1/")).0.unwrap();
        assert_eq!((reply.status, reply.header("location")), (status, Some("http://127.0.0.1:1/")));
    }
    let reply =
        stopped_by(on_stop().status(418).header("x-a", "b").body("text/x", "short and stout")).0.unwrap();
    assert_eq!((reply.status, reply.header("x-a"), reply.text()), (418, Some("b"), "short and stout"));
}

#[test]
fn retry_after_has_four_forms() {
    let after = |form| stopped_by(on_stop().rate_limit(form)).0.unwrap();
    assert_eq!(after(RetryAfter::Absent).header("retry-after"), None);
    assert_eq!(after(RetryAfter::Seconds(2)).header("retry-after"), Some("2"));
    assert_eq!(after(RetryAfter::Text("soon".to_owned())).header("retry-after"), Some("soon"));
    let date = after(RetryAfter::DateInSeconds(2));
    assert_eq!(date.status, 429);
    assert!(date.header("retry-after").unwrap().ends_with(" GMT"));
}

#[test]
fn truncated_replies() {
    for keep in [0, 5] {
        let simulator = Simulator::start().unwrap();
        simulator.add_fault(Fault::on(Call::ListApps).truncate(keep));
        let client = Client::new(&simulator);
        let mut stream = connect(simulator.url());
        write_head(&mut stream, "GET", "/api/1/apps", &client.credentials(), 0).unwrap();
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
        assert_eq!(body.len() as u64, keep);
    }
}

#[test]
fn delays_follow_the_clock() {
    let simulator = Simulator::builder().clock(Clock::Fast(100.0)).start().unwrap();
    let delay = Duration::from_mins(1);
    simulator.add_fault(on_stop().delay(delay));
    let start = Instant::now();
    Client::new(&simulator).post(STOP, &Value::Null).ok();
    let took = start.elapsed();
    // The simulator's time is in whole milliseconds, and may begin within one.
    assert!(took + Duration::from_millis(1) >= delay / 100 && took < delay, "{took:?}");
}

#[test]
fn a_delay_in_manual_time_ends_when_told() {
    let simulator = Simulator::builder().clock(Clock::Manual).start().unwrap();
    simulator.add_fault(on_stop().delay(Duration::from_hours(1)).after_effect());
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| Client::new(&simulator).post(STOP, &Value::Null).status);
        while simulator.accounting().effects(Call::StopEnvironment) == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(!waiting.is_finished());
        simulator.advance(Duration::from_hours(1));
        assert_eq!(waiting.join().unwrap(), 200);
    });
}

#[test]
fn a_stalled_request_ends_with_the_simulator() {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(on_stop().stall());
    let client = Client::new(&simulator);
    let mut stream = connect(simulator.url());
    write_head(&mut stream, "POST", &format!("/api/1/{STOP}"), &client.credentials(), 0).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let waited = stream.read(&mut [0]).unwrap_err().kind();
    assert!(matches!(waited, ErrorKind::WouldBlock | ErrorKind::TimedOut));
    simulator.stop();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let ended = stream.read(&mut [0]).map_err(|error| error.kind());
    assert!(matches!(ended, Ok(0) | Err(ErrorKind::ConnectionReset)), "{ended:?}");
}

#[test]
fn early_refusal_of_an_upload() {
    for (status, code) in
        [(401, "UNAUTHORIZED"), (404, "APP_NOT_FOUND"), (413, "TOO_LARGE"), (400, "INVALID_APPID")]
    {
        for drain in [true, false] {
            let simulator = Simulator::start().unwrap();
            simulator.add_fault(Fault::on(Call::UploadPackage).refuse_early(status, code, drain));
            let client = Client::new(&simulator);
            let mut headers = client.credentials().to_vec();
            headers.push(("content-type", "multipart/form-data; boundary=limit"));
            let mut stream = connect(simulator.url());
            let path = "/api/1/apps/calc/packages/upload";
            let length = 8 << 20;
            write_head(&mut stream, "POST", path, &headers, length).unwrap();
            // Not a byte of the body is sent, and the answer is there.
            let reply = read_reply(&mut stream, false).unwrap();
            assert_eq!((reply.status, reply.code().as_str()), (status, code));
            assert_eq!(reply.header("connection"), if drain { None } else { Some("close") });
            if drain {
                // The connection goes on.
                stream.write_all(&vec![0; 8 << 20]).unwrap();
                write_head(&mut stream, "GET", "/api/1/apps", &client.credentials(), 0).unwrap();
                assert_eq!(read_reply(&mut stream, false).unwrap().status, 200);
            } else {
                assert!(!matches!(stream.read(&mut [0]), Ok(1..)));
            }
            assert_eq!(simulator.accounting().effects(Call::UploadPackage), 0);
        }
    }
}

/// A client that waits for `100 Continue` never sends what would be refused.
#[test]
fn early_refusal_comes_instead_of_continue() {
    for drain in [true, false] {
        let simulator = Simulator::start().unwrap();
        simulator.add_fault(Fault::on(Call::UploadPackage).refuse_early(413, "TOO_LARGE", drain));
        let client = Client::new(&simulator);
        let mut headers = client.credentials().to_vec();
        headers.extend([("content-type", "multipart/form-data; boundary=limit"), ("expect", "100-continue")]);
        let mut stream = connect(simulator.url());
        write_head(&mut stream, "POST", "/api/1/apps/calc/packages/upload", &headers, 1 << 30).unwrap();
        assert_eq!(read_reply(&mut stream, false).unwrap().status, 413);
    }
}

#[test]
fn uploads_fail_after_their_effect_too() {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(Fault::on(Call::UploadPackage).status(502).html("<h1>").after_effect());
    assert_eq!(Client::new(&simulator).upload("file", &package("{}")).unwrap().status, 502);
    assert_eq!(simulator.accounting().effects(Call::UploadPackage), 1);
    simulator.with_state(|state| assert_eq!(state.apps["calc"].packages.len(), 4));
}

#[test]
fn changed_replies() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    simulator.add_fault(Fault::on(Call::GetEnvironment).content_type("text/html"));
    let reply = client.get("apps/calc/environments/Test");
    assert_eq!(
        (reply.header("content-type"), &reply.json()["Status"]),
        (Some("text/html"), &json!("Stopped"))
    );
    simulator
        .add_fault(Fault::on(Call::ListEnvironments).unknown_fields().set_field("Status", "Hibernating"));
    let reply = client.get("apps/calc/environments").ok();
    assert!(reply.as_array().unwrap().iter().all(|shown| shown["Status"] == "Hibernating"));
    assert_eq!(reply[2]["NewObject"]["Nested"], json!([1, null, true]));
}

#[test]
fn order_and_number() {
    let simulator = Simulator::start().unwrap();
    simulator.add_fault(Fault::on(Call::GetApp).status(503).nth(2).times(2));
    simulator.add_fault(Fault::on_any().status(502).nth(4));
    simulator.add_fault(Fault::on(Call::CleanEnvironment).status(500));
    let client = Client::new(&simulator);
    let seen: Vec<_> = (0..5).map(|_| client.get("apps/calc").status).collect();
    assert_eq!(seen, [200, 503, 503, 502, 200]);
    let unused = simulator.unused_faults();
    assert_eq!(unused, [Fault::on(Call::CleanEnvironment).status(500)]);
    simulator.clear_faults();
    assert_eq!(simulator.unused_faults(), []);
}

#[test]
fn a_client_that_leaves_early_changes_nothing() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    let mut stream = connect(simulator.url());
    let path = "/api/1/apps/calc/environments/Test/transport";
    write_head(&mut stream, "POST", path, &client.credentials(), 100).unwrap();
    stream.write_all(b"{\"PackageId\":").unwrap();
    drop(stream);
    while simulator.accounting().requests(Call::TransportPackage) == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    client.get("apps");
    assert_eq!(simulator.accounting().effects(Call::TransportPackage), 0);
}

#[test]
fn unknown_paths_and_methods() {
    let simulator = Simulator::start().unwrap();
    let client = Client::new(&simulator);
    assert_eq!(client.get("nope").status, 404);
    assert_eq!(client.get("calc/packages/upload").status, 404);
    assert_eq!(client.send("PUT", "apps/calc", &Value::Null).unwrap().status, 405);
    assert_eq!(request(simulator.url(), "GET", "/", &[], b"").unwrap().status, 404);
    assert_eq!(simulator.accounting().total_requests(), 4);
}
