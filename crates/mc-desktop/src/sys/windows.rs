//! Windows.

pub(super) mod hand_over;
mod line;
#[cfg(feature = "notify")]
pub(super) mod notices;
#[cfg(feature = "notify")]
pub(super) mod notify;
pub(super) mod registry;
mod shortcut;
#[cfg(feature = "session-end")]
pub(super) mod signals;
pub(super) mod system;
#[cfg(any(feature = "notify", feature = "session-end"))]
mod window;
