#![doc = include_str!("../README.md")]

mod exit;
mod launch;
mod page;
mod resolve;
#[cfg(target_os = "linux")]
mod service;
mod start;
mod sys;

pub use exit::Exit;
pub use launch::{Launch, Stdin};
pub use page::{browser, open_page};
pub use resolve::{ResolveError, resolve};
pub use start::{Child, StartError};
