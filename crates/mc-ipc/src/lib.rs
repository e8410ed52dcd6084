#![doc = include_str!("../README.md")]

mod client;
mod conversation;
mod error;
mod instance;
mod memory;
mod message;
mod options;
mod owner;
mod sys;
mod wire;

pub use client::{Client, Deadlines};
pub use error::{AcquireError, CallError};
pub use instance::{Acquired, Instance, Running};
pub use message::{Handler, Reply, Request};
pub use options::Options;
pub use owner::Owner;

/// The number of the protocol that this build speaks. Two builds talk only when it is equal; the build's version text
/// decides nothing.
pub const PROTOCOL: u32 = 1;

/// The largest frame either side sends or accepts, in bytes of JSON.
pub const MAX_FRAME: usize = 64 * 1024;
