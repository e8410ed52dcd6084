//! A link handed to the system, as a click does it.

use std::time::Duration;

use crate::hand_over_error::HandOverError;
use crate::sys;

/// Hands a link to the system, which starts the program that opens links of its scheme. Gives what was asked to do it:
/// `xdg-open` or `gio` on Linux, Windows itself there. Blocks until that is done, or for so long.
///
/// The scheme must be one of these: the system would start anything.
///
/// # Errors
///
/// [`HandOverError`].
pub fn hand_over(
    link: &str,
    schemes: &[&str],
    limit: Duration,
) -> Result<&'static str, HandOverError> {
    sys::hand_over(link, schemes, limit)
}
