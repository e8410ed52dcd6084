//! The crate's tests with real documents, processes and clocks.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

mod event;
mod exec;
mod open;
mod process;
mod report;
mod rule;
mod runner;
mod world;
