//! A curl command as a request: read once, sent in this process, for every call with its own values.
//!
//! [`CurlCommand::parse`] reads a whole command line and reports everything wrong with it at once, each
//! fault with its place. [`CurlCommand::requests`] fills in the values of one call, [`Sender`] makes the
//! requests, and [`Answer`] says what curl's exit code would have been. Nothing meets a shell, no program
//! is started, and no value can become an option, a second request or another host.
//!
//! [`CurlCommand::plan`] is the dry run, and [`CurlCommand::as_curl`] the same call as a literal curl
//! command to paste into a terminal.
//!
//! ```
//! use mc_hooks::curl::CurlCommand;
//! use mc_template::{Names, Numbers, Scope, Values};
//!
//! let command = CurlCommand::parse(
//!     r#"curl -sS -H "Accept: application/json" -d "caller=$ANumber" https://crm.example/calls"#,
//!     &Names::call(),
//! )?;
//! let values = Values::from_iter([("ANumber", "49199123456789")]);
//! let numbers = Numbers::default();
//! let plan = command.plan(&Scope::new(&values, &numbers))?;
//! assert_eq!(plan[0].method, "POST");
//! assert_eq!(plan[0].body.as_deref(), Some("caller=49199123456789"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Which options there are, how they are quoted and where this differs from curl: `docs/curl.md`, whose
//! table of options is made from [`options::TABLE`].

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
pub use proxy::ProxyEnvironment;
pub use request::Request;
pub use sender::{Sender, SenderOptions};
