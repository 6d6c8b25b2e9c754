//! Host names: looked up when a connection is made, remembered for a while.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::call::Call;
use crate::origin::bare_host;

/// How long addresses are remembered.
const REMEMBERED: Duration = Duration::from_mins(1);

/// ureq asks its resolver for every call, before it looks for an open connection. This one leaves the question
/// to the connector, which asks only when it connects.
#[derive(Debug)]
pub(crate) struct AskLater;

impl Resolver for AskLater {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// The names that are known.
#[derive(Debug, Default)]
pub(crate) struct Names {
    known: Mutex<HashMap<String, (Vec<IpAddr>, Instant)>>,
}

impl Names {
    /// The addresses of a host. The look-up blocks and cannot be interrupted, so it runs on a thread of its own,
    /// which ends with it; a literal address or a name that is known needs none.
    pub(crate) fn resolve(&self, host: &str, port: u16, call: &Call) -> io::Result<Vec<SocketAddr>> {
        let host = bare_host(host);
        let addresses = if let Ok(address) = host.parse::<IpAddr>() {
            vec![address]
        } else if let Some(addresses) = self.recall(host) {
            addresses
        } else {
            let addresses = look_up(host, call, ask_the_system)?;
            let mut known = self.lock();
            known.retain(|_, (_, since)| since.elapsed() < REMEMBERED);
            known.insert(host.to_owned(), (addresses.clone(), Instant::now()));
            addresses
        };
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    /// Forgets a host that could not be reached: it may have moved.
    pub(crate) fn forget(&self, host: &str) {
        self.lock().remove(bare_host(host));
    }

    fn recall(&self, host: &str) -> Option<Vec<IpAddr>> {
        let known = self.lock();
        let (addresses, since) = known.get(host)?;
        (since.elapsed() < REMEMBERED).then(|| addresses.clone())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Vec<IpAddr>, Instant)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ask_the_system(host: &str) -> io::Result<Vec<IpAddr>> {
    Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
}

fn look_up(host: &str, call: &Call, ask: fn(&str) -> io::Result<Vec<IpAddr>>) -> io::Result<Vec<IpAddr>> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let name = host.to_owned();
    thread::Builder::new().name("mendix-deploy-dns".to_owned()).spawn(move || {
        // The caller may have given up meanwhile.
        let _ = sender.send(ask(&name));
    })?;
    loop {
        match receiver.recv_timeout(call.slice()?) {
            Ok(Ok(addresses)) if !addresses.is_empty() => return Ok(addresses),
            Ok(Ok(_)) => return Err(unknown(host, "it has no address")),
            Ok(Err(error)) => return Err(unknown(host, &error.to_string())),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(unknown(host, "the look-up ended early")),
        }
    }
}

fn unknown(host: &str, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("the host name {host} could not be resolved: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::call::Limits;
    use crate::{CancelToken, Evidence};

    fn never(_: &str) -> io::Result<Vec<IpAddr>> {
        thread::sleep(Duration::from_secs(5));
        Err(io::Error::other("much too late"))
    }

    const LIMITS: Limits =
        Limits { connect: Duration::from_millis(300), total: None, stall: None, answer: None };

    #[test]
    fn a_look_up_that_hangs_is_cancelled() {
        let token = CancelToken::new();
        let call = Call::new(LIMITS, Some(token.clone()), None, 0);
        let started = Instant::now();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            token.cancel();
        });
        look_up("slow.invalid", &call, never).unwrap_err();
        assert!(started.elapsed() < Duration::from_millis(200), "{:?}", started.elapsed());
        assert_eq!(call.evidence(), Evidence::NotSent);
    }

    #[test]
    fn a_look_up_that_hangs_ends_with_the_time_for_connecting() {
        let call = Call::new(LIMITS, None, None, 0);
        let started = Instant::now();
        assert_eq!(look_up("slow.invalid", &call, never).unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(started.elapsed() >= LIMITS.connect && started.elapsed() < LIMITS.connect * 2);
    }
}
