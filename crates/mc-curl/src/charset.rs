//! The text of an answer, in the encoding that it says.

use mc_secret::text::{decode, decode_or_guess};

/// The names of Windows-1252, and of Latin-1, which everybody reads as Windows-1252 (WHATWG Encoding, 4.2).
const WINDOWS: [&str; 9] = [
    "windows-1252",
    "cp1252",
    "x-cp1252",
    "iso-8859-1",
    "iso8859-1",
    "iso_8859-1",
    "latin1",
    "l1",
    "us-ascii",
];

/// A body as text. What is UTF-8 is read so whatever the type says: a text of another encoding is hardly ever UTF-8 by
/// chance, and many a server says `iso-8859-1` of everything. `None` for what is neither that nor what the type says.
pub(crate) fn text_of(body: &[u8], content_type: Option<&str>) -> Option<String> {
    if let Ok(text) = decode(body) {
        return Some(text);
    }
    let charset = charset_of(content_type?)?;
    WINDOWS
        .iter()
        .any(|name| charset.eq_ignore_ascii_case(name))
        .then(|| decode_or_guess(body))
}

/// The `charset` of a media type.
fn charset_of(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']))
    })
}

#[cfg(test)]
mod tests {
    use super::text_of;

    #[test]
    fn what_servers_send_is_read() {
        let latin = Some("text/json;charset=\"ISO-8859-1\"");
        let windows = Some("application/json; odata=verbose; Charset=windows-1252");
        for (bytes, content_type, expected) in [
            ("Müller €".as_bytes(), None, Some("Müller €")),
            ("Müller €".as_bytes(), latin, Some("Müller €")),
            (b"M\xFCller \x80", latin, Some("Müller €")),
            (b"M\xFCller \x80", windows, Some("Müller €")),
            (b"M\xFCller", None, None),
            (b"M\xFCller", Some("application/json; charset=utf-8"), None),
            (
                b"M\xFCller",
                Some("application/json; charset=iso-8859-2"),
                None,
            ),
            (b"\xEF\xBB\xBF{}", None, Some("{}")),
            (b"\xFF\xFE{\0}\0", None, Some("{}")),
            (b"\xFE\xFF\0{\0}", latin, Some("{}")),
            (b"", None, Some("")),
        ] {
            let text = text_of(bytes, content_type);
            assert_eq!(text.as_deref(), expected, "{bytes:?} {content_type:?}");
        }
    }
}
