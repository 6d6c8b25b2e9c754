//! The only room that knows ureq: one exchange of a request for a reply, and what a failure of it proves.

mod call;
mod connect;
mod connection;
mod head;
mod interim;
mod names;
mod proxy;
mod tcp;
mod tls;
mod verifier;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use ureq::http::{HeaderMap, Request as HttpRequest, Response, Uri};
use ureq::{Agent, Body, SendBody};

use self::call::Interrupt;
#[cfg(not(test))]
use self::call::Phase;
#[cfg(test)]
pub(crate) use self::call::Phase;
pub(crate) use self::call::{Call, Limits, SLICE, Total};
use self::connection::Dialer;
use self::names::{AskLater, Names};
use self::proxy::Proxies;
pub use self::proxy::Proxy;
use self::tls::{HandshakeFailure, Tls};
use crate::request::{Content, Request};
use crate::transfer::{Multipart, SignedUrl};
use crate::{Error, ErrorKind, Evidence, Result, reply, retry};

/// How long an upload waits for the server's leave before it goes on without it.
const AWAIT_CONTINUE: Duration = Duration::from_secs(1);
/// Idle connections that are kept, so that as many threads can share a client without reconnecting.
const IDLE_CONNECTIONS: usize = 64;
/// The longest head that ureq is given, in bytes. What was read together with it has to fit into the smallest input
/// buffer too.
const LONGEST_HEAD: usize = 20 * 1024;
/// How much memory is taken for a reply before any of it is there, in bytes.
const FIRST_ROOM: usize = 64 * 1024;
const TOO_LONG: &str = "the reply is longer than reply_limit";
const TOO_MANY: &str = "the reply has more values than reply_limit allows: one for every 16 bytes of it";
const IDLE_FOR: Duration = Duration::from_secs(15);

/// A reply, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

/// The agents of a client. Calls and transfers differ in the size of their buffers.
pub(crate) struct Transport {
    calls: Agent,
    transfers: Agent,
    reply_limit: usize,
}

pub(crate) struct Options<'a> {
    pub(crate) proxy: &'a Proxy,
    pub(crate) ca_file: Option<&'a Path>,
    pub(crate) user_agent: String,
    pub(crate) reply_limit: usize,
    pub(crate) origin: &'a Uri,
}

/// What a client needs of its transport.
pub(crate) trait Exchange: Send + Sync {
    /// Sends a request once, and reads the reply to its end. `upload` is the body of a multipart request.
    fn exchange(
        &self,
        url: &str,
        request: &Request,
        upload: Option<&mut Multipart<'_>>,
        call: &Rc<Call>,
    ) -> Result<Reply>;

    /// Sends a GET without credentials to any URL, and gives the answer to `read`.
    fn fetch(&self, url: &str, headers: &Headers, call: &Rc<Call>, read: &mut Reader<'_>) -> Result<()>;
}

/// Header fields by name.
pub(crate) type Headers = [(&'static str, String)];

/// What is done with an answer and its body while it comes in.
pub(crate) type Reader<'a> = dyn FnMut(&Answer, &mut dyn Read, &Call) -> Result<()> + 'a;

/// The head of an answer to a download.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How long the body is, in bytes.
    pub(crate) length: Option<u64>,
    /// The version of the data, where it is named in a way that bytes can be compared by.
    pub(crate) etag: Option<String>,
    pub(crate) range: Option<ContentRange>,
    pub(crate) retry_after: Option<Duration>,
    /// Where the answer is instead.
    pub(crate) location: Option<SignedUrl>,
}

/// Which part of the data the body is: `bytes 100-199/1000`, or `bytes */1000` where it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContentRange {
    pub(crate) start: Option<u64>,
    pub(crate) total: Option<u64>,
}

impl ContentRange {
    fn parse(header: &str) -> Option<ContentRange> {
        let (range, total) = header.trim().strip_prefix("bytes ")?.split_once('/')?;
        let start = match range.trim() {
            "*" => None,
            range => Some(range.split_once('-')?.0.trim().parse().ok()?),
        };
        let total = match total.trim() {
            "*" => None,
            total => Some(total.parse().ok()?),
        };
        Some(ContentRange { start, total })
    }
}

impl Transport {
    pub(crate) fn new(options: &Options<'_>) -> Result<Transport> {
        let proxies = Proxies::new(options.proxy);
        if matches!(options.proxy, Proxy::Url(_)) {
            // What the caller says must make sense, whether this origin is reached through it or not.
            proxies.check().map_err(Error::invalid_input)?;
        }
        proxies.of(options.origin).map_err(Error::invalid_input)?;
        let dialer = Dialer {
            names: Arc::new(Names::default()),
            proxies: Arc::new(proxies),
            tls: Arc::new(Tls::new(options.ca_file)?),
            user_agent: options.user_agent.as_str().into(),
        };
        let agent = |input: usize, output: usize| {
            let config = Agent::config_builder()
                .user_agent(options.user_agent.as_str())
                .accept("application/json")
                // Nothing here decompresses.
                .accept_encoding("identity")
                .http_status_as_error(false)
                .max_redirects(0)
                // Proxies and timeouts are the socket's own: ureq would start a thread for each call.
                .proxy(None)
                .timeout_await_100(Some(AWAIT_CONTINUE))
                .max_idle_connections(IDLE_CONNECTIONS)
                .max_idle_connections_per_host(IDLE_CONNECTIONS)
                .max_idle_age(IDLE_FOR)
                .max_response_header_size(LONGEST_HEAD)
                .input_buffer_size(input)
                .output_buffer_size(output)
                .build();
            Agent::with_parts(config, dialer.clone(), AskLater)
        };
        // A TLS record holds 16 KiB; a larger buffer only leaves the processor's cache.
        let upload_buffer = if options.origin.scheme_str() == Some("https") { 64 } else { 512 } * 1024;
        Ok(Transport {
            calls: agent(32 * 1024, 16 * 1024),
            transfers: agent(512 * 1024, upload_buffer),
            reply_limit: options.reply_limit,
        })
    }

    /// How many values a reply may have. In memory one takes far more room than in the reply: up to some 250 bytes for
    /// 5, where it is not one that this version knows.
    fn most_values(&self) -> usize {
        (self.reply_limit / 16).max(4096)
    }

    /// Reads the body. What came before a failure is in `body`.
    fn read(
        &self,
        mut response: Response<Body>,
        call: &Call,
        body: &mut Vec<u8>,
    ) -> std::result::Result<(), ureq::Error> {
        let length = response.body().content_length();
        let limit = self.reply_limit as u64;
        let too_much = |what| Err(io::Error::new(io::ErrorKind::FileTooLarge, what).into());
        if length.is_some_and(|length| length > limit) {
            return too_much(TOO_LONG);
        }
        // A length is a promise; memory is taken as the bytes come.
        let room = usize::try_from(length.unwrap_or(0)).map_or(FIRST_ROOM, |length| length.min(FIRST_ROOM));
        body.reserve(room);
        response.body_mut().as_reader().take(limit.saturating_add(1)).read_to_end(body)?;
        if body.len() as u64 > limit {
            return too_much(TOO_LONG);
        }
        // The values are counted in the form in which they are read.
        *body = reply::to_utf8(std::mem::take(body));
        if !reply::has_at_most(self.most_values(), body) {
            return too_much(TOO_MANY);
        }
        if call.read_failed.get() {
            // ureq takes any end of a body without a length for its proper one.
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the reply was cut off").into());
        }
        Ok(())
    }
}

impl Exchange for Transport {
    fn exchange(
        &self,
        url: &str,
        request: &Request,
        upload: Option<&mut Multipart<'_>>,
        call: &Rc<Call>,
    ) -> Result<Reply> {
        let _entered = call.enter();
        call.set_mutates(request.mutates());
        call.slice().map_err(|error| fail(call, error.into()))?;
        let builder = HttpRequest::builder()
            .method(request.method.as_str())
            .uri(url)
            .header("content-type", request.content_type());
        let response = match (&request.content, upload) {
            (Content::Multipart { .. }, Some(upload)) => {
                let builder = if upload.expects_continue() {
                    builder.header("expect", "100-continue")
                } else {
                    builder
                };
                let mut body = upload.body(call);
                builder
                    .header("content-length", call.body_len)
                    .body(SendBody::from_reader(&mut body))
                    .map_err(ureq::Error::from)
                    .and_then(|request| self.transfers.run(request))
            }
            (Content::Json(body), _) => builder
                .body(body.as_slice())
                .map_err(ureq::Error::from)
                .and_then(|request| self.calls.run(request)),
            _ => builder.body(()).map_err(ureq::Error::from).and_then(|request| self.calls.run(request)),
        };
        let response = response.map_err(|error| fail(call, error))?;
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| retry::retry_after(value.to_str().ok()?, Timestamp::now()));
        let coding = content_coding(response.headers());
        let mut body = Vec::new();
        match self.read(response, call, &mut body) {
            // A refusal is one, whatever becomes of the words for it.
            Err(_) if (400..500).contains(&status) && !call.is_cancelled() => {
                body.truncate(self.most_values());
            }
            read => {
                read.map_err(|error| fail(call, error).with_status(status).with_retry_after(retry_after))?;
            }
        }
        if let Some(coding) = coding.filter(|_| !body.is_empty()) {
            body.clear();
            // A refusal is one, and so is the acceptance of a mutating call, whatever the words for it.
            let is_clear = (400..500).contains(&status) || request.mutates() && (200..300).contains(&status);
            if !is_clear {
                let error = fail(call, compressed(&coding).into());
                return Err(error.with_status(status).with_retry_after(retry_after));
            }
        }
        Ok(Reply { status, retry_after, body })
    }

    fn fetch(&self, url: &str, headers: &Headers, call: &Rc<Call>, read: &mut Reader<'_>) -> Result<()> {
        let _entered = call.enter();
        let builder = HttpRequest::get(url).header("accept", "*/*");
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value));
        let request = builder.body(()).map_err(|_| invalid_link())?;
        let mut response = self.transfers.run(request).map_err(|error| fail(call, error))?;
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let answer = Answer {
            status: response.status().as_u16(),
            length: response.body().content_length(),
            etag: header("etag").filter(|etag| etag.starts_with('"')).map(str::to_owned),
            range: header("content-range").and_then(ContentRange::parse),
            retry_after: header("retry-after").and_then(|value| retry::retry_after(value, Timestamp::now())),
            location: response
                .headers()
                .get("location")
                .map(|value| SignedUrl::from(String::from_utf8_lossy(value.as_bytes()).into_owned())),
        };
        let mut reader = response.body_mut().as_reader();
        read(&answer, &mut reader, call)
    }
}

/// How a body is compressed, where it is.
fn content_coding(headers: &HeaderMap) -> Option<String> {
    let codings = headers.get_all("content-encoding").iter().filter_map(|value| value.to_str().ok());
    let mut codings = codings.flat_map(|value| value.split(',')).map(str::trim);
    codings.find(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity")).map(str::to_owned)
}

/// A body that came compressed although `identity` was asked for.
fn compressed(coding: &str) -> io::Error {
    refused(format!("the reply is compressed with {coding:.20}, which was not asked for"))
}

/// A response that cannot be used.
fn refused(message: String) -> io::Error {
    let kind = ErrorKind::InvalidResponse;
    io::Error::new(io::ErrorKind::InvalidData, LocalFailure { kind, message, path: None, source: None })
}

/// A link of the service that is no URL. It may be a secret, and is not repeated.
fn invalid_link() -> Error {
    Error::new(
        ErrorKind::InvalidResponse,
        Evidence::NotSent,
        "the service gave a link that is not a valid URL",
    )
}

/// Reading the answer to a download failed.
pub(crate) fn read_failure(call: &Call, error: io::Error) -> Error {
    fail(call, error.into())
}

/// Says what went wrong, and what it proves.
fn fail(call: &Call, error: ureq::Error) -> Error {
    let evidence = call.evidence();
    let source = error.into_io();
    let (kind, message) = match call.interrupt() {
        Some(Interrupt::Cancelled) => (ErrorKind::Cancelled, "cancelled by the caller".to_owned()),
        Some(interrupt) => (ErrorKind::Timeout, timeout_message(call, interrupt)),
        None => describe(call.phase(), &source),
    };
    let mut failure = Error::new(kind, evidence, message).with_attempt(call.attempt(evidence));
    if let Some(tls) = inner::<HandshakeFailure>(&source) {
        failure = if tls.is_permanent { failure.permanent() } else { failure };
        failure = tls.hint.into_iter().fold(failure, Error::with_hint);
    }
    if call.phase() == Phase::Connecting && source.kind() == io::ErrorKind::PermissionDenied {
        failure = failure.permanent();
    }
    let path = inner::<LocalFailure>(&source).and_then(|local| local.path.clone());
    failure.with_path(path).with_source(source)
}

/// Names the limit that was set, and what had happened by then.
fn timeout_message(call: &Call, interrupt: Interrupt) -> String {
    let limits = call.limits();
    let (what, limit, setting) = match (interrupt, limits.total) {
        (Interrupt::ConnectTimeout, _) => ("connection", Some(limits.connect), "connect_timeout"),
        (Interrupt::Stalled, _) => ("progress", limits.stall, "stall_timeout"),
        (_, Some(total)) => ("response", Some(total.limit), total.setting),
        (_, None) => ("response", limits.answer, "answer_timeout"),
    };
    // Whole milliseconds are enough for people.
    let seconds = (limit.unwrap_or_default().as_secs_f64() * 1000.0).round() / 1000.0;
    format!("no {what} within {seconds} s ({setting}); {}", call.progress_so_far())
}

fn describe(phase: Phase, source: &io::Error) -> (ErrorKind, String) {
    if let Some(local) = inner::<LocalFailure>(source) {
        return (local.kind, local.message.clone());
    }
    if let Some(tls) = inner::<rustls::Error>(source) {
        return (ErrorKind::Transport, format!("TLS: {tls}"));
    }
    match (phase, source.kind()) {
        (Phase::Connecting, _) => (ErrorKind::Transport, source.to_string()),
        (_, io::ErrorKind::FileTooLarge) => (ErrorKind::InvalidResponse, source.to_string()),
        _ if inner::<ureq::Error>(source).is_some() => {
            (ErrorKind::InvalidResponse, "the answer is not valid HTTP".to_owned())
        }
        (_, io::ErrorKind::UnexpectedEof) => (
            ErrorKind::Transport,
            "the server closed the connection before the answer was complete".to_owned(),
        ),
        _ => (ErrorKind::Transport, format!("the connection broke: {source}")),
    }
}

/// The error within an error of the connection, where it is of this type.
fn inner<E: std::error::Error + 'static>(source: &io::Error) -> Option<&E> {
    source.get_ref().and_then(|inner| inner.downcast_ref())
}

/// A failure on this side of the socket, on its way through ureq: the source of an upload.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct LocalFailure {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) path: Option<PathBuf>,
    #[source]
    pub(crate) source: Option<io::Error>,
}

#[cfg(test)]
mod tests {
    use super::ContentRange;

    #[test]
    fn a_content_range_may_leave_out_either_side() {
        let parse = |header| ContentRange::parse(header).map(|range| (range.start, range.total));
        assert_eq!(parse("bytes 100-199/1000"), Some((Some(100), Some(1000))));
        assert_eq!(parse("bytes 100-199/*"), Some((Some(100), None)));
        assert_eq!(parse("bytes */1000"), Some((None, Some(1000))));
        for bad in ["", "bytes 1-2", "items 1-2/3", "bytes a-b/c", "bytes -1-2/3"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
