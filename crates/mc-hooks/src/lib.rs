#![doc = include_str!("../README.md")]

mod engine;
mod event;
mod exec;
mod hook;
mod open;
pub mod report;
#[cfg(feature = "rest")]
mod rest;
mod rule;
mod runner;

/// The crate that reads, checks and sends curl commands.
#[cfg(feature = "rest")]
pub use mc_curl as curl;

pub use engine::{Engine, Task};
pub use event::{CallEvent, EventError, EventKind};
pub use exec::{Exec, ExecError, ExecFault, ExecOptions, ExecStdin, ValueError};
pub use hook::{Action, Hook};
pub use open::{AddressError, AddressFault, Open, OpenError};
pub use report::{ActionKind, Outcome, Plan, Report, Would};
#[cfg(feature = "rest")]
pub use rest::Rest;
pub use rule::{Matcher, RuleError, When};
pub use runner::{Accepted, Observer, Prepared, Runner};
