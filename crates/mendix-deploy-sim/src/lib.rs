//! A stateful simulator of the Mendix Deploy API, for tests and dry runs.
//!
//! It keeps apps, environments, packages, settings and backups, responds to every call of the API document with its
//! error codes, and injects the faults that a test asks for ([`Fault`]). It proves agreement with the
//! document, not with the live service.
//!
//! ```
//! use mendix_deploy_sim::{Call, Fault, Simulator};
//!
//! # fn main() -> std::io::Result<()> {
//! let simulator = Simulator::start()?;
//! simulator.add_fault(Fault::on(Call::StopEnvironment).close_without_reply().after_effect());
//! // … run a client against simulator.url() …
//! assert_eq!(simulator.accounting().effects(Call::StopEnvironment), 0);
//! assert_eq!(simulator.unused_faults().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! The same is offered to other languages over HTTP, on the same port under `/_sim/`:
//!
//! | Request | Does |
//! |---|---|
//! | `GET /_sim/accounting` | [`Accounting`] |
//! | `POST /_sim/faults` | adds a [`Fault`], or an array of them |
//! | `DELETE /_sim/faults` | removes all faults |
//! | `GET /_sim/faults/unused` | the faults that never hit a request |
//! | `GET /_sim/state` | [`State`] |
//! | `PUT /_sim/state` | replaces the state |
//! | `PATCH /_sim/state` | changes the state by a JSON merge patch (RFC 7396) |
//! | `GET /_sim/ready` | what a client needs: `url` as the client wrote it, `username`, `api_key`, `app_id` |
//! | `GET /_sim/rules` | [`RuleState::all`]: every rule with its source, and whether it holds |
//! | `POST /_sim/restart` | `{"app_id", "mode"}`: the platform restarts a running app by itself |
//! | `POST /_sim/advance` | `{"ms": 1000}` advances the time |
//! | `GET /_sim/error-rows` | [`error_rows`] |
//! | `POST /_sim/arrange` | `{"call", "status", "code"}` and perhaps `"variant": 0` prepares an [`ErrorRow`], and gives the arguments to call with |

#![forbid(unsafe_code)]

mod accounting;
mod call;
mod clock;
mod connection;
mod connections;
mod control;
mod faults;
mod generated;
mod links;
mod listener;
mod origin;
mod profile;
mod program;
mod reply;
mod routes;
mod rows;
mod rule_state;
mod secret;
mod server;
mod shared;
mod signer;
mod simulator;
mod state;
mod table;
mod termination;
mod tls;
mod upload;
mod version4;
mod wire;

pub use self::program::program;
pub use accounting::{Accounting, LinkTraffic, LogEntry};
pub use call::Call;
pub use clock::{Clock, MANUAL_START};
pub use faults::{BadCertificate, Fault, FaultKind, RetryAfter, Target, Then};
pub use profile::{Bodies, Difference, Profile, Rule, TagForm, differences};
pub use rows::{ErrorRow, Reach, Variant, error_rows};
pub use rule_state::RuleState;
pub use simulator::{Simulator, SimulatorBuilder};
pub use state::{
    App, Archive, Constant, Credentials, Database, Environment, EnvironmentStatus, JobState, Options,
    Package, PackageStatus, Restore, Rights, Snapshot, SnapshotState, StartJob, State, Task,
};
pub use table::{Argument, ArgumentKind, Class, Declaration, Place};
pub use tls::Tls;
