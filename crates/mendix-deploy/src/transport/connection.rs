//! A connection as ureq sees it: our socket, TLS on top where the URL asks for it, and the place where a request
//! leaves the process. It is here that the credentials are added and that evidence is taken.

use std::fmt;
use std::io::{self, BufRead, Read, Write};
use std::sync::Arc;
use std::time::Instant;

use rustls::{ClientConfig, ClientConnection, IoState, Stream};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport, time,
};
use zeroize::Zeroize;

use super::call::{self, Call, Phase};
use super::interim::{self, Head};
use super::names::Names;
use super::proxy::Proxies;
use super::tcp::Tcp;
use super::tls;
use crate::{Credentials, origin};

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Dialer {
    pub(crate) names: Arc<Names>,
    pub(crate) proxies: Arc<Proxies>,
    pub(crate) tls: Arc<ClientConfig>,
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
        let mut tcp = Tcp::connect(&addresses, &call).inspect_err(|_| self.names.forget(near_host))?;
        if let Some(proxy) = proxy {
            call.set_connecting(format!("waiting for the proxy {proxy} to connect to {host}:{port}"));
            proxy.tunnel(&mut tcp, host, port)?;
        }
        let tls = if details.needs_tls() {
            call.set_connecting(format!("in the TLS handshake with {host}"));
            Some(Box::new(tls::handshake(&self.tls, host, &mut tcp)?))
        } else {
            None
        };
        let config = details.config;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        Ok(Some(Connection { tcp, tls, buffers, state: State::Idle, unread: false }))
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
    Idle,
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
    /// An answer came where ureq waited for `100 Continue`; it is in the buffer.
    unread: bool,
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
                if self.is_answered()? {
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

    /// Whether the answer has begun while the request is still being sent.
    fn is_answered(&mut self) -> io::Result<bool> {
        let Some(tls) = &mut self.tls else { return Ok(self.tcp.has_final_answer()) };
        if self.tcp.has_input() {
            // What came in may be the protocol's own.
            tls.read_tls(&mut self.tcp)?;
            process(tls)?;
        }
        match tls.reader().fill_buf() {
            Ok(answer) => Ok(answer.is_empty() || interim::has_final(answer)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(_) => Ok(true),
        }
    }

    /// Reads a part of the answer. Interim answers are left out, but for a bare `100 Continue` where ureq waits
    /// for it.
    fn receive(&mut self, call: &Call, awaits_continue: bool) -> Result<usize, ureq::Error> {
        loop {
            let count = self.read()?;
            while !call.answer_begun() {
                match interim::look(self.buffers.input()) {
                    Head::Final => call.begin_answer(),
                    Head::Interim { len, is_continue } if is_continue && awaits_continue => {
                        self.leave_bare_continue(len);
                        return Ok(count);
                    }
                    Head::Interim { len, .. } => {
                        self.buffers.input_consume(len);
                        call.count_interim()?;
                    }
                    Head::Unclear => break,
                }
            }
            if count == 0 || call.answer_begun() {
                return Ok(count);
            }
        }
    }

    fn read(&mut self) -> Result<usize, ureq::Error> {
        let input = self.buffers.input_append_buf();
        if input.is_empty() {
            let size = self.buffers.input().len();
            return Err(ureq::Error::LargeResponseHeader(size, size));
        }
        let count = match &mut self.tls {
            None => self.tcp.read(input)?,
            // What could not be written is of no use any more; `Stream` would try it again before it reads.
            Some(tls) if self.state == State::Spoilt => loop {
                match tls.reader().read(input) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    read => break read?,
                }
                tls.read_tls(&mut self.tcp)?;
                process(tls)?;
            },
            Some(tls) => Stream::new(&mut **tls, &mut self.tcp).read(input)?,
        };
        self.buffers.input_appended(count);
        Ok(count)
    }

    /// Takes the header lines away from the `100 Continue` of `len` bytes that the input begins with.
    fn leave_bare_continue(&mut self, len: usize) {
        const BARE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
        let rest = self.buffers.input()[len..].to_vec();
        if len <= BARE.len() {
            return;
        }
        self.buffers.input_consume(len + rest.len());
        for bytes in [BARE, &rest] {
            self.buffers.input_append_buf()[..bytes.len()].copy_from_slice(bytes);
            self.buffers.input_appended(bytes.len());
        }
    }

    /// Whether TLS holds nothing that was not asked for, and has not been ended.
    fn is_quiet(&mut self) -> bool {
        self.tls.as_mut().is_none_or(|tls| {
            process(tls).is_ok_and(|state| state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed())
        })
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
        self.state = State::Busy;
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
                self.state = State::Idle;
                self.is_quiet()
            }
            State::Idle => self.is_quiet() && self.tcp.is_open(),
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
    use super::*;

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
    fn a_head_that_has_no_room_for_them_is_not_sent() {
        let credentials = Credentials::new("me@example.com", "k".repeat(100)).unwrap();
        assert!(sign(&mut [0; 100], 30, &credentials).is_err());
    }
}
