//! Helpers for this workspace's tests. Nothing here is part of the products.
//!
//! - [`Recorder`]: an HTTP(S) server on loopback that keeps every request and answers as scripted; [`TestCa`] makes
//!   its certificates.
//! - [`TlsFront`]: TLS in front of a server that speaks none.
//! - [`WireServer`], [`CutRelay`]: bytes as they are told, and connections that end where they should not.
//! - [`request`]: the smallest HTTP client.
//! - [`ArgDump`] and the program `argdump`: how a program was started, exactly.
//! - [`program`]: where the workspace's programs are, built when Cargo is at hand.
//! - [`Home`], [`run`], [`Running`]: a program of ours in a world of its own, with deadlines.
//! - [`Mosquitto`]: a real message broker, where it is installed; `RabbitCluster`: nodes of another one.
//! - [`linux`]: a program of Linux, also from a Windows test under Wine.
//! - `run_in_namespace`: a test in a network or with mounts of its own.
//! - [`Watchdog`], [`wait_until`], [`Gate`]: no sleeps, no hangs; [`skipped`]: no test that only looks as if it ran.
//! - [`assert_golden`]: expected outputs in files.
//!
//! Helpers panic where a test could only unwrap: their messages say what was waited for and what was there.

#![expect(
    clippy::panic,
    clippy::expect_used,
    reason = "a helper that cannot help fails the test, with its reason"
)]

mod argdump;
mod client;
mod english;
mod golden;
mod linux;
mod mosquitto;
#[cfg(target_os = "linux")]
mod namespace;
mod process;
mod programs;
#[cfg(unix)]
mod rabbitmq;
#[cfg(feature = "servers")]
mod recorder;
mod sys;
#[cfg(feature = "servers")]
mod tls;
#[cfg(feature = "servers")]
mod tls_front;
mod watch;
mod wire;

pub use argdump::{ArgDump, Dump, control_file};
pub use client::{Reply, exchange, request};
pub use english::left_in_english;
pub use golden::{UPDATE, assert_golden};
pub use linux::{linux, linux_path};
#[cfg(feature = "servers")]
pub use mosquitto::AllWays;
pub use mosquitto::{Mosquitto, MosquittoSettings};
#[cfg(target_os = "linux")]
pub use namespace::run_in_namespace;
pub use process::{Finished, Home, Running, nowhere, run, run_with_input};
pub use programs::{PREBUILT, find_program, find_programs_aloud, place_program, program};
#[cfg(unix)]
pub use rabbitmq::RabbitCluster;
#[cfg(feature = "servers")]
pub use recorder::{Answer, Recorded, Recorder};
pub use sys::{ansi_command_line, process_alive, under_wine};
#[cfg(feature = "servers")]
pub use tls::{ServerCertificate, TestCa};
#[cfg(feature = "servers")]
pub use tls_front::TlsFront;
pub use watch::{Gate, Watchdog, poll_for, skipped, skipped_under_wine, wait_for, wait_until};
pub use wire::{Cut, CutRelay, Wire, WireServer};
