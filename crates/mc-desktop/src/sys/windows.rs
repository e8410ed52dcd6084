//! Windows.

pub(super) mod hand_over;
#[cfg(feature = "notify")]
pub(super) mod notify;
pub(super) mod registry;
#[cfg(feature = "session-end")]
pub(super) mod signals;
pub(super) mod system;
