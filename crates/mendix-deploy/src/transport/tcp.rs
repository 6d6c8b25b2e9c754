//! A TCP stream whose blocking operations keep the limits of the exchange that uses it.

use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use socket2::{SockRef, TcpKeepalive};

use super::exchange;
use crate::cancel::POLL_INTERVAL;

/// When an idle connection is probed, and how often then.
const KEEPALIVE: TcpKeepalive =
    TcpKeepalive::new().with_time(Duration::from_secs(45)).with_interval(Duration::from_secs(15));

/// A connection that the peer has closed is an error, and no `SIGPIPE`, which ends programs that are not in Rust. The standard
/// library sees to that by an option of the socket on Apple's systems; elsewhere where it writes, but for `write_vectored`.
#[cfg(all(unix, not(target_vendor = "apple")))]
const NO_SIGNAL: i32 = libc::MSG_NOSIGNAL;
#[cfg(not(all(unix, not(target_vendor = "apple"))))]
const NO_SIGNAL: i32 = 0;

#[derive(Debug)]
pub(crate) struct Tcp {
    stream: TcpStream,
    /// The process that opened it: a forked child must not use its parent's connection.
    process: u32,
    read_timeout: Duration,
    write_timeout: Duration,
}

impl Tcp {
    /// Wraps a connected stream.
    pub(crate) fn new(stream: TcpStream) -> io::Result<Tcp> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(POLL_INTERVAL))?;
        stream.set_write_timeout(Some(POLL_INTERVAL))?;
        // Gateways forget silent connections after some minutes, and a response may take longer. Where the system cannot
        // do that, the connection is as good as any.
        let _ = SockRef::from(&stream).set_tcp_keepalive(&KEEPALIVE);
        Ok(Tcp {
            stream,
            process: std::process::id(),
            read_timeout: POLL_INTERVAL,
            write_timeout: POLL_INTERVAL,
        })
    }

    /// Whether the connection can serve another exchange: it is this process's own, and the server has neither closed it
    /// nor sent anything.
    pub(crate) fn is_open(&self) -> bool {
        self.process == std::process::id() && !self.has_input()
    }

    /// Waits until something has come in, or the connection has ended: whether that was before `until`.
    pub(crate) fn wait_for_input(&mut self, until: Instant) -> io::Result<bool> {
        let exchange = exchange::current()?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.set_read_timeout(exchange.slice()?.min(left))?;
            match self.stream.peek(&mut [0]) {
                Err(error) if is_interrupted(&error) => {}
                _ => return Ok(true),
            }
        }
    }

    /// Limits the next read. A socket takes a timeout of zero for none at all.
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        let timeout = timeout.max(Duration::from_millis(1));
        if timeout != self.read_timeout {
            self.stream.set_read_timeout(Some(timeout))?;
            self.read_timeout = timeout;
        }
        Ok(())
    }

    fn write_with(&mut self, write: impl Fn(&TcpStream) -> io::Result<usize>) -> io::Result<usize> {
        let exchange = exchange::current()?;
        loop {
            let slice = exchange.slice()?;
            if slice != self.write_timeout {
                self.stream.set_write_timeout(Some(slice))?;
                self.write_timeout = slice;
            }
            match write(&self.stream) {
                Err(error) if is_interrupted(&error) => {}
                Ok(count) => {
                    exchange.progress();
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether something has come in, or the connection has ended.
    pub(crate) fn has_input(&self) -> bool {
        !matches!(self.peek(&mut [MaybeUninit::uninit()]), Ok(None))
    }

    /// Peeks at what has come in, without waiting: `None` when nothing has.
    #[cfg(unix)]
    fn peek(&self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<Option<usize>> {
        let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        not_yet(SockRef::from(&self.stream).recv_with_flags(buffer, flags))
    }

    /// Peeks at what has come in, without waiting: `None` when nothing has.
    #[cfg(not(unix))]
    fn peek(&self, buffer: &mut [MaybeUninit<u8>]) -> io::Result<Option<usize>> {
        self.stream.set_nonblocking(true)?;
        let peeked = SockRef::from(&self.stream).peek(buffer);
        self.stream.set_nonblocking(false)?;
        not_yet(peeked)
    }
}

fn not_yet(peeked: io::Result<usize>) -> io::Result<Option<usize>> {
    match peeked {
        Ok(count) => Ok(Some(count)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a system call ended only because its timeout did, or a signal came. On Unix `TimedOut` is an error of the
/// connection itself.
fn is_interrupted(error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => true,
        io::ErrorKind::TimedOut => cfg!(windows),
        _ => false,
    }
}

impl Read for Tcp {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let exchange = exchange::current()?;
        loop {
            self.set_read_timeout(exchange.slice()?)?;
            match self.stream.read(buffer) {
                Err(error) if is_interrupted(&error) => {}
                Ok(count) => {
                    exchange.progress();
                    return Ok(count);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Write for Tcp {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.write_with(|mut stream| stream.write(buffer))
    }

    /// TLS has many records to send at once.
    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        self.write_with(|stream| SockRef::from(stream).send_vectored_with_flags(buffers, NO_SIGNAL))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn connected() -> (Tcp, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (Tcp::new(stream).unwrap(), listener.accept().unwrap().0)
    }

    #[cfg(unix)]
    #[test]
    fn a_connection_that_the_peer_closes_raises_no_signal() {
        use std::net::Shutdown;
        use std::sync::Arc;
        use std::sync::atomic::{AtomicBool, Ordering};

        use signal_hook::consts::SIGPIPE;

        use crate::transport::exchange::{Exchange, Limits, Outgoing};

        let is_raised = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(SIGPIPE, Arc::clone(&is_raised)).unwrap();
        let limits = Limits { connect: Duration::from_secs(9), total: None, stall: None, answer: None };
        let exchange = Exchange::new(limits, None, Outgoing::default());
        let _entered = exchange.enter();
        let data = vec![7; 1 << 16];
        let whole = |tcp: &mut Tcp| tcp.write(&data);
        let parts = |tcp: &mut Tcp| tcp.write_vectored(&[IoSlice::new(&data), IoSlice::new(&data)]);
        for write in [&whole as &dyn Fn(&mut Tcp) -> io::Result<usize>, &parts] {
            let (mut tcp, peer) = connected();
            write(&mut tcp).unwrap();
            // It has ended its side, and then does not take what comes.
            peer.shutdown(Shutdown::Write).unwrap();
            drop(peer);
            for _ in 0..2 {
                while write(&mut tcp).is_ok() {}
            }
        }
        assert!(!is_raised.load(Ordering::SeqCst));
    }

    #[test]
    fn a_silent_connection_is_probed() {
        let (tcp, _peer) = connected();
        let socket = SockRef::from(&tcp.stream);
        assert!(socket.keepalive().unwrap());
        #[cfg(target_os = "linux")]
        {
            assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_secs(45));
            assert_eq!(socket.tcp_keepalive_interval().unwrap(), Duration::from_secs(15));
        }
    }

    #[test]
    fn a_connection_is_open_to_the_process_that_made_it_while_the_server_is_silent() {
        let (mut tcp, mut peer) = connected();
        assert!(tcp.is_open());
        // What a forked child sees.
        tcp.process += 1;
        assert!(!tcp.is_open());
        tcp.process -= 1;
        peer.write_all(b"HTTP/1.1 408 X\r\n\r\n").unwrap();
        while !tcp.has_input() {
            std::thread::yield_now();
        }
        assert!(!tcp.is_open());

        let (tcp, peer) = connected();
        drop(peer);
        while !tcp.has_input() {
            std::thread::yield_now();
        }
        assert!(!tcp.is_open());
    }
}
