//! Lengths of time as they are written in settings: a whole number and a unit.

use std::time::Duration;

/// Longer than a working day is no deadline any more.
const LONGEST: Duration = Duration::from_hours(24);

/// Reads `500ms`, `10s`, `2m` or `1h`. The error is the rest of a sentence that begins with the key.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let unit_at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let milliseconds: Option<u64> = match unit.trim() {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let duration = milliseconds
        .zip(number.parse::<u64>().ok())
        .and_then(|(unit, number)| number.checked_mul(unit))
        .map(Duration::from_millis);
    match duration {
        Some(duration) if duration.is_zero() => Err("must be longer than nothing".to_owned()),
        Some(duration) if duration > LONGEST => Err("must be at most 24h".to_owned()),
        Some(duration) => Ok(duration),
        None => Err(format!(
            "is a length of time such as \"500ms\", \"10s\" or \"2m\", not \"{}\"",
            text.escape_debug()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(parse("2m"), Ok(Duration::from_mins(2)));
        assert_eq!(parse("1h"), Ok(Duration::from_hours(1)));
        assert_eq!(parse("10 s"), Ok(Duration::from_secs(10)));
    }

    #[test]
    fn what_is_no_length_of_time() {
        for text in [
            "",
            "10",
            "s",
            "-1s",
            "1.5s",
            "10 sec",
            "99999999999999999999s",
            "0s",
            "25h",
            "18446744073709551615h",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
