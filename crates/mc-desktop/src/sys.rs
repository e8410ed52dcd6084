//! What only the operating system can say, behind the same face on each.

#[cfg(unix)]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use linux::{install, opener, opens, signals::EndSignals, uninstall};
#[cfg(unix)]
pub(crate) use linux::{errors_are_seen, show_error};
#[cfg(windows)]
pub(crate) use windows::registry::{install, opener, opens, uninstall};
#[cfg(windows)]
pub(crate) use windows::{
    signals::EndSignals,
    system::{errors_are_seen, show_error},
};
