//! Configurations, from which clients are made.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mendix_deploy::{Client, ClientBuilder, Credentials, Proxy};

use crate::argument::{milliseconds, text};
use crate::callback::UserData;
use crate::entry::{enter, give};
use crate::error::mxd_error;
use crate::event::{mxd_event_fn, notify};
use crate::failure::Failure;
use crate::guard::{self, guard};
use crate::handle::{self, Held};
use crate::status::mxd_status;

/// The settings of a client. For one thread at a time.
pub struct mxd_config(Mutex<ClientBuilder>);

impl Held for mxd_config {
    const NAME: &'static str = "mxd_config";
}

impl mxd_config {
    fn lock(&self) -> MutexGuard<'_, ClientBuilder> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the client. Nothing is sent.
    pub(crate) fn build(&self) -> Result<Client, Failure> {
        let builder = self.lock().clone();
        Ok(builder.build()?)
    }
}

/// Changes a setting, with the function that `read` makes of the arguments.
///
/// # Safety
///
/// `error` is NULL or can be written to.
unsafe fn set<S: FnOnce(ClientBuilder) -> ClientBuilder>(
    operation: &'static str,
    config: *mut mxd_config,
    error: *mut *mut mxd_error,
    read: impl FnOnce() -> Result<S, Failure>,
) -> mxd_status {
    let body = || {
        let config = handle::get("config", config)?;
        let setting = read()?;
        let mut builder = config.lock();
        *builder = setting(std::mem::take(&mut *builder));
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { enter(operation, error, body) }
}

/// [`set`] for a time in milliseconds.
///
/// # Safety
///
/// `error` is NULL or can be written to.
unsafe fn set_time(
    operation: &'static str,
    config: *mut mxd_config,
    timeout_ms: i64,
    error: *mut *mut mxd_error,
    apply: fn(ClientBuilder, Duration) -> ClientBuilder,
) -> mxd_status {
    let read = || {
        let timeout = milliseconds("timeout_ms", timeout_ms)?;
        Ok(move |builder: ClientBuilder| apply(builder, timeout))
    };
    // SAFETY: the caller's promise.
    unsafe { set(operation, config, error, read) }
}

/// Makes a configuration with the defaults, and without credentials. Free it with mxd_config_free. NULL only when the
/// library has a bug.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_config_new() -> *mut mxd_config {
    guard(ptr::null_mut(), || handle::new(mxd_config(Mutex::default())))
}

/// Makes a configuration from the environment variables MENDIX_USERNAME, MENDIX_API_KEY and, where it is set,
/// MENDIX_DEPLOY_URL.
/// Fails with MXD_INVALID_INPUT when one of them is missing or invalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_from_env(
    out_config: *mut *mut mxd_config,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let make = || Ok(handle::new(mxd_config(Mutex::new(Client::builder_from_env()?))));
    // SAFETY: the caller's promise.
    unsafe { give("config_from_env", ("out_config", out_config), error, make) }
}

/// Sets the credentials: the e-mail address of a Mendix account, and one of its API keys. Both are copied. The copy of
/// the key is wiped when the last client that holds it is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_credentials(
    config: *mut mxd_config,
    username: *const c_char,
    api_key: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || {
        // SAFETY: the caller's promise.
        let (username, api_key) = unsafe { (text("username", username)?, text("api_key", api_key)?) };
        let credentials = Credentials::new(username, api_key)?;
        Ok(|builder: ClientBuilder| builder.credentials(credentials))
    };
    // SAFETY: the caller's promise.
    unsafe { set("config_set_credentials", config, error, read) }
}

/// Sets the origin of the service, "https://deploy.mendix.com" by default; "/api/1" is added to it. "http://" is refused
/// except for loopback, where a simulator runs. mxd_client_new reports an invalid one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_base_url(
    config: *mut mxd_config,
    base_url: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || {
        // SAFETY: the caller's promise.
        let base_url = unsafe { text("base_url", base_url)? }.to_owned();
        Ok(move |builder: ClientBuilder| builder.base_url(base_url.as_str()))
    };
    // SAFETY: the caller's promise.
    unsafe { set("config_set_base_url", config, error, read) }
}

/// Allows (1) "http://" to any host, or not (0). The API key then crosses the network in the clear.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_allow_insecure_http(
    config: *mut mxd_config,
    allow: c_int,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || Ok(move |builder: ClientBuilder| builder.allow_insecure_http(allow != 0));
    // SAFETY: the caller's promise.
    unsafe { set("config_set_allow_insecure_http", config, error, read) }
}

/// Sets the time limit of a read, with all its attempts; 60000 by default. A mutating call has a limit of its own: see
/// mxd_config_set_action_timeout_ms. A transfer may take longer as long as it makes progress: see
/// mxd_config_set_stall_timeout_ms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_timeout_ms(
    config: *mut mxd_config,
    timeout_ms: i64,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe { set_time("config_set_timeout_ms", config, timeout_ms, error, ClientBuilder::timeout) }
}

/// Sets the time limit of connecting: name resolution, connection, proxy and TLS together; 10000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_connect_timeout_ms(
    config: *mut mxd_config,
    timeout_ms: i64,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        set_time("config_set_connect_timeout_ms", config, timeout_ms, error, ClientBuilder::connect_timeout)
    }
}

/// Sets how long an upload or download may make no progress, 60000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_stall_timeout_ms(
    config: *mut mxd_config,
    timeout_ms: i64,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        set_time("config_set_stall_timeout_ms", config, timeout_ms, error, ClientBuilder::stall_timeout)
    }
}

/// Sets the time limit of the response to an upload, 900000 by default. The service inspects the package before it
/// responds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_answer_timeout_ms(
    config: *mut mxd_config,
    timeout_ms: i64,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        set_time("config_set_answer_timeout_ms", config, timeout_ms, error, ClientBuilder::answer_timeout)
    }
}

/// Sets the time limit of a mutating call, with all its attempts; by default five times that of
/// mxd_config_set_timeout_ms, so 300000. The service works on such a call before it responds: transporting a package
/// takes about two minutes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_action_timeout_ms(
    config: *mut mxd_config,
    timeout_ms: i64,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        set_time("config_set_action_timeout_ms", config, timeout_ms, error, ClientBuilder::action_timeout)
    }
}

/// Sets the longest response that is read into memory, in bytes; 16 MiB by default. It may have one value for every 16
/// of them. Downloads have no limit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_reply_limit(
    config: *mut mxd_config,
    bytes: usize,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || Ok(move |builder: ClientBuilder| builder.reply_limit(bytes));
    // SAFETY: the caller's promise.
    unsafe { set("config_set_reply_limit", config, error, read) }
}

/// Sets the proxy for every host but loopback: "http://[user:password@]host[:port]". By default it comes from
/// HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_proxy(
    config: *mut mxd_config,
    url: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || {
        // SAFETY: the caller's promise.
        let url = unsafe { text("url", url)? }.to_owned();
        Ok(move |builder: ClientBuilder| builder.proxy(Proxy::Url(url.clone())))
    };
    // SAFETY: the caller's promise.
    unsafe { set("config_set_proxy", config, error, read) }
}

/// Uses no proxy, whatever the environment variables are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_no_proxy(
    config: *mut mxd_config,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || Ok(|builder: ClientBuilder| builder.proxy(Proxy::None));
    // SAFETY: the caller's promise.
    unsafe { set("config_set_no_proxy", config, error, read) }
}

/// Sets a file of certificates in PEM form that are trusted alongside those of the platform: of authorities, or of the
/// server itself. A certificate that cannot be used is skipped, with a warning in the log. mxd_client_new reads the
/// file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_ca_file(
    config: *mut mxd_config,
    path: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || {
        // SAFETY: the caller's promise.
        let path = unsafe { text("path", path)? }.to_owned();
        Ok(move |builder: ClientBuilder| builder.ca_file(path.as_str()))
    };
    // SAFETY: the caller's promise.
    unsafe { set("config_set_ca_file", config, error, read) }
}

/// Sets what follows this library's own name in "User-Agent": the name and version of your program.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_user_agent(
    config: *mut mxd_config,
    program: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || {
        // SAFETY: the caller's promise.
        let program = unsafe { text("program", program)? }.to_owned();
        Ok(move |builder: ClientBuilder| builder.user_agent(program.as_str()))
    };
    // SAFETY: the caller's promise.
    unsafe { set("config_set_user_agent", config, error, read) }
}

/// Sets how often a call is attempted when the failure proves that it is retryable; 4 by default, 1 turns retries off.
///
/// A mutating call is retried when it was not sent, or not sent whole. A read is also retried when no response came, and
/// after HTTP 408, 421, 425, 500 without an error code, 502 to 504 and 520 to 529. Where the service asks to retry later, a
/// call is retried until its time limit. Waits continue until their own time limit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_max_attempts(
    config: *mut mxd_config,
    max_attempts: i32,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || {
        let attempts = usize::try_from(max_attempts)
            .map_err(|_| Failure::misuse(format!("max_attempts is {max_attempts}; expected 1 or more")))?;
        Ok(move |builder: ClientBuilder| builder.max_attempts(attempts))
    };
    // SAFETY: the caller's promise.
    unsafe { set("config_set_max_attempts", config, error, read) }
}

/// Sets whether to read back the state (1, the default) or not (0) when the response to a mutating call was lost. When
/// the state shows the effect, the call succeeds. It is never sent again. The state is read until it shows the effect,
/// or until the time limit of the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_read_back(
    config: *mut mxd_config,
    read_back: c_int,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || Ok(move |builder: ClientBuilder| builder.read_back(read_back != 0));
    // SAFETY: the caller's promise.
    unsafe { set("config_set_read_back", config, error, read) }
}

/// Sets whether uploads of files and bytes that are not a deployment package are refused before anything is sent (1, the
/// default), or left to the service (0).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_check_packages(
    config: *mut mxd_config,
    check_packages: c_int,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let read = || Ok(move |builder: ClientBuilder| builder.check_packages(check_packages != 0));
    // SAFETY: the caller's promise.
    unsafe { set("config_set_check_packages", config, error, read) }
}

/// Sets the callback for events: a failure that is retried, in calls, transfers and waits, and a mutating call whose
/// response was lost and which read-back confirmed. NULL for none, as at first.
///
/// It runs on the thread of the call, so on several at once where several use the client. `callback` and `user_data`
/// must stay valid until every client made from this configuration is freed and its calls have returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_config_set_event_callback(
    config: *mut mxd_config,
    callback: mxd_event_fn,
    user_data: *mut c_void,
    error: *mut *mut mxd_error,
) -> mxd_status {
    let user_data = UserData(user_data);
    let read = || {
        Ok(move |builder: ClientBuilder| builder.on_event(move |event| notify(callback, user_data, event)))
    };
    // SAFETY: the caller's promise.
    unsafe { set("config_set_event_callback", config, error, read) }
}

/// Frees a configuration. Clients made from it are unaffected. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn mxd_config_free(config: *mut mxd_config) {
    guard::free(config);
}
