//! A number to dial: what a person types, and what a link brings.
//!
//! Whatever comes in, what goes on is digits, `*`, `#` and a leading `+`. Nothing else reaches a routing application,
//! a command line or a program.

use std::fmt;

/// The longest number that is dialled. E.164 allows 15 digits; prefixes and codes may precede them.
const MOST: usize = 32;

/// A number that may be dialled: one to 32 of digits, `*`, `#`, with a `+` in front if it was given with one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DialNumber(String);

/// Why a text is no number to dial. What was given is shown escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// There is no digit in it.
    #[error("there is no number to dial")]
    Empty,
    /// It is longer than any number.
    #[error("the number has {digits} digits; at most {MOST} can be dialled")]
    TooLong {
        /// How many digits, `*` and `#` it has.
        digits: usize,
    },
    /// It has a character that is in no number.
    #[error("a number has no `{}`: write digits, with spaces or - . / ( ) between them if you like", character.escape_debug())]
    Character {
        /// The first such character.
        character: char,
    },
    /// A `+` not in front, or one before a code.
    #[error("a + stands in front of a number and nowhere else, and not before * or #")]
    Plus,
    /// Not a link with a number.
    #[error("this is no link to a number: use tel:+49... (RFC 3966) or callto:+49...")]
    NotALink,
    /// A link with a part that would have to be understood.
    #[error("the link needs `{}`, which is not supported", name.escape_debug())]
    Parameter {
        /// The parameter's name.
        name: String,
    },
}

impl DialNumber {
    /// Reads what a person typed or pasted: separators are dropped, among them the no-break spaces and direction
    /// marks that come along from web pages and address books; a `(0)` after the country code is dropped.
    ///
    /// # Errors
    ///
    /// [`NumberError`]; nothing is guessed.
    pub fn typed(text: &str) -> Result<Self, NumberError> {
        let text = text.trim().trim_start_matches(is_mark);
        let international = text.starts_with('+') || text.starts_with("00");
        let text = if international {
            text.replacen("(0)", "", 1)
        } else {
            text.to_owned()
        };
        Self::collect(&text, |c| {
            matches!(c, ' ' | '-' | '.' | '/' | '(' | ')') || is_mark(c)
        })
    }

    /// Reads a `tel:` link by the grammar of RFC 3966, or a `callto:` link with the same number in it.
    ///
    /// One thing is more than the RFC has, as nearly every page writes it so: a number without `+` needs no
    /// `phone-context`. Parameters are passed over, `ext` among them, except those that the RFC wants understood
    /// (`m-...`). Everything else, percent-encoding included, is refused.
    ///
    /// # Errors
    ///
    /// [`NumberError`].
    pub fn from_link(uri: &str) -> Result<Self, NumberError> {
        let (scheme, rest) = uri.split_once(':').ok_or(NumberError::NotALink)?;
        if !["tel", "callto"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
        {
            return Err(NumberError::NotALink);
        }
        let mut parts = rest.split(';');
        let number = Self::collect(parts.next().unwrap_or_default(), |c| {
            matches!(c, '-' | '.' | '(' | ')')
        })?;
        let mut seen: Vec<&str> = Vec::new();
        for parameter in parts {
            let name = parameter.split('=').next().unwrap_or_default();
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,:/[]%".contains(c);
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(NumberError::NotALink);
            }
            if let Some(bad) = parameter.chars().find(|&c| c != '=' && !plain(c)) {
                return Err(NumberError::Character { character: bad });
            }
            let value = parameter.split_once('=').map(|(_, value)| value);
            if seen.iter().any(|other| name.eq_ignore_ascii_case(other))
                || !is_value_of(name, value)
            {
                return Err(NumberError::NotALink);
            }
            seen.push(name);
            if name.len() > 2 && name[..2].eq_ignore_ascii_case("m-") {
                return Err(NumberError::Parameter {
                    name: name.to_owned(),
                });
            }
        }
        Ok(number)
    }

    fn collect(text: &str, separator: impl Fn(char) -> bool) -> Result<Self, NumberError> {
        let mut number = String::new();
        for character in text.chars() {
            match character {
                '0'..='9' | '*' | '#' => number.push(character),
                '+' if number.is_empty() => number.push(character),
                '+' => return Err(NumberError::Plus),
                c if separator(c) => {}
                character => return Err(NumberError::Character { character }),
            }
        }
        let digits = number.trim_start_matches('+');
        if !digits.contains(|c: char| c.is_ascii_digit()) {
            return Err(NumberError::Empty);
        }
        if digits.len() > MOST {
            return Err(NumberError::TooLong {
                digits: digits.len(),
            });
        }
        if number.starts_with('+') && digits.contains(['*', '#']) {
            return Err(NumberError::Plus);
        }
        Ok(Self(number))
    }

    /// The number: digits, `*`, `#`, and a leading `+` if it was given with one.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is a `*` or `#` in it: a code that may switch something on or off instead of calling anyone.
    pub fn has_codes(&self) -> bool {
        self.0.contains(['*', '#'])
    }
}

impl fmt::Display for DialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a parameter of a `tel:` link may have this value: the rules of RFC 3966, section 3.
fn is_value_of(name: &str, value: Option<&str>) -> bool {
    let is_number = |text: &str| {
        text.contains(|c: char| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '(' | ')'))
    };
    let is_host = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    let text = value.unwrap_or_default();
    if name.eq_ignore_ascii_case("ext") {
        return is_number(text);
    }
    if name.eq_ignore_ascii_case("phone-context") {
        return text.strip_prefix('+').map_or(is_host(text), is_number);
    }
    let encoded = text.split('%').skip(1).all(|rest| {
        let bytes = rest.as_bytes();
        bytes.len() > 1 && bytes[..2].iter().all(u8::is_ascii_hexdigit)
    });
    value.is_none_or(|value| !value.is_empty() && !value.contains('=')) && encoded
}

/// Spaces that do not break, hyphens that are not `-`, and marks for the direction of writing.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{A0}'
            | '\u{AD}'
            | '\u{2007}'
            | '\u{2009}'
            | '\u{200B}'
            | '\u{202F}'
            | '\u{2060}'
            | '\u{FEFF}'
    ) || matches!(c, '\u{2010}'..='\u{2015}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> String {
        DialNumber::typed(text).map_or_else(|e| format!("{e:?}"), |number| number.to_string())
    }

    fn link(uri: &str) -> String {
        DialNumber::from_link(uri).map_or_else(|e| format!("{e:?}"), |number| number.to_string())
    }

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!(typed("0199 123-456"), "0199123456");
        assert_eq!(typed(" (0199) 123/456.7 "), "01991234567");
        assert_eq!(typed("+49 (0)199 123456"), "+49199123456");
        assert_eq!(typed("0049 (0) 199"), "0049199");
        assert_eq!(
            typed("\u{202A}+49\u{A0}199\u{2011}123\u{202C}"),
            "+49199123"
        );
        assert_eq!(typed("*21*12#"), "*21*12#");
        assert_eq!(typed("17"), "17");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(typed(""), "Empty");
        assert_eq!(typed(" - "), "Empty");
        assert_eq!(typed("+"), "Empty");
        assert_eq!(typed("*#"), "Empty");
        assert_eq!(typed(&"1".repeat(100)), "TooLong { digits: 100 }");
        assert_eq!(typed("12;rm -rf"), "Character { character: ';' }");
        assert_eq!(typed("12\n34"), "Character { character: '\\n' }");
        assert_eq!(typed("0800 CALLME"), "Character { character: 'C' }");
        assert_eq!(typed("$(id)"), "Character { character: '$' }");
        assert_eq!(typed("1+2"), "Plus");
        assert_eq!(typed("+49*21#"), "Plus");
        assert_eq!(typed("１２"), "Character { character: '１' }");
    }

    #[test]
    fn links_by_the_rfc() {
        assert_eq!(link("tel:+49-199-123456"), "+49199123456");
        assert_eq!(link("TEL:+1(201)555.0123"), "+12015550123");
        assert_eq!(link("tel:7042;phone-context=example.com"), "7042");
        assert_eq!(link("tel:+49199123456;ext=17"), "+49199123456");
        assert_eq!(link("tel:7042;phone-context=+49-199"), "7042");
        assert_eq!(
            link("tel:+49199123456;isub=1%20a;ext=1-7;flag"),
            "+49199123456"
        );
        assert_eq!(link("tel:0199123456"), "0199123456");
        assert_eq!(link("callto:+49199123456"), "+49199123456");
        assert_eq!(link("tel:*21#"), "*21#");
    }

    #[test]
    fn links_that_are_something_else_are_refused() {
        for uri in [
            "",
            "tel",
            "+49199",
            "http://x/",
            "telx:12",
            "sip:12@x",
            "--dial",
        ] {
            assert_eq!(link(uri), "NotALink", "{uri}");
        }
        assert_eq!(link("tel:"), "Empty");
        assert_eq!(link("tel:+49 199"), "Character { character: ' ' }");
        assert_eq!(link("tel:+49%20199"), "Character { character: '%' }");
        assert_eq!(link("tel://+49199"), "Character { character: '/' }");
        assert_eq!(link("tel:12\" --config x"), "Character { character: '\"' }");
        assert_eq!(link("tel:+49199;ext=1 2"), "Character { character: ' ' }");
        assert_eq!(link("tel:+49199;=1"), "NotALink");
        for parameters in [
            "ext=",
            "ext",
            "ext=abc",
            "ext=1;ext=2",
            "ext=1;EXT=1",
            "phone-context",
            "phone-context=",
            "phone-context=+",
            "phone-context=+x",
            "phone-context=-x",
            "phone-context=a/b",
            "isub=",
            "isub=%",
            "isub=%4",
            "isub=%zz",
            "x=1=2",
            "",
        ] {
            assert_eq!(
                link(&format!("tel:7042;{parameters}")),
                "NotALink",
                "{parameters}"
            );
        }
        assert_eq!(
            link("tel:+49199;m-billing=x"),
            "Parameter { name: \"m-billing\" }"
        );
    }
}
