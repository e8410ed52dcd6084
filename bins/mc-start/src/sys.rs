//! What the operating system must be asked for in its own words. Both systems show the same face.

#[cfg(unix)]
#[path = "sys/unix.rs"]
mod imp;
#[cfg(windows)]
#[path = "sys/windows.rs"]
mod imp;

pub(crate) use imp::{EchoOff, alert, person_sees_no_text, session_id};
