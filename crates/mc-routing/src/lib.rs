#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod client;
mod error;
mod options;
mod private;
mod random;
mod records;
mod resolve;
mod retry;
#[cfg(feature = "store")]
mod store;
#[cfg(feature = "store")]
mod sys;
mod tls;
mod token;

pub use address::{AddressError, BaseUrl, RunUrl};
pub use answer::Answer;
pub use client::{Body, Client};
pub use error::{Cause, Delivery, Error, TlsProblem};
pub use options::{Options, Proxy, SetupError};
pub use records::{Application, Page};
pub use retry::{RetryAfter, RetryPolicy};
#[cfg(feature = "store")]
pub use store::{StoreError, Stored, TokenStore};
pub use token::{Found, Token, TokenError, TokenSearch, TokenSource};
