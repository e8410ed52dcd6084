//! Finding English in what is to be German.

/// Words that English sentences hardly do without and German ones never have.
const WORDS: &[&str] = &[
    "a", "and", "are", "as", "at", "be", "but", "by", "can", "cannot", "did", "does", "for",
    "from", "has", "have", "is", "it", "its", "no", "not", "of", "one", "or", "than", "that",
    "the", "there", "they", "this", "to", "who", "which", "with", "write", "you", "your",
];

/// The lines that have English words in them, each with its line end; what stands in quotes, in backticks, or looks like a name or
/// a path, is nobody's sentence.
pub fn left_in_english(text: &str) -> String {
    let mut left = String::new();
    for line in text.lines() {
        let sentence = without_quotes(line);
        let english = sentence
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && !"/\\-_=$".contains(c)))
            .any(|word| WORDS.contains(&word));
        if english {
            left += line;
            left.push('\n');
        }
    }
    left
}

/// The line without what is quoted in it.
fn without_quotes(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['`', '"', '\'']) {
        let quote = &rest[at..=at];
        plain += &rest[..at];
        rest = match rest[at + 1..].split_once(quote) {
            Some((_, behind)) => behind,
            None => &rest[at + 1..],
        };
        plain.push(' ');
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_seen_and_names_are_not() {
        for german in [
            "kein Token",
            "schreiben Sie `write it`",
            "'a' ist \"the\" Wort",
            "/is/the/path fehlt",
            "",
        ] {
            assert_eq!(left_in_english(german), "", "{german}");
        }
        for english in ["the token", "kein Token: it is empty", "x: not found."] {
            assert_eq!(left_in_english(english), format!("{english}\n"));
        }
    }
}
