//! Host names: resolved when a connection is made, and cached for a while.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use http::Uri;
use ureq::config::Config;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::exchange::Exchange;
use crate::origin::bare_host;

/// How long addresses are remembered.
const REMEMBERED: Duration = Duration::from_mins(1);
/// How long it is remembered which of them worked.
const PREFERRED: Duration = Duration::from_hours(1);

/// ureq asks its resolver for every exchange, before it looks for an open connection. This one leaves the look-up to the
/// connector, which needs it only when it connects.
#[derive(Debug)]
pub(crate) struct AskLater;

impl Resolver for AskLater {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// The cache of resolved names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    known: Mutex<HashMap<String, Known>>,
}

#[derive(Debug)]
struct Known {
    addresses: Vec<IpAddr>,
    since: Instant,
    /// The address that was connected to last.
    preferred: Option<IpAddr>,
}

impl Names {
    /// The addresses of a host, in the order in which they are tried. Resolving blocks and cannot be interrupted, so it
    /// runs on a thread of its own, which ends with it; a literal address or a cached name needs none.
    pub(crate) fn resolve(&self, host: &str, port: u16, exchange: &Exchange) -> io::Result<Vec<SocketAddr>> {
        let host = bare_host(host);
        let addresses = if let Ok(address) = host.parse::<IpAddr>() {
            vec![address]
        } else if let Some(addresses) = self.recall(host) {
            addresses
        } else {
            self.learn(host, look_up(host, exchange, ask_the_system)?)
        };
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    /// Remembers which address of a host could be connected to, so that it is tried first the next time.
    pub(crate) fn prefer(&self, host: &str, address: IpAddr) {
        if let Some(known) = self.lock().get_mut(bare_host(host)) {
            known.preferred = Some(address);
        }
    }

    /// Forgets a host that could not be reached: it may have moved.
    pub(crate) fn forget(&self, host: &str) {
        self.lock().remove(bare_host(host));
    }

    fn recall(&self, host: &str) -> Option<Vec<IpAddr>> {
        let known = self.lock();
        let known = known.get(host)?;
        (known.since.elapsed() < REMEMBERED).then(|| in_order(&known.addresses, known.preferred))
    }

    fn learn(&self, host: &str, addresses: Vec<IpAddr>) -> Vec<IpAddr> {
        let mut known = self.lock();
        known.retain(|_, known| known.since.elapsed() < PREFERRED);
        let preferred = known.get(host).and_then(|known| known.preferred);
        let ordered = in_order(&addresses, preferred);
        known.insert(host.to_owned(), Known { addresses, since: Instant::now(), preferred });
        ordered
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The preferred address, then the two families in turn (RFC 8305): a family without a route costs one step, and not as
/// many as it has addresses.
fn in_order(addresses: &[IpAddr], preferred: Option<IpAddr>) -> Vec<IpAddr> {
    let first = preferred.filter(|preferred| addresses.contains(preferred));
    let others = addresses.iter().copied().filter(|address| Some(*address) != first);
    let begins_with = first.map(|first| !first.is_ipv4()).or(addresses.first().map(IpAddr::is_ipv4));
    let (one, other): (Vec<_>, Vec<_>) = others.partition(|address| Some(address.is_ipv4()) == begins_with);
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    let in_turn = std::iter::from_fn(|| {
        std::mem::swap(&mut one, &mut other);
        other.next().or_else(|| one.next())
    });
    first.into_iter().chain(in_turn).collect()
}

fn ask_the_system(host: &str) -> io::Result<Vec<IpAddr>> {
    Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
}

fn look_up(
    host: &str,
    exchange: &Exchange,
    ask: fn(&str) -> io::Result<Vec<IpAddr>>,
) -> io::Result<Vec<IpAddr>> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let name = host.to_owned();
    thread::Builder::new().name("mendix-deploy-dns".to_owned()).spawn(move || {
        // The caller may have ended in the meantime.
        let _ = sender.send(ask(&name));
    })?;
    loop {
        match receiver.recv_timeout(exchange.slice()?) {
            Ok(Ok(addresses)) if !addresses.is_empty() => return Ok(addresses),
            Ok(Ok(_)) => return Err(unknown(host, "it has no address")),
            Ok(Err(error)) => return Err(unknown(host, &error.to_string())),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(unknown(host, "the look-up failed")),
        }
    }
}

fn unknown(host: &str, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("the host name {host} could not be resolved: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::exchange::{Limits, Outgoing};
    use crate::{CancelToken, Evidence};

    fn never(_: &str) -> io::Result<Vec<IpAddr>> {
        thread::sleep(Duration::from_mins(2));
        Err(io::Error::other("much too late"))
    }

    /// The most that what takes milliseconds may take: the machine may be busy with something else.
    const AT_MOST: Duration = Duration::from_secs(10);

    fn limits(connect: Duration) -> Limits {
        Limits { connect, total: None, stall: None, answer: None }
    }

    fn addresses(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn the_families_take_turns_behind_the_address_that_worked() {
        for (given, preferred, expected) in [
            (&["::1", "::2", "::3", "1.1.1.1"][..], None, &["::1", "1.1.1.1", "::2", "::3"][..]),
            (&["1.1.1.1", "2.2.2.2", "::1"], None, &["1.1.1.1", "::1", "2.2.2.2"]),
            (&["::1", "::2", "1.1.1.1"], Some("1.1.1.1"), &["1.1.1.1", "::1", "::2"]),
            (&["::1", "::2", "1.1.1.1"], Some("::2"), &["::2", "1.1.1.1", "::1"]),
            (&["::1"], Some("9.9.9.9"), &["::1"]),
            (&[], None, &[]),
        ] {
            let preferred = preferred.map(|address| address.parse().unwrap());
            assert_eq!(
                in_order(&addresses(given), preferred),
                addresses(expected),
                "{given:?} {preferred:?}"
            );
        }
    }

    #[test]
    fn the_address_that_worked_is_first_until_the_host_cannot_be_reached() {
        let names = Names::default();
        let exchange = Exchange::new(limits(Duration::from_mins(1)), None, Outgoing::default());
        let given = addresses(&["::1", "127.0.0.1"]);
        let first = || names.resolve("two.invalid", 1, &exchange).unwrap()[0].ip();
        names.learn("two.invalid", given.clone());
        assert_eq!(first(), given[0]);
        names.prefer("two.invalid", given[1]);
        assert_eq!(first(), given[1]);
        // Also when the name has been looked up again.
        assert_eq!(names.learn("two.invalid", given.clone())[0], given[1]);
        names.forget("two.invalid");
        assert_eq!(names.learn("two.invalid", given.clone())[0], given[0]);
    }

    #[test]
    fn a_look_up_that_hangs_is_cancelled() {
        let token = CancelToken::new();
        let exchange =
            Exchange::new(limits(Duration::from_mins(1)), Some(token.clone()), Outgoing::default());
        let canceller = thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            let cancelled = Instant::now();
            token.cancel();
            cancelled
        });
        look_up("slow.invalid", &exchange, never).unwrap_err();
        let ended = Instant::now();
        let late = ended - canceller.join().unwrap();
        println!("measured: name look-up: the exchange ended {late:.1?} after it was cancelled");
        assert!(exchange.is_cancelled() && late < AT_MOST, "{late:?}");
        assert_eq!(exchange.evidence(), Evidence::NotSent);
    }

    #[test]
    fn a_look_up_that_hangs_ends_with_the_time_for_connecting() {
        let limit = Duration::from_millis(300);
        let exchange = Exchange::new(limits(limit), None, Outgoing::default());
        let started = Instant::now();
        assert_eq!(look_up("slow.invalid", &exchange, never).unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(started.elapsed() >= limit && started.elapsed() < AT_MOST, "{:?}", started.elapsed());
    }
}
