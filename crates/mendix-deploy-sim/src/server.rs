//! The server: the way of a request through credentials, faults and state.

use std::{io, sync::Arc, time::Duration};

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::{HeaderMap, Request, Response, body::Incoming, http::request::Parts};
use serde_json::Value;

use crate::{
    Call, Fault, FaultKind, LogEntry, State, Target,
    connection::Connection,
    control,
    links::{self, DownloadFault},
    origin::Host,
    reply::{Outcome, Payload, Reply, apply_fault},
    routes, secret,
    shared::Shared,
    state::{Answer, Invocation, Moment, Refusal},
    table::{ArgumentKind, Place},
    termination::Termination,
    upload::{self, Failure},
    version4,
};

/// A request that has arrived: its place in the log, and the fault for it.
struct Arrival {
    place: usize,
    fault: Option<Fault>,
}

pub(crate) async fn respond(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    connection: &Connection,
) -> io::Result<Response<Payload>> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let link = connection.link || (shared.origins.links_port.is_none() && links::is_link(path));
    let host = Host::of(&parts, connection.local);
    if !link && path.starts_with("/_sim/") {
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let reply = match &host {
            Ok(host) => control::answer(shared, host, &parts.method, path, &body),
            Err(refusal) => Reply::from(refusal),
        };
        return Ok(reply.into_response());
    }
    if !link && host.is_ok() && version4::is_path(path) {
        let mut core = shared.lock();
        core.state.settle(shared.time.now());
        return Ok(version4::answer(&core.state, &parts.method, &parts.uri, &parts.headers).into_response());
    }
    let route = host.clone().and_then(|host| {
        let invocation = routes::resolve(&parts.method, path, query(&parts), &shared.lock().state.options)?;
        Ok((invocation, shared.origins.links(&host)))
    });
    let call = route.as_ref().ok().filter(|_| !link).map(|(invocation, _)| invocation.call);
    let arrival = arrive(shared, &parts, connection, link, call);
    let place = arrival.place;
    let outcome = match (link, host) {
        (true, Ok(_)) => Ok(download(shared, &parts, arrival).await),
        (true, Err(refusal)) => Ok(Outcome::Send(Reply::from(&refusal))),
        (false, _) => api(shared, &parts, body, route, arrival).await,
    };
    let reply = match outcome {
        Ok(Outcome::Send(reply)) => Ok(reply),
        Ok(Outcome::Stall) => std::future::pending().await,
        Ok(Outcome::Terminate(termination)) => {
            connection.terminate_with(termination);
            Err(io::Error::other("no reply"))
        }
        Err(error) => Err(error),
    };
    let mut core = shared.lock();
    if let Ok(reply) = &reply {
        core.accounting.answered(place, reply.status);
    }
    let entry = core.accounting.log().get(place).cloned();
    drop(core);
    if let (Some(observer), Some(entry)) = (&shared.observer, entry) {
        observer(&entry);
    }
    connection.set_idle();
    reply.map(Reply::into_response)
}

/// Counts the request, and finds the fault that is meant for it.
fn arrive(
    shared: &Shared,
    parts: &Parts,
    connection: &Connection,
    link: bool,
    call: Option<Call>,
) -> Arrival {
    let path = parts.uri.path_and_query().filter(|_| !link).map_or(parts.uri.path(), |path| path.as_str());
    let entry = LogEntry {
        at: shared.time.now(),
        connection: connection.number,
        link,
        method: parts.method.to_string(),
        path: path.to_owned(),
        call,
        headers: parts.headers.keys().map(ToString::to_string).collect(),
        status: None,
        effect: false,
    };
    let mut core = shared.lock();
    let target = if link { Some(Target::Link) } else { call.map(Target::Call) };
    Arrival {
        place: core.accounting.arrived(entry),
        fault: target.and_then(|target| core.faults.take(target, connection.idle())),
    }
}

async fn download(shared: &Shared, parts: &Parts, arrival: Arrival) -> Outcome {
    let kind = arrival.fault.map(|fault| fault.kind);
    let reply = {
        let mut core = shared.lock();
        let path = parts.uri.path();
        if kind == Some(FaultKind::ChangeEtag) {
            *core.generations.entry(path.to_owned()).or_default() += 1;
        }
        let generation = core.generations.get(path).copied().unwrap_or(0);
        let text = core.state.log_text(path);
        let len = text.map_or_else(|| core.state.link_bytes(path), |text| text.len() as u64);
        let content = links::Content { generation, len, text };
        let fault = DownloadFault {
            expired: kind == Some(FaultKind::ExpiredLink),
            ignore_range: kind == Some(FaultKind::IgnoreRange),
            refuse_range: match kind {
                Some(FaultKind::RefuseRange { status }) => Some(status),
                _ => None,
            },
        };
        let request = (&parts.method, &parts.uri, &parts.headers);
        links::download(&shared.signer, request, shared.time.now(), content, fault)
    };
    if let Some(FaultKind::Delay { ms }) = kind {
        shared.time.sleep(Duration::from_millis(ms)).await;
    }
    match kind {
        Some(kind) => apply_fault(kind, Some(reply)),
        None => Outcome::Send(reply),
    }
}

/// A call, and the origin of the links in its reply; or why the request is not a call.
type Route = Result<(Invocation, String), Refusal>;

/// One request to the API. An error means that the client is gone.
async fn api(
    shared: &Arc<Shared>,
    parts: &Parts,
    body: Incoming,
    route: Route,
    arrival: Arrival,
) -> io::Result<Outcome> {
    let Some(fault) = arrival.fault else {
        let ready = read(shared, parts, body, route).await?;
        return Ok(Outcome::Send(perform(shared, ready, arrival.place)));
    };
    match fault.kind {
        FaultKind::RefuseEarly { drain: drains, .. } => {
            return Ok(match apply_fault(fault.kind, None) {
                Outcome::Send(reply) if drains => {
                    tokio::spawn(drain(body));
                    Outcome::Send(reply)
                }
                // Nobody reads the body, so the connection has to end.
                Outcome::Send(reply) => Outcome::Send(reply.header("connection", "close")),
                outcome => outcome,
            });
        }
        FaultKind::ResetEarly => return Ok(Outcome::Terminate(Termination::Reset)),
        FaultKind::ResetInBody { after } => {
            read_some(body, after).await?;
            return Ok(Outcome::Terminate(Termination::Reset));
        }
        _ => {}
    }
    if !fault.takes_effect() {
        drain(body).await?;
        return Ok(apply_fault(fault.kind, None));
    }
    let ready = read(shared, parts, body, route).await?;
    let delay = match fault.kind {
        FaultKind::Delay { ms } => Duration::from_millis(ms),
        _ => Duration::ZERO,
    };
    if !fault.after_effect {
        shared.time.sleep(delay).await;
    }
    let reply = perform(shared, ready, arrival.place);
    if fault.after_effect {
        shared.time.sleep(delay).await;
    }
    Ok(apply_fault(fault.kind, Some(reply)))
}

async fn drain(mut body: Incoming) -> io::Result<()> {
    while let Some(frame) = body.frame().await {
        frame.map_err(io::Error::other)?;
    }
    Ok(())
}

/// Reads this many bytes, or all there are.
async fn read_some(mut body: Incoming, count: u64) -> io::Result<()> {
    let mut read = 0;
    while read < count
        && let Some(frame) = body.frame().await
    {
        let frame = frame.map_err(io::Error::other)?;
        read += frame.data_ref().map_or(0, |data| data.len() as u64);
    }
    Ok(())
}

/// Reads the whole request, and checks whether it may be performed.
async fn read(shared: &Shared, parts: &Parts, body: Incoming, route: Route) -> io::Result<Route> {
    let admitted = route.and_then(|(invocation, origin)| {
        let core = shared.lock();
        authenticate(&core.state, &parts.headers)?;
        if is_upload(invocation.call) {
            core.state.check_upload(&invocation)?;
        }
        Ok((invocation, origin))
    });
    let (mut invocation, origin) = match admitted {
        Ok(admitted) => admitted,
        Err(refusal) => {
            drain(body).await?;
            return Ok(Err(refusal));
        }
    };
    if is_upload(invocation.call) {
        let options = shared.lock().state.options.clone();
        return match upload::receive(body, &parts.headers, &invocation, &options).await {
            Ok(upload) => {
                invocation.upload = Some(upload);
                Ok(Ok((invocation, origin)))
            }
            Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
            Err(Failure::Connection) => Err(io::Error::other("the upload was truncated")),
        };
    }
    Ok(json_body(body, invocation.call).await?.map(|body| {
        invocation.body = body;
        (invocation, origin)
    }))
}

fn is_upload(call: Call) -> bool {
    call.declaration().arguments().iter().any(|(argument, _)| argument.kind == ArgumentKind::Source)
}

fn authenticate(state: &State, headers: &HeaderMap) -> Result<(), Refusal> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let username = secret::same(header("mendix-username"), &state.credentials.username);
    let api_key = secret::same(header("mendix-apikey"), &state.credentials.api_key);
    let refusal = || Refusal::new(401, "UNAUTHORIZED", "The user name or the API key is missing or wrong.");
    if username & api_key { Ok(()) } else { Err(refusal()) }
}

/// The parameters in the query, with their names in lower case.
fn query(parts: &Parts) -> Vec<(String, String)> {
    let pairs = parts.uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let decode = |value: &str| {
        let value = value.replace('+', " ");
        percent_encoding::percent_decode_str(&value).decode_utf8_lossy().into_owned()
    };
    pairs.map(|(name, value)| (name.to_lowercase(), decode(value))).collect()
}

/// The body as JSON, whatever its content type says; null where there is none or none is asked for.
async fn json_body(body: Incoming, call: Call) -> io::Result<Result<Value, Refusal>> {
    const MAX_BODY: usize = 16 << 20;
    let arguments = call.declaration().arguments();
    let takes_body = arguments.iter().any(|(_, place)| matches!(place, Place::Field(_) | Place::Body));
    if !takes_body {
        drain(body).await?;
        return Ok(Ok(Value::Null));
    }
    let bytes = match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Ok(Err(Refusal::new(413, "REQUEST_TOO_LARGE", "The body is too large.")));
        }
        Err(error) => return Err(io::Error::other(error)),
    };
    if bytes.trim_ascii().is_empty() {
        return Ok(Ok(Value::Null));
    }
    Ok(serde_json::from_slice(&bytes)
        .map_err(|error| Refusal::bad_body(call, &format!("The body is no JSON: {error}."))))
}

/// Performs a call, and counts its effect.
fn perform(shared: &Shared, ready: Route, place: usize) -> Reply {
    let (invocation, origin) = match ready {
        Ok(ready) => ready,
        Err(refusal) => return Reply::from(&refusal),
    };
    let mut core = shared.lock();
    let moment = Moment { now: shared.time.now(), signer: &shared.signer, links_origin: &origin };
    match core.state.perform(&invocation, moment) {
        Ok(answer) => {
            if invocation.call.is_mutating() {
                core.accounting.took_effect(place);
            }
            match answer {
                Answer::Empty
                    if matches!(invocation.call, Call::DeleteEnvironmentTag | Call::DeleteSnapshot) =>
                {
                    Reply::empty(204)
                }
                Answer::Empty => Reply::empty(200),
                Answer::Text(text) => Reply::text(200, "text/plain;charset=utf-8", text),
                Answer::Json(value) => Reply::json(200, &value),
            }
        }
        Err(refusal) => Reply::from(&refusal),
    }
}
