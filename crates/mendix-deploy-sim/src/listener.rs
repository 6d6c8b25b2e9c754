//! The listening socket of the API.

use std::{
    io,
    net::{Shutdown, SocketAddr, TcpListener},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use socket2::{Domain, SockRef, Socket, Type};

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 1024;

/// The listening socket of the API, which can refuse connections for a while and keeps its port all the same.
#[derive(Debug)]
pub(crate) struct ApiListener {
    listener: TcpListener,
    opens: Mutex<Option<Instant>>,
}

impl ApiListener {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self { listener, opens: Mutex::new(None) }
    }

    /// Binds a listening socket. One whose port the system chose would lose it while it is shut, so a free port is
    /// chosen first.
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

    /// Refuses connections from now on, for this time. Where a listening socket cannot do that, nothing happens.
    pub(crate) fn shut(&self, time: Duration) -> io::Result<()> {
        let mut opens = self.opens.lock().unwrap_or_else(PoisonError::into_inner);
        SockRef::from(&self.listener).shutdown(Shutdown::Read)?;
        *opens = Instant::now().checked_add(time);
        Ok(())
    }

    /// Accepts connections again, if it is time: on a copy of the socket that is registered again with the event loop,
    /// which never forgets that a socket was shut.
    pub(crate) fn reopen(&self) -> io::Result<Option<tokio::net::TcpListener>> {
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
