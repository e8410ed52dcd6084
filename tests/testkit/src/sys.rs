//! The one question to the operating system: does a process live?

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::process_alive;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::process_alive;
