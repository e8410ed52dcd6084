//! The Windows command prompt and its batch files: first its own escapes, then the quotes of the C runtime.

use mc_template::words::SplitError;

use crate::shell::construct::{Construct, environment_variable};
use crate::shell::split::Split;

pub(super) fn split(line: &str, batch: bool) -> Result<Split, SplitError> {
    let mut split = Split::default();
    let text = unescaped(line, batch, &mut split);
    runtime_words(line, &text, &mut split)?;
    Ok(split)
}

/// What the prompt hands to the program: each character with its place in the line. Ends where the command does.
fn unescaped(line: &str, batch: bool, split: &mut Split) -> Vec<(char, usize)> {
    let mut text = Vec::new();
    let mut quoted = false;
    let mut rest = line.char_indices().peekable();
    while let Some((at, next)) = rest.next() {
        match next {
            '^' if !quoted => {
                // At a line's end both vanish, and what follows is a character whatever it is.
                if line[at + 1..].starts_with("\r\n") {
                    rest.next();
                }
                if let Some((_, '\n')) = rest.peek() {
                    rest.next();
                }
                if let Some((place, escaped)) = rest.next() {
                    text.push((escaped, place));
                }
            }
            '%' if batch && matches!(rest.peek(), Some((_, '%'))) => {
                rest.next();
                text.push(('%', at));
            }
            '%' => {
                if let Some(name) = environment_variable(line, at) {
                    let name = name.to_owned();
                    split.found(at, Construct::Environment { name });
                }
                text.push(('%', at));
            }
            '"' => {
                quoted = !quoted;
                text.push(('"', at));
            }
            '&' | '|' | '<' | '>' if !quoted => {
                let after = &line[at..];
                let end = after.len() - after.trim_start_matches(['&', '|', '<', '>']).len();
                split.found(
                    at,
                    Construct::Operator {
                        operator: after[..end].to_owned(),
                    },
                );
                return text;
            }
            '\n' if !line[at..].trim().is_empty() && !text.is_empty() => {
                let word = line[at..].split_whitespace().next().unwrap_or_default();
                split.found(
                    at + 1,
                    Construct::Operator {
                        operator: word.to_owned(),
                    },
                );
                return text;
            }
            _ => text.push((next, at)),
        }
    }
    text
}

/// The words of a text by the rules of Microsoft's C runtime.
pub(super) fn runtime_words(
    line: &str,
    text: &[(char, usize)],
    split: &mut Split,
) -> Result<(), SplitError> {
    let mut open = None;
    let mut at = 0;
    while let Some(&(next, place)) = text.get(at) {
        let push = |split: &mut Split, c: char, place: usize| {
            split.push(c.encode_utf8(&mut [0; 4]), place);
        };
        match next {
            '\\' => {
                let run = text[at..].iter().take_while(|(c, _)| *c == '\\').count();
                let quote = text.get(at + run).is_some_and(|(c, _)| *c == '"');
                let kept = if quote { run / 2 } else { run };
                for index in 0..kept {
                    push(split, '\\', text[at + index].1);
                }
                split.begin(place);
                at += run;
                if quote && run % 2 == 1 {
                    push(split, '"', text[at].1);
                    at += 1;
                }
                continue;
            }
            '"' if open.is_some() && text.get(at + 1).is_some_and(|(c, _)| *c == '"') => {
                push(split, '"', place);
                at += 1;
            }
            '"' => {
                split.begin(place);
                open = if open.is_some() { None } else { Some(place) };
            }
            ' ' | '\t' | '\r' | '\n' if open.is_none() => split.end(),
            _ => {
                if open.is_none()
                    && let Some(construct) = Construct::typographic(next, split.text().is_none())
                {
                    split.found(place, construct);
                }
                push(split, next, place);
            }
        }
        at += 1;
    }
    if let Some(place) = open {
        return Err(SplitError::new(line, '"', place));
    }
    split.end();
    Ok(())
}
