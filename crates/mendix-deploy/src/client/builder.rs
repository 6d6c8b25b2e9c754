//! The settings of a client, and making it from them.

use std::fmt;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Client, Shared, positive};
use crate::clock::{Clock, SystemClock};
use crate::origin::Origin;
use crate::pause::{CallEvent, Observer};
use crate::transport::{Options, UreqTransport};
use crate::{Credentials, Error, Proxy, Result};

/// The origin of the service, unless [`ClientBuilder::base_url`] sets another.
pub const DEFAULT_BASE_URL: &str = "https://deploy.mendix.com";

/// How long a read may take by default: one minute.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(1);
/// How long connecting may take by default: 10 seconds.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a transfer may go without progress by default: one minute.
pub const DEFAULT_STALL_TIMEOUT: Duration = Duration::from_mins(1);
const LONGEST_USER_AGENT: usize = 256;
/// How often a call is attempted by default: 4 times.
pub const DEFAULT_ATTEMPTS: usize = 4;
/// How long the service may take to respond to an upload that has arrived, by default: 15 minutes.
pub const DEFAULT_ANSWER_TIMEOUT: Duration = Duration::from_mins(15);
/// How many times `timeout` a mutating call may take by default.
const ACTION_TIMES: u32 = 5;
const DEFAULT_REPLY_LIMIT: usize = 16 * 1024 * 1024;

/// Makes a [`Client`] with other settings than the defaults.
///
/// The credentials may come with [`Client::builder`], or at any time before [`build`](ClientBuilder::build) with
/// [`credentials`](ClientBuilder::credentials).
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
    credentials: Option<Credentials>,
    base_url: String,
    allow_http: bool,
    timeout: Duration,
    connect_timeout: Duration,
    stall_timeout: Duration,
    answer_timeout: Duration,
    reply_limit: usize,
    proxy: Proxy,
    ca_file: Option<PathBuf>,
    user_agent: Option<String>,
    max_attempts: usize,
    read_back: bool,
    check_packages: bool,
    observer: Option<Observer>,
    action_timeout: Option<Duration>,
    clock: Arc<dyn Clock>,
}

impl ClientBuilder {
    /// A builder with the default settings and no credentials yet.
    pub fn new() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl Default for ClientBuilder {
    fn default() -> ClientBuilder {
        ClientBuilder {
            credentials: None,
            base_url: DEFAULT_BASE_URL.to_owned(),
            allow_http: false,
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            stall_timeout: DEFAULT_STALL_TIMEOUT,
            answer_timeout: DEFAULT_ANSWER_TIMEOUT,
            reply_limit: DEFAULT_REPLY_LIMIT,
            proxy: Proxy::default(),
            ca_file: None,
            user_agent: None,
            max_attempts: DEFAULT_ATTEMPTS,
            read_back: true,
            check_packages: true,
            observer: None,
            action_timeout: None,
            clock: Arc::new(SystemClock),
        }
    }
}

impl ClientBuilder {
    /// Sets the username and the API key, in place of any that were set before.
    pub fn credentials(mut self, credentials: Credentials) -> ClientBuilder {
        self.credentials = Some(credentials);
        self
    }

    /// Sets the origin of the service: scheme, host and port. `https://deploy.mendix.com` by default.
    ///
    /// `/api/1` is added to it. `http://` is refused except for loopback, where a simulator runs.
    pub fn base_url(mut self, base_url: impl Into<String>) -> ClientBuilder {
        self.base_url = base_url.into();
        self
    }

    /// Allows `http://` to any host.
    ///
    /// The API key then crosses the network unencrypted.
    pub fn allow_insecure_http(mut self, allow: bool) -> ClientBuilder {
        self.allow_http = allow;
        self
    }

    /// Sets how long a read may take in all, with its attempts and pauses; 60 seconds by default.
    ///
    /// Each attempt but the last gets three quarters of what is left. Mutating calls have a limit of their own, see
    /// [`action_timeout`](ClientBuilder::action_timeout). A transfer may take longer as long as it makes progress, see
    /// [`stall_timeout`](ClientBuilder::stall_timeout).
    pub fn timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.timeout = timeout;
        self
    }

    /// Sets how long a mutating call may take in all, with its attempts, pauses and read-backs; five times `timeout` by
    /// default, so 5 minutes.
    ///
    /// The service works on such a call before it responds: transporting a package takes about two minutes. Uploads are
    /// limited by [`stall_timeout`](ClientBuilder::stall_timeout) and [`answer_timeout`](ClientBuilder::answer_timeout)
    /// instead.
    pub fn action_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.action_timeout = Some(timeout);
        self
    }

    /// Sets the clock of pauses and waits; that of the machine by default.
    ///
    /// For tests that must not sleep.
    pub fn clock(mut self, clock: impl Clock + 'static) -> ClientBuilder {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how long resolving the name, connecting, the proxy and TLS may take together; 10 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long an upload or download may go without progress; 60 seconds by default.
    pub fn stall_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.stall_timeout = timeout;
        self
    }

    /// Sets how long the service may take to respond once an upload has arrived; 15 minutes by default.
    ///
    /// The service inspects the package before it responds.
    pub fn answer_timeout(mut self, timeout: Duration) -> ClientBuilder {
        self.answer_timeout = timeout;
        self
    }

    /// Sets how often a call is attempted when its failure is retryable; 4 times by default, and 1 turns retries off.
    ///
    /// A mutating call is retried when it was not sent, or not sent whole. A read is also retried when no response came,
    /// and after HTTP 408, 421, 425, 500 without an error code, 502 to 504 and 520 to 529. Where the service asks to
    /// come back later (429, or a package that is still in preparation), a call is retried until its time is up. Waits are
    /// not limited by it.
    pub fn max_attempts(mut self, attempts: usize) -> ClientBuilder {
        self.max_attempts = attempts;
        self
    }

    /// Sets whether the state is read back when the response to a mutating call was lost; it is by default.
    ///
    /// When the state shows the effect, the call succeeds. The state is read until it does, or until the time of the call
    /// is up. The call is never sent again.
    pub fn read_back(mut self, read_back: bool) -> ClientBuilder {
        self.read_back = read_back;
        self
    }

    /// Sets whether [`upload_package`](Client::upload_package) refuses a file or bytes that are not a deployment package
    /// before anything is sent, as is the default. Off, the service decides.
    pub fn check_packages(mut self, check_packages: bool) -> ClientBuilder {
        self.check_packages = check_packages;
        self
    }

    /// Notifies `observer` of each failure that is retried, and of each mutating call that read-back confirmed.
    ///
    /// It runs on the thread of the call, for calls, transfers and waits. When it returns [`ControlFlow::Break`], there is
    /// no further attempt, and the call ends with [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled). A call that
    /// read-back confirmed succeeds all the same.
    pub fn on_event(
        mut self,
        observer: impl Fn(&CallEvent<'_>) -> ControlFlow<()> + Send + Sync + 'static,
    ) -> ClientBuilder {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Sets the longest response that is read into memory, in bytes; 16 MiB by default.
    ///
    /// It may have one JSON value for every 16 bytes of the limit, so that the memory for it stays below some 20 times the
    /// limit. Downloads have no limit.
    pub fn reply_limit(mut self, bytes: usize) -> ClientBuilder {
        self.reply_limit = bytes;
        self
    }

    /// Sets the proxy; by default it is taken from the environment.
    pub fn proxy(mut self, proxy: Proxy) -> ClientBuilder {
        self.proxy = proxy;
        self
    }

    /// Sets a PEM file of certificates that are trusted in addition to the usual ones.
    ///
    /// They are those of authorities, or the exact certificate of the server. One that cannot be used is skipped, with a
    /// warning in the log.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> ClientBuilder {
        self.ca_file = Some(path.into());
        self
    }

    /// Adds the name and version of your program to `User-Agent`, after this library's own.
    pub fn user_agent(mut self, program: impl Into<String>) -> ClientBuilder {
        self.user_agent = Some(program.into());
        self
    }

    /// Makes the client.
    ///
    /// Nothing is sent.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when there are no credentials, or naming the setting that is invalid; `Io` when `ca_file` cannot be
    /// read.
    pub fn build(self) -> Result<Client> {
        let credentials = self.credentials.ok_or_else(|| {
            Error::invalid_input("credentials are missing; set the username and the API key first")
        })?;
        let origin = Origin::parse(&self.base_url, self.allow_http)?;
        for (name, timeout) in [
            ("timeout", self.timeout),
            ("connect_timeout", self.connect_timeout),
            ("stall_timeout", self.stall_timeout),
            ("answer_timeout", self.answer_timeout),
            ("action_timeout", self.action_timeout.unwrap_or(DEFAULT_TIMEOUT)),
        ] {
            positive(name, timeout)?;
        }
        if self.reply_limit == 0 {
            return Err(Error::invalid_input("reply_limit is 0; expected a number of bytes"));
        }
        if self.max_attempts == 0 {
            return Err(Error::invalid_input("max_attempts is 0; expected 1 or more"));
        }
        let transport = UreqTransport::new(&Options {
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
                credentials: Arc::new(credentials),
                connect_timeout: self.connect_timeout,
                stall_timeout: self.stall_timeout,
                answer_timeout: self.answer_timeout,
                read_back: self.read_back,
                check_packages: self.check_packages,
                observer: self.observer,
                clock: self.clock,
                transport: Box::new(transport),
            }),
            timeout: self.timeout,
            action_timeout: self.action_timeout.unwrap_or(self.timeout.saturating_mul(ACTION_TIMES)),
            time_left_of: None,
            max_attempts: self.max_attempts,
            cancel: None,
        })
    }
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
    /// Makes a client with the default settings.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the proxy in the environment is invalid.
    pub fn new(credentials: Credentials) -> Result<Client> {
        Client::builder(credentials).build()
    }

    /// Makes a builder with these credentials and the default settings.
    ///
    /// [`ClientBuilder::new`] makes one whose credentials come later.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new().credentials(credentials)
    }

    /// Makes a client from `MENDIX_USERNAME`, `MENDIX_API_KEY` and, where it is set, `MENDIX_DEPLOY_URL`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` naming the variable that is missing or invalid.
    pub fn from_env() -> Result<Client> {
        Client::builder_from_env()?.build()
    }

    /// Makes a builder with what [`from_env`](Client::from_env) reads.
    ///
    /// # Errors
    ///
    /// `InvalidInput` naming the variable that is missing or invalid.
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
