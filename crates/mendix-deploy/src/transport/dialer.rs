//! Makes connections: name, proxy, TCP, TLS.

use std::fmt;
use std::io;
use std::sync::Arc;

use ureq::unversioned::transport::{ConnectionDetails, Connector};

use super::connect;
use super::connection::Connection;
use super::exchange;
use super::names::Names;
use super::proxy::Proxies;
use super::tcp::Tcp;
use super::tls::Tls;
use crate::origin;

/// What connections are made with.
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
        let exchange = exchange::current()?;
        exchange.set_new_connection();
        let host = details.uri.host().unwrap_or_default();
        let port = origin::port(details.uri).ok_or_else(|| io::Error::other("the URL has no valid port"))?;
        let proxy = self.proxies.of(details.uri).map_err(io::Error::other)?;
        let (near_host, near_port) = proxy.map_or((host, port), |proxy| (proxy.host.as_str(), proxy.port));

        exchange.set_connecting(format!("looking up {near_host}"));
        let addresses = self.names.resolve(near_host, near_port, &exchange)?;
        let (stream, address) =
            connect::to_any(&addresses, &exchange).inspect_err(|_| self.names.forget(near_host))?;
        self.names.prefer(near_host, address.ip());
        let mut tcp = Tcp::new(stream)?;
        if let Some(proxy) = proxy {
            exchange.set_connecting(format!("waiting for the proxy {proxy} to connect to {host}:{port}"));
            proxy.tunnel(&mut tcp, host, port, &self.user_agent)?;
        }
        let tls = if details.needs_tls() {
            exchange.set_connecting(format!("in the TLS handshake with {host}"));
            Some(Box::new(self.tls.handshake(host, &mut tcp)?))
        } else {
            None
        };
        Ok(Some(Connection::new(tcp, tls, details.config)))
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer").finish_non_exhaustive()
    }
}
