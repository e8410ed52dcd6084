#![doc = include_str!("../README.md")]

mod colour;
mod disk;
mod exit;
mod findings;
mod folders;
mod hidden_input;
mod language;
mod log;
mod output;
mod registry;
pub mod settings;
mod suggest;
mod sys;
mod system_log;

/// The crate whose types stand in this crate's face.
pub use mc_secret;

pub use colour::Colour;
pub use disk::with_disk_advice;
pub use exit::Exit;
pub use findings::{Finding, Findings, Mark};
pub use folders::{Candidate, ConfigPlace, Folders};
pub use hidden_input::read_secret;
pub use language::{Language, Translator, german};
pub use log::{Log, timestamp};
pub use output::Output;
pub use suggest::nearest;
pub use system_log::system_log;
