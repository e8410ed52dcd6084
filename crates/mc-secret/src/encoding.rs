//! The encodings that Windows' editors, PowerShell and Windows' servers write.

/// The bytes 80 to 9F in Windows-1252; those that are nothing there stay themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// How two bytes are one unit of UTF-16.
type Unit = fn([u8; 2]) -> u16;

/// What the bytes are in, UTF-8 where there is no unit, and the bytes behind the mark.
fn encoding(bytes: &[u8]) -> (Option<Unit>, &[u8]) {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => (Some(u16::from_le_bytes), rest),
        [0xFE, 0xFF, rest @ ..] => (Some(u16::from_be_bytes), rest),
        [0xEF, 0xBB, 0xBF, rest @ ..] => (None, rest),
        // Without a mark: what is read here begins with ASCII, every other byte of which is zero then.
        [first, 0, ..] if *first != 0 => (Some(u16::from_le_bytes), bytes),
        [0, second, ..] if *second != 0 => (Some(u16::from_be_bytes), bytes),
        _ => (None, bytes),
    }
}

/// A text in UTF-8 or in UTF-16 of either byte order, each with or without a mark.
///
/// # Errors
///
/// The number of the line, from 1, that is neither.
pub fn decode(bytes: &[u8]) -> Result<String, usize> {
    let (unit, bytes) = encoding(bytes);
    let Some(unit) = unit else {
        let text = str::from_utf8(bytes).map_err(|error| {
            let good = bytes.iter().take(error.valid_up_to());
            good.filter(|byte| **byte == b'\n').count() + 1
        })?;
        return Ok(text.to_owned());
    };
    let (pairs, odd) = bytes.as_chunks::<2>();
    // A byte that is left over is half of a character.
    let units = pairs
        .iter()
        .map(|pair| unit(*pair))
        .chain(odd.first().map(|_| 0xD800));
    let mut text = String::with_capacity(pairs.len());
    for character in char::decode_utf16(units) {
        text.push(character.map_err(|_| text.matches('\n').count() + 1)?);
    }
    Ok(text)
}

/// The same, and what is neither is read as Windows-1252, which Latin-1 is part of. What has zeros in it is no text of
/// these, and what is not UTF-8 in it is replaced, as is what is wrong in UTF-16.
///
/// ```
/// assert_eq!(mc_secret::text::decode_or_guess(b"M\xFCller"), "Müller");
/// ```
#[must_use]
pub fn decode_or_guess(bytes: &[u8]) -> String {
    let (unit, bytes) = encoding(bytes);
    if let Some(unit) = unit {
        let units: Vec<_> = bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| unit(*pair))
            .collect();
        return String::from_utf16_lossy(&units);
    }
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if bytes.contains(&0) => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => {
            let one = |byte: &u8| match byte {
                0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
                byte => char::from(*byte),
            };
            bytes.iter().map(one).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_windows_editors_are_read() {
        let text = "a = 'ü€😀'\r\n";
        let utf16 =
            |unit: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(unit).collect() };
        let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            [&[0xFF, 0xFE], &little[..]].concat(),
            [&[0xFE, 0xFF], &big[..]].concat(),
            little,
            big,
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok(text), "{bytes:x?}");
            assert_eq!(decode_or_guess(&bytes), text, "{bytes:x?}");
        }
        assert_eq!(decode(b""), Ok(String::new()));
        assert_eq!(decode(b"a = 1\nb = 'M\xFCller'\n"), Err(2));
        assert_eq!(decode(b"\xFF\xFEa\0\n\0\0\xD8b\0"), Err(2));
        assert_eq!(decode(b"\xFF\xFEa\0\n\0b"), Err(2));
    }

    #[test]
    fn what_windows_servers_send_is_read() {
        for (bytes, expected) in [
            (&b"{\"n\":\"M\xFCller \x80\"}"[..], "{\"n\":\"Müller €\"}"),
            (b"\xEF\xBB\xBF{}", "{}"),
            (b"\xFF\xFE{\0}\0", "{}"),
            (b"\xFE\xFF\0{\0}", "{}"),
            ("Müller €".as_bytes(), "Müller €"),
            (b"\x1F\x8B\x08\0\xFF", "\u{1F}\u{FFFD}\u{8}\0\u{FFFD}"),
            (b"", ""),
        ] {
            assert_eq!(decode_or_guess(bytes), expected);
        }
    }
}
