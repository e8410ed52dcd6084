//! The credential store of each operating system. All sides have the same functions: `get`, `set`,
//! `clear`, and `NAME` for people.

/// Why a system's store did not do it.
#[cfg_attr(
    not(any(windows, target_os = "linux")),
    expect(dead_code, reason = "there is no store to refuse")
)]
pub(crate) enum SystemError {
    /// There is none here.
    None,
    /// There is one, and it refused: what to say after its name.
    Refused(String),
}

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{NAME, clear, get, set};

#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(target_os = "linux")]
pub(crate) use secret_service::{NAME, clear, get, set};

#[cfg(not(any(windows, target_os = "linux")))]
mod none;
#[cfg(not(any(windows, target_os = "linux")))]
pub(crate) use none::{NAME, clear, get, set};
