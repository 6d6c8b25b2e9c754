//! One HTTP exchange: a request, its response, and what a failure proves. The only module that knows ureq.

mod connect;
mod connection;
mod dialer;
mod exchange;
mod failure;
mod head;
mod headers;
mod informational;
mod names;
mod proxy;
mod roots;
mod tcp;
mod tls;
mod verifier;

use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use ureq::{Agent, AsSendBody, Body, SendBody};

use self::dialer::Dialer;
#[cfg(test)]
pub(crate) use self::exchange::Phase;
pub(crate) use self::exchange::{Exchange, Limits, Outgoing, Total};
use self::failure::invalid_response;
pub(crate) use self::failure::{fail, truncated};
pub(crate) use self::headers::ContentRange;
use self::names::{AskLater, Names};
use self::proxy::Proxies;
pub use self::proxy::Proxy;
use self::tls::Tls;
use crate::body;
use crate::request::{Content, Request};
use crate::{Error, ErrorKind, Evidence, Result, SignedUrl};

/// Idle connections that are kept, so that as many threads can share a client without reconnecting.
const IDLE_CONNECTIONS: usize = 64;
const IDLE_FOR: Duration = Duration::from_secs(15);
/// The longest head that ureq is given, in bytes. What was read together with it has to fit into the smallest input
/// buffer too.
const LONGEST_HEAD: usize = 20 * 1024;
/// How much memory is allocated for a reply before any of it is there, in bytes.
const INITIAL_CAPACITY: usize = 64 * 1024;
const TOO_LONG: &str = "the reply is longer than reply_limit";
const TOO_MANY: &str = "the reply has more values than reply_limit allows: one for every 16 bytes of it";

/// What a client needs of HTTP.
pub(crate) trait Transport: Send + Sync {
    /// Sends a request once, and reads the reply to its end. `upload` is the body of a multipart request.
    fn send(
        &self,
        url: &str,
        request: &Request,
        upload: Option<&mut dyn Read>,
        exchange: &Rc<Exchange>,
    ) -> Result<Reply>;

    /// Sends a GET without credentials to any URL, and gives the response to `read`.
    fn fetch(
        &self,
        url: &str,
        headers: &Headers,
        exchange: &Rc<Exchange>,
        read: &mut Reader<'_>,
    ) -> Result<()>;
}

/// Header fields by name.
pub(crate) type Headers = [(&'static str, String)];

/// Receives the head of a response, and its body while it comes in.
pub(crate) type Reader<'a> = dyn FnMut(&ResponseHead, &mut dyn Read, &Exchange) -> Result<()> + 'a;

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

/// The head of the response to a download.
#[derive(Debug)]
pub(crate) struct ResponseHead {
    pub(crate) status: u16,
    /// How long the body is, in bytes.
    pub(crate) length: Option<u64>,
    /// The version of the data, where it is a strong `ETag`.
    pub(crate) etag: Option<String>,
    pub(crate) range: Option<ContentRange>,
    pub(crate) retry_after: Option<Duration>,
    /// Where a redirect leads.
    pub(crate) location: Option<SignedUrl>,
}

/// What a transport is made from.
pub(crate) struct Options<'a> {
    pub(crate) proxy: &'a Proxy,
    pub(crate) ca_file: Option<&'a Path>,
    pub(crate) user_agent: String,
    pub(crate) reply_limit: usize,
    pub(crate) origin: &'a Uri,
}

/// HTTP by ureq, on this crate's own connections. Calls and transfers differ in the size of their buffers.
pub(crate) struct UreqTransport {
    calls: Agent,
    transfers: Agent,
    reply_limit: usize,
}

impl UreqTransport {
    pub(crate) fn new(options: &Options<'_>) -> Result<UreqTransport> {
        let proxies = Proxies::new(options.proxy);
        if matches!(options.proxy, Proxy::Url(_)) {
            // A setting must be valid, whether this origin is reached through the proxy or not.
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
        Ok(UreqTransport {
            calls: agent(32 * 1024, 16 * 1024),
            transfers: agent(512 * 1024, upload_buffer),
            reply_limit: options.reply_limit,
        })
    }

    /// How many values a reply may have. A value takes far more memory than text: up to some 250 bytes for 5, where this
    /// version does not know it.
    fn most_values(&self) -> usize {
        (self.reply_limit / 16).max(4096)
    }

    /// Reads the body of a reply. What came before a failure is in `body`.
    fn read(&self, mut from: Body, exchange: &Exchange, body: &mut Vec<u8>) -> io::Result<()> {
        let length = from.content_length();
        let limit = self.reply_limit as u64;
        if length.is_some_and(|length| length > limit) {
            return Err(invalid_response(TOO_LONG));
        }
        // A length is a promise; memory is taken as the bytes come.
        let capacity = length.and_then(|length| usize::try_from(length).ok()).unwrap_or(INITIAL_CAPACITY);
        body.reserve(capacity.min(INITIAL_CAPACITY));
        from.as_reader().take(limit.saturating_add(1)).read_to_end(body)?;
        if body.len() as u64 > limit {
            return Err(invalid_response(TOO_LONG));
        }
        // The values are counted in the form in which they are read.
        *body = body::to_utf8(std::mem::take(body));
        if !body::has_at_most(self.most_values(), body) {
            return Err(invalid_response(TOO_MANY));
        }
        if exchange.read_failed() {
            // ureq takes any end of a body without a length for its proper one.
            return Err(truncated("the reply was cut off"));
        }
        Ok(())
    }
}

impl Transport for UreqTransport {
    fn send(
        &self,
        url: &str,
        request: &Request,
        upload: Option<&mut dyn Read>,
        exchange: &Rc<Exchange>,
    ) -> Result<Reply> {
        let _entered = exchange.enter();
        exchange.slice().map_err(|error| fail(exchange, error))?;
        let builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(url)
            .header("content-type", request.content_type());
        let response = match (&request.content, upload) {
            (Content::Multipart { .. }, Some(upload)) => {
                let mut body = UploadBody { from: upload, exchange, left: exchange.outgoing.body_len };
                let builder = builder.header("content-length", exchange.outgoing.body_len);
                run(&self.transfers, builder, SendBody::from_reader(&mut body))
            }
            (Content::Json(body), _) => run(&self.calls, builder, body.as_slice()),
            _ => run(&self.calls, builder, ()),
        };
        let (head, body) = response.map_err(|error| fail(exchange, error))?.into_parts();
        let status = head.status.as_u16();
        let retry_after = headers::retry_after(&head.headers);
        let fail = |error| fail(exchange, error).with_status(status).with_retry_after(retry_after);
        let is_refusal = (400..500).contains(&status);
        let mut text = Vec::new();
        match self.read(body, exchange, &mut text) {
            // The status is a refusal, even if its text cannot be read.
            Err(_) if is_refusal && !exchange.is_cancelled() => text.truncate(self.most_values()),
            read => read.map_err(fail)?,
        }
        if let Some(coding) = headers::content_coding(&head.headers).filter(|_| !text.is_empty()) {
            text.clear();
            // The status says enough of a refusal, and of a mutating call that was accepted.
            let is_clear = is_refusal || request.mutates() && (200..300).contains(&status);
            if !is_clear {
                let message = format!("the reply is compressed with {coding:.20}, which was not asked for");
                return Err(fail(invalid_response(message)));
            }
        }
        Ok(Reply { status, retry_after, body: text })
    }

    fn fetch(
        &self,
        url: &str,
        headers: &Headers,
        exchange: &Rc<Exchange>,
        read: &mut Reader<'_>,
    ) -> Result<()> {
        let _entered = exchange.enter();
        let builder = http::Request::get(url).header("accept", "*/*");
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value));
        let request = builder.body(()).map_err(|_| invalid_link())?;
        let response = self.transfers.run(request).map_err(|error| fail(exchange, error.into_io()))?;
        let (head, mut body) = response.into_parts();
        let location = head.headers.get("location");
        let head = ResponseHead {
            status: head.status.as_u16(),
            length: body.content_length(),
            etag: headers::strong_etag(&head.headers),
            range: headers::text(&head.headers, "content-range").and_then(ContentRange::parse),
            retry_after: headers::retry_after(&head.headers),
            location: location
                .map(|value| SignedUrl::from(String::from_utf8_lossy(value.as_bytes()).into_owned())),
        };
        read(&head, &mut body.as_reader(), exchange)
    }
}

fn run(
    agent: &Agent,
    builder: http::request::Builder,
    body: impl AsSendBody,
) -> io::Result<http::Response<Body>> {
    let request = builder.body(body).map_err(ureq::Error::from);
    request.and_then(|request| agent.run(request)).map_err(ureq::Error::into_io)
}

/// A link of the service that is not a URL. It may be a secret, and is not repeated.
fn invalid_link() -> Error {
    Error::new(
        ErrorKind::InvalidResponse,
        Evidence::NotSent,
        "the service gave a link that is not a valid URL",
    )
}

/// The body of an upload, as ureq reads it.
struct UploadBody<'a> {
    from: &'a mut dyn Read,
    exchange: &'a Exchange,
    /// How many bytes are still to come.
    left: u64,
}

impl Read for UploadBody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).map_or(buffer.len(), |left| buffer.len().min(left));
        let count = if self.exchange.answered_early() {
            // ureq wants every byte before it reads the response. None of these is sent.
            most
        } else {
            let count = self.from.read(&mut buffer[..most])?;
            // The time that the source took is not the server's.
            self.exchange.progress();
            count
        };
        self.left -= count as u64;
        Ok(count)
    }
}
