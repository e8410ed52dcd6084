#![doc = include_str!("../README.md")]

mod alone;
mod answer;
mod argument;
mod around;
mod body;
mod challenge;
mod charset;
mod command;
mod connect;
mod cookies;
mod data;
mod digest;
mod draft;
mod error;
mod exchange;
mod export;
mod failure;
mod fields;
mod files;
mod follow;
mod form;
mod glob;
mod header;
mod hidden;
mod hints;
mod identity;
mod input;
mod jar;
mod login;
mod mask;
mod multipart;
#[cfg(feature = "oauth")]
mod oauth;
mod operation;
mod option;
mod parse;
mod paste;
mod percent;
mod places;
mod plan;
mod pool;
mod print;
mod proposal;
mod proxy;
mod random;
mod request;
mod route;
mod samples;
mod secret;
mod sender;
mod settings;
mod shell;
mod stand_ins;
mod table;
mod target;
mod text;
mod vault;
mod xml;

/// The crates whose types stand in this crate's face.
pub use {bytes, http, mc_http, mc_secret, mc_template, reqwest};

/// The options of curl, for documentation and completion.
pub mod options {
    pub use crate::option::{Argument, CurlOption, OptionKind};
    pub use crate::table::TABLE;
}

pub use answer::{Answer, Transfer};
pub use command::CurlCommand;
pub use error::{CurlError, CurlErrors, Problem, RequestError, SenderError};
pub use input::{CurlWarning, Reading};
pub use mc_template::Names;
#[cfg(feature = "oauth")]
pub use oauth::{OAuth, OAuthError, OAuthOptions};
pub use paste::{Paste, PasteError};
pub use plan::PlannedRequest;
pub use pool::SenderOptions;
pub use proposal::{Proposal, ProposedSecret};
pub use proxy::ProxyEnvironment;
pub use request::Request;
pub use samples::SampleFault;
pub use sender::Sender;
pub use shell::{Construct, Shell};
pub use vault::Vault;
