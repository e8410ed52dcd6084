//! What only the operating system can say, behind the same face on each.

#[cfg(unix)]
#[path = "sys/unix.rs"]
mod imp;
#[cfg(windows)]
#[path = "sys/windows.rs"]
mod imp;

pub(crate) use imp::{
    EchoOff, LONGEST_LINE, log_error, machine_folder, policies, shows_colours, speaks_german,
};
