//! What is measured: programs in each language that do one piece of work so often, against a server whose responses cost
//! it next to nothing. What they do and print is described in `tests/bench/src/main.rs`.

mod build;
mod compare;
mod instructions;
mod peers;
mod server;
mod table;

pub(crate) use self::compare::{run, smoke};
pub(crate) use self::instructions::run as instructions;
