//! What only the operating system can say, behind the same face on each.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::machine_folder;
#[cfg(windows)]
pub(crate) use windows::machine_folder;
