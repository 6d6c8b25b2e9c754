//! Faults: what goes wrong on purpose, at which call, and how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::Call;

/// Which requests a fault is meant for. In JSON the name of a call, `any` or `link`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// One call.
    Call(Call),
    /// Every call.
    Any,
    /// The bytes behind a signed link.
    Link,
}

impl Target {
    fn matches(self, request: Self) -> bool {
        self == request || (self == Self::Any && request != Self::Link)
    }
}

impl From<Call> for Target {
    fn from(call: Call) -> Self {
        Self::Call(call)
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        match target {
            Target::Call(call) => call.stem().to_owned(),
            Target::Any => "any".to_owned(),
            Target::Link => "link".to_owned(),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "any" => Ok(Self::Any),
            "link" => Ok(Self::Link),
            stem => Call::from_stem(stem).map(Self::Call).ok_or_else(|| format!("there is no call `{stem}`")),
        }
    }
}

/// Something that goes wrong on purpose.
///
/// ```
/// use mendix_deploy_sim::{Call, Fault};
///
/// let lost = Fault::on(Call::StopEnvironment).close_without_reply().after_effect();
/// let gateway = Fault::on(Call::GetApp).status(503).html("<h1>Service Unavailable</h1>").times(2);
/// ```
///
/// In JSON only `call` and `kind` are needed:
/// `{"call": "stop_environment", "nth": 1, "times": 1, "after_effect": true, "kind": "close"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests it is meant for.
    pub call: Target,
    /// The first matching request that it hits: 1 is the next.
    #[serde(default = "one")]
    pub nth: u32,
    /// How many matching requests it hits.
    #[serde(default = "one")]
    pub times: u32,
    /// Whether the call takes effect before it fails. Faults which change the genuine reply always have it.
    #[serde(default)]
    pub after_effect: bool,
    /// What goes wrong.
    pub kind: FaultKind,
}

fn one() -> u32 {
    1
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// This reply instead of the genuine one.
    Reply {
        /// The HTTP status.
        status: u16,
        /// Names and values.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body.
        #[serde(default)]
        body: String,
    },
    /// An error as the service writes it.
    Error {
        /// The HTTP status.
        status: u16,
        /// The `errorCode`.
        code: String,
        /// The `errorMessage`.
        message: String,
    },
    /// Status 429.
    RateLimit {
        /// The form of its `Retry-After`.
        retry_after: RetryAfter,
    },
    /// The connection ends without a reply.
    Close,
    /// The connection is reset without a reply.
    Reset,
    /// The connection is reset before the body of the request is read.
    ResetEarly,
    /// The connection ends in the middle of the genuine reply's body, after so many bytes of it.
    Truncate {
        /// How many bytes of the body are sent.
        keep: u64,
    },
    /// The genuine reply comes late.
    Delay {
        /// By how much, in the simulator's time.
        ms: u64,
    },
    /// No reply ever comes, and the connection stays open.
    Stall,
    /// An error before the body of the request is read.
    RefuseEarly {
        /// The HTTP status.
        status: u16,
        /// The `errorCode`.
        code: String,
        /// The `errorMessage`.
        message: String,
        /// Whether the body is read after that. Otherwise the connection is closed.
        drain: bool,
    },
    /// A redirect.
    Redirect {
        /// The HTTP status.
        status: u16,
        /// Where to.
        location: String,
    },
    /// The genuine reply with another `Content-Type`.
    ContentType(
        /// The content type.
        String,
    ),
    /// The genuine reply with these fields set in each of its top-level objects.
    SetFields(
        /// The fields.
        Map<String, Value>,
    ),
    /// A signed link which has expired.
    ExpiredLink,
    /// The bytes behind a signed link from the start, whatever `Range` asks for.
    IgnoreRange,
    /// The bytes behind a signed link change, and their `ETag` with them.
    ChangeEtag,
}

/// The form of `Retry-After`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// There is none.
    Absent,
    /// A number of seconds.
    Seconds(u64),
    /// The date that comes after so many seconds of real time.
    DateInSeconds(i64),
    /// Any text.
    Text(String),
}

impl Fault {
    /// A fault of this call, without effect, once, at the next request; until told otherwise a bare 500.
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

    /// Hits the n-th matching request from now on; 1 is the next.
    #[must_use]
    pub fn nth(mut self, nth: u32) -> Self {
        self.nth = nth;
        self
    }

    /// Hits so many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Lets the call take effect before it fails.
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

    /// Answers with this status and no body.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.kind(FaultKind::Reply { status, headers: Vec::new(), body: String::new() })
    }

    /// Adds a body to the answer of [`status`](Self::status).
    #[must_use]
    pub fn body(mut self, content_type: &str, text: impl Into<String>) -> Self {
        if let FaultKind::Reply { headers, body, .. } = &mut self.kind {
            headers.push(("content-type".to_owned(), content_type.to_owned()));
            *body = text.into();
        }
        self
    }

    /// Adds an HTML body to the answer of [`status`](Self::status).
    #[must_use]
    pub fn html(self, text: impl Into<String>) -> Self {
        self.body("text/html; charset=utf-8", text)
    }

    /// Adds a JSON body, which need not be JSON, to the answer of [`status`](Self::status).
    #[must_use]
    pub fn json(self, text: impl Into<String>) -> Self {
        self.body("application/json", text)
    }

    /// Adds a header to the answer of [`status`](Self::status).
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let FaultKind::Reply { headers, .. } = &mut self.kind {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Answers with an error as the service writes it.
    #[must_use]
    pub fn error(self, status: u16, code: &str, message: &str) -> Self {
        self.kind(FaultKind::Error { status, code: code.to_owned(), message: message.to_owned() })
    }

    /// Answers with status 429.
    #[must_use]
    pub fn rate_limit(self, retry_after: RetryAfter) -> Self {
        self.kind(FaultKind::RateLimit { retry_after })
    }

    /// Ends the connection without a reply.
    #[must_use]
    pub fn close_without_reply(self) -> Self {
        self.kind(FaultKind::Close)
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

    /// Ends the connection after so many bytes of the reply's body.
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

    /// Answers with an error before the body is read, then reads it (`drain`) or closes the connection.
    #[must_use]
    pub fn refuse_early(self, status: u16, code: &str, drain: bool) -> Self {
        let message = format!("Refused with {status}.");
        self.kind(FaultKind::RefuseEarly { status, code: code.to_owned(), message, drain })
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

    /// Adds fields that no document knows.
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

    /// Changes the bytes behind a link, and their `ETag`.
    #[must_use]
    pub fn change_etag(self) -> Self {
        self.kind(FaultKind::ChangeEtag)
    }

    /// Whether the call is carried out at all.
    pub(crate) fn takes_effect(&self) -> bool {
        match self.kind {
            FaultKind::Truncate { .. }
            | FaultKind::Delay { .. }
            | FaultKind::ContentType(_)
            | FaultKind::SetFields(_)
            | FaultKind::ExpiredLink
            | FaultKind::IgnoreRange
            | FaultKind::ChangeEtag => true,
            FaultKind::RefuseEarly { .. } | FaultKind::ResetEarly => false,
            FaultKind::Reply { .. }
            | FaultKind::Error { .. }
            | FaultKind::RateLimit { .. }
            | FaultKind::Close
            | FaultKind::Reset
            | FaultKind::Stall
            | FaultKind::Redirect { .. } => self.after_effect,
        }
    }
}

/// The faults that were asked for, in order.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    fault: Fault,
    seen: u32,
    used: u32,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(Entry { fault, seen: 0, used: 0 });
    }

    /// The fault for this request. All matching faults count the request, the first that is due is taken.
    pub(crate) fn take(&mut self, request: Target) -> Option<Fault> {
        let mut taken = None;
        for entry in self.0.iter_mut().filter(|entry| entry.fault.call.matches(request)) {
            entry.seen = entry.seen.saturating_add(1);
            if taken.is_none() && entry.seen >= entry.fault.nth && entry.used < entry.fault.times {
                entry.used += 1;
                taken = Some(entry.fault.clone());
            }
        }
        taken
    }

    /// Those which never hit a request.
    pub(crate) fn unused(&self) -> Vec<Fault> {
        self.0.iter().filter(|entry| entry.used == 0).map(|entry| entry.fault.clone()).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
