//! What differs by operating system, with one face: the only place of this crate with `unsafe`.

mod reason;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use reason::Reason;
#[cfg(unix)]
pub(crate) use unix::{
    Child, ansi, browsers, detach, has_display, is_executable, is_separator, open_url, reason,
    spawn,
};
#[cfg(windows)]
pub(crate) use windows::{
    Child, ansi, browsers, detach, has_display, is_executable, is_separator, open_url, reason,
    spawn,
};
