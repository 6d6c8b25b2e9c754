//! The client: who calls, where to, and the one way every call takes.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use log::debug;
use serde::de::DeserializeOwned;

use crate::origin::{self, Origin};
use crate::request::Request;
use crate::transfer::Multipart;
use crate::transport::{Call, Exchange, Limits, Options, Reader, Transport};
use crate::{CancelToken, Credentials, Error, ErrorKind, Evidence, Proxy, Result, reply};

/// Where the service is.
pub const DEFAULT_BASE_URL: &str = "https://deploy.mendix.com";

/// How long one call may take, unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a connection may take to stand, unless told otherwise.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a transfer may make no progress, unless told otherwise.
pub const DEFAULT_STALL_TIMEOUT: Duration = Duration::from_mins(1);
const DEFAULT_REPLY_LIMIT: usize = 16 * 1024 * 1024;
/// How long the service may work on an upload that has arrived, at least.
const UPLOAD_ANSWER: Duration = Duration::from_mins(15);

/// A blocking client of the Deploy API.
///
/// One client serves any number of threads; connections are kept open and shared between them. A clone is cheap
/// and shares them too. The client runs no thread of its own.
///
/// ```no_run
/// # fn main() -> mendix_deploy::Result<()> {
/// let client = mendix_deploy::Client::from_env()?;
/// for app in client.list_apps()? {
///     println!("{}", app.app_id);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    timeout: Duration,
    cancel: Option<CancelToken>,
}

struct Shared {
    origin: Origin,
    allow_http: bool,
    credentials: Credentials,
    connect_timeout: Duration,
    stall_timeout: Duration,
    exchange: Box<dyn Exchange>,
}

/// Makes a [`Client`] with other settings than the defaults.
///
/// ```
/// # fn main() -> mendix_deploy::Result<()> {
/// use std::time::Duration;
/// use mendix_deploy::{Client, Credentials};
///
/// let client = Client::builder(Credentials::new("me@example.com", "key")?)
///     .timeout(Duration::from_secs(30))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "call build() to get the client"]
pub struct ClientBuilder {
    credentials: Credentials,
    base_url: String,
    allow_http: bool,
    timeout: Duration,
    connect_timeout: Duration,
    stall_timeout: Duration,
    reply_limit: usize,
    proxy: Proxy,
    ca_file: Option<PathBuf>,
    user_agent: Option<String>,
}

impl ClientBuilder {
    /// Other credentials than those that the builder was made with.
    pub fn credentials(mut self, credentials: Credentials) -> ClientBuilder {
        self.credentials = credentials;
        self
    }

    /// The origin of the service: scheme, host and port. `https://deploy.mendix.com` by default; `/api/1` is
    /// added to it. `http://` is refused but for loopback, where a simulator runs.
    pub fn base_url(mut self, base_url: impl Into<String>) -> ClientBuilder {
        self.base_url = base_url.into();
        self
    }

    /// Allows `http://` to any host. The API key then crosses the network in the clear.
    pub fn allow_insecure_http(mut self, allow: bool) -> ClientBuilder {
        self.allow_http = allow;
        self
    }

    /// How long one call may take in all, 60 seconds by default. A transfer may take longer as long as it makes
    /// progress: see [`stall_timeout`](ClientBuilder::stall_timeout).
    pub fn timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.timeout = timeout;
        self
    }

    /// How long name look-up, connection, proxy and TLS may take together, 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.connect_timeout = timeout;
        self
    }

    /// How long an upload or download may go without any progress, 60 seconds by default. Once an upload has
    /// arrived, the service may take 15 minutes, or `timeout` if that is longer, to answer.
    pub fn stall_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.stall_timeout = timeout;
        self
    }

    /// The longest reply that is read into memory, in bytes; 16 MiB by default. Downloads have no limit.
    pub fn reply_limit(mut self, bytes: usize) -> ClientBuilder {
        self.reply_limit = bytes;
        self
    }

    /// The proxy: as the environment says by default.
    pub fn proxy(mut self, proxy: Proxy) -> ClientBuilder {
        self.proxy = proxy;
        self
    }

    /// A file of certificates in PEM form that are trusted beside the usual ones.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> ClientBuilder {
        self.ca_file = Some(path.into());
        self
    }

    /// What to say in `User-Agent` after this library's own name: the name and version of your program.
    pub fn user_agent(mut self, program: impl Into<String>) -> ClientBuilder {
        self.user_agent = Some(program.into());
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// `InvalidInput` naming the setting that cannot be right, or `Io` when `ca_file` cannot be read.
    pub fn build(self) -> Result<Client> {
        let origin = Origin::parse(&self.base_url, self.allow_http)?;
        for (name, timeout) in [
            ("timeout", self.timeout),
            ("connect_timeout", self.connect_timeout),
            ("stall_timeout", self.stall_timeout),
        ] {
            positive(name, timeout)?;
        }
        if self.reply_limit == 0 {
            return Err(Error::invalid_input("reply_limit is 0; expected a number of bytes"));
        }
        let exchange = Transport::new(&Options {
            proxy: &self.proxy,
            ca_file: self.ca_file.as_deref(),
            user_agent: user_agent(self.user_agent.as_deref())?,
            reply_limit: self.reply_limit,
            https: origin.is_https(),
        })?;
        Ok(Client {
            shared: Arc::new(Shared {
                origin,
                allow_http: self.allow_http,
                credentials: self.credentials,
                connect_timeout: self.connect_timeout,
                stall_timeout: self.stall_timeout,
                exchange: Box::new(exchange),
            }),
            timeout: self.timeout,
            cancel: None,
        })
    }
}

fn positive(name: &str, timeout: Duration) -> Result<()> {
    if timeout.is_zero() {
        return Err(Error::invalid_input(format!("{name} is 0; expected a positive time")));
    }
    Ok(())
}

fn user_agent(program: Option<&str>) -> Result<String> {
    let own = concat!("mendix-deploy/", env!("CARGO_PKG_VERSION"));
    let details = match program {
        None => String::new(),
        Some(program) if program.bytes().all(|byte| (0x20..0x7f).contains(&byte)) => format!("; {program}"),
        Some(_) => {
            return Err(Error::invalid_input(
                "user_agent has characters that an HTTP header cannot carry; expected printable ASCII",
            ));
        }
    };
    Ok(format!("{own} ({} {}{details})", std::env::consts::OS, std::env::consts::ARCH))
}

impl Client {
    /// A client with the default settings.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the proxy that the environment names cannot be used.
    pub fn new(credentials: Credentials) -> Result<Client> {
        Client::builder(credentials).build()
    }

    /// A builder, for other settings than the defaults.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder {
            credentials,
            base_url: DEFAULT_BASE_URL.to_owned(),
            allow_http: false,
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            stall_timeout: DEFAULT_STALL_TIMEOUT,
            reply_limit: DEFAULT_REPLY_LIMIT,
            proxy: Proxy::default(),
            ca_file: None,
            user_agent: None,
        }
    }

    /// A client from `MENDIX_USERNAME`, `MENDIX_API_KEY` and, where it is set, `MENDIX_DEPLOY_URL`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` naming the variable that is missing or cannot be right.
    pub fn from_env() -> Result<Client> {
        Client::builder_from_env()?.build()
    }

    /// A builder with what [`from_env`](Client::from_env) reads.
    ///
    /// # Errors
    ///
    /// `InvalidInput` naming the variable that is missing or cannot be right.
    pub fn builder_from_env() -> Result<ClientBuilder> {
        let builder = Client::builder(Credentials::from_env()?);
        Ok(match std::env::var("MENDIX_DEPLOY_URL") {
            Ok(url) if !url.is_empty() => builder.base_url(url),
            Ok(_) | Err(std::env::VarError::NotPresent) => builder,
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Error::invalid_input(
                    "the environment variable MENDIX_DEPLOY_URL is not valid UTF-8",
                ));
            }
        })
    }

    /// This client with a token that ends its calls and waits. Connections are shared with the original.
    #[must_use]
    pub fn with_cancel_token(&self, token: CancelToken) -> Client {
        Client { cancel: Some(token), ..self.clone() }
    }

    /// This client with another time for one call. Connections are shared with the original.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when it is zero.
    pub fn with_timeout(&self, timeout: Duration) -> Result<Client> {
        positive("timeout", timeout)?;
        Ok(Client { timeout, ..self.clone() })
    }

    /// The origin that calls go to.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.shared.origin.to_string()
    }

    /// Makes a call that answers with one value.
    pub(crate) fn send<T: DeserializeOwned>(&self, request: &Request) -> Result<T> {
        self.receive(request, None, |body| reply::decode(&body))
    }

    /// Makes a call that answers with a list.
    pub(crate) fn send_for_list<T: DeserializeOwned>(&self, request: &Request) -> Result<Vec<T>> {
        self.receive(request, None, |body| reply::decode_list(&body))
    }

    /// Makes a call whose answer nobody documented.
    pub(crate) fn send_for_nothing(&self, request: &Request) -> Result<()> {
        self.receive(request, None, |_| Ok(()))
    }

    /// The way that every call takes.
    pub(crate) fn receive<T>(
        &self,
        request: &Request,
        upload: Option<&mut Multipart<'_>>,
        decode: impl FnOnce(Vec<u8>) -> Result<T>,
    ) -> Result<T> {
        let shared = &self.shared;
        let (limits, body_len) = match &upload {
            Some(upload) => (self.transfer_limits(), upload.content_length()),
            None => (self.call_limits(), request.content.len()),
        };
        let call = Call::new(limits, self.cancel.clone(), Some(shared.credentials.clone()), body_len);
        let url = shared.origin.url(&request.path_and_query());
        let started = Instant::now();
        let result = shared
            .exchange
            .exchange(&url, request, upload, &call)
            .and_then(|answer| {
                let status = answer.status;
                reply::accepted(answer, request.mutates(), shared.credentials.api_key())
                    .and_then(|body| decode(body).map_err(|error| error.with_status(status)))
                    .map_err(|error| {
                        let evidence = error.evidence();
                        error.with_attempt(call.attempt(evidence))
                    })
            })
            .map_err(|error| error.with_operation(request.operation));
        debug!(
            "{} {} {} in {:?}: {}",
            request.operation,
            request.method.as_str(),
            request.path(),
            started.elapsed(),
            match &result {
                Ok(_) => "ok".to_owned(),
                Err(error) => format!("{:?}", error.kind()),
            }
        );
        result
    }

    /// Gives the answer to a signed link, which gets no credentials, to `read`.
    pub(crate) fn fetch(&self, url: &str, read: &mut Reader<'_>) -> Result<()> {
        origin::check_link(url, self.shared.allow_http)?;
        let limits = Limits { answer: None, ..self.transfer_limits() };
        let call = Call::new(limits, self.cancel.clone(), None, 0);
        self.shared.exchange.fetch(url, &call, read)
    }

    /// A client that sends nothing.
    #[cfg(test)]
    pub(crate) fn with_exchange(credentials: Credentials, exchange: Box<dyn Exchange>) -> Client {
        let client = Client::new(credentials).expect("the default settings are valid");
        let shared = Arc::into_inner(client.shared).expect("the client is new");
        Client {
            shared: Arc::new(Shared { exchange, ..shared }),
            timeout: client.timeout,
            cancel: client.cancel,
        }
    }

    fn call_limits(&self) -> Limits {
        Limits { connect: self.shared.connect_timeout, total: Some(self.timeout), stall: None, answer: None }
    }

    fn transfer_limits(&self) -> Limits {
        Limits {
            connect: self.shared.connect_timeout,
            total: None,
            stall: Some(self.shared.stall_timeout),
            answer: Some(self.timeout.max(UPLOAD_ANSWER)),
        }
    }

    /// Sleeps, unless the caller cancels.
    pub(crate) fn sleep(&self, time: Duration) -> Result<()> {
        let until = Instant::now() + time;
        loop {
            if self.cancel.as_ref().is_some_and(CancelToken::is_cancelled) {
                return Err(Error::new(ErrorKind::Cancelled, Evidence::NotSent, "cancelled by the caller"));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(crate::transport::SLICE));
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("username", &self.shared.credentials.username())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
