//! Connects to the first of several addresses that responds (RFC 8305, "Happy Eyeballs"): a silent one costs a moment, not
//! the whole time for connecting.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};

use super::exchange::Exchange;

/// How long an address is waited for before the next one is tried as well.
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to one of the addresses, which are tried in their order.
pub(super) fn to_any(addresses: &[SocketAddr], exchange: &Exchange) -> io::Result<(TcpStream, SocketAddr)> {
    let mut waiting = addresses.iter().copied().peekable();
    let mut pending: Vec<(Socket, SocketAddr)> = Vec::new();
    let mut failures = Failures::default();
    let mut next_start = Instant::now();
    loop {
        let mut slice = exchange.slice()?;
        let is_due = next_start.saturating_duration_since(Instant::now()).is_zero();
        if let Some(address) = waiting.next_if(|_| is_due) {
            match start(address) {
                Ok(socket) => {
                    pending.push((socket, address));
                    exchange.set_connecting(format!("connecting to {}", listed(&pending)));
                    next_start = Instant::now() + HEAD_START;
                }
                // The next one is due now.
                Err(error) => failures.add(address, &error),
            }
        }
        if waiting.peek().is_some() {
            slice = slice.min(next_start.saturating_duration_since(Instant::now()));
        } else if pending.is_empty() {
            return Err(failures.into_error());
        }
        wait(&pending, slice)?;

        let mut index = 0;
        while let Some((socket, address)) = pending.get(index) {
            match state(socket) {
                Ok(false) => index += 1,
                Ok(true) => {
                    let (socket, address) = pending.swap_remove(index);
                    socket.set_nonblocking(false)?;
                    return Ok((socket.into(), address));
                }
                Err(error) => {
                    failures.add(*address, &error);
                    pending.remove(index);
                    next_start = Instant::now();
                }
            }
        }
    }
}

fn listed(pending: &[(Socket, SocketAddr)]) -> String {
    pending.iter().map(|(_, address)| address.to_string()).collect::<Vec<_>>().join(" and ")
}

/// Begins to connect.
fn start(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    match socket.connect(&address.into()) {
        Err(error) if !is_in_progress(&error) => Err(error),
        _ => Ok(socket),
    }
}

fn is_in_progress(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::EINPROGRESS) {
        return true;
    }
    error.kind() == io::ErrorKind::WouldBlock
}

/// Whether the socket is connected by now, or why it cannot be.
fn state(socket: &Socket) -> io::Result<bool> {
    match socket.take_error()? {
        Some(error) => Err(error),
        None => Ok(socket.peer_addr().is_ok()),
    }
}

/// Waits until something happens to one of the sockets, or the time is over, or a signal comes.
#[cfg(unix)]
fn wait(pending: &[(Socket, SocketAddr)], time: Duration) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let mut sockets: Vec<PollFd<'_>> =
        pending.iter().map(|(socket, _)| PollFd::new(socket, PollFlags::OUT)).collect();
    let time = Timespec::try_from(time).map_err(io::Error::other)?;
    match poll(&mut sockets, Some(&time)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Waits for a moment, after which the sockets are checked again.
#[cfg(not(unix))]
fn wait(_: &[(Socket, SocketAddr)], time: Duration) -> io::Result<()> {
    std::thread::sleep(time.min(Duration::from_millis(5)));
    Ok(())
}

/// Why no address could be connected to.
#[derive(Default)]
struct Failures {
    text: Vec<String>,
    kind: Option<io::ErrorKind>,
}

impl Failures {
    fn add(&mut self, address: SocketAddr, error: &io::Error) {
        self.text.push(format!("could not connect to {address}: {error}"));
        // What may pass decides about another attempt.
        if self.kind.is_none_or(|kind| kind == io::ErrorKind::PermissionDenied) {
            self.kind = Some(error.kind());
        }
    }

    fn into_error(self) -> io::Error {
        match self.kind {
            Some(kind) => io::Error::new(kind, self.text.join("; ")),
            None => io::Error::new(io::ErrorKind::NotFound, "the host has no address"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::CancelToken;
    use crate::transport::exchange::{Limits, Outgoing};

    fn exchange(connect: Duration, cancel: Option<CancelToken>) -> std::rc::Rc<Exchange> {
        Exchange::new(Limits { connect, total: None, stall: None, answer: None }, cancel, Outgoing::default())
    }

    /// An address that answers nothing, as long as the sockets live: nobody accepts there, and the queue is full.
    fn silent(host: &str) -> (SocketAddr, Vec<Socket>) {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP)).unwrap();
        listener.bind(&format!("{host}:0").parse::<SocketAddr>().unwrap().into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let mut sockets = vec![listener];
        loop {
            let socket = (start(address).unwrap(), address);
            wait(std::slice::from_ref(&socket), Duration::from_millis(200)).unwrap();
            let is_full = !state(&socket.0).unwrap();
            sockets.push(socket.0);
            if is_full {
                return (address, sockets);
            }
            assert!(sockets.len() < 10_000, "the queue has no end");
        }
    }

    fn refusing() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    #[test]
    fn an_address_that_is_silent_costs_a_moment() {
        let (dead, _queue) = silent("127.0.0.1");
        let live = TcpListener::bind("127.0.0.1:0").unwrap();
        let live = live.local_addr().map(|address| (address, live)).unwrap();
        // Five times the wait for one is nothing to this.
        let exchange = exchange(Duration::from_mins(10), None);
        let started = Instant::now();
        let (stream, address) = to_any(&[dead, refusing(), dead, live.0], &exchange).unwrap();
        assert_eq!((address, stream.peer_addr().unwrap()), (live.0, live.0));
        assert!(started.elapsed() >= HEAD_START * 2, "each has its start");
        assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
    }

    #[test]
    fn an_address_that_answers_late_is_still_taken() {
        // Linux sends the first packet again after a second, when there is room.
        let (late, mut queue) = silent("127.0.0.1");
        let (dead, _queue) = silent("127.0.0.1");
        let listener: TcpListener = queue.remove(0).into();
        std::thread::spawn(move || {
            std::thread::sleep(HEAD_START * 2);
            listener.incoming().for_each(drop);
        });
        let (_, address) = to_any(&[late, dead], &exchange(Duration::from_mins(1), None)).unwrap();
        assert_eq!(address, late);
    }

    #[test]
    fn all_that_refuse_are_named() {
        let addresses = [refusing(), refusing()];
        let error = to_any(&addresses, &exchange(Duration::from_mins(1), None)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert!(addresses.iter().all(|address| error.to_string().contains(&address.to_string())), "{error}");
        assert_eq!(
            to_any(&[], &exchange(Duration::from_mins(1), None)).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }

    #[test]
    fn connecting_ends_with_its_time_and_when_it_is_cancelled() {
        let (dead, _queue) = silent("127.0.0.1");
        let limited = exchange(Duration::from_millis(600), None);
        assert_eq!(to_any(&[dead, dead], &limited).unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(limited.interrupt().is_some());

        let token = CancelToken::new();
        let cancelled = exchange(Duration::from_mins(10), Some(token.clone()));
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            token.cancel();
        });
        to_any(&[dead, dead], &cancelled).unwrap_err();
        assert!(cancelled.is_cancelled());
    }
}
