//! Windows.
#![expect(
    unsafe_code,
    reason = "process, job and handle calls have no safe form"
)]

mod ansi;
mod child;
mod create;
mod files;
mod job;
mod line;
mod page;
#[cfg(test)]
mod tests;
mod text;
mod wait;

pub(crate) use ansi::ansi;
pub(crate) use child::{Child, detach, spawn};
pub(crate) use files::{is_executable, is_separator, reason};
pub(crate) use page::{browsers, has_display, open_url};
