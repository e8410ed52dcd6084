//! Days and times of day, which lists of calls have beside numbers.

/// `24.12.2026`, `2026-12-24`, `12/24/2026`, `24 12 2026`.
pub(super) fn is_day(text: &str) -> bool {
    let day = |day: &str, month: &str, year: &str| {
        year.len() == 4 && (1900..2100).contains(&value(year)) && is_of_year(day, month)
    };
    ['.', '-', '/', ' '].iter().any(|separator| {
        let parts: Vec<&str> = text.split(*separator).map(str::trim).collect();
        match (separator, &parts[..]) {
            ('-' | '/', [y, m, d]) if m.len() == 2 && d.len() == 2 && day(d, m, y) => true,
            ('/' | '-', [m, d, y]) if day(d, m, y) => true,
            ('.', [y, m, d]) if day(d, m, y) => true,
            (_, [d, m, y]) => day(d, m, y),
            _ => false,
        }
    })
}

/// `24.12.26`, `24/12/26`. With dashes some write a number of six digits.
pub(super) fn is_short_day(text: &str) -> bool {
    ['.', '/'].iter().any(|separator| {
        let parts: Vec<&str> = text.split(*separator).collect();
        match parts[..] {
            [d, m, y] => {
                y.len() == 2 && value(y) < 100 && m.len() == 2 && d.len() == 2 && is_of_year(d, m)
            }
            _ => false,
        }
    })
}

fn value(part: &str) -> u32 {
    part.parse().unwrap_or(u32::MAX)
}

fn is_of_year(day: &str, month: &str) -> bool {
    day.len() <= 2
        && month.len() <= 2
        && (1..=12).contains(&value(month))
        && (1..=31).contains(&value(day))
}

/// A day, or a time of day, as a list of calls has it.
pub(super) fn is_time(part: &str) -> bool {
    let part = part.trim_end_matches('.');
    is_day(part) || is_short_day(part) || part.split('-').all(is_time_or_day)
}

/// `18.00`, `24.12`.
fn is_time_or_day(text: &str) -> bool {
    text.split_once('.').is_some_and(|(first, second)| {
        let plain =
            |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        plain(first)
            && plain(second)
            && (second.len() == 2 && value(first) < 24 && value(second) < 60
                || is_of_year(first, second))
    })
}
