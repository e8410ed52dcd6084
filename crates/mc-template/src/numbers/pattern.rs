//! Patterns for numbers, as a list of them has them.

use super::characters::{is_invisible, plain};
use super::error::PatternError;

/// A pattern for numbers without the separators that people write in it: `+49 (0)900*` is `+49900*`.
///
/// `*` stands for any digits or none, `?` for one, and `!` in front for what the rest is not for. Regular expressions
/// (`regex:`) stay what they are, as do kinds of values (`is:`).
///
/// # Errors
///
/// [`PatternError`] for what is no pattern for numbers: it would hold for none, or for others than are meant.
pub fn pattern(text: &str) -> Result<String, PatternError> {
    let (sign, rest) = match text.strip_prefix('!') {
        Some(rest) => ("!", rest),
        None => ("", text),
    };
    match rest.split_once(':') {
        Some(("regex", expression)) if expression.starts_with(' ') => {
            return Err(PatternError::Space);
        }
        Some(("regex" | "is", _)) => return Ok(text.to_owned()),
        _ => {}
    }
    // A bracket is a parenthesis in a number, and in a pattern `[0-9]` of another language.
    let in_ascii = |c: char| if c == '[' { c } else { plain(c) };
    let rest: String = rest
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(in_ascii)
        .collect();
    let rest = rest.trim();
    if let Some((first, last)) = range(rest) {
        return Err(PatternError::Range {
            first: first.to_owned(),
            last: last.to_owned(),
        });
    }
    let rest = if rest.starts_with('+') {
        rest.replace("(0)", "")
    } else {
        rest.to_owned()
    };
    let separator = |c: &char| matches!(c, ' ' | '-' | '/' | '.' | '(' | ')');
    let keys: String = rest.chars().filter(|c| !separator(c)).collect();
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '*' | '#' | '?');
    if let Some(character) = keys.chars().find(|c| !of_number(*c)) {
        return Err(PatternError::Character { character });
    }
    if keys
        .trim_start_matches('*')
        .get(1..)
        .is_some_and(|behind| behind.contains('+'))
    {
        return Err(PatternError::Plus);
    }
    if keys.is_empty() {
        return Err(PatternError::Empty);
    }
    Ok(format!("{sign}{keys}"))
}

/// `100-199`, `10..19`: the first and the last of several numbers. `0900-1234` is one.
fn range(text: &str) -> Option<(&str, &str)> {
    let digit = |c: char| c.is_ascii_digit();
    let first = &text[..text.find(|c| !digit(c))?];
    let last = text[first.len()..].trim_start_matches(|c| !digit(c));
    let between = text[first.len()..text.len() - last.len()].trim();
    let of_one_length = first.len() == last.len() && last.chars().all(digit);
    let of_one_kind = first.starts_with('0') == last.starts_with('0');
    (of_one_length && of_one_kind && first < last && matches!(between, "-" | ".." | "..."))
        .then_some((first, last))
}
