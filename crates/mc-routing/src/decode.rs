//! The text of an answer.

/// The bytes 80 to 9F in Windows-1252; those that are nothing there stay themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// UTF-8 or UTF-16 without its mark, else Windows-1252, which Latin-1 is part of. What has zeros in it is no text of
/// these, and what is not UTF-8 in it is replaced.
pub(crate) fn text(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2);
        let units: Vec<_> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return wide(rest, u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
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
    use super::text;

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
            assert_eq!(text(bytes), expected);
        }
    }
}
