//! The kinds of faults.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The kind of a fault: what goes wrong.
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
    /// The connection ends without a reply, when it was idle for this time before the request: the server had begun to
    /// close it. A request on another connection is not hit.
    CloseIdle {
        /// For how long, in real time.
        ms: u64,
    },
    /// The connection is reset without a reply.
    Reset,
    /// The connection is reset before the body of the request is read.
    ResetEarly,
    /// The connection is reset when this many bytes of the request's body are read, or all of it.
    ResetInBody {
        /// How many bytes of the body are read.
        after: u64,
    },
    /// These bytes instead of a reply, as they are.
    Raw {
        /// The bytes.
        text: String,
        /// What comes after them.
        #[serde(default)]
        then: Then,
    },
    /// The genuine reply, and unsolicited bytes after it.
    LateBytes {
        /// The status of a reply without a body that is sent instead of the genuine one, such as 204.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// How long after the reply they are sent, in the simulator's time.
        after_ms: u64,
        /// The bytes.
        text: String,
        /// What comes after them.
        #[serde(default)]
        then: Then,
    },
    /// A reply without end: spaces in JSON's white space, for as long as the client reads.
    Endless,
    /// The genuine reply byte by byte.
    Drip {
        /// How long it takes from one to the next, in the simulator's time.
        every_ms: u64,
    },
    /// The connection ends in the middle of the genuine reply's body, after this many bytes of it.
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
        /// Whether it is not closed in order, but reset.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reset: bool,
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
    /// A reply with this status only for a request that asks for a `Range` of the bytes behind a signed link.
    RefuseRange {
        /// The HTTP status.
        status: u16,
    },
    /// The bytes behind a signed link change, and their `ETag` with them.
    ChangeEtag,
    /// Connections are refused for a while, from now on. (Linux only.)
    Refuse {
        /// For how long, in real time.
        ms: u64,
    },
    /// TLS ends in the middle of its handshake.
    CutHandshake,
    /// TLS with an untrusted certificate.
    Certificate(
        /// What is wrong with it.
        BadCertificate,
    ),
}

impl FaultKind {
    /// Whether it happens to a connection, before there is a request.
    pub(crate) fn is_of_connection(&self) -> bool {
        matches!(
            self,
            FaultKind::Refuse { .. }
                | FaultKind::CutHandshake
                | FaultKind::Certificate(_)
                | FaultKind::Close
                | FaultKind::Reset
                | FaultKind::Stall
        )
    }

    /// Whether it happens to a request.
    pub(crate) fn is_of_request(&self) -> bool {
        !matches!(self, FaultKind::Refuse { .. } | FaultKind::CutHandshake | FaultKind::Certificate(_))
    }
}

/// What follows bytes that are not a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The connection is closed.
    #[default]
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing: the connection stays open.
    Stall,
}

/// Why a certificate is untrusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadCertificate {
    /// It was valid until yesterday.
    Expired,
    /// It is that of another host.
    WrongHost,
    /// It was signed by an unknown authority.
    UnknownAuthority,
}

/// The form of `Retry-After`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// No such header.
    Absent,
    /// A number of seconds.
    Seconds(u64),
    /// The date this many seconds of real time from now.
    DateInSeconds(i64),
    /// Any text.
    Text(String),
}
