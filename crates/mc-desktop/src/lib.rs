#![doc = include_str!("../README.md")]

mod application;
mod change;
mod end;
mod install;
mod message;
mod reason;
mod sys;

pub use application::Application;
pub use change::{Change, InstallError};
pub use end::EndWatch;
pub use install::opener;
pub use message::{errors_are_seen, show_error};
pub use reason::EndReason;
