//! Dates as HTTP writes them.

use std::time::SystemTime;

/// A date as HTTP writes it (RFC 9110, section 5.6.7), such as the `Date` of an answer. `None` when it is none.
///
/// ```
/// # use std::time::{Duration, SystemTime};
/// let date = mc_http::http_date("Sun, 06 Nov 1994 08:49:37 GMT");
/// assert_eq!(date, Some(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777)));
/// ```
#[must_use]
pub fn http_date(value: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(value.trim()).ok()
}
