//! What users rely on, from the outside: against the simulator, and against servers that do what a test tells them.
//! One program, since each links the library and the simulator. Those beside it have a process to themselves: they
//! measure its memory, set its logger, or kill it.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../support/mod.rs"]
mod support;

mod arguments;
mod cancel;
mod changed;
mod deploy;
mod downloads;
mod edges;
mod failures;
mod guides;
mod heads;
mod hostile;
mod idle;
mod matrix;
mod packages;
mod redirects;
mod refusals;
mod replies;
mod resume;
mod resumed_waits;
mod retries;
mod simulator;
mod targets;
mod tls;
mod trust;
mod waits;
mod wire;
