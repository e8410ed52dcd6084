//! What stands where a number should be, when a page or a program has filled none in, or a person had none: `{{phone}}`,
//! `undefined`, `#N/A`, `keine`.

use super::characters::is_invisible;
use super::error::{HIDDEN, NumberError};

/// What languages and tables write for a value that is not there; letter case counts, for `0700 NULL` is a number.
const NO_VALUES: [&str; 17] = [
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
    "#BEZUG!",
    "#NAME?",
    "#VALUE!",
    "#WERT!",
    "#DIV/0!",
    "N/A",
];
/// What people write into the field of a number that they do not have, in small letters and without dots and spaces.
const NO_NUMBERS: [&str; 48] = [
    "keine",
    "kein",
    "keinenummer",
    "keinetelefonnummer",
    "keinerufnummer",
    "keintelefon",
    "keineangabe",
    "keineangaben",
    "ohne",
    "ka",
    "nv",
    "nichtvorhanden",
    "nichtbekannt",
    "nichtverfügbar",
    "nichtangegeben",
    "unbekannt",
    "unbekannter",
    "unterdrückt",
    "anonym",
    "entfällt",
    "leer",
    "folgt",
    "none",
    "null",
    "undefined",
    "nonumber",
    "nophone",
    "na",
    "n/a",
    "notavailable",
    "notprovided",
    "notknown",
    "anonymous",
    "unknown",
    "unavailable",
    "restricted",
    "withheld",
    "empty",
    "tba",
    "tbc",
    "tbd",
    "tobedefined",
    "inconnu",
    "aucun",
    "nessuno",
    "sconosciuto",
    "ninguno",
    "desconocido",
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
    // Of letters behind digits a number may be made: `0700 KEINE`.
    let plain = !text.starts_with(|c: char| c.is_ascii_digit());
    if prefix <= MOST_BEFORE
        && (NO_VALUES.iter().any(words) || is_marked(rest) || plain && is_no_number(rest))
    {
        return Err(NumberError::Placeholder {
            text: text
                .chars()
                .filter(|c| !c.is_control() && !is_invisible(*c))
                .take(SHOWN)
                .collect(),
        });
    }
    if is_unfinished(text) {
        return Err(NumberError::Other { what: HIDDEN });
    }
    Ok(())
}

/// Whether a number ends with a line to fill it in, or was cut off: `030 ______`, `+49 30 123...`.
fn is_unfinished(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let line = text.ends_with("___") && !text.starts_with('_')
        || text.ends_with("---") && digits < 7
        || text.ends_with("...")
        || text.ends_with('…');
    digits > 0 && line
}

/// Whether a person says with a text that there is no number.
fn is_no_number(text: &str) -> bool {
    let outside = |c: char| !c.is_alphanumeric();
    let word: String = text
        .trim_matches(outside)
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '.')
        .flat_map(char::to_lowercase)
        .collect();
    NO_NUMBERS.contains(&word.as_str())
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
