//! What a failed start comes to.

/// What a failed start comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    unix,
    expect(dead_code, reason = "policies and elevation are Windows matters")
)]
pub(crate) enum Reason {
    NotFound,
    Denied,
    NotAProgram,
    Policy,
    Elevation,
    Other,
}
