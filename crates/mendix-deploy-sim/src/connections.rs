//! Connections: how they are accepted, what HTTP is spoken on, and how they end.

use std::{
    convert::Infallible,
    io,
    net::{Shutdown, SocketAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use socket2::{Domain, SockRef, Socket, Type};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
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
        // On Unix both may have it, as long as only one listens.
        #[cfg(not(unix))]
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
    finale: Arc<Mutex<Option<Finale>>>,
}

impl Connection {
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
        let fault = if link { None } else { core.faults.take(Target::Connection) };
        (core.accounting.connected(link), fault)
    };
    let connection = Connection { number, link, finale: Arc::default() };
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
    let accepted = match fault {
        Some(FaultKind::CutHandshake) => {
            // The hello of the client is read, and that is all.
            let _ = LazyConfigAcceptor::new(Acceptor::default(), stream).await;
            return;
        }
        Some(FaultKind::Certificate(bad)) => tls.bad(bad).accept(stream).await,
        _ => tls.good().accept(stream).await,
    };
    // A client that does not trust the certificate is its own affair.
    if let Ok(stream) = accepted {
        serve(shared, stream, end, connection).await;
    }
}

/// Serves one connection, whatever it is made of.
async fn serve<S>(shared: Arc<Shared>, stream: S, end: End, connection: Connection)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (lent, own) = Lent::new(stream);
    let service = service_fn(|request| {
        let (shared, connection) = (Arc::clone(&shared), connection.clone());
        async move { respond(&shared, request, &connection).await }
    });
    // The error is what a fault did, or the client.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(lent), service).await;
    let finale = connection.finale.lock().unwrap_or_else(PoisonError::into_inner).take();
    // A client that is gone is no error here.
    if let Some(stream) = own.take_back() {
        let _ = finish(&shared, stream, end, finale.unwrap_or(Finale::Close)).await;
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
