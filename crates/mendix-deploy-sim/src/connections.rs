//! Connections: how they are accepted, what HTTP is spoken on, and how they end.

use std::{
    convert::Infallible,
    io,
    net::{Shutdown, SocketAddr, TcpListener},
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use socket2::{Domain, SockRef, Socket, Type};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::{LazyConfigAcceptor, rustls::server::Acceptor};

use crate::{
    FaultKind, Target, Then,
    server::{Shared, respond},
    wire::{End, Lent, Wire},
};

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 1024;

/// The listening socket of the API, which can refuse connections for a while and keeps its port all the same.
#[derive(Debug)]
pub(crate) struct Door {
    listener: TcpListener,
    opens: Mutex<Option<Instant>>,
}

impl Door {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self { listener, opens: Mutex::new(None) }
    }

    /// A listening socket. One whose port the system chose would lose it by being shut, so a free port is chosen first.
    pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
        if address.port() != 0 {
            return TcpListener::bind(address);
        }
        let chosen = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        chosen.set_reuse_address(cfg!(unix))?;
        chosen.bind(&address.into())?;
        let port = chosen.local_addr()?.as_socket().map_or(0, |chosen| chosen.port());
        // On Linux both may have it, as long as only one listens.
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        drop(chosen);
        TcpListener::bind((address.ip(), port))
    }

    /// Refuses connections from now on, for so long. Where a listening socket cannot do that, nothing happens.
    pub(crate) fn shut(&self, time: Duration) -> io::Result<()> {
        let mut opens = self.opens.lock().unwrap_or_else(PoisonError::into_inner);
        SockRef::from(&self.listener).shutdown(Shutdown::Read)?;
        *opens = Instant::now().checked_add(time);
        Ok(())
    }

    /// Accepts connections again, if it is time: on the socket as it is told anew to the event loop, which never
    /// forgets that a socket was shut.
    fn open(&self) -> io::Result<Option<tokio::net::TcpListener>> {
        let mut opens = self.opens.lock().unwrap_or_else(PoisonError::into_inner);
        if opens.is_none_or(|opens| opens > Instant::now()) {
            return Ok(None);
        }
        SockRef::from(&self.listener).listen(BACKLOG)?;
        let listener = tokio::net::TcpListener::from_std(self.listener.try_clone()?)?;
        *opens = None;
        Ok(Some(listener))
    }
}

/// What a request knows of the connection that it came by.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) number: u64,
    /// Whether it goes to the origin of the links.
    pub(crate) link: bool,
    /// Where it came to.
    pub(crate) local: SocketAddr,
    finale: Arc<Mutex<Option<Finale>>>,
    /// When the last reply was made, or the connection.
    idle_since: Arc<Mutex<Instant>>,
}

impl Connection {
    fn new(number: u64, link: bool, local: SocketAddr) -> Self {
        Self { number, link, local, finale: Arc::default(), idle_since: Arc::new(Mutex::new(Instant::now())) }
    }

    /// How long it has been idle.
    pub(crate) fn idle(&self) -> Duration {
        self.idle_since.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// It has nothing to do from now on.
    pub(crate) fn rest(&self) {
        *self.idle_since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Says what becomes of the connection once HTTP has given it up.
    pub(crate) fn end_with(&self, finale: Finale) {
        *self.finale.lock().unwrap_or_else(PoisonError::into_inner) = Some(finale);
    }
}

/// What becomes of a connection instead of a reply.
#[derive(Debug)]
pub(crate) enum Finale {
    Close,
    Reset,
    /// These bytes, one at a time unless `every` is zero.
    Bytes {
        bytes: Vec<u8>,
        every: Duration,
        then: Then,
    },
    /// A reply, and these bytes later.
    Late {
        reply: Vec<u8>,
        after: Duration,
        bytes: Vec<u8>,
        then: Then,
    },
    /// A reply that never ends.
    Endless,
}

/// Accepts connections for ever: to the API, or to the origin of the links.
pub(crate) async fn accept(
    shared: Arc<Shared>,
    mut listener: tokio::net::TcpListener,
    link: bool,
) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, mostly, or shut on purpose: both pass. Failing to open is tried again.
            tokio::time::sleep(Duration::from_millis(10)).await;
            if !link && let Ok(Some(opened)) = shared.door.open() {
                listener = opened;
            }
            continue;
        };
        // Without it small replies may wait for an acknowledgement. Failing, they are merely late.
        let _ = stream.set_nodelay(true);
        tokio::spawn(begin(Arc::clone(&shared), stream, link));
    }
}

/// A new connection, up to the first byte of HTTP.
async fn begin(shared: Arc<Shared>, stream: TcpStream, link: bool) {
    let (number, fault) = {
        let mut core = shared.lock();
        let fault = if link { None } else { core.faults.take(Target::Connection, Duration::ZERO) };
        (core.accounting.connected(link), fault)
    };
    // One that has no address is gone already.
    let Ok(local) = stream.local_addr() else { return };
    let connection = Connection::new(number, link, local);
    let (stream, end) = Wire::new(stream);
    let fault = fault.map(|fault| fault.kind);
    match fault {
        Some(FaultKind::Close) => return,
        Some(FaultKind::Reset) => return end.by_reset(),
        Some(FaultKind::Stall) => {
            std::future::pending::<()>().await;
        }
        _ => {}
    }
    let Some(tls) = &shared.tls else { return serve(shared, stream, end, connection).await };
    // A client that does not get through the handshake, or does not trust the certificate, is its own affair.
    let Ok(handshake) = LazyConfigAcceptor::new(Acceptor::default(), stream).await else { return };
    let bad = match fault {
        // The hello of the client is read, and that is all.
        Some(FaultKind::CutHandshake) => return,
        Some(FaultKind::Certificate(bad)) => Some(bad),
        _ => None,
    };
    let name = match handshake.client_hello().server_name() {
        Some(name) => name.to_owned(),
        None => local.ip().to_canonical().to_string(),
    };
    if let Ok(stream) = handshake.into_stream(tls.config(bad, &name)).await {
        serve(shared, stream, end, connection).await;
    }
}

/// Serves one connection, whatever it is made of.
async fn serve<S>(shared: Arc<Shared>, stream: S, end: End, connection: Connection)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (lent, own) = Lent::new(stream);
    let busy = watch::Sender::new(false);
    let service = service_fn(|request| {
        let (shared, connection, busy) = (Arc::clone(&shared), connection.clone(), busy.clone());
        async move {
            busy.send_replace(true);
            let response = respond(&shared, request, &connection).await;
            busy.send_replace(false);
            response
        }
    });
    {
        let mut http = pin!(http1::Builder::new().serve_connection(TokioIo::new(lent), service));
        // An error is what a fault did, or the client.
        tokio::select! {
            _ = http.as_mut() => {}
            () = idle(&shared, busy.subscribe()) => {
                http.as_mut().graceful_shutdown();
                let _ = http.await;
            }
        }
    }
    let finale = connection.finale.lock().unwrap_or_else(PoisonError::into_inner).take();
    // A client that is gone is no error here.
    if let Some(stream) = own.take_back() {
        let _ = finish(&shared, stream, end, finale.unwrap_or(Finale::Close)).await;
    }
}

/// Waits until the connection has had no request for as long as it may.
async fn idle(shared: &Shared, mut busy: watch::Receiver<bool>) {
    loop {
        let is_busy = *busy.borrow_and_update();
        let limit = shared.lock().state.options.idle_limit_ms.filter(|_| !is_busy);
        let over = async {
            match limit {
                Some(limit) => shared.time.sleep(Duration::from_millis(limit)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = over => return,
            changed = busy.changed() => if changed.is_err() { return },
        }
    }
}

async fn finish<S>(shared: &Shared, mut stream: S, end: End, finale: Finale) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let then = match finale {
        Finale::Close => Then::Close,
        Finale::Reset => Then::Reset,
        Finale::Bytes { bytes, every: Duration::ZERO, then } => {
            stream.write_all(&bytes).await?;
            then
        }
        Finale::Bytes { bytes, every, then } => {
            for byte in bytes {
                stream.write_all(&[byte]).await?;
                stream.flush().await?;
                shared.time.sleep(every).await;
            }
            then
        }
        Finale::Late { reply, after, bytes, then } => {
            stream.write_all(&reply).await?;
            stream.flush().await?;
            shared.time.sleep(after).await;
            stream.write_all(&bytes).await?;
            then
        }
        Finale::Endless => {
            const HEAD: &str =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
            const SPACES: usize = 0x4000;
            let chunk = format!("{SPACES:x}\r\n{}\r\n", " ".repeat(SPACES));
            stream.write_all(HEAD.as_bytes()).await?;
            loop {
                stream.write_all(chunk.as_bytes()).await?;
            }
        }
    };
    stream.flush().await?;
    match then {
        Then::Close => stream.shutdown().await,
        Then::Reset => {
            end.by_reset();
            Ok(())
        }
        Then::Stall => std::future::pending().await,
    }
}
