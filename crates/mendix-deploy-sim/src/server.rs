//! The server: connections, and the way of a request through credentials, faults and state.

use std::{
    collections::HashMap,
    convert::Infallible,
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Request, Response, body::Incoming, http::request::Parts, server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    Accounting, Call, Fault, FaultKind, LogEntry, Reach, State, Target,
    clock::Timekeeper,
    control,
    faults::Faults,
    links::{self, Signer, Twist},
    reply::{Outcome, Payload, Reply, spoil},
    routes,
    rows::merge,
    secret,
    state::{Answer, Invocation, Moment, Refusal},
    upload::{self, Failure},
    wire::{End, Wire},
};

/// Hears of every request once it is dealt with.
pub(crate) type Observer = Box<dyn Fn(&LogEntry) + Send + Sync>;

/// All that connections share with the handle of the simulator.
pub(crate) struct Shared {
    pub(crate) time: Timekeeper,
    pub(crate) signer: Signer,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) observer: Option<Observer>,
    pub(crate) core: Mutex<Core>,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) state: State,
    /// The state at the start.
    pub(crate) initial: State,
    pub(crate) faults: Faults,
    pub(crate) accounting: Accounting,
    /// How often the bytes behind a link were changed, by path.
    pub(crate) generations: HashMap<String, u32>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("time", &self.time).field("core", &self.core).finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks, and completes what is due.
    pub(crate) fn settled(&self) -> MutexGuard<'_, Core> {
        let mut core = self.lock();
        core.state.settle(self.time.now());
        core
    }

    /// Prepares an error row: the seeded apps, changed as the row says, and its fault.
    pub(crate) fn arrange(&self, reach: &Reach) -> Result<Map<String, Value>, serde_json::Error> {
        let mut core = self.lock();
        let (credentials, last_id) = (core.state.credentials.clone(), core.state.last_id);
        let options = core.initial.options.clone();
        let mut state = serde_json::to_value(State { credentials, options, last_id, ..State::seed() })?;
        if let Some(setup) = &reach.setup {
            merge(&mut state, setup);
        }
        core.state = serde_json::from_value(state)?;
        if let Some(fault) = &reach.fault {
            core.faults.add(fault.clone());
        }
        Ok(reach.args.clone())
    }
}

/// Accepts connections for ever: to the API, or to the origin of the links.
pub(crate) async fn accept(shared: Arc<Shared>, listener: TcpListener, link: bool) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, mostly: that passes.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it small replies may wait for an acknowledgement. Failing, they are merely late.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let number = shared.lock().accounting.connected(link);
            let (stream, end) = Wire::new(stream);
            let connection = Connection { number, link, end };
            match shared.tls.clone() {
                None => serve(shared, stream, connection).await,
                Some(tls) => {
                    // A client that does not trust the certificate is its own affair.
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(shared, stream, connection).await;
                    }
                }
            }
        });
    }
}

/// What a request knows of the connection that it came by.
#[derive(Clone, Debug)]
struct Connection {
    number: u64,
    /// Whether it goes to the origin of the links.
    link: bool,
    end: End,
}

/// Serves one connection, whatever it is made of.
async fn serve<S>(shared: Arc<Shared>, stream: S, connection: Connection)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let (shared, connection) = (Arc::clone(&shared), connection.clone());
        async move { respond(&shared, request, &connection).await }
    });
    // The error is what a fault did, or the client.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// A request on its way.
struct Arrival {
    place: usize,
    fault: Option<Fault>,
}

async fn respond(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    connection: &Connection,
) -> io::Result<Response<Payload>> {
    let link = connection.link;
    let (parts, body) = request.into_parts();
    if !link && parts.uri.path().starts_with("/_sim/") {
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        return Ok(control::answer(shared, &parts.method, parts.uri.path(), &body).into_response());
    }
    let route = routes::resolve(&parts.method, parts.uri.path(), shared.lock().state.options.profile);
    let call = route.as_ref().ok().filter(|_| !link).map(|invocation| invocation.call);
    let arrival = arrive(shared, &parts, connection, call);
    let place = arrival.place;
    let outcome = if link {
        Ok(download(shared, &parts, arrival).await)
    } else {
        api(shared, &parts, body, route, arrival).await
    };
    let reply = match outcome {
        Ok(Outcome::Send(reply)) => Ok(reply),
        Ok(Outcome::Stall) => std::future::pending().await,
        Ok(Outcome::Reset) => {
            connection.end.by_reset();
            Err(io::Error::other("reset"))
        }
        Ok(Outcome::Close) => Err(io::Error::other("closed without a reply")),
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
    reply.map(Reply::into_response)
}

/// Counts the request, and finds the fault that is meant for it.
fn arrive(shared: &Shared, parts: &Parts, connection: &Connection, call: Option<Call>) -> Arrival {
    let link = connection.link;
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
        fault: target.and_then(|target| core.faults.take(target)),
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
        let content = links::Content { generation, len: core.state.options.link_bytes };
        let twist = Twist {
            expired: kind == Some(FaultKind::ExpiredLink),
            ignore_range: kind == Some(FaultKind::IgnoreRange),
        };
        let request = (&parts.method, &parts.uri, &parts.headers);
        links::download(&shared.signer, request, shared.time.now(), content, twist)
    };
    if let Some(FaultKind::Delay { ms }) = kind {
        shared.time.sleep(Duration::from_millis(ms)).await;
    }
    match kind {
        Some(kind) => spoil(kind, Some(reply)),
        None => Outcome::Send(reply),
    }
}

/// One request to the API. An error means that the client is gone.
async fn api(
    shared: &Arc<Shared>,
    parts: &Parts,
    body: Incoming,
    route: Result<Invocation, Refusal>,
    arrival: Arrival,
) -> io::Result<Outcome> {
    let Some(fault) = arrival.fault else {
        let ready = read(shared, parts, body, route).await?;
        return Ok(Outcome::Send(perform(shared, ready, arrival.place)));
    };
    if let FaultKind::RefuseEarly { drain: drains, .. } = fault.kind {
        let Outcome::Send(reply) = spoil(fault.kind, None) else { return Ok(Outcome::Close) };
        return Ok(Outcome::Send(if drains {
            tokio::spawn(drain(body));
            reply
        } else {
            // Nobody reads the body, so the connection has to end.
            drop(body);
            reply.header("connection", "close")
        }));
    }
    if fault.kind == FaultKind::ResetEarly {
        return Ok(Outcome::Reset);
    }
    if !fault.takes_effect() {
        drain(body).await?;
        return Ok(spoil(fault.kind, None));
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
    Ok(spoil(fault.kind, Some(reply)))
}

async fn drain(mut body: Incoming) -> io::Result<()> {
    while let Some(frame) = body.frame().await {
        frame.map_err(io::Error::other)?;
    }
    Ok(())
}

/// Reads the whole request, and finds out whether it is one that may be carried out.
async fn read(
    shared: &Shared,
    parts: &Parts,
    body: Incoming,
    route: Result<Invocation, Refusal>,
) -> io::Result<Result<Invocation, Refusal>> {
    let admitted = route.and_then(|invocation| {
        let core = shared.lock();
        authenticate(&core.state, &parts.headers)?;
        if invocation.call == Call::UploadPackage {
            core.state.check_upload(&invocation)?;
        }
        Ok(invocation)
    });
    let mut invocation = match admitted {
        Ok(invocation) => invocation,
        Err(refusal) => {
            drain(body).await?;
            return Ok(Err(refusal));
        }
    };
    if invocation.call == Call::UploadPackage {
        let options = shared.lock().state.options.clone();
        return match upload::receive(body, &parts.headers, name_in_query(parts), &options).await {
            Ok(upload) => {
                invocation.upload = Some(upload);
                Ok(Ok(invocation))
            }
            Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
            Err(Failure::Connection) => Err(io::Error::other("the upload ended early")),
        };
    }
    Ok(json_body(body, invocation.call).await?.map(|body| {
        invocation.body = body;
        invocation
    }))
}

fn authenticate(state: &State, headers: &HeaderMap) -> Result<(), Refusal> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let username = secret::same(header("mendix-username"), &state.credentials.username);
    let api_key = secret::same(header("mendix-apikey"), &state.credentials.api_key);
    let refusal = || Refusal::new(401, "UNAUTHORIZED", "The user name or the API key is missing or wrong.");
    if username & api_key { Ok(()) } else { Err(refusal()) }
}

fn name_in_query(parts: &Parts) -> Option<String> {
    let pairs = parts.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, name) = pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("name"))?;
    let name = name.replace('+', " ");
    Some(percent_encoding::percent_decode_str(&name).decode_utf8_lossy().into_owned())
}

/// The body as JSON, whatever its content type says; null where there is none or none is asked for.
async fn json_body(body: Incoming, call: Call) -> io::Result<Result<Value, Refusal>> {
    const MAX_BODY: usize = 16 << 20;
    let takes_body = matches!(
        call,
        Call::CreateSandbox
            | Call::StartEnvironment
            | Call::TransportPackage
            | Call::SetEnvironmentSettings
            | Call::CreateBackup
            | Call::ScaleEnvironment
            | Call::CreateEnvironmentTag
            | Call::DeleteEnvironmentTag
    );
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

/// Carries out what was read, and counts what it did.
fn perform(shared: &Shared, ready: Result<Invocation, Refusal>, place: usize) -> Reply {
    let invocation = match ready {
        Ok(invocation) => invocation,
        Err(refusal) => return Reply::from(&refusal),
    };
    let mut core = shared.lock();
    let moment = Moment { now: shared.time.now(), signer: &shared.signer };
    match core.state.perform(&invocation, moment) {
        Ok(answer) => {
            if invocation.call.is_mutating() {
                core.accounting.took_effect(place);
            }
            match answer {
                Answer::Empty if invocation.call == Call::DeleteEnvironmentTag => Reply::empty(204),
                Answer::Empty => Reply::empty(200),
                Answer::Text(text) => Reply::text(200, "text/plain;charset=utf-8", text),
                Answer::Json(value) => Reply::json(200, &value),
            }
        }
        Err(refusal) => Reply::from(&refusal),
    }
}
