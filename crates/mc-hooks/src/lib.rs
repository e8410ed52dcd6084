#![doc = include_str!("../README.md")]

mod action;
mod action_kind;
#[cfg(feature = "rest")]
mod answers;
mod chain;
mod custom;
mod engine;
mod event;
mod exec;
mod fault;
#[cfg(all(fuzzing, feature = "rest"))]
pub mod fuzzing;
mod hook;
mod observer;
mod open;
mod outcome;
mod plan;
mod report;
#[cfg(feature = "rest")]
mod rest;
mod rule;
mod runner;
mod stop;
mod supervise;
mod task;

/// The crate that reads, checks and sends curl commands.
#[cfg(feature = "rest")]
pub use mc_curl as curl;
/// The crate that starts programs: [`Fault`] and [`Report`] hold some of its types.
pub use mc_process as process;
/// The other crates whose types stand in this crate's face.
pub use {mc_secret, mc_template, serde_json, url};

pub use action::Action;
pub use action_kind::ActionKind;
#[cfg(feature = "rest")]
pub use answers::{AnswerFault, Answers, AnswersError};
pub use chain::Chains;
pub use custom::{CustomAction, CustomCall, CustomFuture};
pub use engine::Engine;
pub use event::{CallEvent, EventError, EventKind};
pub use exec::{
    Exec, ExecError, ExecFault, ExecOptions, ExecPart, ExecRefusal, ExecStdin, Parameters,
};
pub use fault::Fault;
pub use hook::{After, Hook};
pub use observer::{Observer, Start};
pub use open::{Open, OpenError, OpenFault, OpenRefusal};
pub use outcome::Outcome;
pub use plan::{Plan, Planned};
pub use report::Report;
#[cfg(feature = "rest")]
pub use rest::Rest;
pub use rule::{Matcher, RuleError, When};
pub use runner::{Accepted, Prepared, Runner};
pub use stop::Programs;
pub use task::Task;
