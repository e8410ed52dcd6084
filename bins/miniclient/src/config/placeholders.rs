//! What stands in a configuration for something of one's own: in a recipe as it was copied, or in a line from a manual.

use mc_cli::settings::{Place, Reader, SettingsProblem, Table};

/// What a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placeholder {
    /// A host that belongs to nobody (RFC 2606, RFC 6761).
    Host,
    /// `YOUR-..`.
    Word,
}

/// A placeholder, where it stands first, and in which lines.
struct Found<'t> {
    word: &'t str,
    kind: Placeholder,
    key: &'t str,
    place: Place,
    column: usize,
    lines: Vec<usize>,
}

impl Found<'_> {
    fn sentence(&self) -> String {
        let word = self.word.escape_debug();
        let what = match self.kind {
            Placeholder::Host => format!("`{word}` is nobody's host; write your server's name"),
            Placeholder::Word => {
                format!("`{word}` is a placeholder; write what you have in its place")
            }
        };
        let others: Vec<String> = self.lines[1..].iter().map(ToString::to_string).collect();
        let others = match &others[..] {
            [] => String::new(),
            [one] => format!(", also in line {one}"),
            all => format!(", also in lines {}", all.join(", ")),
        };
        format!("`{}`, column {}: {what}{others}", self.key, self.column)
    }
}

/// Each placeholder once, with the lines in which it stands.
pub(super) fn placeholders(reader: &Reader, root: &Table) -> Vec<SettingsProblem> {
    let mut all: Vec<Found<'_>> = Vec::new();
    for (key, text) in root.all_texts() {
        for (offset, word, kind) in words(text.value) {
            let (place, column) = reader.place_in(text, offset);
            let line = reader.line(place);
            match all.iter_mut().find(|found| found.word == word) {
                Some(found) if found.lines.contains(&line) => {}
                Some(found) => found.lines.push(line),
                None => all.push(Found {
                    word,
                    kind,
                    key,
                    place,
                    column,
                    lines: vec![line],
                }),
            }
        }
    }
    let located = |found: &Found<'_>| reader.located(found.place, &found.sentence());
    all.iter().map(located).collect()
}

/// The placeholders in a text, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str, Placeholder)> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(part)?;
        let end = text[start..]
            .find(|c| !part(c))
            .map_or(text.len(), |length| start + length);
        rest = end;
        Some((start, text[start..end].trim_end_matches('.')))
    })
    .filter_map(|(start, word)| Some((start, word, kind(word)?)))
}

fn kind(word: &str) -> Option<Placeholder> {
    let lower = word.to_lowercase();
    let own = [
        "your-",
        "your_",
        "changeme",
        "change-me",
        "change_me",
        "replace-me",
        "replace_me",
        "xxxxx",
    ];
    if own.iter().any(|begin| lower.starts_with(begin)) {
        return Some(Placeholder::Word);
    }
    let mut labels = lower.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    let nobodys = top == "example"
        || top == "invalid"
        || second == "example" && matches!(top, "com" | "net" | "org");
    nobodys.then_some(Placeholder::Host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_nobody_and_words_that_say_so_are_placeholders() {
        for (text, expected) in [
            ("curl https://crm.example/x?y=1", vec!["crm.example"]),
            (
                "https://ZAMMAD.EXAMPLE.COM/api.",
                vec!["ZAMMAD.EXAMPLE.COM"],
            ),
            (
                "https://YOUR-DOMAIN.freshdesk.com/a/YOUR_ID",
                vec!["YOUR-DOMAIN.freshdesk.com", "YOUR_ID"],
            ),
            ("-u agent@example.org/token:x", vec!["example.org"]),
            (
                "https://your-domain.atlassian.net",
                vec!["your-domain.atlassian.net"],
            ),
        ] {
            let found: Vec<_> = words(text).map(|(_, word, _)| word).collect();
            assert_eq!(found, expected, "{text}");
        }
        for text in [
            "an example of your own",
            "https://example-shop.de/ for.example.de",
            "$ANumber yourself POST INBOUND EQ",
            "example.exe --example",
        ] {
            assert_eq!(words(text).next(), None, "{text}");
        }
    }
}
