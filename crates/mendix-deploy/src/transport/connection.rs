//! A connection as ureq sees it: our socket, and TLS on top where the URL asks for it.
//!
//! A request leaves the process here. So the credentials are added here, `Expect: 100-continue` is sent and waited for
//! here, and what was sent is recorded here. ureq sees neither the credentials nor informational responses.

use std::fmt;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use rustls::{ClientConnection, IoState, Stream};
use ureq::config::Config;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};
use zeroize::Zeroize;

use super::exchange::{self, Exchange, Outgoing, Phase};
use super::failure::invalid_response;
use super::head;
use super::informational::{self, Head};
use super::tcp::Tcp;

/// How long an upload waits for `100 Continue` before it is sent without it.
const AWAIT_CONTINUE: Duration = Duration::from_secs(1);
/// How long a connection may have been idle for a request that cannot be repeated. Servers close idle connections after
/// some seconds or minutes; a request that crosses with the close is lost, and nobody can tell that it was.
const FRESH: Duration = Duration::from_secs(1);
/// How much is read at once of a head, in bytes. What comes behind the head goes into ureq's buffer together with it.
const HEAD_STEP: usize = 8 * 1024;

/// Whether a connection can serve another exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It waits for one.
    Idle { since: Instant },
    /// It serves one.
    Busy,
    /// Never again: a request on it was not sent to its end, or reading failed.
    Finished,
}

pub(crate) struct Connection {
    tcp: Tcp,
    tls: Option<Box<ClientConnection>>,
    buffers: LazyBuffers,
    state: State,
    incoming: Incoming,
}

/// What has come in of a response head.
#[derive(Default)]
struct Incoming {
    bytes: Vec<u8>,
    /// What is read into. It stays from one response to the next, for to clear it takes longer than to read a head.
    room: Vec<u8>,
    /// How many of them are known not to hold the end of the head.
    scanned: usize,
    /// ureq has the head, and reads what comes now.
    is_delivered: bool,
}

impl Incoming {
    /// Starts with nothing: in front of a head, or behind one.
    fn start(&mut self, is_delivered: bool) {
        self.bytes.clear();
        self.scanned = 0;
        self.is_delivered = is_delivered;
    }

    /// Takes the first bytes away.
    fn consume(&mut self, len: usize) {
        self.bytes.drain(..len);
        self.scanned = 0;
    }

    /// Appends what `read` puts into the room it is given, and gives its result back.
    fn append<T>(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> io::Result<T>,
        count: impl FnOnce(&T) -> usize,
    ) -> io::Result<T> {
        self.room.resize(HEAD_STEP, 0);
        let read = read(&mut self.room)?;
        self.bytes.extend_from_slice(&self.room[..count(&read)]);
        Ok(read)
    }

    /// The length of the head, when all of it is there.
    fn head_len(&mut self) -> io::Result<Option<usize>> {
        let end = head::end(&self.bytes, self.scanned);
        self.scanned = self.bytes.len();
        if end.unwrap_or(self.scanned) > head::LONGEST {
            return Err(invalid_response(head::too_long()));
        }
        Ok(end)
    }
}

impl Connection {
    pub(super) fn new(tcp: Tcp, tls: Option<Box<ClientConnection>>, config: &Config) -> Connection {
        Connection {
            tcp,
            tls,
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            state: State::Idle { since: Instant::now() },
            incoming: Incoming::default(),
        }
    }

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

    /// Sends a part of the request, and records how much of it was sent.
    fn transmit(&mut self, exchange: &Exchange, amount: usize) -> io::Result<()> {
        if exchange.answered_early() {
            return Ok(());
        }
        match exchange.phase() {
            Phase::Connecting | Phase::Head => self.transmit_head(exchange, amount),
            Phase::Body { left } => {
                // A response shows before a write fails.
                if self.is_answered(exchange, Instant::now())? {
                    exchange.set_answered_early();
                    return Ok(());
                }
                let left = left.saturating_sub(amount as u64);
                self.send_part(exchange, amount, if left == 0 { Phase::Whole } else { Phase::Body { left } })
            }
            Phase::Whole => self.send_part(exchange, amount, Phase::Whole),
        }
    }

    /// Sends a part of the head, with the credentials at its end. Before a body that the server has to agree to, waits
    /// for its `100 Continue`: ureq has not asked for the body yet.
    fn transmit_head(&mut self, exchange: &Exchange, amount: usize) -> io::Result<()> {
        // What follows may be written in part.
        exchange.set_phase(Phase::Head);
        let outgoing = &exchange.outgoing;
        if !self.buffers.output()[..amount].ends_with(b"\r\n\r\n") {
            return self.send_part(exchange, amount, Phase::Head);
        }
        let next = match outgoing.body_len {
            0 => Phase::Whole,
            left => Phase::Body { left },
        };
        let amount = complete_head(self.buffers.output(), amount, outgoing)?;
        let sent = self.send_part(exchange, amount, next);
        self.buffers.output()[..amount].zeroize();
        sent?;
        if outgoing.expects_continue && self.is_answered(exchange, Instant::now() + AWAIT_CONTINUE)? {
            exchange.set_answered_early();
        }
        Ok(())
    }

    fn send_part(&mut self, exchange: &Exchange, amount: usize, next: Phase) -> io::Result<()> {
        match self.send(amount) {
            Ok(()) => exchange.set_phase(next),
            // The server has closed the connection. It may have said why before; that is read next.
            Err(error) if is_closed_by_peer(&error) => exchange.set_answered_early(),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether the response has begun while the request is still being sent, or the server has closed the connection.
    /// Waits until `until` for that, or for `100 Continue`. What has come in is taken, and informational responses in it
    /// are left out: the final one may stand behind any number of them.
    fn is_answered(&mut self, exchange: &Exchange, mut until: Instant) -> io::Result<bool> {
        loop {
            match informational::parse(&self.incoming.bytes) {
                Head::Final | Head::NotHttp => return Ok(true),
                Head::Informational { len, is_continue } => {
                    self.incoming.consume(len);
                    exchange.count_informational()?;
                    if is_continue {
                        until = Instant::now();
                    }
                    continue;
                }
                Head::Incomplete => {}
            }
            let read = |room: &mut [u8]| read_available(&mut self.tcp, self.tls.as_deref_mut(), room);
            match self.incoming.append(read, |count| count.unwrap_or(0)) {
                Ok(None) if self.tcp.wait_for_input(until)? => {}
                Ok(None) => return Ok(false),
                Ok(Some(0)) | Err(_) => return Ok(true),
                Ok(Some(_)) => {}
            }
        }
    }

    /// Reads a part of the response.
    fn receive(&mut self, exchange: &Exchange) -> Result<usize, ureq::Error> {
        if !self.incoming.is_delivered {
            return Ok(self.receive_head(exchange)?);
        }
        let input = self.buffers.input_append_buf();
        if input.is_empty() {
            return Err(ureq::Error::BodyStalled);
        }
        let count = read(&mut self.tcp, self.tls.as_deref_mut(), self.state, input)?;
        self.buffers.input_appended(count);
        Ok(count)
    }

    /// Reads up to the end of the final head, and gives it to ureq in a form that it can read.
    fn receive_head(&mut self, exchange: &Exchange) -> io::Result<usize> {
        loop {
            match informational::parse(&self.incoming.bytes) {
                Head::Informational { len, .. } => {
                    self.incoming.consume(len);
                    exchange.count_informational()?;
                    continue;
                }
                Head::Final => {
                    exchange.begin_response();
                    if let Some(len) = self.incoming.head_len()? {
                        let head = head::rewrite(&self.incoming.bytes[..len]).map_err(invalid_response)?;
                        let rest = &self.incoming.bytes[len..];
                        let count = deliver(&mut self.buffers, &head) + deliver(&mut self.buffers, rest);
                        self.incoming.start(true);
                        return Ok(count);
                    }
                }
                Head::NotHttp => {
                    exchange.begin_response();
                    return Err(invalid_response("the response is not valid HTTP"));
                }
                Head::Incomplete => {}
            }
            let read = |room: &mut [u8]| read(&mut self.tcp, self.tls.as_deref_mut(), self.state, room);
            if self.incoming.append(read, |count| *count)? == 0 {
                return Ok(0);
            }
        }
    }

    /// Whether TLS holds nothing that was not asked for, and has not been ended.
    fn is_quiet(&mut self) -> bool {
        self.tls.as_mut().is_none_or(|tls| {
            process(tls).is_ok_and(|state| state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed())
        })
    }
}

/// Puts bytes into ureq's input buffer.
fn deliver(buffers: &mut LazyBuffers, bytes: &[u8]) -> usize {
    buffers.input_append_buf()[..bytes.len()].copy_from_slice(bytes);
    buffers.input_appended(bytes.len());
    bytes.len()
}

/// Reads what the server sent into the buffer.
fn read(
    tcp: &mut Tcp,
    tls: Option<&mut ClientConnection>,
    state: State,
    buffer: &mut [u8],
) -> io::Result<usize> {
    let Some(tls) = tls else { return tcp.read(buffer) };
    if state != State::Finished {
        return Stream::new(tls, tcp).read(buffer);
    }
    // What could not be written is of no use any more; `Stream` would try again to write it before it reads.
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

/// Adds the fields that ureq does not know to a request head, before the empty line that ends it.
fn complete_head(output: &mut [u8], amount: usize, outgoing: &Outgoing) -> io::Result<usize> {
    let mut end = amount - 2;
    let mut add = |text: &str| {
        let place = output.get_mut(end..end + text.len()).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the request head is too long with the credentials")
        })?;
        place.copy_from_slice(text.as_bytes());
        end += text.len();
        io::Result::Ok(())
    };
    if outgoing.expects_continue {
        add("expect: 100-continue\r\n")?;
    }
    if let Some(credentials) = &outgoing.credentials {
        for part in [
            "mendix-username: ",
            credentials.username(),
            "\r\nmendix-apikey: ",
            credentials.api_key(),
            "\r\n",
        ] {
            add(part)?;
        }
    }
    add("\r\n")?;
    Ok(end)
}

fn is_closed_by_peer(error: &io::Error) -> bool {
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
        let exchange = exchange::current()?;
        if let State::Idle { .. } = self.state {
            self.state = State::Busy;
            self.incoming.start(false);
        }
        let sent = self.transmit(&exchange, amount);
        if sent.is_err() || exchange.answered_early() {
            self.state = State::Finished;
        }
        Ok(sent?)
    }

    /// The limits are those of the exchange. ureq's are not set.
    fn await_input(&mut self, _: NextTimeout) -> Result<bool, ureq::Error> {
        let exchange = exchange::current()?;
        let received = self.receive(&exchange);
        if received.is_err() {
            self.state = State::Finished;
            exchange.set_read_failed();
        }
        Ok(received? > 0)
    }

    fn is_open(&mut self) -> bool {
        match self.state {
            // ureq asks when an exchange is done and again before the next; the socket is checked the second time.
            State::Busy => {
                self.state = State::Idle { since: Instant::now() };
                self.is_quiet()
            }
            State::Idle { since } => {
                let may_be_lost = since.elapsed() > FRESH
                    && exchange::current().is_ok_and(|exchange| exchange.outgoing.mutates);
                !may_be_lost && self.is_quiet() && self.tcp.is_open()
            }
            State::Finished => false,
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
    use std::sync::Arc;

    use super::*;
    use crate::Credentials;
    use crate::transport::exchange::Limits;

    fn outgoing(api_key: &str, expects_continue: bool) -> Outgoing {
        let credentials = Credentials::new("me@example.com", api_key).unwrap();
        Outgoing { credentials: Some(Arc::new(credentials)), expects_continue, ..Outgoing::default() }
    }

    #[test]
    fn the_credentials_are_the_last_fields_of_the_head() {
        let head = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        for (expects_continue, expect) in [(false, ""), (true, "expect: 100-continue\r\n")] {
            let mut output = vec![0; 256];
            output[..head.len()].copy_from_slice(head);
            let end = complete_head(&mut output, head.len(), &outgoing("key", expects_continue)).unwrap();
            assert_eq!(
                std::str::from_utf8(&output[..end]).unwrap(),
                format!(
                    "GET / HTTP/1.1\r\nhost: x\r\n{expect}\
                     mendix-username: me@example.com\r\nmendix-apikey: key\r\n\r\n"
                )
            );
        }
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
        };
        let limits = Limits { connect: Duration::from_mins(1), total: None, stall: None, answer: None };
        let exchange = Exchange::new(limits, None, outgoing("S3CRET", false));
        let _entered = exchange.enter();
        let head = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        connection.buffers.output()[..head.len()].copy_from_slice(head);
        connection.transmit(&exchange, head.len()).unwrap();
        assert_eq!(exchange.phase(), Phase::Whole);
        let mut received = vec![0; 1024];
        let count = peer.read(&mut received).unwrap();
        assert!(received[..count].ends_with(b"mendix-apikey: S3CRET\r\n\r\n"));
        assert!(connection.buffers.output().iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_head_that_has_no_room_for_them_is_not_sent() {
        assert!(complete_head(&mut [0; 100], 30, &outgoing(&"k".repeat(100), false)).is_err());
    }
}
