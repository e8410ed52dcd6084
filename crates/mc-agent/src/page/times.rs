//! Times as the clock on the wall shows them.

use jiff::Timestamp;

use crate::sys;

/// When the day of this moment began.
pub(crate) fn midnight(now: Timestamp) -> Timestamp {
    let zoned = now.to_zoned(sys::local_zone(now));
    zoned.start_of_day().map_or(now, |start| start.timestamp())
}

/// The hour and the minute: all calls shown are of today.
pub(crate) fn clock(at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(
        |_| at.to_owned(),
        |at| {
            at.to_zoned(sys::local_zone(at))
                .strftime("%H:%M")
                .to_string()
        },
    )
}

/// How long from one moment to another, as it is said of a call.
pub(crate) fn duration(from: &str, to: &str) -> Option<String> {
    let seconds =
        to.parse::<Timestamp>().ok()?.as_second() - from.parse::<Timestamp>().ok()?.as_second();
    match seconds {
        ..0 => None,
        0..60 => Some(format!("{seconds} s")),
        60..3600 => Some(format!("{} min", (seconds + 30) / 60)),
        _ => Some(format!("{} h {} min", seconds / 3600, seconds % 3600 / 60)),
    }
}
