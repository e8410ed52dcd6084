//! Where a part of a text value stands in its file: behind the quote, and behind the escapes before it.

use super::layer::Layer;
use super::tree::Text;

/// Where byte `offset` of a text stands in its file.
pub(super) fn in_file(layer: &Layer, text: Text<'_>, offset: usize) -> usize {
    let (place, value) = (text.place, text.value);
    let raw = layer.text.get(place.start..place.end).unwrap_or_default();
    let Some(quote) = raw
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))
    else {
        return place.start;
    };
    let long = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    let mut at = if long { 3 } else { 1 };
    if long {
        // A line end right behind the opening quotes is not part of the value.
        let rest = raw.get(at..).unwrap_or_default();
        at += if rest.starts_with("\r\n") {
            2
        } else {
            usize::from(rest.starts_with('\n'))
        };
    }
    let mut done = 0;
    // In a text that is wrong an escape can be shorter than it should be, and end inside a character.
    while let Some(rest) = raw
        .get(at..)
        .filter(|rest| done < offset && !rest.is_empty())
    {
        let wanted = value.get(done..).and_then(|rest| rest.chars().next());
        let (raw_length, value_length) = if quote == '"' && rest.starts_with('\\') {
            escape(rest, wanted)
        } else if rest.starts_with("\r\n") && wanted == Some('\n') {
            (2, 1)
        } else {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            (length, length)
        };
        at += raw_length;
        done += value_length;
    }
    place.start + at.min(raw.len().saturating_sub(1))
}

/// How long the escape at the beginning of `rest` is, and what it stands for.
fn escape(rest: &str, wanted: Option<char>) -> (usize, usize) {
    let wanted = wanted.map_or(1, char::len_utf8);
    match rest.as_bytes().get(1) {
        Some(b'x') => (4, wanted),
        Some(b'u') => (6, wanted),
        Some(b'U') => (10, wanted),
        // A backslash at the end of a line swallows the white space up to the next word.
        Some(b' ' | b'\t' | b'\r' | b'\n') => {
            let skipped = rest.len() - rest[1..].trim_start_matches([' ', '\t', '\r', '\n']).len();
            (skipped, 0)
        }
        _ => (2, wanted),
    }
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::*;
    use crate::settings::tree::Table;

    #[test]
    fn positions_in_a_value_are_positions_in_the_file() {
        for text in [
            "a = 'xx $'",
            "a = \"x\\tx\\\\ $\"",
            "a = \"\\u00fc\\xe4 $\"",
            "a = '''\nfirst\nüü $'''",
            "a = '''\r\nfirst\r\nüü $'''",
            "a = \"\"\"\nfirst \\\n     second $\"\"\"",
        ] {
            let layer = Layer::of_text("x", text);
            let (parsed, errors) = DeTable::parse_recoverable(&layer.text);
            assert!(errors.is_empty(), "{errors:?}");
            let table = Table::of(parsed.get_ref(), 0);
            let value = table.entry("a").unwrap().node.text().unwrap();
            let offset = value.value.find('$').unwrap();
            let found = in_file(&layer, value, offset);
            assert_eq!(text.find('$'), Some(found), "{text:?}");
        }
    }
}
