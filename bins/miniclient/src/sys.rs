//! What only the operating system can say, behind the same face on each.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{end_requested, machine_folder};
#[cfg(windows)]
pub(crate) use windows::{associations_changed, end_requested, machine_folder};
