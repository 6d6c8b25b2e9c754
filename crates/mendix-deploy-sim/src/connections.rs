//! Connections: how they are accepted and served, and how they end.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::{LazyConfigAcceptor, rustls::server::Acceptor};

use crate::{
    FaultKind, Target,
    connection::Connection,
    server::respond,
    shared::Shared,
    termination::terminate,
    wire::{End, Lent, Wire},
};

/// Accepts connections without end: to the API, or to the origin of the links.
pub(crate) async fn accept(
    shared: Arc<Shared>,
    mut listener: tokio::net::TcpListener,
    link: bool,
) -> Infallible {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, mostly, or shut on purpose: both pass. Failing to open is tried again.
            tokio::time::sleep(Duration::from_millis(10)).await;
            if !link && let Ok(Some(opened)) = shared.listener.reopen() {
                listener = opened;
            }
            continue;
        };
        // Without it small replies may wait for an acknowledgement. Failing, they are merely late.
        let _ = stream.set_nodelay(true);
        tokio::spawn(begin(Arc::clone(&shared), stream, link));
    }
}

/// Sets up a new connection: faults below HTTP, and TLS.
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
    // A client may fail the handshake, or not trust the certificate.
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
    // A client that is gone is not an error here.
    if let Some(stream) = own.take_back() {
        let _ = terminate(connection.termination(), &shared.time, stream, end).await;
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
