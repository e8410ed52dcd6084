//! The Windows command prompt and its batch files: first its own escapes, then the quotes of the C runtime.

use mc_template::words::{BLANKS, SplitError, split_windows_text};

use crate::shell::construct::Construct;
use crate::shell::environment::environment_variable;
use crate::shell::lines::next_line;
use crate::shell::split::Split;

pub(super) fn split(line: &str, batch: bool) -> Result<Split, SplitError> {
    let mut split = Split::default();
    let text = unescaped(line, batch, &mut split);
    // A line's end behind a caret is a character.
    let read = runtime_words(line, &text, &BLANKS[..3], &mut split);
    split.unless_lost(read)
}

/// What the prompt hands to the program: each character behind its place in the line. Ends where the command does.
fn unescaped(line: &str, batch: bool, split: &mut Split) -> Vec<(usize, char)> {
    let mut text = Vec::new();
    let mut quoted = false;
    // Where the last quote stands.
    let mut open = 0;
    // A line's end is one character to it, however a file has it.
    let mut rest = line
        .char_indices()
        .filter(|(at, c)| !(*c == '\r' && line[at + 1..].starts_with('\n')))
        .peekable();
    while let Some((at, next)) = rest.next() {
        match next {
            '^' if !quoted => {
                // At a line's end both vanish, and what follows is a character whatever it is.
                if let Some((_, '\n')) = rest.peek() {
                    rest.next();
                }
                if let Some((place, escaped)) = rest.next() {
                    text.push((place, escaped));
                }
            }
            '^' if line[at..].starts_with("^\\^\"") => {
                split.found(at, Construct::WrongCopy);
                return text;
            }
            '%' if batch && matches!(rest.peek(), Some((_, '%'))) => {
                rest.next();
                text.push((at, '%'));
            }
            '%' => {
                let after = line[at + 1..].trim_start_matches('~');
                let given = after.starts_with(|c: char| c.is_ascii_digit() || c == '*');
                if batch && given {
                    let end = line.len() - after.len() + 1;
                    let written = line[at..end].to_owned();
                    split.found(at, Construct::Parameter { written });
                } else if let Some(name) = environment_variable(line, at) {
                    let name = name.to_owned();
                    split.found(at, Construct::Environment { name });
                }
                text.push((at, '%'));
            }
            '"' => {
                (quoted, open) = (!quoted, at);
                text.push((at, '"'));
            }
            // A line's end in quotes ends the command, whatever stands before it.
            '\n' if quoted
                && line[open..at].trim_end_matches('\r').ends_with('^')
                && !line[..open].ends_with('\\') =>
            {
                split.found(open, Construct::MissingQuote { quote: '"' });
                return text;
            }
            '<' if !quoted && let Some(written) = Construct::placeholder(&line[at..]) => {
                split.found(at, Construct::of_placeholder(written));
                text.push((at, '<'));
                for _ in written.chars().skip(1) {
                    text.extend(rest.next());
                }
            }
            '&' | '|' | '<' | '>' if !quoted => {
                let after = &line[at..];
                let end = after.len() - after.trim_start_matches(['&', '|', '<', '>']).len();
                let operator = after[..end].to_owned();
                let word = line[..at].rsplit(" \"").next().unwrap_or_default();
                split.found(
                    at,
                    if word.contains("\\\"") && !word.replace("\\\"", "").contains('"') {
                        Construct::QuotedOperator { operator }
                    } else {
                        Construct::Operator { operator }
                    },
                );
                return text;
            }
            '\n' if !line[at..].trim().is_empty() && !text.is_empty() => {
                let (place, construct) = next_line(line, at);
                split.found(place, construct);
                return text;
            }
            '\n' => {}
            _ => text.push((at, next)),
        }
    }
    text
}

/// The words of a text by the rules of Microsoft's C runtime.
pub(super) fn runtime_words(
    line: &str,
    text: &[(usize, char)],
    blanks: &[char],
    split: &mut Split,
) -> Result<(), SplitError> {
    let words = split_windows_text(line, text, blanks, |place, character, begins_word| {
        if let Some(construct) = Construct::typographic(character, begins_word) {
            split.found(place, construct);
        }
    })?;
    split.words.extend(words);
    Ok(())
}
