#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod attempt;
#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod error;
mod options;
mod packed;
mod random;
mod records;
mod resolve;
mod retry;
mod token;

pub use address::{BaseUrl, RestUrlError, RunUrl};
pub use answer::{RunAnswer, Verdict};
pub use client::{Body, Client};
pub use error::{Cause, Delivery, Error};
pub use options::{ClientOptions, SetupError};
pub use records::{Records, RoutingApplication};
pub use retry::RetryPolicy;
pub use token::{Token, TokenError};

// What stands in this crate's signatures.
pub use mc_http::{self, CaFileError, ProxyError, ProxySetting, TlsProblem};
pub use mc_secret::{self, Origin, Search};
pub use reqwest;
pub use serde_json;
