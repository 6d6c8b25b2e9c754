//! The client: how it is made, what it shares, and how its methods reach the core.

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
    action_timeout, allow_insecure_http, answer_timeout, api_key, base_url, ca_file, connect_timeout,
    max_attempts, on_event, proxy, read_back, reply_limit, stall_timeout, timeout, token, user_agent,
    username,
};
use crate::arguments::{Arg, Name, seconds};
use crate::call::{self, CancelToken, Watch};
use crate::callbacks::EventCallback;
use crate::errors;
use crate::handle::{Handle, Options};

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
/// One client serves any number of threads, which share its connections, and it can be used in a process forked
/// after it was made. Every call lets go of the interpreter, and Ctrl-C ends it. As a context manager the client
/// closes its connections at the end.
///
/// A change that may have taken effect is never sent again. Every exception says in `evidence` whether it can have.
///
/// username: e-mail address of the Mendix account. api_key: its API key.
/// base_url: scheme, host and port; `http://` only to this machine unless allow_insecure_http.
/// timeout: seconds for one call that reads, in all. action_timeout: for one that changes something, which the service
/// works on before it responds; None is five times timeout. connect_timeout: for name look-up, connection, proxy and TLS
/// together.
/// stall_timeout: how long an upload or download may make no progress. answer_timeout: how long the service may look
/// into a package that has arrived.
/// proxy: `http://[user:password@]host[:port]`, or False for none; None is as the environment says.
/// ca_file: certificates in PEM form that are trusted alongside those of the platform: of authorities, or the server's own.
/// user_agent: name and version of your program.
/// max_attempts: how often a call is tried when the failure proves that it can go again; 1 turns it off.
/// read_back: whether to look at the state when the answer to a change was lost.
/// reply_limit: the longest reply that is read into memory, in bytes. Downloads have no limit.
/// on_event: is called with a `CallEvent` when a call goes again, and when a lost answer was read back.
#[pyclass(frozen, weakref, module = "mendix_deploy")]
pub(crate) struct Client {
    handle: Arc<Handle>,
    token: Option<CancelToken>,
    /// Another time for one call than that of the handle.
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
    ) -> PyResult<Vec<Face>> {
        let models: Vec<Model> = self.call(py, call)?;
        Ok(models.into_iter().map(Face::from).collect())
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

    /// Another one with the same connections.
    fn share(&self, py: Python<'_>) -> Client {
        Client {
            handle: Arc::clone(&self.handle),
            token: self.token.clone(),
            timeout: self.timeout,
            on_event: self.on_event.as_ref().map(|callback| callback.clone_ref(py)),
        }
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (
        *, username, api_key, base_url: "str" = "https://deploy.mendix.com", timeout: "float" = 60.0, connect_timeout: "float" = 10.0,
        stall_timeout: "float" = 60.0, answer_timeout: "float" = 900.0, action_timeout=None, proxy=None, ca_file=None, user_agent=None, allow_insecure_http: "bool" = false,
        max_attempts: "int" = 4, read_back: "bool" = true, reply_limit: "int" = 16_777_216, on_event=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "each is one keyword in Python")]
    fn new(
        py: Python<'_>,
        username: Arg<username, &str>,
        api_key: Arg<api_key, &str>,
        #[pyo3(from_py_with = base_url::take)] base_url: &str,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        #[pyo3(from_py_with = connect_timeout::take)] connect_timeout: f64,
        #[pyo3(from_py_with = stall_timeout::take)] stall_timeout: f64,
        #[pyo3(from_py_with = answer_timeout::take)] answer_timeout: f64,
        action_timeout: Option<Arg<action_timeout, f64>>,
        proxy: Option<Arg<proxy, Proxy>>,
        ca_file: Option<Arg<ca_file, PathBuf>>,
        user_agent: Option<Arg<user_agent, &str>>,
        #[pyo3(from_py_with = allow_insecure_http::take)] allow_insecure_http: bool,
        #[pyo3(from_py_with = max_attempts::take)] max_attempts: usize,
        #[pyo3(from_py_with = read_back::take)] read_back: bool,
        #[pyo3(from_py_with = reply_limit::take)] reply_limit: usize,
        on_event: Option<Arg<on_event, EventCallback>>,
    ) -> PyResult<Client> {
        let credentials = Credentials::new(*username, *api_key).map_err(|error| errors::raise(py, &error))?;
        let options = Options {
            base_url: Some(base_url),
            timeout,
            connect_timeout,
            stall_timeout,
            answer_timeout,
            action_timeout,
            proxy,
            ca_file,
            user_agent,
            allow_insecure_http,
            max_attempts,
            read_back,
            reply_limit,
        };
        Ok(Client::over(Handle::new(py, credentials, options)?, on_event))
    }

    /// A client from the environment variables `MENDIX_USERNAME`, `MENDIX_API_KEY` and, where it is set,
    /// `MENDIX_DEPLOY_URL`. The options are those of `Client`.
    #[staticmethod]
    #[pyo3(signature = (
        *, base_url=None, timeout: "float" = 60.0, connect_timeout: "float" = 10.0, stall_timeout: "float" = 60.0, answer_timeout: "float" = 900.0, action_timeout=None, proxy=None,
        ca_file=None, user_agent=None, allow_insecure_http: "bool" = false,
        max_attempts: "int" = 4, read_back: "bool" = true, reply_limit: "int" = 16_777_216, on_event=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "each is one keyword in Python")]
    fn from_env(
        py: Python<'_>,
        base_url: Option<Arg<base_url, &str>>,
        #[pyo3(from_py_with = timeout::take)] timeout: f64,
        #[pyo3(from_py_with = connect_timeout::take)] connect_timeout: f64,
        #[pyo3(from_py_with = stall_timeout::take)] stall_timeout: f64,
        #[pyo3(from_py_with = answer_timeout::take)] answer_timeout: f64,
        action_timeout: Option<Arg<action_timeout, f64>>,
        proxy: Option<Arg<proxy, Proxy>>,
        ca_file: Option<Arg<ca_file, PathBuf>>,
        user_agent: Option<Arg<user_agent, &str>>,
        #[pyo3(from_py_with = allow_insecure_http::take)] allow_insecure_http: bool,
        #[pyo3(from_py_with = max_attempts::take)] max_attempts: usize,
        #[pyo3(from_py_with = read_back::take)] read_back: bool,
        #[pyo3(from_py_with = reply_limit::take)] reply_limit: usize,
        on_event: Option<Arg<on_event, EventCallback>>,
    ) -> PyResult<Client> {
        let options = Options {
            base_url: base_url.map(Arg::into_inner),
            timeout,
            connect_timeout,
            stall_timeout,
            answer_timeout,
            action_timeout,
            proxy,
            ca_file,
            user_agent,
            allow_insecure_http,
            max_attempts,
            read_back,
            reply_limit,
        };
        Ok(Client::over(Handle::from_env(py, options)?, on_event))
    }

    /// This client with a token that ends its calls and waits. Connections are shared with the original.
    fn with_cancel_token(&self, py: Python<'_>, token: Arg<token, Bound<'_, CancelToken>>) -> Client {
        Client { token: Some(token.get().clone()), ..self.share(py) }
    }

    /// This client with another time for one call, of whatever kind, in seconds. Connections are shared with the original.
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

    /// Closes the connections, those of clients that share them too. Calls after it raise InvalidInputError.
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
