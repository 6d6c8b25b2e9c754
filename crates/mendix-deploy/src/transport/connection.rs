//! A connection as ureq sees it: our socket, TLS on top where the URL asks for it, and the place where a request
//! leaves the process. It is here that the credentials are added and that evidence is taken.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConnection, IoState, Stream};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport, time,
};
use zeroize::Zeroize;

use super::call::{self, Call, Phase};
use super::interim::{self, Head};
use super::names::Names;
use super::proxy::Proxies;
use super::tcp::Tcp;
use super::tls::Tls;
use super::{connect, head, refused};
use crate::{Credentials, origin};

/// How long a connection may have been idle for a call that cannot be repeated. Servers end idle connections after some
/// seconds or minutes; a request that crosses with the end is lost, and nobody can tell that it was.
const FRESH: Duration = Duration::from_secs(1);
/// How much is read at once of a head, in bytes. What comes behind the head goes into ureq's buffer together with it.
const HEAD_STEP: usize = 8 * 1024;

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Dialer {
    pub(crate) names: Arc<Names>,
    pub(crate) proxies: Arc<Proxies>,
    pub(crate) tls: Arc<Tls>,
    pub(crate) user_agent: Arc<str>,
}

impl Connector for Dialer {
    type Out = Connection;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Connection>, ureq::Error> {
        let call = call::current()?;
        call.reused.set(false);
        let host = details.uri.host().unwrap_or_default();
        let port = origin::port(details.uri).ok_or_else(|| io::Error::other("the URL has no valid port"))?;
        let proxy = self.proxies.of(details.uri).map_err(io::Error::other)?;
        let (near_host, near_port) = proxy.map_or((host, port), |proxy| (proxy.host.as_str(), proxy.port));

        call.set_connecting(format!("looking up {near_host}"));
        let addresses = self.names.resolve(near_host, near_port, &call)?;
        let (stream, address) =
            connect::to_any(&addresses, &call).inspect_err(|_| self.names.forget(near_host))?;
        self.names.prefer(near_host, address.ip());
        let mut tcp = Tcp::new(stream)?;
        if let Some(proxy) = proxy {
            call.set_connecting(format!("waiting for the proxy {proxy} to connect to {host}:{port}"));
            proxy.tunnel(&mut tcp, host, port, &self.user_agent)?;
        }
        let tls = if details.needs_tls() {
            call.set_connecting(format!("in the TLS handshake with {host}"));
            Some(Box::new(self.tls.handshake(host, &mut tcp)?))
        } else {
            None
        };
        let config = details.config;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        Ok(Some(Connection {
            tcp,
            tls,
            buffers,
            state: State::Idle { since: Instant::now() },
            incoming: Incoming::default(),
            unread: false,
        }))
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer").finish_non_exhaustive()
    }
}

/// Whether a connection can serve another call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Waiting for a call.
    Idle { since: Instant },
    /// Serving one.
    Busy,
    /// A request on it was not sent to its end.
    Spoilt,
}

pub(crate) struct Connection {
    tcp: Tcp,
    tls: Option<Box<ClientConnection>>,
    buffers: LazyBuffers,
    state: State,
    incoming: Incoming,
    /// An answer came where ureq waited for `100 Continue`; it is in the buffer.
    unread: bool,
}

/// What has come in of a response head.
#[derive(Default)]
struct Incoming {
    bytes: Vec<u8>,
    /// How many of them are known not to hold the end of the head.
    scanned: usize,
    /// ureq has the head, and what comes now is its.
    is_delivered: bool,
}

impl Incoming {
    /// Takes the first bytes away.
    fn consume(&mut self, len: usize) {
        self.bytes.drain(..len);
        self.scanned = 0;
    }

    /// The length of the head, when all of it is there.
    fn head_len(&mut self) -> io::Result<Option<usize>> {
        let end = head::end(&self.bytes, self.scanned);
        self.scanned = self.bytes.len();
        if end.unwrap_or(self.scanned) > head::LONGEST {
            return Err(refused(head::too_long()));
        }
        Ok(end)
    }
}

impl Connection {
    fn send(&mut self, amount: usize) -> io::Result<()> {
        let output = &self.buffers.output()[..amount];
        match &mut self.tls {
            None => self.tcp.write_all(output),
            Some(tls) => {
                let mut stream = Stream::new(&mut **tls, &mut self.tcp);
                stream.write_all(output)?;
                // Writing hides an error once TLS holds the bytes; only the flush tells.
                stream.flush()
            }
        }
    }

    /// Sends a part of the request, and keeps the evidence of it.
    fn transmit(&mut self, call: &Call, amount: usize) -> io::Result<()> {
        if call.answered_early() {
            return Ok(());
        }
        let (amount, next) = match call.phase() {
            Phase::Connecting | Phase::Head => {
                let head_ends = self.buffers.output()[..amount].ends_with(b"\r\n\r\n");
                // What follows may go out in part.
                call.set_phase(Phase::Head);
                let amount = match &call.credentials {
                    Some(credentials) if head_ends => sign(self.buffers.output(), amount, credentials)?,
                    _ => amount,
                };
                let next = match (head_ends, call.body_len) {
                    (false, _) => Phase::Head,
                    (true, 0) => Phase::Whole,
                    (true, left) => Phase::Body { left },
                };
                (amount, next)
            }
            Phase::Body { left } => {
                // An answer shows before a write fails.
                if self.is_answered(call)? {
                    call.set_answered_early();
                    return Ok(());
                }
                let left = left.saturating_sub(amount as u64);
                (amount, if left == 0 { Phase::Whole } else { Phase::Body { left } })
            }
            Phase::Whole => (amount, Phase::Whole),
        };
        let sent = self.send(amount);
        if matches!(call.phase(), Phase::Head) {
            self.buffers.output()[..amount].zeroize();
        }
        match sent {
            Ok(()) => call.set_phase(next),
            // The server has hung up. It may have said why before; that is read next.
            Err(error) if hung_up(&error) => call.set_answered_early(),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether the answer has begun while the request is still being sent, or the server has hung up. What has come in is
    /// taken, and informational responses in it are left out: the answer may stand behind any number of them.
    fn is_answered(&mut self, call: &Call) -> io::Result<bool> {
        loop {
            match interim::look(&self.incoming.bytes) {
                Head::Final | Head::NotHttp => return Ok(true),
                Head::Interim { len, .. } => {
                    self.incoming.consume(len);
                    call.count_interim()?;
                    continue;
                }
                Head::Unclear => {}
            }
            let before = self.incoming.bytes.len();
            self.incoming.bytes.resize(before + HEAD_STEP, 0);
            let read =
                read_available(&mut self.tcp, self.tls.as_deref_mut(), &mut self.incoming.bytes[before..]);
            self.incoming.bytes.truncate(before + read.as_ref().map_or(0, |count| count.unwrap_or(0)));
            match read {
                Ok(None) => return Ok(false),
                Ok(Some(0)) | Err(_) => return Ok(true),
                Ok(Some(_)) => {}
            }
        }
    }

    /// Reads a part of the response.
    fn receive(&mut self, call: &Call, awaits_continue: bool) -> Result<usize, ureq::Error> {
        if !self.incoming.is_delivered {
            return Ok(self.receive_head(call, awaits_continue)?);
        }
        let input = self.buffers.input_append_buf();
        if input.is_empty() {
            return Err(ureq::Error::BodyStalled);
        }
        let count = read(&mut self.tcp, self.tls.as_deref_mut(), self.state, input)?;
        self.buffers.input_appended(count);
        Ok(count)
    }

    /// Reads up to the end of the head, and gives it to ureq in a form that it can read. Interim answers are left out,
    /// but for a bare `100 Continue` where ureq waits for it.
    fn receive_head(&mut self, call: &Call, awaits_continue: bool) -> io::Result<usize> {
        loop {
            match interim::look(&self.incoming.bytes) {
                Head::Interim { len, is_continue } => {
                    self.incoming.consume(len);
                    if is_continue && awaits_continue {
                        return Ok(self.deliver(b"HTTP/1.1 100 Continue\r\n\r\n"));
                    }
                    call.count_interim()?;
                    continue;
                }
                Head::Final => {
                    call.begin_answer();
                    if let Some(len) = self.incoming.head_len()? {
                        let head = head::rewrite(&self.incoming.bytes[..len]).map_err(refused)?;
                        self.incoming.consume(len);
                        let count = self.deliver(&head);
                        let rest = std::mem::take(&mut self.incoming.bytes);
                        self.incoming.is_delivered = true;
                        return Ok(count + self.deliver(&rest));
                    }
                }
                Head::NotHttp => {
                    call.begin_answer();
                    return Err(refused("the answer is not valid HTTP".to_owned()));
                }
                Head::Unclear => {}
            }
            let before = self.incoming.bytes.len();
            self.incoming.bytes.resize(before + HEAD_STEP, 0);
            let room = &mut self.incoming.bytes[before..];
            let count = read(&mut self.tcp, self.tls.as_deref_mut(), self.state, room);
            self.incoming.bytes.truncate(before + *count.as_ref().unwrap_or(&0));
            if count? == 0 {
                return Ok(0);
            }
        }
    }

    /// Puts bytes into ureq's input buffer.
    fn deliver(&mut self, bytes: &[u8]) -> usize {
        self.buffers.input_append_buf()[..bytes.len()].copy_from_slice(bytes);
        self.buffers.input_appended(bytes.len());
        bytes.len()
    }

    /// Whether TLS holds nothing that was not asked for, and has not been ended.
    fn is_quiet(&mut self) -> bool {
        self.tls.as_mut().is_none_or(|tls| {
            process(tls).is_ok_and(|state| state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed())
        })
    }
}

/// Reads what the server sent, as far as there is room.
fn read(
    tcp: &mut Tcp,
    tls: Option<&mut ClientConnection>,
    state: State,
    buffer: &mut [u8],
) -> io::Result<usize> {
    let Some(tls) = tls else { return tcp.read(buffer) };
    if state != State::Spoilt {
        return Stream::new(tls, tcp).read(buffer);
    }
    // What could not be written is of no use any more; `Stream` would try it again before it reads.
    loop {
        match tls.reader().read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => return read,
        }
        tls.read_tls(tcp)?;
        process(tls)?;
    }
}

/// Reads what has come in, without waiting: `None` when nothing has.
fn read_available(
    tcp: &mut Tcp,
    tls: Option<&mut ClientConnection>,
    buffer: &mut [u8],
) -> io::Result<Option<usize>> {
    let Some(tls) = tls else { return tcp.has_input().then(|| tcp.read(buffer)).transpose() };
    loop {
        match tls.reader().read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => return read.map(Some),
        }
        if !tcp.has_input() {
            return Ok(None);
        }
        // What came in may be the protocol's own.
        tls.read_tls(tcp)?;
        process(tls)?;
    }
}

fn process(tls: &mut ClientConnection) -> io::Result<IoState> {
    tls.process_new_packets().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Adds the credentials to a request head, before the empty line that ends it.
fn sign(output: &mut [u8], amount: usize, credentials: &Credentials) -> io::Result<usize> {
    let mut end = amount - 2;
    for part in [
        "mendix-username: ",
        credentials.username(),
        "\r\nmendix-apikey: ",
        credentials.api_key(),
        "\r\n\r\n",
    ] {
        let place = output.get_mut(end..end + part.len()).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the request head is too long with the credentials")
        })?;
        place.copy_from_slice(part.as_bytes());
        end += part.len();
    }
    Ok(end)
}

fn hung_up(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
    )
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        let call = call::current()?;
        if let State::Idle { .. } = self.state {
            self.state = State::Busy;
            self.incoming = Incoming::default();
        }
        let sent = self.transmit(&call, amount);
        if sent.is_err() || call.answered_early() {
            self.state = State::Spoilt;
        }
        Ok(sent?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let call = call::current()?;
        let awaits_continue = timeout.reason == ureq::Timeout::Await100;
        // ureq left it in the buffer, and would wait for more before it looks again.
        if std::mem::take(&mut self.unread) && !awaits_continue && !self.buffers.input().is_empty() {
            return Ok(true);
        }
        self.unread = awaits_continue;
        self.tcp.patience = match timeout.after {
            time::Duration::Exact(after) => Instant::now().checked_add(after),
            time::Duration::NotHappening => None,
        };
        let received = self.receive(&call, awaits_continue);
        // Under TLS a write reads too; it has the limits of the call.
        self.tcp.patience = None;
        match received {
            Ok(count) => Ok(count > 0),
            // Only the limit that ureq gave for this one read: the wait for `100 Continue`.
            Err(ureq::Error::Io(error))
                if error.kind() == io::ErrorKind::TimedOut
                    && awaits_continue
                    && call.interrupt().is_none() =>
            {
                Err(ureq::Error::Timeout(timeout.reason))
            }
            Err(error) => {
                self.state = State::Spoilt;
                call.read_failed.set(true);
                Err(error)
            }
        }
    }

    fn is_open(&mut self) -> bool {
        match self.state {
            // ureq asks when a call is done and again before the next; the socket is looked at the second time.
            State::Busy => {
                self.state = State::Idle { since: Instant::now() };
                self.is_quiet()
            }
            State::Idle { since } => {
                let may_be_lost = since.elapsed() > FRESH && call::current().is_ok_and(|call| call.mutates());
                !may_be_lost && self.is_quiet() && self.tcp.is_open()
            }
            State::Spoilt => false,
        }
    }

    fn is_tls(&self) -> bool {
        self.tls.is_some()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("tls", &self.tls.is_some())
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;
    use crate::transport::call::Limits;

    #[test]
    fn the_credentials_are_the_last_headers_of_the_head() {
        let credentials = Credentials::new("me@example.com", "key").unwrap();
        let head = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        let mut output = vec![0; 256];
        output[..head.len()].copy_from_slice(head);
        let end = sign(&mut output, head.len(), &credentials).unwrap();
        assert_eq!(
            std::str::from_utf8(&output[..end]).unwrap(),
            "GET / HTTP/1.1\r\nhost: x\r\nmendix-username: me@example.com\r\nmendix-apikey: key\r\n\r\n"
        );
    }

    #[test]
    fn what_was_sent_of_the_head_does_not_stay_in_memory() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut peer = listener.accept().unwrap().0;
        let mut connection = Connection {
            tcp: Tcp::new(stream).unwrap(),
            tls: None,
            buffers: LazyBuffers::new(1024, 1024),
            state: State::Idle { since: Instant::now() },
            incoming: Incoming::default(),
            unread: false,
        };
        let limits = Limits { connect: Duration::from_mins(1), total: None, stall: None, answer: None };
        let credentials = Arc::new(Credentials::new("me@example.com", "S3CRET").unwrap());
        let call = Call::new(limits, None, Some(credentials), 0);
        let _entered = call.enter();
        let head = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        connection.buffers.output()[..head.len()].copy_from_slice(head);
        connection.transmit(&call, head.len()).unwrap();
        assert_eq!(call.phase(), Phase::Whole);
        let mut received = vec![0; 1024];
        let count = peer.read(&mut received).unwrap();
        assert!(received[..count].ends_with(b"mendix-apikey: S3CRET\r\n\r\n"));
        assert!(connection.buffers.output().iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_head_that_has_no_room_for_them_is_not_sent() {
        let credentials = Credentials::new("me@example.com", "k".repeat(100)).unwrap();
        assert!(sign(&mut [0; 100], 30, &credentials).is_err());
    }
}
