//! The characters of numbers: what each is in plain ASCII.

/// The zeros of the decimal digits that are not ASCII, in the scripts in which telephone numbers are written:
/// Arabic, Persian, Indian scripts, Thai, Lao, Tibetan, Burmese, Khmer, Mongolian, full width.
const ZEROS: [u32; 19] = [
    0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xA9F0, 0xFF10,
];

/// Nothing that is seen: marks of writing direction, joiners, selectors, soft hyphens. A number is the same without them.
/// That is another question than whether a text may be shown with them (`is_deceptive` of `mc-secret`): control characters
/// and line ends separate numbers, and the selector behind a picture of a telephone deceives nobody.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// The ASCII character that is meant. Line breaks stay: what they separate is not one number.
pub(super) fn plain(character: char) -> char {
    match character {
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2053}'
        | '\u{2212}'
        | '\u{223C}'
        | '\u{301C}'
        | '\u{30FC}'
        | '\u{FE58}'
        | '\u{FE63}'
        | '\u{FF0D}'
        | '\u{FF5E}'
        | '~' => '-',
        '\u{2024}' | '\u{B7}' | '\u{2022}' | '\u{2027}' | '\u{30FB}' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{FE62}' => '+',
        '[' | '\u{FF3B}' => '(',
        ']' | '\u{FF3D}' => ')',
        '\u{FF01}'..='\u{FF5E}' if digit(character).is_none() => {
            // The full-width forms stand in the order of ASCII.
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        _ if character.is_whitespace() => ' ',
        _ => digit(character).unwrap_or(character),
    }
}

/// A decimal digit of any script, in ASCII.
pub(super) fn digit(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_digit().then_some(character);
    }
    let value = ZEROS.iter().find_map(|zero| {
        u32::from(character)
            .checked_sub(*zero)
            .filter(|value| *value < 10)
    });
    value.and_then(|value| char::from_digit(value, 10))
}
