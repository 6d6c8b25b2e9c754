//! The client: its options, what it shares, and how its methods call the core.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mendix_deploy::{
    Credentials, DEFAULT_ANSWER_TIMEOUT, DEFAULT_ATTEMPTS, DEFAULT_CONNECT_TIMEOUT, DEFAULT_STALL_TIMEOUT,
    DEFAULT_TIMEOUT, DEFAULT_WAIT_TIMEOUT, Proxy,
};
use pyo3::exceptions::{PyBaseException, PyTypeError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::arguments::names::{
    action_timeout, allow_insecure_http, answer_timeout, api_key, base_url, ca_file, check_packages,
    connect_timeout, max_attempts, on_event, proxy, read_back, reply_limit, stall_timeout, timeout, token,
    user_agent, username,
};
use crate::arguments::time::seconds;
use crate::arguments::{Arg, Name};
use crate::call::{self, CancelToken, Watch};
use crate::callbacks::EventCallback;
use crate::errors;
use crate::handle::{Handle, Options};
use crate::models::ResultList;

// Signatures show their defaults, so they are written out there. They are the core's.
const _: () = assert!(
    DEFAULT_TIMEOUT.as_secs() == 60
        && DEFAULT_CONNECT_TIMEOUT.as_secs() == 10
        && DEFAULT_STALL_TIMEOUT.as_secs() == 60
        && DEFAULT_ANSWER_TIMEOUT.as_secs() == 900
        && DEFAULT_WAIT_TIMEOUT.as_secs() == 900
        && DEFAULT_ATTEMPTS == 4
);

/// A client of the Deploy API.
///
/// >>> with Client.from_env() as client:
/// ...     for app in client.list_apps():
/// ...         print(app.app_id)
///
/// One client serves any number of threads, which share its connections, and can be used in a process forked after it
/// was made. Every call releases the GIL, and Ctrl-C cancels it. As a context manager the client closes its connections
/// on exit.
///
/// A mutating call that may have taken effect is never sent again. The `evidence` of every exception tells whether it
/// can have.
///
/// Where a method takes an identifier, it takes the result that has it as well: `client.list_environments(app)`. Times are
/// numbers of seconds or `datetime.timedelta`.
///
/// username: e-mail address of the Mendix account. api_key: its API key.
/// base_url: scheme, host and port; `http://` only to this machine unless allow_insecure_http.
/// timeout: time limit of a read, with all its attempts.
/// action_timeout: time limit of a mutating call, which the service works on before it responds; five times timeout by
/// default.
/// connect_timeout: time limit of name resolution, connection, proxy and TLS together.
/// stall_timeout: how long an upload or download may make no progress.
/// answer_timeout: time limit of the response to an upload; the service inspects the package before it responds.
/// proxy: `http://[user:password@]host[:port]`, or False for none; by default that of the environment variables.
/// ca_file: certificates in PEM form that are trusted alongside those of the platform: of authorities, or the server's own.
/// user_agent: name and version of your program.
/// max_attempts: how often a call is attempted when the failure proves that it is retryable; 1 turns retries off.
/// read_back: whether to read back the state when the response to a mutating call was lost.
/// reply_limit: the longest response that is read into memory, in bytes. Downloads have no limit.
/// check_packages: whether `upload_package` refuses a path or bytes that are not a deployment package.
/// on_event: called with a `CallEvent` when a call is retried, and when a lost response was confirmed by read-back.
#[pyclass(frozen, weakref, module = "mendix_deploy")]
pub(crate) struct Client {
    handle: Arc<Handle>,
    token: Option<CancelToken>,
    /// Another time limit for one call than that of the handle.
    timeout: Option<Duration>,
    on_event: Option<Py<PyAny>>,
}

impl Client {
    fn over(handle: Handle, on_event: Option<Arg<on_event, EventCallback>>) -> Client {
        let on_event = on_event.map(|callback| callback.into_inner().0);
        Client { handle: Arc::new(handle), token: None, timeout: None, on_event }
    }

    pub(crate) fn call<Model: Send, Face>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&mendix_deploy::Client) -> mendix_deploy::Result<Model> + Send,
    ) -> PyResult<Face>
    where
        Face: From<Model>,
    {
        self.watched(py, |client, _| call(client))
    }

    pub(crate) fn list<Model: Send, Face: From<Model>>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&mendix_deploy::Client) -> mendix_deploy::Result<Vec<Model>> + Send,
    ) -> PyResult<ResultList<Face>> {
        let models: Vec<Model> = self.call(py, call)?;
        Ok(ResultList(models.into_iter().map(Face::from).collect()))
    }

    pub(crate) fn watched<Model: Send, Face: From<Model>>(
        &self,
        py: Python<'_>,
        call: impl FnOnce(&mendix_deploy::Client, &Watch) -> mendix_deploy::Result<Model> + Send,
    ) -> PyResult<Face> {
        call::make(py, self.core(py)?, self.token.as_ref(), self.on_event.as_ref(), call).map(Face::from)
    }

    fn core(&self, py: Python<'_>) -> PyResult<mendix_deploy::Client> {
        let client = self.handle.client(py)?;
        match self.timeout {
            Some(timeout) => client.with_timeout(timeout).map_err(|error| errors::raise(py, &error)),
            None => Ok(client),
        }
    }

    /// Another client with the same connections.
    fn share(&self, py: Python<'_>) -> Client {
        Client {
            handle: Arc::clone(&self.handle),
            token: self.token.clone(),
            timeout: self.timeout,
            on_event: self.on_event.as_ref().map(|callback| callback.clone_ref(py)),
        }
    }
}

/// Declares the constructors, which share all options but the credentials and the origin.
macro_rules! constructors {
    ($($(#[$attribute:meta])* $option:ident: $type:ty, ($($default:tt)+);)+) => {
        #[pymethods]
        impl Client {
            #[new]
            #[pyo3(signature = (
                *, username, api_key, base_url: "str" = "https://deploy.mendix.com", $($option $($default)+,)+ on_event=None
            ))]
            #[expect(clippy::too_many_arguments, reason = "each is one keyword in Python")]
            fn new(
                py: Python<'_>,
                username: Arg<username, &str>,
                api_key: Arg<api_key, &str>,
                #[pyo3(from_py_with = base_url::take)] base_url: &str,
                $($(#[$attribute])* $option: $type,)+
                on_event: Option<Arg<on_event, EventCallback>>,
            ) -> PyResult<Client> {
                let credentials =
                    Credentials::new(*username, *api_key).map_err(|error| errors::raise(py, &error))?;
                let options = Options { base_url: Some(base_url), $($option),+ };
                Ok(Client::over(Handle::new(py, credentials, options)?, on_event))
            }

            /// Makes a client from the environment variables `MENDIX_USERNAME`, `MENDIX_API_KEY` and, where it is set,
            /// `MENDIX_DEPLOY_URL`. The options are those of `Client`.
            #[staticmethod]
            #[pyo3(signature = (*, base_url=None, $($option $($default)+,)+ on_event=None))]
            #[expect(clippy::too_many_arguments, reason = "each is one keyword in Python")]
            fn from_env(
                py: Python<'_>,
                base_url: Option<Arg<base_url, &str>>,
                $($(#[$attribute])* $option: $type,)+
                on_event: Option<Arg<on_event, EventCallback>>,
            ) -> PyResult<Client> {
                let options = Options { base_url: base_url.map(Arg::into_inner), $($option),+ };
                Ok(Client::over(Handle::from_env(py, options)?, on_event))
            }
        }
    };
}

constructors! {
    #[pyo3(from_py_with = timeout::take)]
    timeout: f64, (: "float | timedelta" = 60.0);
    #[pyo3(from_py_with = connect_timeout::take)]
    connect_timeout: f64, (: "float | timedelta" = 10.0);
    #[pyo3(from_py_with = stall_timeout::take)]
    stall_timeout: f64, (: "float | timedelta" = 60.0);
    #[pyo3(from_py_with = answer_timeout::take)]
    answer_timeout: f64, (: "float | timedelta" = 900.0);
    action_timeout: Option<Arg<action_timeout, f64>>, (= None);
    proxy: Option<Arg<proxy, Proxy>>, (= None);
    ca_file: Option<Arg<ca_file, PathBuf>>, (= None);
    user_agent: Option<Arg<user_agent, &str>>, (= None);
    #[pyo3(from_py_with = allow_insecure_http::take)]
    allow_insecure_http: bool, (: "bool" = false);
    #[pyo3(from_py_with = max_attempts::take)]
    max_attempts: usize, (: "int" = 4);
    #[pyo3(from_py_with = read_back::take)]
    read_back: bool, (: "bool" = true);
    #[pyo3(from_py_with = reply_limit::take)]
    reply_limit: usize, (: "int" = 16_777_216);
    #[pyo3(from_py_with = check_packages::take)]
    check_packages: bool, (: "bool" = true);
}

#[pymethods]
impl Client {
    /// Gives this client with a token that cancels its calls and waits. It shares the connections of the original.
    fn with_cancel_token(&self, py: Python<'_>, token: Arg<token, Bound<'_, CancelToken>>) -> Client {
        Client { token: Some(token.get().clone()), ..self.share(py) }
    }

    /// Gives this client with another time limit for one call, of whatever kind. It shares the connections of
    /// the original.
    fn with_timeout(&self, py: Python<'_>, timeout: Arg<timeout, f64>) -> PyResult<Client> {
        let client = Client { timeout: Some(seconds(*timeout)), ..self.share(py) };
        client.core(py)?;
        Ok(client)
    }

    /// The origin that calls go to.
    #[getter]
    fn base_url(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.handle.client(py)?.base_url())
    }

    /// Closes the connections, also those of clients that share them. Later calls raise InvalidInputError.
    fn close(&self, py: Python<'_>) {
        self.handle.close(py);
    }

    fn __enter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        _kind: Option<Bound<'_, PyType>>,
        _error: Option<Bound<'_, PyBaseException>>,
        _traceback: Option<Bound<'_, PyAny>>,
    ) {
        self.close(py);
    }

    fn __repr__(&self) -> String {
        self.handle.to_string()
    }

    /// `on_event` may hold this client.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.on_event)
    }

    /// Raises TypeError: pickling would carry the API key along.
    #[expect(clippy::unused_self, reason = "as pickle calls it")]
    fn __reduce__(&self) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err(
            "a Client cannot be pickled, since it holds the API key; make one in the other process: Client.from_env()",
        ))
    }
}
