//! Faults: what to inject, at which call, and how often.

mod kind;
mod make;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::kind::{BadCertificate, FaultKind, RetryAfter, Then};

use crate::Call;

/// What a fault is meant for. In JSON the name of a call, `any`, `link` or `connection`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// One call.
    Call(Call),
    /// Every call.
    Any,
    /// The bytes behind a signed link.
    Link,
    /// A connection to the API, before there is a request.
    Connection,
}

impl Target {
    fn matches(self, request: Self) -> bool {
        self == request || (self == Self::Any && matches!(request, Self::Call(_)))
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
            Target::Connection => "connection".to_owned(),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "any" => Ok(Self::Any),
            "link" => Ok(Self::Link),
            "connection" => Ok(Self::Connection),
            stem => Call::from_stem(stem).map(Self::Call).ok_or_else(|| format!("there is no call `{stem}`")),
        }
    }
}

/// A fault to inject.
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
    /// What it is meant for.
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

impl Fault {
    /// Checks whether this fault can ever happen.
    ///
    /// # Errors
    ///
    /// Tells why not: a kind for connections cannot hit requests, nor the reverse; requests are counted from 1; and a fault
    /// for no requests never happens.
    pub fn check(&self) -> Result<(), String> {
        if self.nth == 0 {
            return Err("nth is 0; expected 1 for the next request, or more".to_owned());
        }
        if self.times == 0 {
            return Err("times is 0; expected at least 1".to_owned());
        }
        let fits = match self.call {
            Target::Connection => self.kind.is_of_connection(),
            Target::Call(_) | Target::Any | Target::Link => self.kind.is_of_request(),
        };
        if fits { Ok(()) } else { Err(format!("`{}` has no such fault", String::from(self.call))) }
    }

    /// Whether the call is performed at all.
    pub(crate) fn takes_effect(&self) -> bool {
        match self.kind {
            FaultKind::Truncate { .. }
            | FaultKind::Drip { .. }
            | FaultKind::LateBytes { .. }
            | FaultKind::Delay { .. }
            | FaultKind::ContentType(_)
            | FaultKind::SetFields(_)
            | FaultKind::ExpiredLink
            | FaultKind::IgnoreRange
            | FaultKind::RefuseRange { .. }
            | FaultKind::ChangeEtag => true,
            FaultKind::RefuseEarly { .. }
            | FaultKind::CloseIdle { .. }
            | FaultKind::ResetEarly
            | FaultKind::ResetInBody { .. }
            | FaultKind::Refuse { .. }
            | FaultKind::CutHandshake
            | FaultKind::Certificate(_) => false,
            FaultKind::Reply { .. }
            | FaultKind::Error { .. }
            | FaultKind::RateLimit { .. }
            | FaultKind::Close
            | FaultKind::Reset
            | FaultKind::Raw { .. }
            | FaultKind::Endless
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
    /// Adds a fault. `is_done`: it has happened already.
    pub(crate) fn add(&mut self, fault: Fault, is_done: bool) {
        let used = if is_done { fault.times } else { 0 };
        self.0.push(Entry { fault, seen: 0, used });
    }

    /// The fault for this request, on a connection that was idle for this time before it. All matching faults count the
    /// request, the first that is due is taken.
    pub(crate) fn take(&mut self, request: Target, idle: Duration) -> Option<Fault> {
        let mut taken = None;
        let matches = |fault: &Fault| {
            let was_idle = match fault.kind {
                FaultKind::CloseIdle { ms } => idle >= Duration::from_millis(ms),
                _ => true,
            };
            fault.call.matches(request) && was_idle
        };
        for entry in self.0.iter_mut().filter(|entry| matches(&entry.fault)) {
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
