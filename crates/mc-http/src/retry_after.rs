//! `Retry-After`.

use std::time::{Duration, SystemTime};

use crate::http_date;

/// The wait that a `Retry-After` header asks for (RFC 9110, section 10.2.3): seconds, or an HTTP date; one that has
/// passed asks for no wait. `None` when it is neither.
///
/// ```
/// # use std::time::{Duration, SystemTime};
/// let wait = mc_http::retry_after("120", SystemTime::now());
/// assert_eq!(wait, Some(Duration::from_secs(120)));
/// ```
#[must_use]
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large for any clock is a wait too long for anybody.
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = http_date(value)?;
    Some(date.duration_since(now).unwrap_or_default())
}
