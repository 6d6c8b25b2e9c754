//! A blocking client of the Mendix Deploy API.
//!
//! Every call of the API is a method of [`Client`]: `list_apps`, `get_environment`, `upload_package`,
//! `transport_package`, `start_environment` and so on. Each names the API with its version, and the section of the
//! document that it implements.
//!
//! - Waits: [`Client::wait_for_start`], [`Client::wait_for_status`], [`Client::wait_for_backup`],
//!   [`Client::wait_for_package`], [`Client::wait_for_upload`], [`Client::wait_for_snapshot`],
//!   [`Client::wait_for_archive`], [`Client::wait_for_restore`], [`Client::resume_wait`].
//! - Downloads to a file: [`Client::download_snapshot`], [`Client::download_backup`], [`Client::download_package`],
//!   [`Client::download_archived_logs`], [`Client::download_archived_access_logs`].
//! - A deployment in one call: [`Client::deploy`], which [`Client::resume_deploy`] continues after a crash. It rolls back what
//!   fails. [`Client::plan_deploy`] shows what it would do, [`PackageInfo::read`] reads a package, and [`JournalInfo::read`]
//!   tells how far a deployment is. These change nothing.
//!
//! ```no_run
//! use mendix_deploy::{Client, DeployOptions, DeployPackage, Deployment};
//!
//! # fn main() -> mendix_deploy::Result<()> {
//! // MENDIX_USERNAME and MENDIX_API_KEY
//! let client = Client::from_env()?;
//! let package = DeployPackage::File("calc_1.0.0.45.mda".into());
//! let report = client.deploy(&Deployment::new("calc", "Acceptance", package), DeployOptions::new())?;
//! println!("{report}");
//! # Ok(())
//! # }
//! ```
//!
//! # What a failure proves
//!
//! The API has no idempotency keys, and its calls stop, replace and erase things. So a mutating call is retried only
//! when it was not sent, or not sent whole, and [`Error::evidence`] tells whether a call can have taken effect.
//!
//! When the request was sent whole and its response was lost, the client reads back the state. If the state shows the
//! effect, the call succeeds and [`ClientBuilder::on_event`] is notified. If it does not, the call fails with
//! [`ErrorKind::Ambiguous`]; it is never sent again. [`ClientBuilder::max_attempts`] turns retries off, and
//! [`ClientBuilder::read_back`] turns read-back off.
//!
//! # Threads, processes and time
//!
//! Any number of threads may share a client. It runs no thread of its own, except that a host name is resolved on a
//! short-lived one. A client that was made before a `fork` can be used in the child, unless another thread was inside it
//! at that moment: connections are not shared with the parent. Every call has a time limit, and a [`CancelToken`] ends
//! one from another thread.
//!
//! # TLS provider
//!
//! TLS is rustls. Cargo features choose its cryptography provider, for this library alone:
//!
//! | feature | provider |
//! |---|---|
//! | `ring` (default) | [ring](https://crates.io/crates/ring) |
//! | `aws-lc-rs` | [aws-lc-rs](https://crates.io/crates/aws-lc-rs), also when `ring` is on; it supports P-521 certificates too |
//! | neither (`default-features = false`) | the one that the program installs, with `CryptoProvider::install_default`, before it makes a client; without one, making a client fails |
//!
//! Features of rustls apply to the whole program. In a program that enables both, rustls cannot choose a provider by
//! itself, and its `ClientConfig::builder()` panics until one is installed. A program that uses rustls itself should set
//! `default-features = false`.
//!
//! The feature `platform-roots` trusts the certificate store of the system instead of Mozilla's roots.
//!
//! # Tests
//!
//! [`mendix-deploy-sim`](https://docs.rs/mendix-deploy-sim) is a simulator of the service, as a library and as a program. Make a
//! client for its address with [`ClientBuilder::base_url`]; no code under test has to change. [`ClientBuilder::clock`] lets waits and
//! pauses end at once.
//!
//! An [`Error`] is `Clone`, `Send`, `Sync` and `'static`: it goes into `anyhow` and the like, and to other threads.
//!
//! # Secrets
//!
//! The API key goes only to the origin that the client was made for. This library's own transport adds it to a request,
//! below the HTTP library, so that no log of that library can contain it. Redirects of calls are never followed. Signed
//! links are followed without credentials, and `Debug` and `Display` hide them. The HTTP library's `TRACE` log shows
//! responses as they come, signed links included: keep the targets `ureq` and `ureq_proto` at `DEBUG`.
#![forbid(unsafe_code)]

mod api;
mod body;
mod cancel;
mod client;
mod clock;
mod credentials;
mod deploy;
mod deploy_report;
mod download;
mod error;
mod model;
mod origin;
mod package_info;
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
    App, Archive, ArchivedLogs, Backup, BackupLinks, BackupPart, BackupState, BuildJob, Constant,
    CustomSetting, Environment, EnvironmentSettings, Mode, Package, PackageLink, PackageStatus, Restore,
    ScheduledEvent, Snapshot, Snapshots, StartJob, StartState, StartStatus, Status, Tag, TaskState,
    UploadJob, UploadStatus, UploadedPackage,
};
pub use self::cancel::CancelToken;
pub use self::client::{
    Client, ClientBuilder, DEFAULT_ANSWER_TIMEOUT, DEFAULT_ATTEMPTS, DEFAULT_BASE_URL,
    DEFAULT_CONNECT_TIMEOUT, DEFAULT_STALL_TIMEOUT, DEFAULT_TIMEOUT,
};
pub use self::clock::Clock;
pub use self::credentials::Credentials;
pub use self::deploy::{
    BackupPolicy, DeployOptions, DeployPackage, DeployPlan, DeployRisk, DeployService, Deployment,
    JournalInfo, PlannedChange, PlannedStep, RollbackPolicy,
};
pub use self::deploy_report::{DeployOutcome, DeployReport, DeployStep, DeployedState, StepStatus};
pub use self::error::{Attempt, Error, ErrorCode, ErrorKind, Evidence, Pending, Result, WaitFor};
pub use self::model::Extra;
pub use self::package_info::{PackageConstant, PackageEvent, PackageInfo};
pub use self::pause::CallEvent;
pub use self::signed_url::SignedUrl;
pub use self::transfer::{DownloadOptions, Downloaded, PackageSource, Progress};
pub use self::transport::Proxy;
pub use self::wait::{DEFAULT_WAIT_TIMEOUT, WaitOptions, WaitProgress, Waited};

/// The README's Rust compiles, and its test runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeCompiles;
