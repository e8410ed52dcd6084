//! Windows.

pub(super) mod registry;
pub(super) mod signals;
pub(super) mod system;
