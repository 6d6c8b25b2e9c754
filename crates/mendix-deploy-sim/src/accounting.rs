//! The requests that arrived, and their effects.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Call;

/// The requests that arrived at the simulator, and which of them took effect. Requests to `/_sim/` are not counted.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Accounting {
    requests: BTreeMap<Call, u64>,
    effects: BTreeMap<Call, u64>,
    total_requests: u64,
    connections: u64,
    links: LinkTraffic,
    log: Vec<LogEntry>,
}

/// What arrived at the other origin, where the signed links lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LinkTraffic {
    /// All requests.
    pub requests: u64,
    /// Those which carried credentials. There should be none.
    pub with_credentials: u64,
    /// Connections.
    pub connections: u64,
}

/// One request. Neither header values nor the query of a signed link are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// When, in milliseconds of the simulator's time.
    pub at: i64,
    /// The number of the connection, from 1.
    pub connection: u64,
    /// Whether it came by a signed link, at the other origin.
    pub link: bool,
    /// The HTTP method.
    pub method: String,
    /// The path as it came, with the query where it is not a signed link.
    pub path: String,
    /// The call, if it is one.
    pub call: Option<Call>,
    /// The names of its headers, in lower case.
    pub headers: Vec<String>,
    /// The status of the reply, if one was sent.
    pub status: Option<u16>,
    /// Whether it took effect.
    pub effect: bool,
}

impl Accounting {
    /// How many requests of this call came in, failed ones among them.
    #[must_use]
    pub fn requests(&self, call: Call) -> u64 {
        self.requests.get(&call).copied().unwrap_or(0)
    }

    /// How often this call took effect, whatever was answered.
    #[must_use]
    pub fn effects(&self, call: Call) -> u64 {
        self.effects.get(&call).copied().unwrap_or(0)
    }

    /// All requests to the API, those of no known call among them.
    #[must_use]
    pub fn total_requests(&self) -> u64 {
        self.total_requests
    }

    /// All connections to the API's port, those for `/_sim/` among them.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections
    }

    /// What arrived by signed links.
    #[must_use]
    pub fn links(&self) -> LinkTraffic {
        self.links
    }

    /// Every request in order of arrival.
    #[must_use]
    pub fn log(&self) -> &[LogEntry] {
        &self.log
    }

    /// Counts a connection and gives it a number.
    pub(crate) fn connected(&mut self, link: bool) -> u64 {
        let count = if link { &mut self.links.connections } else { &mut self.connections };
        *count += 1;
        *count
    }

    /// Counts a request and gives it a place in the log.
    pub(crate) fn arrived(&mut self, entry: LogEntry) -> usize {
        if entry.link {
            self.links.requests += 1;
            let secret = |name: &String| {
                matches!(name.as_str(), "mendix-username" | "mendix-apikey" | "authorization")
            };
            self.links.with_credentials += u64::from(entry.headers.iter().any(secret));
        } else {
            self.total_requests += 1;
        }
        if let Some(call) = entry.call {
            *self.requests.entry(call).or_default() += 1;
        }
        self.log.push(entry);
        self.log.len() - 1
    }

    pub(crate) fn took_effect(&mut self, place: usize) {
        let Some(entry) = self.log.get_mut(place) else { return };
        entry.effect = true;
        if let Some(call) = entry.call {
            *self.effects.entry(call).or_default() += 1;
        }
    }

    pub(crate) fn answered(&mut self, place: usize, status: u16) {
        if let Some(entry) = self.log.get_mut(place) {
            entry.status = Some(status);
        }
    }
}
