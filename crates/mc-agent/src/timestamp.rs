//! Times as they are told.

use jiff::Timestamp;

/// RFC 3339 in UTC, to the second: as `status` has it.
pub(crate) fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The same of now, to the millisecond: as the journal has it.
pub(crate) fn now() -> String {
    let now = Timestamp::now();
    now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
