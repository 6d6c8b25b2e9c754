//! A plain server that does what a test tells it, and clients for it.
#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::print_stdout, reason = "figures are shown")]

pub(crate) mod calls;
pub(crate) mod clock;
pub(crate) mod deployments;
mod dispatch;
pub(crate) mod package;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use mendix_deploy::{CancelToken, Client, ClientBuilder, Credentials, Error, PackageSource};

pub(crate) const KEY: &str = "26587896-1cef-4483-accf-ad304e2673d6";

/// The most that what takes milliseconds may take: the machine may be busy with something else.
pub(crate) const AT_MOST: Duration = Duration::from_secs(10);
/// How long lasts what is to be cut short: so much longer that the difference shows on any machine.
pub(crate) const FOR_LONG: Duration = Duration::from_mins(1);

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The values of a header, whose name is compared as HTTP does.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

/// What a connection is made of: a socket, or TLS on one.
pub(crate) trait Stream: Read + Write {
    fn socket(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

/// One connection of a client to the server.
pub(crate) struct Peer<S = TcpStream> {
    reader: BufReader<S>,
    pub(crate) number: usize,
}

/// What a server does with one of its connections, and the name of that.
pub(crate) type Behaviour<S> = (&'static str, fn(Peer<S>));

/// The refusal of [`early_refusals`].
pub(crate) const REFUSAL: &str = r#"{"errorMessage": "App not found.", "errorCode": "APP_NOT_FOUND"}"#;

/// The ways in which a server refuses an upload before it has read it, over any kind of connection.
pub(crate) fn early_refusals<S: Stream>() -> [Behaviour<S>; 4] {
    const PART: u64 = 1024 * 1024;
    fn begin<S: Stream>(peer: &mut Peer<S>) {
        peer.head();
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        let _ = peer.discard(PART);
        peer.reply(404, REFUSAL);
    }
    [
        ("instead of 100 Continue, and reads on", |mut peer| {
            peer.head();
            peer.reply(404, REFUSAL);
            peer.linger();
        }),
        ("after a part, and hangs up", |mut peer| begin(&mut peer)),
        ("after a part, and resets", |mut peer| {
            begin(&mut peer);
            thread::sleep(Duration::from_millis(20));
            peer.reset();
        }),
        ("after a part, and reads on", |mut peer| {
            begin(&mut peer);
            peer.linger();
        }),
    ]
}

impl<S: Stream> Peer<S> {
    pub(crate) fn new(stream: S, number: usize) -> Peer<S> {
        Peer { reader: BufReader::new(stream), number }
    }

    pub(crate) fn stream(&mut self) -> &mut S {
        self.reader.get_mut()
    }

    /// Reads the head of a request; `None` when the client hung up.
    pub(crate) fn head(&mut self) -> Option<Request> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end_matches(['\r', '\n']).to_owned();
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let headers = lines[1..]
            .iter()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some(Request { line: lines[0].clone(), headers, body: Vec::new() })
    }

    /// Reads a whole request.
    pub(crate) fn request(&mut self) -> Option<Request> {
        let mut request = self.head()?;
        if request.header("expect") == ["100-continue"] {
            self.send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        let length = request.header("content-length").first().map_or(0, |length| length.parse().unwrap());
        request.body = vec![0; length];
        self.reader.read_exact(&mut request.body).ok()?;
        Some(request)
    }

    /// Reads so many bytes and forgets them.
    pub(crate) fn discard(&mut self, bytes: u64) -> io::Result<u64> {
        io::copy(&mut (&mut self.reader).take(bytes), &mut io::sink())
    }

    pub(crate) fn send(&mut self, text: &str) {
        self.send_bytes(text.as_bytes());
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        // The client may be gone, as some tests want it.
        let stream = self.stream();
        let _ = stream.write_all(bytes).and_then(|()| stream.flush());
    }

    pub(crate) fn reply(&mut self, status: u16, body: &str) {
        self.send(&format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
    }

    /// Ends the connection with a reset instead of an orderly close.
    pub(crate) fn reset(self) {
        let socket = socket2::SockRef::from(self.reader.get_ref().socket());
        socket.set_linger(Some(Duration::ZERO)).unwrap();
    }

    /// Says that no more is coming, and keeps reading.
    pub(crate) fn finish(&mut self) {
        let _ = self.reader.get_ref().socket().shutdown(Shutdown::Write);
    }

    /// Reads on until the client hangs up, or is silent for long.
    pub(crate) fn linger(&mut self) {
        self.reader.get_ref().socket().set_read_timeout(Some(FOR_LONG)).unwrap();
        let _ = io::copy(&mut self.reader, &mut io::sink());
    }

    /// Keeps the connection open and does nothing, for longer than any call lasts.
    pub(crate) fn hold(self) {
        thread::sleep(FOR_LONG * 2);
        drop(self);
    }
}

/// A server whose every connection runs `serve` on a thread of its own. It lives as long as the test program.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) connections: Arc<AtomicUsize>,
    /// Connections that the server has closed.
    pub(crate) closed: Arc<AtomicUsize>,
    pub(crate) requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(serve: impl Fn(Peer) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let closed = Arc::new(AtomicUsize::new(0));
        let (count, over) = (Arc::clone(&connections), Arc::clone(&closed));
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let (serve, over) = (Arc::clone(&serve), Arc::clone(&over));
                thread::spawn(move || {
                    serve(Peer::new(stream.unwrap(), number));
                    over.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Server { url, connections, closed, requests: Arc::default() }
    }

    /// A server that keeps every request and answers each as `reply` says.
    pub(crate) fn replying(reply: impl Fn(&Request) -> (u16, String) + Send + Sync + 'static) -> Server {
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let seen = Arc::clone(&requests);
        let server = Server::start(move |mut peer| {
            while let Some(request) = peer.request() {
                let (status, body) = reply(&request);
                seen.lock().unwrap().push(request);
                peer.reply(status, &body);
            }
        });
        Server { requests, ..server }
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        builder(&self.url)
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }
}

/// A client that tries once, does not look back and uploads anything, so that each failure can be looked at.
pub(crate) fn builder(url: &str) -> ClientBuilder {
    let builder = Client::builder(credentials()).base_url(url).timeout(FOR_LONG);
    builder.max_attempts(1).read_back(false).check_packages(false)
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("richard.ford51@example.com", KEY).unwrap()
}

/// Uploads so many bytes that come from nowhere.
pub(crate) fn upload(client: &Client, bytes: u64) -> Result<(), Error> {
    let source = PackageSource::reader(io::repeat(7).take(bytes), bytes);
    client.upload_package("calc", source, Some("a.mda")).map(drop)
}

/// Waits until something is so.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < FOR_LONG, "it never happened: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Whether one of ten rounds takes less than `bound`, where each would take longer if the client waited for something
/// that it must not wait for. A busy machine delays some rounds, but not all of them.
pub(crate) fn is_quicker(bound: Duration, mut round: impl FnMut()) -> bool {
    (0..10).any(|_| {
        let started = Instant::now();
        round();
        started.elapsed() < bound
    })
}

/// Makes a call that blocks for [`FOR_LONG`], and cancels it from another thread once `is_blocked` returns. How long it
/// goes on after that is shown: it should be 100 ms at most, and is when the machine is free.
pub(crate) fn cancel(
    what: &str,
    client: &Client,
    is_blocked: impl FnOnce() + Send,
    call: impl FnOnce(&Client) -> Result<(), Error>,
) -> Error {
    let token = CancelToken::new();
    let cancellable = client.with_cancel_token(token.clone());
    let (error, late) = thread::scope(|scope| {
        let canceller = scope.spawn(|| {
            is_blocked();
            // The last steps into the system call cannot be seen from here.
            thread::sleep(Duration::from_millis(100));
            let cancelled = Instant::now();
            token.cancel();
            cancelled
        });
        let error = call(&cancellable).unwrap_err();
        let ended = Instant::now();
        (error, ended - canceller.join().unwrap())
    });
    println!("measured: {what}: the call ended {late:.1?} after it was cancelled");
    assert!(late < AT_MOST, "{what}: {late:?}");
    error
}

/// A line of the process's status, such as `VmRSS`, in KiB.
pub(crate) fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.split(':').next() == Some(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Stands for an app's reply in most tests.
pub(crate) const APP: &str = r#"{"AppId": "calc"}"#;
