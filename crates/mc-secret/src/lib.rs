#![doc = include_str!("../README.md")]

mod encoding;
mod error;
mod file;
mod found;
mod provider;
mod secret;
mod source;
#[cfg(feature = "store")]
mod store;
mod sys;
pub mod text;
pub mod trust;
mod trusted;

pub use error::{Origin, SecretError};
pub use found::Found;
pub use provider::{Pending, Provider, SecretRef, Unavailable};
pub use secret::Secret;
pub use source::{Search, Source};
#[cfg(feature = "store")]
pub use store::Store;
