//! Times as the clock on the wall showed them, and as people say them.

use jiff::Timestamp;
use mc_agent::local_zone;

/// `today 14:03`, `yesterday 14:03`, `2026-11-22 14:03`; as it is written, where that cannot be told.
pub(super) fn said(at: &str, now: Timestamp) -> String {
    let Ok(at) = at.parse::<Timestamp>() else {
        return at.to_owned();
    };
    let at = at.to_zoned(local_zone(at));
    let time = at.strftime("%H:%M");
    let today = now.to_zoned(local_zone(now)).date();
    if at.date() == today {
        format!("today {time}")
    } else if today
        .yesterday()
        .is_ok_and(|yesterday| yesterday == at.date())
    {
        format!("yesterday {time}")
    } else {
        at.strftime("%Y-%m-%d %H:%M").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan as _;

    #[test]
    fn days_are_those_of_the_calendar() {
        // Noon here, whatever the zone is, but for days on which it is turned.
        let noon: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let noon = noon
            .to_zoned(local_zone(noon))
            .with()
            .hour(12)
            .build()
            .unwrap()
            .timestamp();
        let ago = |hours: i64| said(&(noon - hours.hours()).to_string(), noon);
        assert_eq!(ago(0), "today 12:00");
        assert_eq!(ago(11), "today 01:00");
        assert_eq!(ago(13), "yesterday 23:00");
        assert_eq!(ago(36), "yesterday 00:00");
        assert_eq!(ago(37), "2026-11-20 23:00");
        // A clock that went wrong, and a text that is no time.
        assert!(ago(-24).starts_with("2026-11-23"), "{}", ago(-24));
        assert_eq!(said("x", noon), "x");
    }
}
