//! A TCP stream whose blocking calls keep the limits of the call that uses it.

use std::io::{self, Read, Write};
use std::mem::MaybeUninit;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::call::{self, Call, SLICE};
use super::interim;

#[derive(Debug)]
pub(crate) struct Tcp {
    stream: TcpStream,
    /// The process that opened it: a forked child must not talk on its parent's connection.
    process: u32,
    read_timeout: Duration,
    write_timeout: Duration,
    /// A limit of the next read that is no failure of the call: the wait for `100 Continue`.
    pub(crate) patience: Option<Instant>,
}

impl Tcp {
    /// Connects to the first address that answers. Each gets half of what is left of the time for connecting,
    /// the last one all of it.
    pub(crate) fn connect(addresses: &[SocketAddr], call: &Call) -> io::Result<Tcp> {
        let started = Instant::now();
        let mut last_error = None;
        for (index, address) in addresses.iter().enumerate() {
            let left = call.limits().connect.saturating_sub(started.elapsed());
            let budget = if index + 1 == addresses.len() { left } else { left / 2 };
            call.set_connecting(format!("connecting to {address}"));
            match connect_one(*address, budget, call) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(SLICE))?;
                    stream.set_write_timeout(Some(SLICE))?;
                    return Ok(Tcp {
                        stream,
                        process: std::process::id(),
                        read_timeout: SLICE,
                        write_timeout: SLICE,
                        patience: None,
                    });
                }
                Err(error) if call.interrupt().is_some() => return Err(error),
                Err(error) => {
                    let text = format!("could not connect to {address}: {error}");
                    last_error = Some(io::Error::new(error.kind(), text));
                }
            }
        }
        Err(last_error.unwrap_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the host has no address")))
    }

    /// Whether the connection can serve another call: it is this process's own, and the server has neither
    /// closed it nor said anything unasked.
    pub(crate) fn is_open(&self) -> bool {
        self.process == std::process::id() && !self.has_input()
    }

    /// Whether the server has answered, or hung up, without waiting for the rest of the request. Interim answers
    /// are none yet.
    pub(crate) fn has_final_answer(&self) -> bool {
        if !self.has_input() {
            return false;
        }
        let mut start = [0; LOOK];
        match self.stream.peek(&mut start) {
            Ok(count) => count == 0 || interim::has_final(&start[..count]),
            Err(_) => true,
        }
    }

    /// Whether something has come in, or the connection has ended.
    pub(crate) fn has_input(&self) -> bool {
        !matches!(self.peek(&mut [MaybeUninit::uninit()]), Ok(None))
    }

    /// Looks at what has come in without waiting: `None` when nothing has.
    #[cfg(unix)]
    fn peek(&self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<Option<usize>> {
        let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        not_yet(SockRef::from(&self.stream).recv_with_flags(buffer, flags))
    }

    /// Looks at what has come in without waiting: `None` when nothing has.
    #[cfg(not(unix))]
    fn peek(&self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<Option<usize>> {
        self.stream.set_nonblocking(true)?;
        let peeked = SockRef::from(&self.stream).peek(buffer);
        self.stream.set_nonblocking(false)?;
        not_yet(peeked)
    }
}

/// How much of an answer is looked at while a request is still being sent, in bytes.
const LOOK: usize = 4096;

fn not_yet(peeked: io::Result<usize>) -> io::Result<Option<usize>> {
    match peeked {
        Ok(count) => Ok(Some(count)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a system call ended only because its slice of time did, or a signal came. On Unix `TimedOut` is the
/// connection's own end.
fn goes_on(error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => true,
        io::ErrorKind::TimedOut => cfg!(windows),
        _ => false,
    }
}

impl Read for Tcp {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let call = call::current()?;
        loop {
            let mut slice = call.slice()?;
            if let Some(patience) = self.patience {
                let left = patience.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "no interim answer"));
                }
                slice = slice.min(left.max(Duration::from_millis(1)));
            }
            if slice != self.read_timeout {
                self.stream.set_read_timeout(Some(slice))?;
                self.read_timeout = slice;
            }
            match self.stream.read(buffer) {
                Err(error) if goes_on(&error) => {}
                Ok(count) => {
                    call.progress();
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Write for Tcp {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let call = call::current()?;
        loop {
            let slice = call.slice()?;
            if slice != self.write_timeout {
                self.stream.set_write_timeout(Some(slice))?;
                self.write_timeout = slice;
            }
            match self.stream.write(buffer) {
                Err(error) if goes_on(&error) => {}
                Ok(count) => {
                    call.progress();
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// On Linux a blocking `connect` keeps the send timeout and can be called again to go on waiting, so that a
/// cancelled call need not sit out the time for connecting.
#[cfg(target_os = "linux")]
fn connect_one(address: SocketAddr, budget: Duration, call: &Call) -> io::Result<TcpStream> {
    use socket2::{Domain, Protocol, Socket, Type};

    let started = Instant::now();
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    loop {
        let left = budget.saturating_sub(started.elapsed());
        if left.is_zero() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "no answer in time"));
        }
        socket.set_write_timeout(Some(call.slice()?.min(left).max(Duration::from_millis(1))))?;
        match socket.connect(&address.into()) {
            Ok(()) => return Ok(socket.into()),
            Err(error) => match error.raw_os_error() {
                Some(libc::EISCONN) => return Ok(socket.into()),
                Some(libc::EINPROGRESS | libc::EALREADY | libc::EINTR | libc::EAGAIN) => {}
                _ => return Err(error),
            },
        }
    }
}

/// Elsewhere a connection that is being made cannot be cancelled; the time for connecting ends it.
#[cfg(not(target_os = "linux"))]
fn connect_one(address: SocketAddr, budget: Duration, call: &Call) -> io::Result<TcpStream> {
    call.slice()?;
    let connected = TcpStream::connect_timeout(&address, budget.max(Duration::from_millis(1)));
    // The time for connecting may be over by now, which is then the reason.
    call.slice()?;
    connected
}
