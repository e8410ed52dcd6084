//! What stands where a number should be, when a page or a program has filled none in: `{{phone}}`, `undefined`, `#N/A`.

use super::characters::is_invisible;
use super::error::NumberError;

/// What languages and tables write for a value that is not there; letter case counts, for `0700 NULL` is a number.
const NO_VALUES: [&str; 12] = [
    "undefined",
    "null",
    "Null",
    "(null)",
    "NaN",
    "None",
    "nil",
    "[object Object]",
    "#N/A",
    "#NV",
    "#REF!",
    "N/A",
];
/// What stands around a name in a template.
const MARKS: [(&str, &str); 7] = [
    ("<%", "%>"),
    ("<?", "?>"),
    ("{", "}"),
    ("#{", "}"),
    ("%", "%"),
    ("[", "]"),
    ("$", ""),
];
/// Of a placeholder so many characters are shown.
const SHOWN: usize = 40;
/// A `+` and a country code.
const MOST_BEFORE: usize = 4;

/// Refuses what is no number but the place for one. A country code may stand before it.
pub(super) fn check(text: &str) -> Result<(), NumberError> {
    let text = text.trim().trim_start_matches('/');
    let rest = text.trim_start_matches(|c: char| c == '+' || c.is_ascii_digit());
    let prefix = text.len() - rest.len();
    let rest = rest.trim();
    let words = |word: &&str| !rest.is_empty() && rest.replace(*word, "").trim().is_empty();
    if prefix <= MOST_BEFORE && (NO_VALUES.iter().any(words) || is_marked(rest)) {
        return Err(NumberError::Placeholder {
            text: text
                .chars()
                .filter(|c| !c.is_control() && !is_invisible(*c))
                .take(SHOWN)
                .collect(),
        });
    }
    Ok(())
}

/// Whether a text is a name between marks, with whatever a template has beside it.
fn is_marked(text: &str) -> bool {
    MARKS.iter().any(|(open, close)| {
        let name = text
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        name.is_some_and(|name| {
            let name = name.trim_start_matches(['{', '=', '-', '$', ' ', '%', '#', '!']);
            name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        })
    })
}
