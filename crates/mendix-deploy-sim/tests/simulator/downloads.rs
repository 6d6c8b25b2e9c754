use std::time::Duration;

use mendix_deploy_sim::{Clock, Fault, Simulator};

use crate::support::{Client, Reply, request};

/// A link, as origin and path.
fn link(simulator: &Simulator) -> String {
    let shown = Client::new(simulator)
        .get("apps/calc/environments/acceptance/snapshots/c879c6b1-3aa5-4e10-aaab-cb145841862f")
        .ok();
    let url = shown["DatabaseOnly"].as_str().unwrap();
    url.strip_prefix(simulator.links_url()).unwrap().to_owned()
}

fn fetch(simulator: &Simulator, path: &str, headers: &[(&str, &str)]) -> Reply {
    request(simulator.links_url(), "GET", path, headers, b"").unwrap()
}

#[test]
fn links_lead_to_another_origin_and_need_no_credentials() {
    let simulator = Simulator::start().unwrap();
    let path = link(&simulator);
    assert_ne!(simulator.url(), simulator.links_url());
    assert_eq!(fetch(&simulator, &path, &[]).body.len(), 64 * 1024);
    assert_eq!(simulator.accounting().links().with_credentials, 0);
    fetch(&simulator, &path, &Client::new(&simulator).credentials());
    let links = simulator.accounting().links();
    assert_eq!((links.requests, links.with_credentials), (2, 1));
    let log = format!("{:?}", simulator.accounting().log());
    assert!(!log.contains("signature"), "{log}");
}

#[test]
fn parts_of_a_download() {
    let simulator = Simulator::start().unwrap();
    let path = link(&simulator);
    let whole = fetch(&simulator, &path, &[]);
    let etag = whole.header("etag").unwrap().to_owned();
    let part = fetch(&simulator, &path, &[("range", "bytes=1000-"), ("if-range", &etag)]);
    assert_eq!((part.status, part.header("content-range")), (206, Some("bytes 1000-65535/65536")));
    assert_eq!(part.body, whole.body[1000..]);
    let changed = fetch(&simulator, &path, &[("range", "bytes=1000-"), ("if-range", "\"other\"")]);
    assert_eq!((changed.status, changed.body == whole.body), (200, true));
    assert_eq!(fetch(&simulator, &path, &[("range", "bytes=65536-")]).status, 416);
    let head = request(simulator.links_url(), "HEAD", &path, &[], b"").unwrap();
    assert_eq!((head.status, head.header("content-length")), (200, Some("65536")));
    assert_eq!(request(simulator.links_url(), "POST", &path, &[], b"").unwrap().status, 405);
}

#[test]
fn links_expire_and_cannot_be_changed() {
    let simulator = Simulator::builder().clock(Clock::Manual).start().unwrap();
    let path = link(&simulator);
    let forged = fetch(&simulator, &path.replace("database", "files"), &[]);
    assert_eq!((forged.status, forged.header("content-type")), (403, Some("application/xml")));
    simulator.advance(Duration::from_mins(14));
    assert_eq!(fetch(&simulator, &path, &[]).status, 200);
    simulator.advance(Duration::from_mins(1));
    let expired = fetch(&simulator, &path, &[]);
    assert_eq!(expired.status, 403);
    assert!(expired.text().contains("Request has expired"));
    assert_eq!(fetch(&simulator, &link(&simulator), &[]).status, 200);
}

#[test]
fn faults_of_downloads() {
    let simulator = Simulator::start().unwrap();
    let path = link(&simulator);
    let whole = fetch(&simulator, &path, &[]);

    simulator.add_fault(Fault::on_link().expired_link());
    assert_eq!(fetch(&simulator, &path, &[]).status, 403);

    simulator.add_fault(Fault::on_link().ignore_range());
    let ignored = fetch(&simulator, &path, &[("range", "bytes=9-")]);
    assert_eq!((ignored.status, ignored.body == whole.body), (200, true));

    simulator.add_fault(Fault::on_link().refuse_range(405).times(2));
    assert_eq!(fetch(&simulator, &path, &[("range", "bytes=9-")]).status, 405);
    assert_eq!(fetch(&simulator, &path, &[]).status, 200);

    simulator.add_fault(Fault::on_link().truncate(1000));
    let cut = request(simulator.links_url(), "GET", &path, &[], b"");
    assert_eq!(cut.err().unwrap().kind(), std::io::ErrorKind::UnexpectedEof);

    simulator.add_fault(Fault::on_link().change_etag());
    let etag = whole.header("etag").unwrap();
    let changed = fetch(&simulator, &path, &[("range", "bytes=9-"), ("if-range", etag)]);
    assert_eq!((changed.status, changed.header("etag") == Some(etag)), (200, false));
    assert_ne!(changed.body, whole.body);
    assert_eq!(fetch(&simulator, &path, &[]).body, changed.body);
    assert_eq!(simulator.unused_faults(), []);
}
