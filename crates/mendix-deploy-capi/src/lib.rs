//! The C interface. Its reference is the header, `include/mendix_deploy.h`, which is generated from these files.
//!
//! One `extern "C"` function for each call, with its signature in full view, since that is what the header is made
//! from. Nothing is decided here: a function reads its arguments, calls the core, and passes on the result.
//!
//! From the ground up: `failure`, `status`, `text`, `argument`, `values` and `callback`; `handle` and `log_queue`; `guard`, which
//! every function runs in; `report` and `error`; `entry`, for functions that can fail; configurations, tokens and
//! clients; `call`, for calls of the service; and a file for each resource of the API.
#![expect(non_camel_case_types, reason = "these are the names that C sees")]
#![expect(clippy::doc_markdown, rustdoc::bare_urls, reason = "the comments become those of the C header")]
// Each of the functions has the same safety contract, which the top of the header states for C.
#![expect(clippy::missing_safety_doc, reason = "the top of the header states the contract of all functions")]

// The header lists everything in this order.
pub mod version;

pub mod status;

pub mod error;

pub mod json;

pub mod event;

pub mod config;

pub mod client;

pub mod cancel;

pub mod apps;

pub mod environments;

pub mod packages;

pub mod uploads;

pub mod package_info;

pub mod settings;

pub mod backups;

pub mod scaling;

pub mod tags;

pub mod logs;

pub mod builds;

pub mod snapshots;

pub mod archives;

pub mod restores;

pub mod wait;

pub mod transfer;

pub mod deploy;

pub mod journal_info;

pub mod log_queue;

pub mod logger;

mod argument;
mod call;
mod callback;
mod entry;
mod failure;
mod guard;
mod handle;
mod report;
mod text;
mod values;
