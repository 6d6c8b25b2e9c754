//! The C interface. Its reference is the header, `include/mendix_deploy.h`, which is generated from these files.
//!
//! One `extern "C"` function for each call, with its signature in full view, since that is what the header is made
//! from. Every body goes through [`ffi::enter`]. Nothing is decided here: arguments are read, the core is called,
//! and what it gives is handed over.
#![expect(non_camel_case_types, reason = "these are the names that C sees")]
#![expect(clippy::doc_markdown, rustdoc::bare_urls, reason = "the comments become those of the C header")]
// Each of the functions has the same safety contract, which the top of the header states in words for C.
#![expect(clippy::missing_safety_doc, reason = "the top of the header states the contract of all functions")]

// The header lists everything in this order.
pub mod version;

pub mod error;

pub mod event;

pub mod config;

pub mod client;

pub mod cancel;

pub mod apps;

pub mod environments;

pub mod packages;

pub mod settings;

pub mod backups;

pub mod scaling;

pub mod tags;

pub mod logs;

pub mod wait;

pub mod transfer;

pub mod logger;

mod ffi;
mod handle;
