//! The crate's tests with real documents, processes and clocks.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

#[cfg(feature = "rest")]
mod chain;
mod checks;
mod ends;
mod event;
mod exec;
#[cfg(not(windows))]
mod footprint;
mod hidden;
mod interpreters;
mod open;
mod report;
#[cfg(feature = "rest")]
mod rest;
mod rule;
mod runner;
mod world;
