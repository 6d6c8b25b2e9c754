//! The core's client, which is made again in a forked process.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mendix_deploy::{ClientBuilder, Credentials, Proxy};
use pyo3::prelude::*;

use crate::arguments::Arg;
use crate::arguments::names::{action_timeout, ca_file, proxy, user_agent};
use crate::arguments::time::seconds;
use crate::{call, errors};

/// The options of a client, as Python gives them.
pub(crate) struct Options<'a> {
    pub(crate) base_url: Option<&'a str>,
    pub(crate) timeout: f64,
    pub(crate) connect_timeout: f64,
    pub(crate) stall_timeout: f64,
    pub(crate) answer_timeout: f64,
    pub(crate) action_timeout: Option<Arg<action_timeout, f64>>,
    pub(crate) proxy: Option<Arg<proxy, Proxy>>,
    pub(crate) ca_file: Option<Arg<ca_file, PathBuf>>,
    pub(crate) user_agent: Option<Arg<user_agent, &'a str>>,
    pub(crate) allow_insecure_http: bool,
    pub(crate) max_attempts: usize,
    pub(crate) read_back: bool,
    pub(crate) check_packages: bool,
    pub(crate) reply_limit: usize,
}

impl Options<'_> {
    fn apply(self, builder: ClientBuilder) -> ClientBuilder {
        let mut builder = builder
            .timeout(seconds(self.timeout))
            .connect_timeout(seconds(self.connect_timeout))
            .stall_timeout(seconds(self.stall_timeout))
            .answer_timeout(seconds(self.answer_timeout))
            .allow_insecure_http(self.allow_insecure_http)
            .max_attempts(self.max_attempts)
            .read_back(self.read_back)
            .check_packages(self.check_packages)
            .reply_limit(self.reply_limit)
            .on_event(call::observe)
            .proxy(self.proxy.map_or(Proxy::FromEnvironment, Arg::into_inner));
        if let Some(timeout) = self.action_timeout {
            builder = builder.action_timeout(seconds(*timeout));
        }
        if let Some(base_url) = self.base_url {
            builder = builder.base_url(base_url);
        }
        if let Some(path) = self.ca_file {
            builder = builder.ca_file(path.into_inner());
        }
        if let Some(program) = self.user_agent {
            builder = builder.user_agent(*program);
        }
        builder
    }
}

/// A client of the core, and what it was made of.
pub(crate) struct Handle {
    builder: ClientBuilder,
    /// The client, until it is closed. It is only ever locked by a thread that holds the GIL, for a moment:
    /// no other thread can hold it when a process forks.
    made: Mutex<Option<Made>>,
}

/// A client and the process that made it. A forked process leaves it alone: threads that do not exist there may have
/// been using it.
struct Made {
    process: u32,
    client: Option<mendix_deploy::Client>,
}

impl Made {
    fn new(client: mendix_deploy::Client) -> Made {
        Made { process: std::process::id(), client: Some(client) }
    }

    /// The client, if this is its process.
    fn client(&self) -> Option<mendix_deploy::Client> {
        if self.process == std::process::id() { self.client.clone() } else { None }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if self.process != std::process::id() {
            std::mem::forget(self.client.take());
        }
    }
}

impl Handle {
    pub(crate) fn new(py: Python<'_>, credentials: Credentials, options: Options<'_>) -> PyResult<Handle> {
        Handle::make(py, mendix_deploy::Client::builder(credentials), options)
    }

    pub(crate) fn from_env(py: Python<'_>, options: Options<'_>) -> PyResult<Handle> {
        let builder = mendix_deploy::Client::builder_from_env().map_err(|error| errors::raise(py, &error))?;
        Handle::make(py, builder, options)
    }

    fn make(py: Python<'_>, builder: ClientBuilder, options: Options<'_>) -> PyResult<Handle> {
        let builder = options.apply(builder);
        let made = Made::new(build(py, &builder)?);
        Ok(Handle { builder, made: Mutex::new(Some(made)) })
    }

    /// The client of this process.
    pub(crate) fn client(&self, py: Python<'_>) -> PyResult<mendix_deploy::Client> {
        let closed = || errors::invalid_input(py, "the client is closed; make another one");
        // To make an exception runs code of Python's, and that may use this client: no lock is held then.
        let made = self.lock().as_ref().map(Made::client);
        if let Some(client) = made.ok_or_else(closed)? {
            return Ok(client);
        }
        let client = build(py, &self.builder)?;
        let again = Made::new(client.clone());
        // Another thread may have closed the client in the meantime. Then it stays closed.
        let of_parent = self.lock().as_mut().map(|made| std::mem::replace(made, again));
        if of_parent.is_some() { Ok(client) } else { Err(closed()) }
    }

    /// Closes the connections that no call is using. Calls in progress continue.
    pub(crate) fn close(&self, py: Python<'_>) {
        let made = self.lock().take();
        py.detach(|| drop(made));
    }

    fn lock(&self) -> MutexGuard<'_, Option<Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn build(py: Python<'_>, builder: &ClientBuilder) -> PyResult<mendix_deploy::Client> {
    let builder = builder.clone();
    py.detach(|| builder.build()).map_err(|error| errors::raise(py, &error))
}

impl std::fmt::Display for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.lock().as_ref().and_then(|made| made.client.as_ref().map(mendix_deploy::Client::base_url))
        {
            Some(base_url) => write!(f, "<Client {base_url}>"),
            None => f.write_str("<Client, closed>"),
        }
    }
}
