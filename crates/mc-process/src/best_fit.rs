//! Parameters that old Windows programs read differently.
//!
//! A program that reads the ANSI form of its command line gets what Windows makes of it: a character outside the code
//! page becomes the one that fits best, a full-width quotation mark a quotation mark. That happens after the quoting,
//! so it could end a parameter and begin others.

use crate::sys;

/// A character that could leave its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BestFit {
    /// The character.
    pub character: char,
    /// What a program that reads the ANSI command line gets in its place.
    pub becomes: char,
}

/// The first character of a parameter that the machine's ANSI code page turns into one with a meaning on a
/// command line: any of ASCII but letters and digits. Names keep theirs: that `ł` becomes `l` hurts nobody.
/// Only Windows has such a code page; elsewhere there is none.
pub fn best_fit(parameter: &str) -> Option<BestFit> {
    find(parameter, sys::ansi)
}

/// [`best_fit`] with a code page of the caller's: what a character that is not in it becomes.
fn find(parameter: &str, ansi: impl Fn(char) -> Option<u8>) -> Option<BestFit> {
    parameter
        .chars()
        .filter(|character| !character.is_ascii())
        .find_map(|character| {
            let becomes = ansi(character)?;
            let special = becomes.is_ascii() && !becomes.is_ascii_alphanumeric();
            special.then_some(BestFit {
                character,
                becomes: becomes.into(),
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part of Windows-1252's best fit ("bestfit1252.txt").
    fn windows_1252(character: char) -> Option<u8> {
        Some(match character {
            '\u{FF02}' => b'"',
            '\u{FF0D}' | '\u{2212}' => b'-',
            '\u{3000}' | '\u{2002}' => b' ',
            '\u{FF0F}' | '\u{2215}' => b'/',
            '\u{FF3C}' => b'\\',
            '\u{0142}' => b'l',
            '\u{FF11}' => b'1',
            '\u{2080}' => 0xB0,
            _ => return None,
        })
    }

    #[test]
    fn f70_a_character_that_becomes_a_special_one_is_found() {
        for (parameter, expected) in [
            ("a\u{FF02} \u{FF0D}x", Some(('\u{FF02}', '"'))),
            ("\u{FF0D}\u{FF0D}delete", Some(('\u{FF0D}', '-'))),
            ("a\u{3000}b", Some(('\u{3000}', ' '))),
            ("C:\u{FF3C}x", Some(('\u{FF3C}', '\\'))),
            ("\u{0142}\u{FF11}", None),
            ("Łukasz", None),
            ("Müller \u{20AC}", None),
            ("plain - \"x\"", None),
            ("", None),
        ] {
            let found = find(parameter, windows_1252).map(|fit| (fit.character, fit.becomes));
            assert_eq!(found, expected, "{parameter:?}");
        }
    }
}
