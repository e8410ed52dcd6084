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
    let rest = &line[at + 1..];
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
        '0'..='7' => digits(0, 3, 8).unwrap_or((0x5C, 1)),
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
    if value == 0 {
        let escape = line[at..at + length].to_owned();
        split.found(at, Construct::Nul { escape });
    }
    match (letter, char::from_u32(value)) {
        // Bytes of UTF-8, one by one: together they are a character.
        ('x' | '0'..='7', _) if value > 0x7F => {
            let (text, length) = bytes(line, at)?;
            split.push(&text, at);
            return Some(length);
        }
        (_, Some(c)) => split.push(c.encode_utf8(&mut [0; 4]), at),
        (_, None) => split.push("\u{FFFD}", at),
    }
    Some(length)
}

/// A run of `\xHH` that begins at `at`, as text.
fn bytes(line: &str, at: usize) -> Option<(String, usize)> {
    let mut run = Vec::new();
    let mut length = 0;
    while let Some(digits) = line
        .get(at + length..at + length + 4)
        .and_then(|four| four.strip_prefix("\\x"))
    {
        let Ok(byte) = u8::from_str_radix(digits, 16) else {
            break;
        };
        run.push(byte);
        length += 4;
    }
    (length > 0).then(|| (String::from_utf8_lossy(&run).into_owned(), length))
}
