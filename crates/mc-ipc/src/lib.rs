#![doc = include_str!("../README.md")]

mod address;
#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod connection;
mod deadline;
mod dedup;
mod election;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod handshake;
mod message;
mod options;
mod owner;
mod state;
mod sys;
mod wire;

pub use client::InstanceClient;
pub use deadline::Deadlines;
pub use election::{Acquired, HandOver, Instance};
pub use error::IpcError;
pub use handshake::RunningInstance;
pub use message::{IncomingRequest, Reply, RequestHandler};
pub use options::InstanceOptions;
pub use owner::Owner;
pub use serde_json;
pub use wire::{MAX_BODY, MAX_FRAME, PROTOCOL};
