//! The questions to the operating system: does a process live, and which system is it really?

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::{ansi_command_line, process_alive, under_wine};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::{ansi_command_line, process_alive, under_wine};
