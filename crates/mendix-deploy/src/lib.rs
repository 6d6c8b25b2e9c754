//! A blocking client of the Mendix Deploy API.
//!
//! Every call of the API is a method of [`Client`]: `list_apps`, `get_environment`, `upload_package`,
//! `transport_package`, `start_environment` and so on, each with the section of the API's document that it
//! implements. On top of them are waits ([`Client::wait_for_start`], [`Client::wait_for_status`]) and downloads
//! ([`Client::download_backup`], [`Client::download_archived_logs`]).
//!
//! ```no_run
//! use mendix_deploy::{Client, PackageSource, Status, WaitOptions};
//!
//! # fn main() -> mendix_deploy::Result<()> {
//! // MENDIX_USERNAME and MENDIX_API_KEY
//! let client = Client::from_env()?;
//!
//! let uploaded = client.upload_package("calc", PackageSource::file("calc_1.0.0.45.mda"), None)?;
//! let Some(package_id) = uploaded.package_id else { panic!("the service did not say the PackageId") };
//!
//! client.stop_environment("calc", "Acceptance")?;
//! client.wait_for_status("calc", "Acceptance", &Status::Stopped, WaitOptions::new())?;
//! client.transport_package("calc", "Acceptance", &package_id)?;
//! let job = client.start_environment("calc", "Acceptance", true)?;
//! client.wait_for_start("calc", "Acceptance", &job, WaitOptions::new())?;
//! # Ok(())
//! # }
//! ```
//!
//! # What a failure proves
//!
//! The API has no way to make a call repeatable, and its calls stop, replace and erase things. So a call that changes
//! something goes again only when it was not sent, or not sent whole; and every [`Error`] says in
//! [`Error::evidence`] whether the call can have taken effect. When the request went out whole and no usable answer
//! came, the client looks at the state: if it shows that the change was made, the call succeeds (and
//! [`ClientBuilder::on_event`] tells of it); if not, the call fails with [`ErrorKind::Ambiguous`], and is not sent
//! again. [`ClientBuilder::max_attempts`] and [`ClientBuilder::read_back`] turn this off.
//!
//! # Threads, processes and time
//!
//! A client may be shared by any number of threads. It runs no thread of its own; a host name that is not known yet
//! is looked up on one that ends with the look-up. A client that was made before a `fork` can be used in the child,
//! unless another thread was inside it at that moment: connections are not shared with the parent. Every call has a
//! time limit, and a [`CancelToken`] ends one from another thread.
//!
//! # TLS provider
//!
//! TLS is rustls. Cargo features choose what does its cryptography, for this library alone:
//!
//! | feature | provider |
//! |---|---|
//! | `ring` (default) | [ring](https://crates.io/crates/ring) |
//! | `aws-lc-rs` | [aws-lc-rs](https://crates.io/crates/aws-lc-rs), also where `ring` is on; it knows P-521 certificates too |
//! | neither (`default-features = false`) | the one that the program installs, with `CryptoProvider::install_default`, before it makes a client; without one, making a client fails |
//!
//! A feature of rustls is one of the whole program: a program that has both of them can no longer leave the choice to
//! rustls, whose `ClientConfig::builder()` then panics until a provider is installed. A program that uses rustls itself
//! does best to take `default-features = false`.
//!
//! The feature `platform-roots` trusts the certificate store of the system instead of Mozilla's roots.
//!
//! # Secrets
//!
//! The API key goes to the one origin that the client was made for. It is added to a request by this library's own
//! transport, below the HTTP library, so that no log of that library can hold it. Redirects of calls are never followed.
//! Signed links are followed without credentials and are hidden in `Debug` and `Display`. The HTTP library's `TRACE`
//! log shows replies as they come, signed links included: keep the targets `ureq` and `ureq_proto` below it.
#![forbid(unsafe_code)]

mod api;
mod body;
mod cancel;
mod client;
mod clock;
mod credentials;
mod download;
mod error;
mod model;
mod origin;
mod pause;
mod redact;
mod reply;
mod request;
mod retry;
mod signed_url;
mod transfer;
mod transport;
mod wait;

pub use self::api::{
    App, ArchivedLogs, Backup, BackupLinks, BackupPart, BackupState, Constant, CustomSetting, Environment,
    EnvironmentSettings, Mode, Package, PackageStatus, ScheduledEvent, StartJob, StartState, StartStatus,
    Status, Tag, UploadedPackage,
};
pub use self::cancel::CancelToken;
pub use self::client::{
    Client, ClientBuilder, DEFAULT_ANSWER_TIMEOUT, DEFAULT_ATTEMPTS, DEFAULT_BASE_URL,
    DEFAULT_CONNECT_TIMEOUT, DEFAULT_STALL_TIMEOUT, DEFAULT_TIMEOUT,
};
pub use self::clock::Clock;
pub use self::credentials::Credentials;
pub use self::error::{Attempt, Error, ErrorCode, ErrorKind, Evidence, Pending, Result};
pub use self::model::Extra;
pub use self::pause::CallEvent;
pub use self::signed_url::SignedUrl;
pub use self::transfer::{DownloadOptions, Downloaded, PackageSource, Progress};
pub use self::transport::Proxy;
pub use self::wait::{DEFAULT_WAIT_TIMEOUT, WaitOptions, WaitProgress};

/// The README's Rust compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct ReadmeCompiles;
