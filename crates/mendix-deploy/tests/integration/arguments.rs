//! Caller's text cannot leave its place: it is refused before anything is sent, or arrives as exactly one segment of the
//! path, one value of the query, or one string of the body.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::calls::{any_args, call};
use crate::support::{APP, Request, Server};
use fastrand::Rng;
use mendix_deploy::ErrorKind;
use mendix_deploy_sim::Call;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Where an argument belongs.
#[derive(Clone, Copy, Debug)]
enum Place {
    Segment(usize),
    Query,
    Body(&'static str),
}

/// The text arguments of a call, and their places. Segments are counted behind `/api/1`.
fn places(call: Call) -> Vec<(&'static str, Place)> {
    use Place::{Body, Query, Segment};
    let mut places = match call {
        Call::ListApps => return vec![],
        Call::CreateSandbox => return vec![("project_id", Body("ProjectId"))],
        Call::GetApp | Call::ListEnvironments => return vec![("app_id", Segment(1))],
        Call::UploadPackage => return vec![("app_id", Segment(1)), ("name", Query)],
        _ => vec![("app_id", Segment(1)), ("mode", Segment(3))],
    };
    places.extend(match call {
        Call::GetStartStatus => vec![("job_id", Segment(5))],
        Call::GetBackupLinks | Call::RestoreBackup => vec![("snapshot_id", Segment(5))],
        Call::GetArchivedLogs => vec![("date", Segment(5))],
        Call::TransportPackage => vec![("package_id", Body("PackageId"))],
        Call::CreateEnvironmentTag | Call::DeleteEnvironmentTag => vec![("tag", Body("Tag"))],
        Call::CreateBackup => vec![("comment", Body("Comment"))],
        _ => vec![],
    });
    places
}

/// Segments, query and body of a request, decoded.
fn found(request: &Request, place: Place) -> String {
    let target = request.line.split(' ').nth(1).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    match place {
        Place::Segment(number) => decode(path.split('/').nth(3 + number).unwrap()),
        Place::Query => decode(query.strip_prefix("name=").unwrap()),
        Place::Body(field) => {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            body[field].as_str().unwrap().to_owned()
        }
    }
}

/// The path with every caller's segment left out.
fn shape(request: &Request, call: Call) -> String {
    let target = request.line.split(' ').nth(1).unwrap();
    let path = target.split('?').next().unwrap();
    let given: Vec<usize> = places(call)
        .into_iter()
        .filter_map(|(_, place)| if let Place::Segment(number) = place { Some(3 + number) } else { None })
        .collect();
    let segments = path.split('/').enumerate();
    segments
        .map(|(number, segment)| if given.contains(&number) { "*" } else { segment })
        .collect::<Vec<_>>()
        .join("/")
}

fn text(rng: &mut Rng) -> String {
    const PIECES: [&str; 30] = [
        "a", "Test", "/", "..", ".", "%2F", "%", "?", "#", "&", "=", "+", " ", "\r", "\n", "\r\nX: y", "\0",
        "\t", "\u{7f}", "\u{85}", "é", "日本", "\u{202e}", "\\", "\"", "'", ";", "@", ":", "{}",
    ];
    if rng.u8(0..40) == 0 {
        return "x".repeat(rng.usize(200..70_000));
    }
    (0..rng.usize(0..5)).map(|_| *rng.choice(PIECES.iter()).unwrap()).collect()
}

#[test]
fn every_argument_of_every_call() {
    let seed = Rng::new().u64(..);
    println!("seed {seed}");
    let mut rng = Rng::with_seed(seed);
    let server = Server::replying(|_| (200, APP.to_owned()));
    let client = server.builder().build().unwrap();
    let mut refused = 0;
    for met in Call::ALL {
        let usual = {
            let _ = call(&client, met, &with_comment(any_args()));
            shape(&server.requests.lock().unwrap().pop().unwrap(), met)
        };
        for (argument, place) in places(met) {
            for _ in 0..150 {
                let given = text(&mut rng);
                let mut args = with_comment(any_args());
                args.insert(argument.to_owned(), given.clone().into());
                server.requests.lock().unwrap().clear();
                let result = call(&client, met, &args);
                let requests = server.requests.lock().unwrap();
                if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidInput) {
                    refused += 1;
                    let text = result.unwrap_err().to_string();
                    assert!(requests.is_empty(), "{met}, {argument}: {text}");
                    // What goes into a package's frame is its name.
                    assert!(text.contains(argument), "{met}, {argument} is not named: {text}");
                    continue;
                }
                let [request] = requests.as_slice() else { panic!("{met}: {} requests", requests.len()) };
                assert_eq!(shape(request, met), usual, "{met}, {argument} {given:?}");
                assert_eq!(found(request, place), given, "{met}, {argument}");
                assert_eq!(request.header("mendix-apikey").len(), 1);
                assert!(request.header("x").is_empty(), "{met}, {argument} {given:?}");
                let dots = matches!(place, Place::Segment(_)) && matches!(given.as_str(), "" | "." | "..");
                let longest = if argument == "comment" { 4096 } else { 255 };
                assert!(!dots && given.len() <= longest, "{met}, {argument} has {} bytes", given.len());
            }
        }
    }
    assert!(refused > 100, "{refused} were refused");
}

fn with_comment(mut args: Map<String, Value>) -> Map<String, Value> {
    args.insert("comment".to_owned(), "before".into());
    args
}
