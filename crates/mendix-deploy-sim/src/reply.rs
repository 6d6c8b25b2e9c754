//! Replies: what is sent, and how a fault changes it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, SystemTime},
};

use hyper::{
    Response, StatusCode,
    body::{Body, Bytes, Frame, SizeHint},
    header::{HeaderName, HeaderValue},
};
use serde_json::{Map, Value};

use crate::{FaultKind, RetryAfter, Then, generated::generate, state::Refusal, termination::Termination};

const JSON: &str = "application/json;charset=utf-8";

/// A reply that is not yet sent.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    content: Content,
    /// After how many bytes of the body the connection ends.
    keep: Option<u64>,
}

#[derive(Clone, Debug)]
enum Content {
    Bytes(Bytes),
    Generated { seed: u64, from: u64, count: u64 },
}

impl Reply {
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Bytes(Bytes::new()), keep: None }
    }

    pub(crate) fn text(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let reply = Self { content: Content::Bytes(body.into()), ..Self::empty(status) };
        reply.header("content-type", content_type)
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, JSON, body.to_string())
    }

    pub(crate) fn generated(status: u16, seed: u64, from: u64, count: u64) -> Self {
        let reply = Self { content: Content::Generated { seed, from, count }, ..Self::empty(status) };
        reply.header("content-type", "application/octet-stream")
    }

    /// Adds a header, or changes it.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets fields in the object, or in each object of the array, that the body is.
    fn set_fields(mut self, fields: &Map<String, Value>) -> Self {
        if let Content::Bytes(bytes) = &self.content
            && let Ok(mut value) = serde_json::from_slice::<Value>(bytes)
        {
            let objects = match &mut value {
                Value::Array(items) => items.iter_mut().collect(),
                single => vec![single],
            };
            for object in objects.into_iter().filter_map(Value::as_object_mut) {
                object.extend(fields.clone());
            }
            self.content = Content::Bytes(value.to_string().into());
        }
        self
    }

    /// The whole reply as it goes over the wire.
    fn to_bytes(&self) -> Vec<u8> {
        let body = match &self.content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::Generated { seed, from, count } => {
                generate(*seed, *from, usize::try_from(*count).unwrap_or(usize::MAX)).into()
            }
        };
        let mut head = vec![format!("HTTP/1.1 {} \r\n", self.status)];
        head.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
        if self.status != 204 {
            head.push(format!("content-length: {}\r\n", body.len()));
        }
        head.push("\r\n".to_owned());
        [head.concat().as_bytes(), &body].concat()
    }

    pub(crate) fn into_response(self) -> Response<Payload> {
        let len = match &self.content {
            Content::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Content::Generated { count, .. } => *count,
        };
        let mut response =
            Response::new(Payload { content: self.content, left: len, keep: self.keep, paused: false });
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

impl From<&Refusal> for Reply {
    fn from(refusal: &Refusal) -> Self {
        let reply = Self::json(refusal.status, &refusal.body());
        match &refusal.allow {
            Some(allow) => reply.header("allow", allow),
            None => reply,
        }
    }
}

/// The outcome of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    Send(Reply),
    /// No HTTP response: the connection terminates.
    Terminate(Termination),
    /// No response, and the connection stays open.
    Stall,
}

/// Applies a fault to the genuine reply, which is there if the call was performed.
pub(crate) fn apply_fault(kind: FaultKind, genuine: Option<Reply>) -> Outcome {
    let genuine = genuine.unwrap_or_else(|| Reply::empty(200));
    Outcome::Send(match kind {
        FaultKind::Close
        | FaultKind::CloseIdle { .. }
        | FaultKind::Refuse { .. }
        | FaultKind::CutHandshake
        | FaultKind::Certificate(_) => {
            return Outcome::Terminate(Termination::Close);
        }
        FaultKind::Reset | FaultKind::ResetEarly | FaultKind::ResetInBody { .. } => {
            return Outcome::Terminate(Termination::Reset);
        }
        FaultKind::Raw { text, then } => {
            return Outcome::Terminate(Termination::Bytes {
                bytes: text.into_bytes(),
                every: Duration::ZERO,
                then,
            });
        }
        FaultKind::LateBytes { status, after_ms, text, then } => {
            let reply = status.map_or(genuine, Reply::empty).to_bytes();
            let after = Duration::from_millis(after_ms);
            return Outcome::Terminate(Termination::Late { reply, after, bytes: text.into_bytes(), then });
        }
        FaultKind::Endless => return Outcome::Terminate(Termination::Endless),
        FaultKind::Drip { every_ms } => {
            let every = Duration::from_millis(every_ms);
            return Outcome::Terminate(Termination::Bytes {
                bytes: genuine.to_bytes(),
                every,
                then: Then::Close,
            });
        }
        FaultKind::RefuseEarly { status, code, message, reset: true, .. } => {
            let bytes = Reply::from(&Refusal::new(status, &code, message)).to_bytes();
            return Outcome::Terminate(Termination::Bytes {
                bytes,
                every: Duration::ZERO,
                then: Then::Reset,
            });
        }
        FaultKind::Stall => return Outcome::Stall,
        FaultKind::Reply { status, headers, body } => {
            let mut reply = Reply { content: Content::Bytes(body.into()), ..Reply::empty(status) };
            reply.headers = headers;
            reply
        }
        FaultKind::Error { status, code, message } | FaultKind::RefuseEarly { status, code, message, .. } => {
            Reply::from(&Refusal::new(status, &code, message))
        }
        FaultKind::RateLimit { retry_after } => rate_limit(&retry_after),
        FaultKind::Redirect { status, location } => Reply::empty(status).header("location", &location),
        FaultKind::Truncate { keep } => Reply { keep: Some(keep), ..genuine },
        FaultKind::ContentType(content_type) => genuine.header("content-type", &content_type),
        FaultKind::SetFields(fields) => genuine.set_fields(&fields),
        FaultKind::Delay { .. }
        | FaultKind::ExpiredLink
        | FaultKind::IgnoreRange
        | FaultKind::RefuseRange { .. }
        | FaultKind::ChangeEtag => genuine,
    })
}

fn rate_limit(retry_after: &RetryAfter) -> Reply {
    let reply = Reply::from(&Refusal::new(429, "TOO_MANY_REQUESTS", "Too many requests."));
    match retry_after {
        RetryAfter::Absent => reply,
        RetryAfter::Seconds(seconds) => reply.header("retry-after", &seconds.to_string()),
        RetryAfter::DateInSeconds(seconds) => reply.header("retry-after", &http_date(*seconds)),
        RetryAfter::Text(text) => reply.header("retry-after", text),
    }
}

/// The date this many seconds from now, by the machine's clock, since that is what a client compares it with.
fn http_date(seconds: i64) -> String {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let now = SystemTime::now();
    let date = if seconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    let timestamp = date.and_then(|date| jiff::Timestamp::try_from(date).ok()).unwrap_or_default();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&timestamp).unwrap_or_default()
}

/// The body of a reply on its way out.
#[derive(Debug)]
pub(crate) struct Payload {
    content: Content,
    left: u64,
    keep: Option<u64>,
    paused: bool,
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        const CHUNK: usize = 64 * 1024;
        if self.keep == Some(0) {
            if self.paused {
                return Poll::Ready(Some(Err(io::Error::other("the reply is cut here"))));
            }
            // What came before is only flushed while the body is not ready.
            self.paused = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let allowed = self.keep.map_or(self.left, |keep| keep.min(self.left));
        let count = usize::try_from(allowed).map_or(CHUNK, |allowed| allowed.min(CHUNK));
        if count == 0 {
            return Poll::Ready(None);
        }
        let chunk = match &mut self.content {
            Content::Bytes(bytes) => bytes.split_to(count),
            Content::Generated { seed, from, .. } => {
                let chunk = generate(*seed, *from, count);
                *from += count as u64;
                chunk.into()
            }
        };
        self.left -= count as u64;
        self.keep = self.keep.map(|keep| keep - count as u64);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0 && self.keep != Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
