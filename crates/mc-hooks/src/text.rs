//! Texts from outside, made fit to be shown.

/// A text from outside, for a message: at most 64 characters, and none that moves the cursor, changes
/// the direction of writing or hides another.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 64;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .map(|c| if is_deceptive(c) { '\u{FFFD}' } else { c })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Control characters, the line and paragraph separators, and the invisible ones that change how their
/// neighbours are read (Unicode Technical Report 36, "Bidirectional Text Spoofing").
pub(crate) fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// An address for reports and messages: scheme, host, port and path. User info, query and fragment
/// are where passwords, tokens and customers' data stand.
pub(crate) fn shown_url(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (address, rest) = url.split_at(end);
    let address = match address.split_once("://") {
        Some((scheme, after)) => {
            let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
            let host = authority.rsplit('@').next().unwrap_or(authority);
            format!("{scheme}://{host}{path}")
        }
        None => address.to_owned(),
    };
    let address: String = address.chars().filter(|&c| !is_deceptive(c)).collect();
    if rest.starts_with('?') {
        address + "?…"
    } else {
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_be_played_with() {
        assert_eq!(
            shown("a\u{1b}[2Jb\u{202e}c\n"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}"
        );
        assert_eq!(shown(&"x".repeat(65)), format!("{}…", "x".repeat(64)));
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        let cases = [
            (
                "https://crm.example/c?id=4711&token=s",
                "https://crm.example/c?…",
            ),
            (
                "https://u:p@crm.example:8443/a/b#f",
                "https://crm.example:8443/a/b",
            ),
            ("http://u:p@h", "http://h"),
            ("http://h/a@b", "http://h/a@b"),
        ];
        for (url, expected) in cases {
            assert_eq!(shown_url(url), expected, "{url}");
        }
    }
}
