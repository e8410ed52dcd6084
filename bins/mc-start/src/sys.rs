//! What the operating system must be asked for in its own words. Both systems show the same face.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{mark_of, session_id};
#[cfg(windows)]
pub(crate) use windows::{mark_of, session_id};
