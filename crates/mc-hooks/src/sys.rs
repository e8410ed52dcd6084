//! What differs by operating system, with one face: the only place of this crate with `unsafe`.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{
    Child, browser, detach, is_executable, is_separator, open_url, reason, spawn,
};
#[cfg(windows)]
pub(crate) use windows::{
    Child, browser, detach, is_executable, is_separator, open_url, reason, spawn,
};

/// What a failed start comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    unix,
    expect(dead_code, reason = "policies and elevation are Windows matters")
)]
pub(crate) enum Reason {
    NotFound,
    Denied,
    NotAProgram,
    Policy,
    Elevation,
    Other,
}
