//! The simulator, through its sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::panic, reason = "a test that cannot go on has failed")]

mod access;
mod calls;
mod control;
mod curl;
mod downloads;
mod faults;
mod origins;
mod profiles;
mod program;
mod rows;
mod rules;
mod states;
mod support;
mod today;
mod uploads;
mod wire;
