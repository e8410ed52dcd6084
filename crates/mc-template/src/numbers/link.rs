//! Links to numbers, as pages, mails and address books write them: `tel:` (RFC 3966), `callto:`, `sip:`, `sips:`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::error::{LeftOut, NumberError};
use super::placeholder;
use super::several::looks_whole;

/// The schemes; and whether the number is a user, with a server behind an `@`.
const SCHEMES: [(&str, bool); 4] = [
    ("tel", false),
    ("callto", true),
    ("sip", true),
    ("sips", true),
];

/// What a link says.
pub(super) struct Link {
    /// The number as it stands there.
    pub(super) number: String,
    /// Whether letters may stand for digits: in a telephone number, but not in the name of an account.
    pub(super) letters: bool,
    /// The first digits of the international number, if the link gives them.
    pub(super) context: Option<String>,
    pub(super) left_out: Option<LeftOut>,
}

/// Reads a link; `None` for a text that is none.
pub(super) fn read(text: &str) -> Result<Option<Link>, NumberError> {
    let Some((scheme, rest)) = text.split_once(':') else {
        return Ok(None);
    };
    let known = SCHEMES
        .iter()
        .find(|(known, _)| scheme.eq_ignore_ascii_case(known));
    let Some((scheme, user)) = known else {
        // `https://wa.me/49..`: a program's own link, or a page's.
        let is_other = rest.starts_with("//") && scheme.chars().all(|c| c.is_ascii_alphabetic());
        return if is_other {
            Err(NumberError::NotALink)
        } else {
            Ok(None)
        };
    };
    let encoded = rest.contains("%3B") || rest.contains("%3b");
    // Decoded once, and before it is taken apart: many a CRM encodes the whole.
    let spaced = with_spaces(rest);
    let rest = percent_decode_str(&spaced).decode_utf8().map_err(|_| {
        // `%caller%` begins as an encoded byte does.
        placeholder::check(rest)
            .err()
            .unwrap_or(NumberError::NotALink)
    })?;
    placeholder::check(&rest)?;
    // A link in a link: `callto:sip:..`.
    let inner = rest.trim_start_matches('/').split_once(':');
    if let Some((scheme, inside)) = inner
        && is_scheme(scheme)
        && !inside.contains(':')
    {
        return read(rest.trim_start_matches('/'));
    }
    let rest = rest.split('?').next().unwrap_or_default();
    let rest = rest.trim_start_matches(|c: char| c == '/' || c.is_whitespace());
    let rest = match rest.split_once('@') {
        // A user may have a password and parameters of its own; what follows the server is for the exchange.
        Some((account, _)) if *user => account.split(':').next().unwrap_or_default(),
        _ => rest,
    };
    placeholder::check(rest)?;
    let mut parts = rest.split(';');
    let mut link = Link {
        number: parts.next().unwrap_or_default().to_owned(),
        letters: !scheme.starts_with("sip"),
        context: None,
        left_out: None,
    };
    let mut seen: Vec<&str> = Vec::new();
    for parameter in parts {
        let (name, value) = match parameter.trim().split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (parameter.trim(), None),
        };
        // A word behind an encoded `;` belongs to what stands before it, which is no number then.
        if encoded && value.is_none() && name.starts_with(char::is_alphabetic) {
            return Err(NumberError::NotALink);
        }
        if seen.iter().any(|other| name.eq_ignore_ascii_case(other)) {
            return Err(NumberError::NotALink);
        }
        seen.push(name);
        link.take(name, value)?;
    }
    Ok(Some(link))
}

/// Whether a text begins as a link to a number does.
pub(super) fn is_link(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(scheme, _)| is_scheme(scheme.trim_start()))
}

fn is_scheme(text: &str) -> bool {
    SCHEMES
        .iter()
        .any(|(known, _)| text.eq_ignore_ascii_case(known))
}

/// With spaces for the `+` that forms write in their place: where the number's own `+` is encoded, or it has none.
fn with_spaces(rest: &str) -> Cow<'_, str> {
    let end = rest.find([';', '?', '@']).unwrap_or(rest.len());
    let (number, parameters) = rest.split_at(end);
    let begin = number.trim_start_matches('/');
    let encoded = begin
        .get(..3)
        .is_some_and(|begin| begin.eq_ignore_ascii_case("%2B"));
    // `0+49..` has an outside line in front.
    let national = begin
        .trim_start_matches('(')
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count()
        >= 3;
    if (encoded || national) && number.contains('+') {
        Cow::Owned(number.replace('+', " ") + parameters)
    } else {
        Cow::Borrowed(rest)
    }
}

impl Link {
    fn take(&mut self, name: &str, value: Option<&str>) -> Result<(), NumberError> {
        // A wait, as telephones write it: `;12#`.
        if value.is_none()
            && name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(is_key)
        {
            if name.starts_with('0') && name.len() > 5 {
                return Err(NumberError::TwoNumbers);
            }
            self.left_out = Some(LeftOut::AfterPause(name.to_owned()));
            return Ok(());
        }
        if value.is_none() && looks_whole(name) {
            return Err(NumberError::TwoNumbers);
        }
        // What a page's template leaves behind that had nothing to put there.
        if name.is_empty() && value.is_none() {
            return Ok(());
        }
        if let Some((word, digits)) = name.split_once(' ')
            && word.eq_ignore_ascii_case("ext")
        {
            return self.take(word, Some(digits));
        }
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(NumberError::NotALink);
        }
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "ext" if value.is_none_or(|value| value.trim().is_empty()) => {}
            "ext" | "extn" | "extension" | "x" => {
                self.left_out = Some(LeftOut::Extension(digits(value)?));
            }
            "postd" => self.left_out = Some(LeftOut::AfterPause(digits(value)?)),
            "phone-context" => match value.unwrap_or_default().strip_prefix('+') {
                Some(prefix) => self.context = Some(digits(Some(prefix))?),
                // `0049-30` was to be the first digits.
                None if value.is_some_and(|value| {
                    value.chars().all(|c| c.is_ascii_digit() || c == '-') && is_host(value)
                }) =>
                {
                    return Err(NumberError::Parameter {
                        name: format!("{name}={}", value.unwrap_or_default()),
                    });
                }
                None if is_host(value.unwrap_or_default()) => {}
                None => return Err(NumberError::NotALink),
            },
            _ if lower.len() > 2 && lower.starts_with("m-") => {
                return Err(NumberError::Parameter {
                    name: name.to_owned(),
                });
            }
            // Not understood, and by RFC 3966 not needed.
            _ if value.is_some_and(|value| value.is_empty() || value.contains(['=', '%'])) => {
                return Err(NumberError::NotALink);
            }
            _ => {}
        }
        Ok(())
    }
}

/// The digits of a parameter that is a number.
fn digits(value: Option<&str>) -> Result<String, NumberError> {
    let value = value.unwrap_or_default();
    let separator = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | ',' | 'p' | 'w');
    let keys: String = value.chars().filter(|c| !separator(*c)).collect();
    if !keys.contains(|c: char| c.is_ascii_digit()) || !keys.chars().all(is_key) {
        return Err(NumberError::NotALink);
    }
    Ok(keys)
}

/// What a telephone can send.
fn is_key(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '*' | '#')
}

fn is_host(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
}
