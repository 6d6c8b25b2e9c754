//! The client: who calls, where to, and the one way every call takes.

mod builder;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use log::{debug, warn};
use serde::de::DeserializeOwned;

use crate::origin::{self, Origin};
use crate::request::Request;
use crate::retry::{Again, Budget, Pace};
use crate::transfer::Multipart;
use crate::transport::{Call, Exchange, Headers, Limits, Reader};
use crate::{CallEvent, CancelToken, Credentials, Error, ErrorKind, Result, reply, retry};

use self::builder::positive;
pub use self::builder::{
    ClientBuilder, DEFAULT_ANSWER_TIMEOUT, DEFAULT_ATTEMPTS, DEFAULT_BASE_URL, DEFAULT_CONNECT_TIMEOUT,
    DEFAULT_STALL_TIMEOUT, DEFAULT_TIMEOUT,
};

/// The pauses before the looks at the state after a lost answer: what was begun may take a moment to show.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_millis(500), Duration::from_millis(1500)];

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
    answer_timeout: Duration,
    max_attempts: usize,
    read_back: bool,
    observer: Option<Observer>,
    pace: Box<dyn Pace>,
    exchange: Box<dyn Exchange>,
}

/// Is told of what happens beside the results of calls.
type Observer = Arc<dyn Fn(&CallEvent<'_>) -> ControlFlow<()> + Send + Sync>;

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
        ClientBuilder::new(credentials)
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
        self.make_attempts(request, upload, decode, self.budget(), false)
    }

    /// Makes a change. When its answer is lost, `find` looks whether the change was made: what it finds is then the
    /// result of the call.
    pub(crate) fn change<T>(
        &self,
        request: &Request,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        find: impl Fn(&Client) -> Result<Option<T>>,
    ) -> Result<T> {
        self.change_within(self.budget(), request, decode, find)
    }

    /// The time of one call, from now on.
    pub(crate) fn budget(&self) -> Budget {
        Budget::new(&*self.shared.pace, self.timeout)
    }

    /// [`change`](Client::change) in what is left of a call's time.
    pub(crate) fn change_within<T>(
        &self,
        budget: Budget,
        request: &Request,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        find: impl Fn(&Client) -> Result<Option<T>>,
    ) -> Result<T> {
        let looks_back = self.shared.read_back;
        match self.make_attempts(request, None, decode, budget, looks_back) {
            Err(error) if looks_back && error.kind() == ErrorKind::Ambiguous => {
                self.look_back(error, budget, find)
            }
            result => result,
        }
    }

    /// Looks at the state before a change, to be able to say afterwards what is new. Without it the change is made all
    /// the same, unless the caller wants to end.
    pub(crate) fn look_before<T>(
        &self,
        budget: Budget,
        look: impl FnOnce(&Client) -> Result<T>,
    ) -> Result<Option<T>> {
        if !self.shared.read_back {
            return Ok(None);
        }
        match look(&self.limited_to(budget.left(&*self.shared.pace) / 4)) {
            Err(error) if error.kind() == ErrorKind::Cancelled => Err(error),
            looked => Ok(looked.ok()),
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
            let found = match find(&self.limited_to(left)) {
                Err(failure) if failure.kind() == ErrorKind::Cancelled => break,
                found => found,
            };
            if let Ok(Some(found)) = found {
                warn!("{error}; the state shows that it was done");
                // There is nothing left to end.
                let _ = self.tell(&CallEvent::Adopted { operation: error.operation(), error: &error });
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
            // Uploads have no budget, so each failure gets the time of a call, and they are counted whatever the reason.
            let (is_upload, budget) = match upload {
                Some(_) => (true, self.budget()),
                None => (false, budget),
            };
            let allowed = match retry::again(request, &error) {
                Again::Never => false,
                Again::WithoutExpect => upload.as_mut().is_some_and(|upload| upload.expect_nothing()),
                Again::Later if !is_upload => shared.max_attempts > 1,
                Again::Soon | Again::Later => made < shared.max_attempts,
            };
            let can_go_again = allowed && upload.as_mut().is_none_or(|upload| upload.rewind());
            let pause = budget.pause(pace, made, error.retry_after());
            let Some(pause) = pause.filter(|_| can_go_again) else {
                return Err(error.after(earlier));
            };
            warn!("{error}; trying again in {pause:?}");
            let event = CallEvent::Retrying { operation: request.operation, error: &error, pause };
            let goes_on = match self.tell(&event) {
                ControlFlow::Continue(()) => pace.pause(pause, self.cancel.as_ref()),
                ControlFlow::Break(()) => Err(Error::cancelled("cancelled by the observer of events")),
            };
            earlier.extend_from_slice(error.attempts());
            goes_on.map_err(|error| error.with_operation(request.operation).after(earlier.clone()))?;
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

    fn tell(&self, event: &CallEvent<'_>) -> ControlFlow<()> {
        self.shared.observer.as_ref().map_or(ControlFlow::Continue(()), |observer| observer(event))
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
            answer: Some(self.shared.answer_timeout),
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

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("username", &self.shared.credentials.username())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
