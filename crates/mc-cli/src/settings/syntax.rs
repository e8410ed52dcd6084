//! Text that is not TOML: what the writer probably meant, in a sentence.
//!
//! The parser goes on behind an error, so that all of them are found at once; of several on one line the first is
//! told. The sentences are made from the file's own text, not from the parser's, which is written for programmers.

use std::ops::Range;

use mc_secret::text::{is_no_space, straight_quote};
use toml::de::DeTable;

use super::key::{Kind, Schema};
use super::layer::Layer;
use super::tree::Table;

/// Syntax errors of one file.
#[derive(Debug, Default)]
pub(super) struct Syntax {
    /// One per line at most, in the order of the lines.
    pub(super) problems: Vec<(usize, String)>,
    /// From this line on it is not known any more what belongs where, because something was not closed.
    lost_from: Option<usize>,
}

/// What the parser says of a place.
#[derive(Debug, Clone)]
struct Fault {
    span: Range<usize>,
    line: usize,
    message: String,
}

/// Reads a file as far as it is TOML.
pub(super) fn parse(schema: &Schema, layer: &Layer, index: usize) -> (Table, Syntax) {
    let mut text = layer.text.clone();
    let mut faults: Vec<Fault> = Vec::new();
    // Behind a line that is not `key = value` the parser gives the rest of the file up. So such lines are blanked out,
    // which moves nothing, and the file is read again.
    loop {
        let (parsed, errors) = DeTable::parse_recoverable(&text);
        let found = errors.iter().map(|error| Fault::of(layer, error));
        let (fatal, others): (Vec<_>, Vec<_>) =
            found.partition(|fault| fault.message.starts_with("key with no value"));
        let before = faults.len();
        let parsed = Table::of(parsed.get_ref(), index);
        for fault in fatal {
            let start = layer.line_start(fault.line);
            let end = start + layer.line_text(fault.line).len();
            if text
                .get(start..end)
                .is_some_and(|line| !line.trim().is_empty())
            {
                text.replace_range(start..end, &" ".repeat(end - start));
                faults.push(fault);
            }
        }
        if faults.len() == before {
            faults.extend(others);
            return (parsed, Syntax::of(schema, layer, faults));
        }
    }
}

impl Fault {
    fn of(layer: &Layer, error: &toml::de::Error) -> Self {
        let message = error.message().to_owned();
        let span = error.span().unwrap_or(0..0);
        // For something that was not closed it is where it was opened, not the end of the file.
        let before = layer.text.get(..span.start).unwrap_or_default();
        let opened = if message.starts_with("unclosed array,") {
            before.rfind("= [")
        } else if message.starts_with("unclosed inline table") {
            before.rfind("= {")
        } else {
            None
        };
        Self {
            line: layer.line(opened.unwrap_or(span.start)),
            span,
            message,
        }
    }
}

impl Syntax {
    fn of(schema: &Schema, layer: &Layer, mut faults: Vec<Fault>) -> Self {
        faults.sort_by_key(|fault| fault.line);
        let mut syntax = Self::default();
        for fault in faults {
            let told = syntax
                .problems
                .last()
                .is_some_and(|(line, _)| *line == fault.line);
            if told || syntax.lost_from.is_some() {
                continue;
            }
            let (text, lost) = sentence(schema, layer, &fault);
            syntax.problems.push((fault.line, text));
            if lost {
                syntax.lost_from = Some(fault.line);
            }
        }
        syntax
    }

    /// Whether what stands in this line is to be believed.
    pub(super) fn trusts(&self, line: usize) -> bool {
        self.lost_from.is_none_or(|lost| line < lost)
            && self
                .problems
                .binary_search_by_key(&line, |(line, _)| *line)
                .is_err()
    }
}

/// The sentence, and whether everything behind it is lost.
fn sentence(schema: &Schema, layer: &Layer, fault: &Fault) -> (String, bool) {
    let other = match layer.text.trim_start().chars().next() {
        Some('<') => Some("XML"),
        Some('{') => Some("JSON"),
        _ => None,
    };
    if let Some(other) = other {
        return (
            format!(
                "this is {other}: a configuration is lines of `name = value` here, a text in single quotes"
            ),
            true,
        );
    }
    let line = fault.line;
    let text = layer.line_text(line).trim();
    let message = fault.message.as_str();
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key.trim(), value.trim()),
        None => ("", ""),
    };
    let kept = |text: String| (text, false);

    if message.starts_with("duplicate key") {
        return kept(duplicate(layer, fault));
    }
    if text.starts_with('[') && message.contains("table") {
        let list = match schema.list {
            Some(list) => format!(", or [[{list}]] for each {list}"),
            None => String::new(),
        };
        return (
            format!("this heading is not closed; write [name]{list}"),
            true,
        );
    }
    let begins = |mark: &&str| {
        text.get(..mark.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(mark))
    };
    if let Some(mark) = COMMENTS.into_iter().chain(["'", "rem "]).find(begins) {
        return kept(no_comment(mark));
    }
    if in_escaped_text(layer, fault) {
        return kept(format!(
            "in double quotes a backslash begins an escape; put the value in single quotes: {key} = '...'"
        ));
    }
    if message.starts_with("unclosed")
        || message.contains("multiline")
        || message.contains("multi-line")
    {
        return (
            format!("what {} opens here is not closed ({message})", name(key)),
            true,
        );
    }
    if value.is_empty() && !key.is_empty() {
        return kept(format!(
            "{} has no value; give it one or put a # before the line",
            name(key)
        ));
    }
    if key.is_empty() {
        return kept(match text.split_once(':') {
            Some((key, _))
                if !key.trim().is_empty() && !key.contains(' ') || text.contains(" :") =>
            {
                format!("write `{} = ...`, with an equals sign", key.trim())
            }
            _ => "expected `name = value`; a comment begins with #".to_owned(),
        });
    }
    let (bare, _) = layer
        .line_text(line)
        .split_once(['\'', '"'])
        .unwrap_or((text, ""));
    if let Some(blank) = bare.chars().find(|c| is_no_space(*c)) {
        return kept(format!(
            "U+{:04X} stands here, which looks like a space or like nothing: write an ordinary space, or leave it out",
            u32::from(blank)
        ));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.'\"".contains(c);
    if !key.chars().all(plain) || value.starts_with('=') {
        let mut words = key.split(|c| !plain(c)).filter(|word| !word.is_empty());
        let name = words.next_back().unwrap_or("NAME");
        return kept(format!(
            "write `{name} = ...`: before the one equals sign stands the name alone"
        ));
    }
    // After a text, or a word: `'a';`, `true;`.
    if let Some(sign) = value.chars().last().filter(|c| matches!(c, ';' | ','))
        && let before = &value[..value.len() - 1]
        && (before.ends_with(['\'', '"', ']', '}']) || !before.contains(['\'', '"', ' ']))
    {
        return kept(format!("a line ends without `{sign}`: leave it out"));
    }
    let behind = behind(value);
    if let Some(mark) = COMMENTS.into_iter().find(|mark| behind.starts_with(*mark)) {
        return kept(no_comment(mark));
    }
    let word = value
        .split([' ', '\t', '#', ','])
        .next()
        .unwrap_or_default();
    if let Some(right) = truth(schema, key, word) {
        return kept(if word == right {
            format!("something stands behind `{word}`; write each setting on a line of its own")
        } else {
            format!("write `{right}`, in small letters, instead of `{word}`")
        });
    }
    if value.starts_with('`') || value.contains(|c| straight_quote(c).is_some()) {
        return kept(format!(
            "these are typographic quotes; write straight ones: {key} = '...'"
        ));
    }
    let is_list = |value: &str| value.starts_with('[') && !value.contains(['\'', '"']);
    if behind.starts_with(',') && value.starts_with(['\'', '"']) || is_list(value) {
        return kept(format!(
            "a list stands in brackets, and each text of it in quotes: {key} = ['...', '...']"
        ));
    }
    if value.starts_with('\'') && value.len() > 1 && value[1..].contains('\'') {
        return kept(
            "the text ends at the second single quote; for a text with single quotes in it write '''...'''".to_owned(),
        );
    }
    if value.starts_with('"') && value.len() > 1 && value[1..].contains('"') {
        return kept(format!(
            "the text ends at the second double quote; for a text with double quotes in it use single ones: {key} = '...'"
        ));
    }
    if value.starts_with(['\'', '"']) {
        return kept(format!("the quote of {} is not closed", name(key)));
    }
    let digits = word.trim_start_matches('0');
    if word.starts_with('0') && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
        return kept(format!(
            "a number has no 0 before it; write {key} = {digits}, or {key} = '{word}' if it is a text"
        ));
    }
    if !value.starts_with(['[', '{']) && !word.chars().all(|c| c.is_ascii_digit()) {
        // A name that is not ours may be that of a secret, and what is said here is kept in logs.
        let shown = if may_be_shown(schema, key) {
            value.replace('\'', "")
        } else {
            "...".to_owned()
        };
        return kept(format!("put the value in quotes: {key} = '{shown}'"));
    }
    kept(format!("this is not TOML ({message})"))
}

/// How other languages begin a comment, on a line of its own and behind a value.
const COMMENTS: [&str; 4] = ["//", ";", "--", "/*"];

fn no_comment(mark: &str) -> String {
    format!("`{}` begins no comment here; write `#`", mark.trim())
}

/// What stands behind the text or the word with which a value begins.
fn behind(value: &str) -> &str {
    let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let (inside, ends) = match quote {
        Some(quote) => (&value[1..], quote),
        None => (value, ' '),
    };
    inside
        .split_once(ends)
        .map_or("", |(_, rest)| rest.trim_start())
}

/// Whether the value is of a setting that holds no secret.
fn may_be_shown(schema: &Schema, key: &str) -> bool {
    let mut keys = schema.keys.iter();
    keys.any(|known| known.name == key && known.takes != "a secret")
}

/// The truth value that is meant by a word: by `True` anywhere, by `yes` where there is nothing else to take.
fn truth(schema: &Schema, key: &str, word: &str) -> Option<&'static str> {
    let any = [("true", "true"), ("false", "false")];
    let switches = [
        ("yes", "true"),
        ("on", "true"),
        ("no", "false"),
        ("off", "false"),
    ];
    let is_switch = schema
        .keys
        .iter()
        .any(|known| known.name == key && matches!(known.kind, Kind::Switch));
    let switches = is_switch.then_some(switches).into_iter().flatten();
    any.into_iter()
        .chain(switches)
        .find(|(written, _)| word.eq_ignore_ascii_case(written))
        .map(|(_, meant)| meant)
}

fn name(key: &str) -> String {
    if key.is_empty() {
        "the value".to_owned()
    } else {
        format!("`{key}`")
    }
}

/// Whether a double-quoted text of the line has a backslash in it that begins no escape, or keeps it open.
fn in_escaped_text(layer: &Layer, fault: &Fault) -> bool {
    let line = layer.line_text(fault.line);
    let value = line
        .split_once('=')
        .map_or("", |(_, value)| value.trim_start());
    if !value.trim_start_matches(['[', ' ', '{']).starts_with('"') {
        return false;
    }
    let (mut quoted, mut escaped) = (false, false);
    let mut rest = value.chars();
    while let Some(character) = rest.next() {
        match character {
            '"' => (quoted, escaped) = (!quoted, false),
            '\\' if quoted => match rest.next() {
                Some('\\') => {}
                Some('b' | 't' | 'n' | 'f' | 'r' | 'e' | '"') => escaped = true,
                Some('u' | 'U' | 'x')
                    if rest.as_str().starts_with(|c: char| c.is_ascii_hexdigit()) =>
                {
                    escaped = true;
                }
                _ => return true,
            },
            _ => {}
        }
    }
    quoted && escaped
}

fn duplicate(layer: &Layer, fault: &Fault) -> String {
    let key = layer.text.get(fault.span.clone()).unwrap_or("this").trim();
    if layer.line_text(fault.line).trim_start().starts_with('[') {
        return format!(
            "[{key}] stands here a second time; write everything of it under one heading"
        );
    }
    format!("`{key}` is set a second time; keep one of the two")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentences above are chosen by the parser's own words, so an update of it that words them anew must be seen.
    #[test]
    fn the_parser_still_says_what_is_looked_for() {
        for (text, part) in [
            ("this is no setting\n", "key with no value"),
            ("a = ['x'\nb = 1\n", "unclosed array,"),
            ("a = { x = 1\nb = 1\n", "unclosed inline table"),
            ("a = 1\na = 2\n", "duplicate key"),
            ("[a\nb = 1\n", "unclosed table"),
            ("[[a]\nb = 1\n", "unclosed array table"),
            ("a = '''x\n", "multi-line"),
            ("a = \"\"\"x\n", "multi-line"),
        ] {
            let (_, errors) = DeTable::parse_recoverable(text);
            let said: Vec<&str> = errors.iter().map(toml::de::Error::message).collect();
            assert!(
                said.iter().any(|said| said.contains(part)),
                "{text:?}: {said:?}"
            );
        }
    }
}
