//! Constructors of faults.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{BadCertificate, Fault, FaultKind, RetryAfter, Target, Then};

impl Fault {
    /// A fault of this call, without effect, once, at the next request: a 500 without a body unless another kind is set.
    #[must_use]
    pub fn on(call: impl Into<Target>) -> Self {
        let kind = FaultKind::Reply { status: 500, headers: Vec::new(), body: String::new() };
        Self { call: call.into(), nth: 1, times: 1, after_effect: false, kind }
    }

    /// A fault of any call.
    #[must_use]
    pub fn on_any() -> Self {
        Self::on(Target::Any)
    }

    /// A fault of a download by a signed link.
    #[must_use]
    pub fn on_link() -> Self {
        Self::on(Target::Link)
    }

    /// A fault of a connection to the API, whatever it is for.
    #[must_use]
    pub fn on_connection() -> Self {
        Self::on(Target::Connection).kind(FaultKind::Close)
    }

    /// Hits the n-th matching request from now on; 1 is the next.
    #[must_use]
    pub fn nth(mut self, nth: u32) -> Self {
        self.nth = nth;
        self
    }

    /// Hits this many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Makes the call take effect before it fails.
    #[must_use]
    pub fn after_effect(mut self) -> Self {
        self.after_effect = true;
        self
    }

    /// Any kind.
    #[must_use]
    pub fn kind(mut self, kind: FaultKind) -> Self {
        self.kind = kind;
        self
    }

    /// Replies with this status and no body.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.kind(FaultKind::Reply { status, headers: Vec::new(), body: String::new() })
    }

    /// Adds a body to the reply of [`status`](Self::status).
    #[must_use]
    pub fn body(mut self, content_type: &str, text: impl Into<String>) -> Self {
        if let FaultKind::Reply { headers, body, .. } = &mut self.kind {
            headers.push(("content-type".to_owned(), content_type.to_owned()));
            *body = text.into();
        }
        self
    }

    /// Adds an HTML body to the reply of [`status`](Self::status).
    #[must_use]
    pub fn html(self, text: impl Into<String>) -> Self {
        self.body("text/html; charset=utf-8", text)
    }

    /// Adds a JSON body, which need not be JSON, to the reply of [`status`](Self::status).
    #[must_use]
    pub fn json(self, text: impl Into<String>) -> Self {
        self.body("application/json", text)
    }

    /// Adds a header to the reply of [`status`](Self::status).
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let FaultKind::Reply { headers, .. } = &mut self.kind {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Replies with an error as the service writes it.
    #[must_use]
    pub fn error(self, status: u16, code: &str, message: &str) -> Self {
        self.kind(FaultKind::Error { status, code: code.to_owned(), message: message.to_owned() })
    }

    /// Replies with status 429.
    #[must_use]
    pub fn rate_limit(self, retry_after: RetryAfter) -> Self {
        self.kind(FaultKind::RateLimit { retry_after })
    }

    /// Ends the connection without a reply.
    #[must_use]
    pub fn close_without_reply(self) -> Self {
        self.kind(FaultKind::Close)
    }

    /// Closes a connection that was idle for this time when the next request arrives.
    #[must_use]
    pub fn close_idle(self, time: Duration) -> Self {
        self.kind(FaultKind::CloseIdle { ms: u64::try_from(time.as_millis()).unwrap_or(u64::MAX) })
    }

    /// Resets the connection without a reply.
    #[must_use]
    pub fn reset(self) -> Self {
        self.kind(FaultKind::Reset)
    }

    /// Resets the connection before the body of the request is read.
    #[must_use]
    pub fn reset_early(self) -> Self {
        self.kind(FaultKind::ResetEarly)
    }

    /// Resets the connection when this many bytes of the request's body are read.
    #[must_use]
    pub fn reset_in_body(self, after: u64) -> Self {
        self.kind(FaultKind::ResetInBody { after })
    }

    /// Sends these bytes instead of a reply.
    #[must_use]
    pub fn raw(self, text: impl Into<String>, then: Then) -> Self {
        self.kind(FaultKind::Raw { text: text.into(), then })
    }

    /// Sends the genuine reply, and after a while these unsolicited bytes.
    #[must_use]
    pub fn late_bytes(self, after: Duration, text: impl Into<String>, then: Then) -> Self {
        let after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        self.kind(FaultKind::LateBytes { status: None, after_ms, text: text.into(), then })
    }

    /// Replies without end.
    #[must_use]
    pub fn endless(self) -> Self {
        self.kind(FaultKind::Endless)
    }

    /// Replies byte by byte.
    #[must_use]
    pub fn drip(self, every: Duration) -> Self {
        self.kind(FaultKind::Drip { every_ms: u64::try_from(every.as_millis()).unwrap_or(u64::MAX) })
    }

    /// Refuses connections for a while, from now on. (Linux only.)
    #[must_use]
    pub fn refuse(self, time: Duration) -> Self {
        self.kind(FaultKind::Refuse { ms: u64::try_from(time.as_millis()).unwrap_or(u64::MAX) })
    }

    /// Ends TLS in the middle of its handshake.
    #[must_use]
    pub fn cut_handshake(self) -> Self {
        self.kind(FaultKind::CutHandshake)
    }

    /// Presents an untrusted certificate.
    #[must_use]
    pub fn certificate(self, certificate: BadCertificate) -> Self {
        self.kind(FaultKind::Certificate(certificate))
    }

    /// Ends the connection after this many bytes of the reply's body.
    #[must_use]
    pub fn truncate(self, keep: u64) -> Self {
        self.kind(FaultKind::Truncate { keep })
    }

    /// Delays the reply, and the effect unless [`after_effect`](Self::after_effect).
    #[must_use]
    pub fn delay(self, by: Duration) -> Self {
        self.kind(FaultKind::Delay { ms: u64::try_from(by.as_millis()).unwrap_or(u64::MAX) })
    }

    /// Never replies.
    #[must_use]
    pub fn stall(self) -> Self {
        self.kind(FaultKind::Stall)
    }

    /// Replies with an error before the body is read, then reads it (`drain`) or closes the connection.
    #[must_use]
    pub fn refuse_early(self, status: u16, code: &str, drain: bool) -> Self {
        let message = format!("Refused with {status}.");
        self.kind(FaultKind::RefuseEarly { status, code: code.to_owned(), message, drain, reset: false })
    }

    /// Replies with an error before the body is read, and resets the connection.
    #[must_use]
    pub fn refuse_early_and_reset(self, status: u16, code: &str) -> Self {
        let message = format!("Refused with {status}.");
        self.kind(FaultKind::RefuseEarly {
            status,
            code: code.to_owned(),
            message,
            drain: false,
            reset: true,
        })
    }

    /// Redirects.
    #[must_use]
    pub fn redirect(self, status: u16, location: &str) -> Self {
        self.kind(FaultKind::Redirect { status, location: location.to_owned() })
    }

    /// Changes the content type of the reply.
    #[must_use]
    pub fn content_type(self, content_type: &str) -> Self {
        self.kind(FaultKind::ContentType(content_type.to_owned()))
    }

    /// Sets a field in each top-level object of the reply: an unknown field, or a known one to an unknown value.
    #[must_use]
    pub fn set_field(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let FaultKind::SetFields(fields) = &mut self.kind {
            fields.insert(name.to_owned(), value.into());
            return self;
        }
        let fields = Map::from_iter([(name.to_owned(), value.into())]);
        self.kind(FaultKind::SetFields(fields))
    }

    /// Adds undocumented fields.
    #[must_use]
    pub fn unknown_fields(self) -> Self {
        self.set_field("NewField", "new").set_field("NewObject", json!({"Nested": [1, null, true]}))
    }

    /// Refuses a signed link as expired.
    #[must_use]
    pub fn expired_link(self) -> Self {
        self.kind(FaultKind::ExpiredLink)
    }

    /// Sends the bytes behind a link from the start, whatever `Range` asks for.
    #[must_use]
    pub fn ignore_range(self) -> Self {
        self.kind(FaultKind::IgnoreRange)
    }

    /// Replies to a request for a range of the bytes behind a link with this status.
    #[must_use]
    pub fn refuse_range(self, status: u16) -> Self {
        self.kind(FaultKind::RefuseRange { status })
    }

    /// Changes the bytes behind a link, and their `ETag`.
    #[must_use]
    pub fn change_etag(self) -> Self {
        self.kind(FaultKind::ChangeEtag)
    }
}
