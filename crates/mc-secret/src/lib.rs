#![doc = include_str!("../README.md")]

mod error;
mod file;
mod secret;
mod source;
#[cfg(feature = "store")]
mod store;
mod sys;
pub mod text;
pub mod trust;

pub use error::{Origin, SecretError};
pub use secret::Secret;
pub use source::{Found, Search, Source};
#[cfg(feature = "store")]
pub use store::Store;
