//! Real processes that elect, serve, call, hang and die.
//!
//! The other processes are this test program again: `helper` is what they run.
#![expect(clippy::print_stdout, reason = "helper processes report on stdout")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "functions that tests and helper processes share"
)]

mod death;
mod election;
mod embedding;
mod helper;
mod hostile;
mod support;
#[cfg(unix)]
mod unix;

/// Not a test: what the processes that the tests start do.
#[test]
fn helper() {
    helper::run();
}
