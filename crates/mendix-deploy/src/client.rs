//! The client: who calls, where to, and the one way every call takes.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use log::{debug, warn};
use serde::de::DeserializeOwned;

use crate::origin::{self, Origin};
use crate::request::Request;
use crate::retry::{Again, Budget, Pace, RealPace};
use crate::transfer::Multipart;
use crate::transport::{Call, Exchange, Headers, Limits, Options, Reader, Transport};
use crate::{CallEvent, CancelToken, Credentials, Error, ErrorKind, Proxy, Result, reply, retry};

/// Where the service is.
pub const DEFAULT_BASE_URL: &str = "https://deploy.mendix.com";

/// How long one call may take, unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a connection may take to stand, unless told otherwise.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a transfer may make no progress, unless told otherwise.
pub const DEFAULT_STALL_TIMEOUT: Duration = Duration::from_mins(1);
const LONGEST_USER_AGENT: usize = 256;
/// How often a call is tried, unless told otherwise.
pub const DEFAULT_ATTEMPTS: usize = 4;
/// The pauses before the looks at the state after a lost answer: what was begun may take a moment to show.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(500), Duration::from_millis(1500)];
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
    credentials: Arc<Credentials>,
    connect_timeout: Duration,
    stall_timeout: Duration,
    max_attempts: usize,
    read_back: bool,
    observer: Option<Observer>,
    pace: Box<dyn Pace>,
    exchange: Box<dyn Exchange>,
}

/// Is told of what happens beside the results of calls.
type Observer = Arc<dyn Fn(&CallEvent<'_>) + Send + Sync>;

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
#[derive(Clone)]
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
    max_attempts: usize,
    read_back: bool,
    observer: Option<Observer>,
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

    /// How long one call may take in all, with its attempts, pauses and looks at the state; 60 seconds by default.
    /// An attempt after which something may follow gets three quarters of what is left. A transfer may take longer
    /// as long as it makes progress: see [`stall_timeout`](ClientBuilder::stall_timeout).
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

    /// How often a call is tried when the failure proves that it can go again, 4 times by default; 1 turns it off.
    ///
    /// A call that changes something goes again when it was not sent, or not whole. One that only looks goes again
    /// when no answer came, too, and after HTTP 502, 503 and 504. Where the service asks for patience (429, or a
    /// package that is still in preparation) a call goes again as long as its time lasts.
    pub fn max_attempts(mut self, attempts: usize) -> ClientBuilder {
        self.max_attempts = attempts;
        self
    }

    /// Whether to look at the state when the answer to a change was lost, as is the default: when the state shows
    /// that the change was made, the call succeeds. It is never sent again.
    pub fn read_back(mut self, read_back: bool) -> ClientBuilder {
        self.read_back = read_back;
        self
    }

    /// Tells of attempts that follow a failure, and of changes whose answer was lost and which the state shows to
    /// be made. `observer` runs on the thread of the call.
    pub fn on_event(mut self, observer: impl Fn(&CallEvent<'_>) + Send + Sync + 'static) -> ClientBuilder {
        self.observer = Some(Arc::new(observer));
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

    /// What to say in `User-Agent` beside this library's own name: the name and version of your program.
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
        if self.max_attempts == 0 {
            return Err(Error::invalid_input("max_attempts is 0; expected 1 or more"));
        }
        let exchange = Transport::new(&Options {
            proxy: &self.proxy,
            ca_file: self.ca_file.as_deref(),
            user_agent: user_agent(self.user_agent.as_deref())?,
            reply_limit: self.reply_limit,
            origin: origin.uri(),
        })?;
        Ok(Client {
            shared: Arc::new(Shared {
                origin,
                allow_http: self.allow_http,
                credentials: Arc::new(self.credentials),
                connect_timeout: self.connect_timeout,
                stall_timeout: self.stall_timeout,
                max_attempts: self.max_attempts,
                read_back: self.read_back,
                observer: self.observer,
                pace: Box::new(RealPace),
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
        Some(program) if program.len() > LONGEST_USER_AGENT => {
            return Err(Error::invalid_input(format!(
                "user_agent has {} characters; at most {LONGEST_USER_AGENT} are allowed",
                program.len()
            )));
        }
        Some(program)
            if program.bytes().all(|byte| (0x20..0x7f).contains(&byte) && !b"()\\".contains(&byte)) =>
        {
            format!("; {program}")
        }
        Some(_) => {
            return Err(Error::invalid_input(
                "user_agent has characters that it cannot carry; expected printable ASCII without ( ) \\",
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
            max_attempts: DEFAULT_ATTEMPTS,
            read_back: true,
            observer: None,
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

    /// Makes a call, and gives its answer to `decode`.
    pub(crate) fn receive<T>(
        &self,
        request: &Request,
        upload: Option<&mut Multipart<'_>>,
        decode: impl Fn(Vec<u8>) -> Result<T>,
    ) -> Result<T> {
        let budget = Budget::new(&*self.shared.pace, self.timeout);
        self.make_attempts(request, upload, decode, budget, false)
    }

    /// Makes a change. When its answer is lost, `find` looks whether the change was made: what it finds is then the
    /// result of the call.
    pub(crate) fn change<T>(
        &self,
        request: &Request,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        find: impl Fn(&Client) -> Result<Option<T>>,
    ) -> Result<T> {
        let budget = Budget::new(&*self.shared.pace, self.timeout);
        let looks_back = self.shared.read_back;
        match self.make_attempts(request, None, decode, budget, looks_back) {
            Err(error) if looks_back && error.kind() == ErrorKind::Ambiguous => {
                self.look_back(error, budget, find)
            }
            result => result,
        }
    }

    /// Looks at the state a few times, as long as the budget lasts. A look that fails proves nothing.
    fn look_back<T>(
        &self,
        error: Error,
        budget: Budget,
        find: impl Fn(&Client) -> Result<Option<T>>,
    ) -> Result<T> {
        let pace = &*self.shared.pace;
        for pause in LOOKS {
            let left = budget.left(pace).saturating_sub(pause);
            if left.is_zero() || pace.pause(pause, self.cancel.as_ref()).is_err() {
                break;
            }
            if let Ok(Some(found)) = find(&self.limited_to(left)) {
                warn!("{error}; the state shows that it was done");
                self.tell(&CallEvent::Adopted { operation: error.operation(), error: &error });
                return Ok(found);
            }
        }
        Err(error)
    }

    /// The way that every call takes: attempts, until one succeeds or no other is allowed.
    fn make_attempts<T>(
        &self,
        request: &Request,
        mut upload: Option<&mut Multipart<'_>>,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        budget: Budget,
        something_follows: bool,
    ) -> Result<T> {
        let shared = &self.shared;
        let pace = &*shared.pace;
        let mut earlier = Vec::new();
        loop {
            let made = earlier.len() + 1;
            let is_last = made >= shared.max_attempts && !something_follows;
            let limits = match upload {
                Some(_) => self.transfer_limits(),
                None => Limits { total: Some(budget.share(pace, is_last)), ..self.call_limits() },
            };
            let error = match self.attempt(request, upload.as_deref_mut(), &decode, limits) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let allowed = match retry::again(request, &error) {
                Again::Never => false,
                Again::Soon => made < shared.max_attempts,
                Again::Later => shared.max_attempts > 1,
            };
            let can_go_again = allowed && upload.as_mut().is_none_or(|upload| upload.rewind());
            let pause = budget.pause(pace, made, error.retry_after());
            let Some(pause) = pause.filter(|_| can_go_again) else {
                return Err(error.after(earlier));
            };
            warn!("{error}; trying again in {pause:?}");
            self.tell(&CallEvent::Retrying { operation: request.operation, error: &error, pause });
            earlier.extend_from_slice(error.attempts());
            pace.pause(pause, self.cancel.as_ref())
                .map_err(|cancelled| cancelled.with_operation(request.operation).after(earlier.clone()))?;
        }
    }

    /// One attempt.
    fn attempt<T>(
        &self,
        request: &Request,
        upload: Option<&mut Multipart<'_>>,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        limits: Limits,
    ) -> Result<T> {
        let shared = &self.shared;
        let body_len = upload.as_ref().map_or(request.content.len(), |upload| upload.content_length());
        let credentials = Some(Arc::clone(&shared.credentials));
        let call = Call::new(limits, self.cancel.clone(), credentials, body_len);
        let url = shared.origin.url(&request.path_and_query());
        let started = Instant::now();
        let result = shared
            .exchange
            .exchange(&url, request, upload, &call)
            .and_then(|answer| {
                let status = answer.status;
                reply::accepted(answer, call.evidence(), shared.credentials.api_key())
                    .and_then(|body| decode(body).map_err(|error| error.with_status(status)))
                    .map_err(|error| {
                        let evidence = error.evidence();
                        error.with_attempt(call.attempt(evidence))
                    })
            })
            .map_err(|error| retry::judge(request, error).with_operation(request.operation));
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

    fn tell(&self, event: &CallEvent<'_>) {
        if let Some(observer) = &self.shared.observer {
            observer(event);
        }
    }

    /// Gives the answer to a signed link, which gets no credentials, to `read`.
    pub(crate) fn fetch(&self, url: &str, headers: &Headers, read: &mut Reader<'_>) -> Result<()> {
        origin::check_link(url, self.shared.allow_http)?;
        let limits = Limits { answer: None, ..self.transfer_limits() };
        let call = Call::new(limits, self.cancel.clone(), None, 0);
        self.shared.exchange.fetch(url, headers, &call, read)
    }

    /// A client that sends nothing, tries once and does not look back.
    #[cfg(test)]
    pub(crate) fn with_exchange(credentials: Credentials, exchange: Box<dyn Exchange>) -> Client {
        let client = Client::new(credentials).expect("the default settings are valid");
        let shared = Arc::into_inner(client.shared).expect("the client is new");
        Client {
            shared: Arc::new(Shared { exchange, max_attempts: 1, read_back: false, ..shared }),
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

    /// This client with no more time for a call than it had, and than `time`.
    pub(crate) fn limited_to(&self, time: Duration) -> Client {
        Client { timeout: self.timeout.min(time), ..self.clone() }
    }

    pub(crate) fn pace(&self) -> &dyn Pace {
        &*self.shared.pace
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(crate) fn max_attempts(&self) -> usize {
        self.shared.max_attempts
    }

    /// Sleeps, unless the caller cancels.
    pub(crate) fn sleep(&self, time: Duration) -> Result<()> {
        self.shared.pace.pause(time, self.cancel.as_ref())
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("timeout", &self.timeout)
            .field("proxy", &self.proxy)
            .field("ca_file", &self.ca_file)
            .finish_non_exhaustive()
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
