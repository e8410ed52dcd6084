//! An extension behind a number.

use super::error::{LeftOut, NumberError};

/// What may stand before an extension.
pub(super) const EXTENSIONS: [&str; 46] = [
    "ext",
    "extn",
    "extension",
    "extensión",
    "extensão",
    "anexo",
    "int",
    "intern",
    "interno",
    "interne",
    "x",
    "доб",
    "durchwahl",
    "durchw",
    "dw",
    "nebenstelle",
    "nebenst",
    "nst",
    "nbst",
    "dahili",
    "ank",
    "linje",
    "klappe",
    "kl",
    "apparat",
    "app",
    "poste",
    "toestel",
    "toest",
    "tst",
    "wew",
    "wewn",
    "local",
    "loc",
    "lokal",
    "lok",
    "linka",
    "ramal",
    "ankn",
    "anknytning",
    "mellék",
    "内線",
    "内线",
    "分机",
    "转",
    "轉",
];
/// Fewer digits in front of it, and it is no number's extension.
const FEWEST: usize = 6;

/// What stands before an extension at the end, and the extension.
///
/// # Errors
///
/// [`NumberError::BeforeExtension`] for `0x1234567` and `5 ext 12`: nobody means the first of these alone.
pub(super) fn without_extension(text: &str) -> Result<(&str, Option<LeftOut>), NumberError> {
    let none = Ok((text, None));
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[before.len()..];
    if digits.len() > 9 {
        return none;
    }
    let label = before.trim_end_matches([' ', '.', ':', '=', '-']);
    // `ext #12`, but a `#` behind digits is a key.
    let worded = label.trim_end_matches(['#', ' ', '.']);
    let number = worded.trim_end_matches(|c: char| c.is_alphabetic());
    let word = worded[number.len()..].to_lowercase();
    let is_worded = EXTENSIONS.contains(&word.as_str());
    let count = number.chars().filter(char::is_ascii_digit).count();
    // `#` is a key as well: only one that stands apart, after a number of some length, begins an extension.
    let sign = label
        .strip_suffix(" #")
        .filter(|before| count >= FEWEST && !before.contains(['*', '#']));
    // `555.555.5555 * 9`: a code's star stands in front as well.
    let star = before.trim_end_matches(' ').strip_suffix('*');
    let spaced = before.ends_with("* ");
    let star = star.filter(|number| {
        (digits.len() > 1 || spaced)
            && (1..=5).contains(&digits.len())
            && !number.contains(['*', '#'])
            && count > FEWEST
    });
    let rest = match sign.or(star) {
        _ if is_worded => number,
        Some(before) => before,
        None => return none,
    };
    let rest = rest.trim_end_matches([' ', ',', ';', '-', '.', '/']);
    if digits.is_empty() {
        // A form's field for it that nobody filled in.
        return if is_worded && word.len() > 1 && count >= FEWEST {
            Ok((rest, None))
        } else {
            none
        };
    }
    // Letters may be digits: `1-800-FLOWERS`.
    let keys = rest.chars().filter(char::is_ascii_alphanumeric).count();
    if (1..FEWEST).contains(&count) && keys < FEWEST {
        return Err(NumberError::BeforeExtension);
    }
    Ok((rest, Some(LeftOut::Extension(digits.to_owned()))))
}
