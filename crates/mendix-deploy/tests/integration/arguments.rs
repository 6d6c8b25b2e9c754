//! Caller's text cannot leave its place: it is refused before anything is sent, or arrives as exactly one segment of the
//! path, one value of the query, or one string of the body.

use crate::support::calls::{call, example};
use crate::support::{APP, Request, Server};
use fastrand::Rng;
use mendix_deploy::ErrorKind;
use mendix_deploy_sim::{ArgumentKind, Call, Place};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// The text arguments of a call, and their places.
fn texts(call: Call) -> Vec<(String, Place<'static>)> {
    let mut arguments = call.declaration().arguments();
    arguments.retain(|(argument, _)| argument.kind == ArgumentKind::Text);
    arguments.into_iter().map(|(argument, place)| (argument.name, place)).collect()
}

/// A part of the path, the query or the body of a request, decoded.
fn found(request: &Request, place: Place<'_>) -> Value {
    let target = request.line.split(' ').nth(1).unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned().into();
    match place {
        Place::Path(segment) => decode(path.split('/').nth(1 + segment).unwrap()),
        Place::Query(name) => {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            decode(pairs.find(|(other, _)| *other == name).unwrap().1)
        }
        Place::Field(field) => serde_json::from_slice::<Value>(&request.body).unwrap()[field].clone(),
        _ => serde_json::from_slice(&request.body).unwrap(),
    }
}

/// Method and path, with every caller's segment left out.
fn shape(request: &Request, call: Call) -> String {
    let mut words = request.line.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let path = target.split('?').next().unwrap().trim_start_matches('/').split('/');
    let mut declared = call.declaration().segments();
    let shape = path.map(|segment| match declared.next() {
        Some((template, Some(_))) => template,
        _ => segment,
    });
    format!("{method} /{}", shape.collect::<Vec<_>>().join("/"))
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
fn every_call_is_the_documents_request() {
    let server = Server::replying(|_| (200, APP.to_owned()));
    let client = server.client();
    for made in Call::ALL {
        let (declared, args) = (made.declaration(), example(made));
        let _ = call(&client, made, &args);
        // What confirms a change that got an odd response comes later.
        let request = std::mem::take(&mut *server.requests.lock().unwrap()).swap_remove(0);
        let path = declared.path.split('?').next().unwrap();
        assert_eq!(shape(&request, made), format!("{} {path}", declared.method));
        if let Some((name, value)) = declared.query() {
            assert_eq!(found(&request, Place::Query(name)), value, "{made}");
        }
        let mut fields = 0;
        let mut whole = None;
        for (argument, place) in declared.arguments() {
            match (argument.kind, place) {
                (kind, Place::Body) => whole = Some(kind),
                (ArgumentKind::Bool, Place::Query(_)) => {
                    assert_eq!(found(&request, place), args[&argument.name].to_string(), "{made}");
                }
                (_, place) => assert_eq!(found(&request, place), args[&argument.name], "{made}"),
            }
            fields += usize::from(matches!(place, Place::Field(_)));
        }
        let body = String::from_utf8_lossy(&request.body);
        match whole {
            Some(ArgumentKind::Source) => {
                assert!(body.contains(args["content"].as_str().unwrap()), "{body}");
                continue;
            }
            Some(_) => assert_eq!(found(&request, Place::Body), args["settings"]),
            None if fields == 0 => assert_eq!(body, "", "{made}"),
            None => assert_eq!(found(&request, Place::Body).as_object().unwrap().len(), fields, "{made}"),
        }
        assert_eq!(request.header("content-type"), ["application/json"], "{made}");
    }
}

#[test]
fn an_empty_argument_is_refused_by_its_name() {
    let server = Server::replying(|_| (200, APP.to_owned()));
    let client = server.client();
    for met in Call::ALL {
        for (argument, _) in met.declaration().arguments() {
            if argument.kind == ArgumentKind::Text && !argument.optional {
                let mut args = example(met);
                args.insert(argument.name.clone(), "".into());
                let error = call(&client, met, &args).unwrap_err();
                assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidInput, met.stem()));
                assert!(error.message().starts_with(&argument.name), "{error}");
            }
        }
    }
    assert_eq!(server.requests.lock().unwrap().len(), 0);
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
            let _ = call(&client, met, &example(met));
            shape(&server.requests.lock().unwrap().pop().unwrap(), met)
        };
        for (argument, place) in texts(met) {
            for _ in 0..150 {
                let given = text(&mut rng);
                let mut args = example(met);
                args.insert(argument.clone(), given.clone().into());
                server.requests.lock().unwrap().clear();
                let result = call(&client, met, &args);
                let requests = server.requests.lock().unwrap();
                if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidInput) {
                    refused += 1;
                    let text = result.unwrap_err().to_string();
                    assert!(requests.is_empty(), "{met}, {argument}: {text}");
                    // What goes into a package's frame is its name.
                    assert!(text.contains(&argument), "{met}, {argument} is not named: {text}");
                    continue;
                }
                let [request] = requests.as_slice() else { panic!("{met}: {} requests", requests.len()) };
                assert_eq!(shape(request, met), usual, "{met}, {argument} {given:?}");
                assert_eq!(found(request, place), given, "{met}, {argument}");
                assert_eq!(request.header("mendix-apikey").len(), 1);
                assert!(request.header("x").is_empty(), "{met}, {argument} {given:?}");
                let dots = matches!(place, Place::Path(_)) && matches!(given.as_str(), "" | "." | "..");
                let longest =
                    if ["comment", "description"].contains(&argument.as_str()) { 4096 } else { 255 };
                assert!(!dots && given.len() <= longest, "{met}, {argument} has {} bytes", given.len());
            }
        }
    }
    assert!(refused > 100, "{refused} were refused");
}
