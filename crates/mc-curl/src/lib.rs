#![doc = include_str!("../README.md")]

mod answer;
mod apply;
mod command;
mod data;
mod draft;
mod error;
mod exchange;
mod failure;
mod files;
mod form;
mod header;
mod mask;
mod multipart;
mod operation;
pub mod options;
mod plan;
mod print;
mod proxy;
mod reader;
mod request;
mod sender;
mod settings;
mod target;
mod text;

pub use answer::{Answer, Transfer};
pub use command::{CurlCommand, CurlWarning, Reading};
pub use error::{CurlError, CurlErrors, Problem, RequestError, SenderError};
pub use plan::PlannedRequest;
pub use proxy::ProxyEnvironment;
pub use request::Request;
pub use sender::{Sender, SenderOptions};
