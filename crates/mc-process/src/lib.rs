#![doc = include_str!("../README.md")]

mod best_fit;
mod child;
mod exit;
mod launch;
mod output;
mod page;
mod resolve;
#[cfg(target_os = "linux")]
mod service;
mod start;
mod sys;

pub use best_fit::{BestFit, best_fit};
pub use child::Child;
pub use exit::Ended;
pub use launch::{Launch, Stdin};
pub use output::Captured;
pub use page::{browser, has_display, is_opener, open_link, open_page, open_page_file, opening};
pub use resolve::{ResolveError, resolve};
pub use start::LaunchError;
