//! The end-to-end suite: the real programs as processes, real sockets, files and databases, all on loopback.
//!
//! Each module is one story or one contract; what they share is in `testkit`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of a test may fail the test"
)]

mod agent;
mod alike;
mod broker;
mod check;
mod cli;
#[cfg(windows)]
mod clicked;
mod config;
mod dialling;
#[cfg(target_os = "linux")]
mod disk;
mod doctor;
mod fire;
mod hostile;
mod language;
mod launcher;
mod links;
mod look_up;
mod pastes;
mod readme;
mod recipes;
mod registration;
mod sandbox;
mod secrets;
mod telephone;
#[cfg(unix)]
mod told;
mod tour;
#[cfg(windows)]
mod windows_desktop;
