//! What only the operating system can say, behind the same face on each.

#[cfg(unix)]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use linux::hand_over::hand_over;
#[cfg(all(unix, feature = "session-end"))]
pub(crate) use linux::signals::{EndSignals, HangUp};
#[cfg(unix)]
pub(crate) use linux::{
    errors_are_seen, how_to_choose, install, opener, opens, show_error, uninstall,
};
#[cfg(all(unix, feature = "notify"))]
pub(crate) use linux::{notices::show_notices, notify::notify};
#[cfg(windows)]
pub(crate) use windows::hand_over::hand_over;
#[cfg(windows)]
pub(crate) use windows::registry::{how_to_choose, install, opener, opens, uninstall};
#[cfg(all(windows, feature = "session-end"))]
pub(crate) use windows::signals::{EndSignals, HangUp};
#[cfg(windows)]
pub(crate) use windows::system::{errors_are_seen, show_error};
#[cfg(all(windows, feature = "notify"))]
pub(crate) use windows::{notices::show_notices, notify::notify};
