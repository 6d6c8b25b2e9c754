//! Where links lead: to the name and port that the client used.

use std::{net::SocketAddr, process::Command};

use mendix_deploy_sim::{Profile, Simulator, Tls};
use serde_json::Value;

use crate::support::{Client, Reply, connect, control, read_reply};
use std::io::Write as _;

const LOGS: &str = "/api/1/apps/calc/environments/Acceptance/logs/2018-08-10";
const ANYWHERE: &str = "0.0.0.0:0";

/// A request whose head is written as it is, with credentials.
fn raw(simulator: &Simulator, head: &str) -> Reply {
    let address = simulator.url().strip_prefix("http://").unwrap();
    let mut stream = connect(&format!("http://{address}"));
    let (username, api_key) = (simulator.username(), simulator.api_key());
    write!(stream, "{head}\r\nMendix-Username: {username}\r\nMendix-ApiKey: {api_key}\r\n\r\n").unwrap();
    read_reply(&mut stream, false).unwrap()
}

fn link_for(simulator: &Simulator, host: &str) -> String {
    let shown = raw(simulator, &format!("GET {LOGS} HTTP/1.1\r\nHost: {host}")).ok();
    shown["DownloadUrl"].as_str().unwrap().to_owned()
}

fn port(origin: &str) -> u16 {
    origin.rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn beyond_this_machine_one_port_serves_all() {
    let address: SocketAddr = ANYWHERE.parse().unwrap();
    let simulator = Simulator::builder().bind(address).profile(Profile::Today).start().unwrap();
    assert_eq!(simulator.links_url(), simulator.url());
    assert!(simulator.url().starts_with("http://127.0.0.1:"));
    for host in ["localhost:8080", "some-name:80", "simulator", "[::1]:9", "10.0.0.3:40000"] {
        assert!(link_for(&simulator, host).starts_with(&format!("http://{host}/logs/")), "{host}");
    }
    let client = Client::new(&simulator);
    let shown = client.get(&LOGS["/api/1/".len()..]).ok();
    let link = shown["DownloadUrl"].as_str().unwrap().strip_prefix(simulator.url()).unwrap().to_owned();
    let fetch = |headers: &[(&str, &str)]| {
        crate::support::request(simulator.url(), "GET", &link, headers, b"").unwrap()
    };
    assert_eq!(fetch(&[]).body.len(), 64 * 1024);
    assert_eq!(simulator.accounting().links().with_credentials, 0);
    fetch(&client.credentials());
    let links = simulator.accounting().links();
    assert_eq!((links.requests, links.with_credentials), (2, 1));
    assert!(!format!("{:?}", simulator.accounting().log()).contains("signature"));
}

#[test]
fn on_this_machine_links_keep_a_port_of_their_own() {
    let simulator = Simulator::start().unwrap();
    assert_ne!(port(simulator.url()), port(simulator.links_url()));
    for host in ["localhost", "some-name"] {
        let link = link_for(&simulator, &format!("{host}:{}", port(simulator.url())));
        let expected = format!("http://{host}:{}/logs/", port(simulator.links_url()));
        assert!(link.starts_with(&expected), "{link}");
    }
    let either = Simulator::builder().one_port(true).start().unwrap();
    assert_eq!(either.url(), either.links_url());
    let address: SocketAddr = ANYWHERE.parse().unwrap();
    let two = Simulator::builder().bind(address).one_port(false).start().unwrap();
    assert_ne!(port(two.url()), port(two.links_url()));
}

#[test]
fn a_host_that_is_none_is_refused() {
    let simulator = Simulator::start().unwrap();
    let get = format!("GET {LOGS} HTTP/1.1");
    for host in
        ["Host: a b", "Host: user@host", "Host:", "Host: a:b", "Host: a\r\nHost: b", "X: y", "Host: a/../b"]
    {
        let reply = raw(&simulator, &format!("{get}\r\n{host}"));
        assert_eq!((reply.status, reply.code().as_str()), (400, "INVALID_REQUEST"), "{host}");
    }
    let sim = raw(&simulator, "GET /_sim/state HTTP/1.1\r\nHost: <>");
    assert_eq!(sim.status, 400);
    // HTTP/1.0 need not say it, and the request line may.
    let old = raw(&simulator, &format!("GET {LOGS} HTTP/1.0")).ok();
    assert!(old["DownloadUrl"].as_str().unwrap().starts_with(simulator.links_url()));
    let absolute = raw(&simulator, &format!("GET http://inside:7{LOGS} HTTP/1.1\r\nHost: outside")).ok();
    assert!(absolute["DownloadUrl"].as_str().unwrap().starts_with("http://inside:"));
}

#[test]
fn who_comes_by_a_name_is_told_what_to_call_with() {
    let simulator = Simulator::builder().one_port(true).start().unwrap();
    let ready = raw(&simulator, "GET /_sim/ready HTTP/1.1\r\nHost: some-name:8080").ok();
    assert_eq!(ready["url"], "http://some-name:8080");
    let here = control(&simulator, "GET", "ready", &Value::Null).ok();
    assert_eq!(
        (here["url"].as_str(), here["username"].as_str(), here["app_id"].as_str()),
        (Some(simulator.url()), Some(simulator.username()), Some("calc"))
    );
}

/// By name the certificate is made for that name, by address for that address.
#[test]
fn tls_is_good_for_the_name_that_the_client_used() {
    let address: SocketAddr = ANYWHERE.parse().unwrap();
    let simulator = Simulator::builder().bind(address).tls(Tls::On).start().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), simulator.ca_pem().unwrap()).unwrap();
    let port = port(simulator.url());
    for host in ["some-name", "other.example", "localhost", "127.0.0.1", "127.0.0.2"] {
        let fetch = |url: &str| {
            let mut command = Command::new("curl");
            command.args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--cacert"]);
            command.arg(file.path());
            if !host.starts_with("127.") {
                command.args(["--resolve", &format!("{host}:{port}:127.0.0.1")]);
            }
            command.args(["--header", &format!("mendix-username: {}", simulator.username())]);
            command.args(["--header", &format!("mendix-apikey: {}", simulator.api_key()), url]);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{host}: {}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let shown: Value = serde_json::from_slice(&fetch(&format!("https://{host}:{port}{LOGS}"))).unwrap();
        let link = shown["DownloadUrl"].as_str().unwrap();
        assert!(link.starts_with(&format!("https://{host}:{port}/")), "{link}");
        assert_eq!(fetch(link).len(), 64 * 1024);
    }
}
