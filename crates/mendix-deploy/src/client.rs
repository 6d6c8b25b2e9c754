//! The client, and the path that every call takes.

mod before;
mod builder;

use std::fmt;
use std::io::Read;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use log::{debug, warn};

use crate::model::Model;
use crate::origin::{self, Origin};
use crate::pause::{CallEvent, Observer, Pauses};
use crate::request::{Request, Upload};
use crate::retry::{Allowance, Budget, Polling, Retries, RetryPolicy, Work, is_retryable};
use crate::transport::{Exchange, Headers, Limits, Outgoing, Reader, Total, Transport};
use crate::{CancelToken, Clock, Credentials, Error, ErrorKind, Result, reply, retry};

pub(crate) use self::before::Identified;
pub use self::builder::{
    ClientBuilder, DEFAULT_ANSWER_TIMEOUT, DEFAULT_ATTEMPTS, DEFAULT_BASE_URL, DEFAULT_CONNECT_TIMEOUT,
    DEFAULT_STALL_TIMEOUT, DEFAULT_TIMEOUT,
};

/// A blocking client of the Deploy API.
///
/// Any number of threads may share a client, and its connections with it. A clone is cheap and shares them too. The
/// client runs no thread of its own.
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
    action_timeout: Duration,
    /// The setting that the limits come from, where it is not their own.
    time_left_of: Option<&'static str>,
    max_attempts: usize,
    cancel: Option<CancelToken>,
}

struct Shared {
    origin: Origin,
    allow_http: bool,
    credentials: Arc<Credentials>,
    connect_timeout: Duration,
    stall_timeout: Duration,
    answer_timeout: Duration,
    read_back: bool,
    check_packages: bool,
    observer: Option<Observer>,
    clock: Arc<dyn Clock>,
    transport: Box<dyn Transport>,
}

/// Reads a response, and keeps what it has read.
type Decode<'a> = dyn FnMut(Vec<u8>) -> Result<()> + 'a;

/// Looks for the effect of a change, keeps what it finds, and tells whether it found it.
type Find<'a> = dyn FnMut(&Client) -> Result<bool> + 'a;

impl Client {
    /// Returns this client with a token that ends its calls and waits.
    ///
    /// Connections are shared with the original.
    #[must_use]
    pub fn with_cancel_token(&self, token: CancelToken) -> Client {
        Client { cancel: Some(token), ..self.clone() }
    }

    /// Returns this client with another time limit for each call, whether it reads or mutates.
    ///
    /// Connections are shared with the original.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when it is zero.
    pub fn with_timeout(&self, timeout: Duration) -> Result<Client> {
        positive("timeout", timeout)?;
        Ok(Client { timeout, action_timeout: timeout, time_left_of: Some("timeout"), ..self.clone() })
    }

    /// The origin that calls are sent to.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.shared.origin.to_string()
    }

    /// Makes a call whose response is one value.
    pub(crate) fn send<T: Model>(&self, request: &Request) -> Result<T> {
        self.receive(request, None, |body| reply::decode(&body))
    }

    /// Makes a call whose response is a list.
    pub(crate) fn send_for_list<T: Model>(&self, request: &Request) -> Result<Vec<T>> {
        self.receive(request, None, |body| reply::decode_list(&body))
    }

    /// Makes a call, and decodes its response with `decode`.
    pub(crate) fn receive<T>(
        &self,
        request: &Request,
        upload: Option<&mut dyn Upload>,
        decode: impl Fn(Vec<u8>) -> Result<T>,
    ) -> Result<T> {
        let mut value = None;
        let mut decode = |body| {
            value = Some(decode(body)?);
            Ok(())
        };
        self.make_attempts(request, upload, &mut decode, self.budget(request), false)?;
        // An attempt that succeeds has read its response.
        value.ok_or_else(|| reply::unreadable("it was not read"))
    }

    /// Makes a mutating call.
    ///
    /// When its response is lost, `find` reads back the state: what it finds is the result of the call. When the service
    /// accepts the call with a response that cannot be read, the call succeeds with what `find`, or else `known`, gives.
    pub(crate) fn change<T>(
        &self,
        request: &Request,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        find: impl Fn(&Client) -> Result<Option<T>>,
        known: impl FnOnce() -> T,
    ) -> Result<T> {
        self.change_within(self.budget(request), request, decode, find, known)
    }

    /// The time budget of one call, from now on.
    pub(crate) fn budget(&self, request: &Request) -> Budget {
        Budget::new(self.clock(), if request.mutates() { self.action_timeout } else { self.timeout })
    }

    /// [`change`](Client::change) in what is left of a call's time.
    pub(crate) fn change_within<T>(
        &self,
        budget: Budget,
        request: &Request,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        find: impl Fn(&Client) -> Result<Option<T>>,
        known: impl FnOnce() -> T,
    ) -> Result<T> {
        self.change_as(request, None, &|| budget, decode, find, known)
    }

    /// [`change`](Client::change) by an upload, which takes the time that it takes. Reading back has that of a call.
    pub(crate) fn change_upload<T>(
        &self,
        request: &Request,
        upload: &mut dyn Upload,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        find: impl Fn(&Client) -> Result<Option<T>>,
        known: impl FnOnce() -> T,
    ) -> Result<T> {
        self.change_as(request, Some(upload), &|| self.budget(request), decode, find, known)
    }

    fn change_as<T>(
        &self,
        request: &Request,
        upload: Option<&mut dyn Upload>,
        budget: &dyn Fn() -> Budget,
        decode: impl Fn(Vec<u8>) -> Result<T>,
        find: impl Fn(&Client) -> Result<Option<T>>,
        known: impl FnOnce() -> T,
    ) -> Result<T> {
        let (mut decoded, mut found) = (None, None);
        let mut decode = |body| {
            decoded = Some(decode(body)?);
            Ok(())
        };
        let mut find = |client: &Client| {
            found = find(client)?;
            Ok(found.is_some())
        };
        self.change_or_find(request, upload, budget, &mut decode, &mut find)?;
        Ok(decoded.or(found).unwrap_or_else(known))
    }

    /// What all changes have in common, once for all types of their results: `decode` and `find` keep what they have.
    fn change_or_find(
        &self,
        request: &Request,
        upload: Option<&mut dyn Upload>,
        budget: &dyn Fn() -> Budget,
        decode: &mut Decode<'_>,
        find: &mut Find<'_>,
    ) -> Result<()> {
        let reads_back = self.shared.read_back;
        let mut is_decoded = false;
        let mut decode = |body| {
            match decode(body) {
                Ok(()) => is_decoded = true,
                Err(error) => debug!("{}: accepted, but {error}", request.operation),
            }
            Ok(())
        };
        match self.make_attempts(request, upload, &mut decode, budget(), reads_back) {
            Ok(()) if reads_back && !is_decoded => {
                // What it comes to is known without it, if less well.
                let _ = find(&self.limited_to(budget().left(self.clock())));
                Ok(())
            }
            Err(error) if reads_back && error.kind() == ErrorKind::Ambiguous => {
                self.read_back(error, budget(), find)
            }
            made => made,
        }
    }

    /// Reads the state before a mutating call, to know afterwards what is new. The call is made without it too, unless the
    /// caller cancels.
    pub(crate) fn read_before<T>(
        &self,
        budget: Budget,
        read: impl FnOnce(&Client) -> Result<T>,
    ) -> Result<Option<T>> {
        if !self.shared.read_back {
            return Ok(None);
        }
        match read(&self.limited_to(budget.left(self.clock()) / 4)) {
            Err(error) if error.kind() == ErrorKind::Cancelled => Err(error),
            read => Ok(read.ok()),
        }
    }

    /// Reads back the state after a lost response, until it shows the effect or the budget ends: the effect may take
    /// minutes to show. A read that fails proves nothing.
    fn read_back(&self, error: Error, budget: Budget, find: &mut Find<'_>) -> Result<()> {
        let mut polling = Polling::new();
        loop {
            let left = budget.left(self.clock());
            if left.is_zero() {
                return Err(error);
            }
            let asked = match find(&self.for_one_poll(left)) {
                Ok(true) => {
                    warn!("{error}; confirmed by read-back");
                    // There is nothing left to end.
                    let _ = self
                        .pauses()
                        .notify(&CallEvent::Adopted { operation: error.operation(), error: &error });
                    return Ok(());
                }
                Ok(false) => None,
                Err(failure) if is_retryable(Work::Wait, &failure) => failure.retry_after(),
                Err(_) => return Err(error),
            };
            if self.sleep(polling.pause(&budget, self.clock(), asked)).is_err() {
                return Err(error);
            }
        }
    }

    /// Attempts a call until it succeeds, or no further attempt is allowed.
    fn make_attempts(
        &self,
        request: &Request,
        mut upload: Option<&mut dyn Upload>,
        decode: &mut Decode<'_>,
        budget: Budget,
        is_read_back: bool,
    ) -> Result<()> {
        let allowance = match upload {
            Some(_) => Allowance::EachFailure(self.timeout),
            None => Allowance::Call(budget),
        };
        let mut retries = self.retries(request.operation, Work::of(request), allowance);
        let mut expects_continue = upload.is_some();
        loop {
            // A mutating call that was sent whole is not retried.
            let is_last = !is_read_back && (request.mutates() || retries.next() >= self.max_attempts);
            let limits = match upload {
                Some(_) => self.transfer_limits(),
                None => self.call_limits(request, budget, is_last),
            };
            let body_len = upload.as_ref().map_or(request.content.len(), |upload| upload.length());
            let outgoing = Outgoing {
                credentials: Some(Arc::clone(&self.shared.credentials)),
                body_len,
                mutates: request.mutates(),
                expects_continue,
            };
            let exchange = Exchange::new(limits, self.cancel.clone(), outgoing);
            let body = upload.as_mut().map(|upload| &mut **upload as &mut dyn Read);
            let error = match self.attempt(request, body, decode, &exchange) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let can_repeat = upload.as_mut().is_none_or(|upload| upload.rewind());
            if can_repeat && error.http_status() == Some(417) && std::mem::take(&mut expects_continue) {
                // The server does not know `Expect`.
                retries.repeat_at_once(&error);
            } else {
                retries.pause(error, can_repeat)?;
            }
        }
    }

    /// One attempt.
    fn attempt(
        &self,
        request: &Request,
        upload: Option<&mut dyn Read>,
        decode: &mut Decode<'_>,
        exchange: &Rc<Exchange>,
    ) -> Result<()> {
        let shared = &self.shared;
        let url = shared.origin.url(&request.path_and_query());
        let started = Instant::now();
        let result = shared
            .transport
            .send(&url, request, upload, exchange)
            .and_then(|reply| {
                let status = reply.status;
                reply::accepted(reply, exchange.evidence(), shared.credentials.api_key())
                    .and_then(|body| decode(body).map_err(|error| error.with_status(status)))
                    .map_err(|error| {
                        let evidence = error.evidence();
                        error.with_attempt(exchange.attempt(evidence))
                    })
            })
            .map_err(|error| {
                retry::judge(request, exchange.evidence(), error).with_operation(request.operation)
            });
        debug!(
            "{} {} {} in {:?}: {}",
            request.operation,
            request.method.as_str(),
            request.path(),
            started.elapsed(),
            match &result {
                Ok(()) => "ok".to_owned(),
                Err(error) => format!("{:?}", error.kind()),
            }
        );
        result
    }

    /// Gives the response to a signed link, which gets no credentials, to `read`.
    pub(crate) fn fetch(&self, url: &str, headers: &Headers, read: &mut Reader<'_>) -> Result<()> {
        origin::check_link(url, self.shared.allow_http)?;
        let limits = Limits { answer: None, ..self.transfer_limits() };
        let exchange = Exchange::new(limits, self.cancel.clone(), Outgoing::default());
        self.shared.transport.fetch(url, headers, &exchange, read)
    }

    /// A client on a transport of a test. It attempts once, does not read back, and uploads anything.
    #[cfg(test)]
    pub(crate) fn with_transport(credentials: Credentials, transport: Box<dyn Transport>) -> Client {
        let client = Client::new(credentials).expect("the default settings are valid");
        let shared = Arc::into_inner(client.shared).expect("the client is new");
        let shared = Arc::new(Shared { transport, read_back: false, check_packages: false, ..shared });
        Client { shared, max_attempts: 1, ..client }
    }

    fn call_limits(&self, request: &Request, budget: Budget, is_last: bool) -> Limits {
        let total = Total {
            share: budget.share(self.clock(), is_last),
            limit: budget.total(),
            setting: match self.time_left_of {
                Some(what) => what,
                None if request.mutates() => "action_timeout",
                None => "timeout",
            },
        };
        Limits { connect: self.shared.connect_timeout, total: Some(total), stall: None, answer: None }
    }

    fn transfer_limits(&self) -> Limits {
        Limits {
            connect: self.shared.connect_timeout,
            total: None,
            stall: Some(self.shared.stall_timeout),
            answer: Some(self.shared.answer_timeout),
        }
    }

    /// This client with at most `time` for a call.
    pub(crate) fn limited_to(&self, time: Duration) -> Client {
        let (timeout, action_timeout) = (self.timeout.min(time), self.action_timeout.min(time));
        let time_left_of =
            if time < self.timeout { Some("what was left of the time") } else { self.time_left_of };
        Client { timeout, action_timeout, time_left_of, ..self.clone() }
    }

    /// This client for one poll of many: a poll that fails is not retried, the next one follows.
    pub(crate) fn for_one_poll(&self, left: Duration) -> Client {
        Client { max_attempts: 1, ..self.limited_to(left) }
    }

    /// What no text may contain.
    pub(crate) fn api_key(&self) -> &str {
        self.shared.credentials.api_key()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// How long a mutating call may take.
    pub(crate) fn action_timeout(&self) -> Duration {
        self.action_timeout
    }

    /// Whether the caller has cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.as_ref().is_some_and(CancelToken::is_cancelled)
    }

    pub(crate) fn checks_packages(&self) -> bool {
        self.shared.check_packages
    }

    /// Counts the attempts of a call or transfer.
    pub(crate) fn retries(&self, operation: &'static str, work: Work, allowance: Allowance) -> Retries<'_> {
        let policy = RetryPolicy { max_attempts: self.max_attempts };
        Retries::new(self.pauses(), policy, operation, work, allowance)
    }

    pub(crate) fn report_retry(&self, operation: &'static str, error: &Error, pause: Duration) -> Result<()> {
        self.pauses().report_retry(operation, error, pause)
    }

    /// Sleeps, unless the caller cancels.
    pub(crate) fn sleep(&self, time: Duration) -> Result<()> {
        self.pauses().sleep(time)
    }

    fn pauses(&self) -> Pauses<'_> {
        Pauses { clock: self.clock(), cancel: self.cancel.as_ref(), observer: self.shared.observer.as_ref() }
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

fn positive(name: &str, timeout: Duration) -> Result<()> {
    if timeout.is_zero() {
        return Err(Error::invalid_input(format!("{name} is 0; expected a positive time")));
    }
    Ok(())
}
