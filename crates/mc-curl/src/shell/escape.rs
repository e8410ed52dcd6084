//! `$'..'`: ANSI-C quoting.

use crate::shell::construct::Construct;
use crate::shell::split::Split;

/// Reads what follows an opening `$'` at `from` of the line into the word under way; gives where the closing quote
/// stands, or `None` without one.
pub(super) fn ansi_c(split: &mut Split, line: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let next = line[at..].chars().next()?;
        match next {
            '\'' => return Some(at),
            '\\' => at += escaped(split, line, at)?,
            _ => {
                split.push(next.encode_utf8(&mut [0; 4]), at);
                at += next.len_utf8();
            }
        }
    }
}

/// One escape, beginning with the backslash at `at`; gives its length.
fn escaped(split: &mut Split, line: &str, at: usize) -> Option<usize> {
    let (letter, value, length) = meant(&line[at + 1..])?;
    let unreadable = |place: usize, length: usize| {
        let escape = line[place..place + length].to_owned();
        (place, Construct::NotUtf8 { escape })
    };
    if value == 0 {
        let escape = line[at..at + length].to_owned();
        split.found(at, Construct::Nul { escape });
    }
    if is_byte(letter, value) {
        return Some(bytes(split, line, at, unreadable));
    }
    let meant = char::from_u32(value).unwrap_or_else(|| {
        let (place, construct) = unreadable(at, length);
        split.found(place, construct);
        char::REPLACEMENT_CHARACTER
    });
    split.push(meant.encode_utf8(&mut [0; 4]), at);
    Some(length)
}

/// What an escape is whose backslash stands before a text: its letter, the value, and its length, the backslash included.
fn meant(rest: &str) -> Option<(char, u32, usize)> {
    let letter = rest.chars().next()?;
    let digits = |from: usize, most: usize, radix: u32| {
        let digits: String = rest[from..]
            .chars()
            .take(most)
            .take_while(|c| c.is_digit(radix))
            .collect();
        let value = u32::from_str_radix(&digits, radix).ok()?;
        Some((value, 1 + from + digits.len()))
    };
    let (value, length) = match letter {
        'a' => (7, 2),
        'b' => (8, 2),
        'e' | 'E' => (0x1B, 2),
        'f' => (0xC, 2),
        'n' => (0xA, 2),
        'r' => (0xD, 2),
        't' => (9, 2),
        'v' => (0xB, 2),
        '\\' | '\'' | '"' | '?' => (u32::from(letter), 2),
        'x' => digits(1, 2, 16).unwrap_or((0x5C, 1)),
        'u' => digits(1, 4, 16).unwrap_or((0x5C, 1)),
        'U' => digits(1, 8, 16).unwrap_or((0x5C, 1)),
        // What is more than a byte loses its ninth bit.
        '0'..='7' => digits(0, 3, 8).map_or((0x5C, 1), |(value, end)| (value & 0xFF, end)),
        'c' => match rest[1..].chars().next() {
            Some('?') => (0x7F, 3),
            Some('\\') if rest[2..].starts_with('\\') => (0x1C, 4),
            Some(control) if control.is_ascii() && control != '\'' => {
                (u32::from(control) & 0x1F, 3)
            }
            _ => (0x5C, 1),
        },
        _ => (0x5C, 1),
    };
    Some((letter, value, length))
}

/// Whether an escape is a byte of a character of several.
fn is_byte(letter: char, value: u32) -> bool {
    matches!(letter, 'x' | '0'..='7') && value > 0x7F
}

/// A run of bytes that begins at `at`, which together are a text; gives its length.
fn bytes(
    split: &mut Split,
    line: &str,
    at: usize,
    unreadable: impl Fn(usize, usize) -> (usize, Construct),
) -> usize {
    let (mut run, mut escapes, mut end) = (Vec::new(), Vec::new(), at);
    while let Some((letter, value, length)) = line[end..].strip_prefix('\\').and_then(meant)
        && is_byte(letter, value)
    {
        run.extend(u8::try_from(value));
        escapes.push((end, length));
        end += length;
    }
    if let Err(error) = std::str::from_utf8(&run)
        && let Some((place, length)) = escapes.get(error.valid_up_to())
    {
        let (place, construct) = unreadable(*place, *length);
        split.found(place, construct);
    }
    split.push(&String::from_utf8_lossy(&run), at);
    end - at
}
