//! Trunk prefixes beside country codes, where nobody dials them and many write them.

use super::error::NumberError;
use super::metadata;

/// International prefixes that are understood before a country code with a `(0)` behind it, whatever the region; the
/// longest first.
const PREFIXES: [&str; 6] = ["+", "0011", "011", "010", "00", ""];

/// Without the trunk prefix that stands in parentheses behind a country code, where nobody dials it, or beside another
/// one: `(0) 030`, `0 (0)30`.
pub(super) fn without_trunk_prefix(
    number: String,
    found: Option<(usize, &str)>,
) -> Result<String, NumberError> {
    let Some((at, inside)) = found else {
        return Ok(number);
    };
    let (before, rest) = (&number[..at], &number[at + inside.len()..]);
    if inside == "0" && (before == "0" || before.is_empty() && rest.starts_with('0')) {
        return Ok(format!("{before}{rest}"));
    }
    let code = PREFIXES.iter().find_map(|prefix| {
        before
            .strip_prefix(prefix)
            .filter(|code| !metadata::regions(code).is_empty())
    });
    let Some(code) = code else {
        // `030 (0) 1234567`: who would dial the zero there?
        return if inside == "0" && !before.is_empty() {
            Err(NumberError::Parentheses)
        } else {
            Ok(number)
        };
    };
    let trunk = metadata::trunk_prefix_behind(code);
    let valid =
        |digits: String| metadata::international(&digits).is_some_and(|found| found.is_valid());
    let dropped = inside == trunk
        || inside == "0"
            && (valid(format!("{code}{rest}"))
                || !valid(format!("{code}{inside}{rest}")) && !trunk.is_empty());
    Ok(if dropped {
        format!("{before}{rest}")
    } else {
        number
    })
}

/// Whether a country's code stands in it twice: `+49 0049 30 1234567`. Carriers' codes begin with `001` and `007`.
pub(super) fn has_two_codes(number: &str) -> bool {
    let digits = number.strip_prefix('+');
    let plain = || {
        let digits = number.strip_prefix("00")?;
        Some(digits).filter(|digits| !digits.starts_with(['1', '7']))
    };
    digits.or_else(plain).is_some_and(metadata::has_two_codes)
}

/// Without the trunk prefix that stands behind a country code as if it belonged there: `+49 030`, `+44 07700`, `+375 (8-017)`.
/// Where it does belong there, as in Italy, the number is in use with it.
pub(super) fn without_plain_trunk_prefix(number: String) -> String {
    let digits = number.strip_prefix('+');
    let digits = digits.filter(|digits| !digits.contains(['*', '#']));
    let found = digits.and_then(metadata::international);
    match found.filter(metadata::Located::is_valid) {
        Some(found) => format!("+{}", found.e164()),
        None => number,
    }
}
