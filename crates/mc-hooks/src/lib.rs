//! Call events, rules, hook actions and the runner that supervises them.

#[cfg(feature = "rest")]
pub mod curl;
pub mod process;
pub mod report;
mod sys;

pub use report::{ActionKind, Outcome, Plan, PlannedRequest, Report, Would};
