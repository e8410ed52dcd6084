//! Text that is not TOML: what the writer probably meant, in a sentence.
//!
//! The parser goes on behind an error, so that all of them are found at once; of several on one line the first is
//! told. The sentences are made from the file's own text, not from the parser's, which is written for programmers.

use super::Problem;
use super::text::SourceFile;

/// Syntax errors of one file.
#[derive(Debug, Default)]
pub(super) struct Syntax {
    /// One per line at most, in the order of the lines.
    pub(super) problems: Vec<Problem>,
    /// From this line on it is not known any more what belongs where, because something was not closed.
    pub(super) lost_from: Option<usize>,
}

impl Syntax {
    /// What the parser's errors mean.
    pub(super) fn of(source: &SourceFile, errors: &[toml::de::Error]) -> Self {
        let mut found: Vec<(usize, &toml::de::Error)> = errors
            .iter()
            .map(|error| (error.span().map_or(0, |span| span.start), error))
            .collect();
        found.sort_by_key(|(at, _)| *at);

        let mut syntax = Self::default();
        for (at, error) in found {
            let line = line_of(source, at, error);
            if syntax.lost_from.is_some()
                || syntax
                    .problems
                    .iter()
                    .any(|problem| problem.line == Some(line))
            {
                continue;
            }
            let (text, lost) = sentence(source, at, line, error);
            syntax.problems.push(Problem {
                file: Some(source.path.clone()),
                line: Some(line),
                text,
            });
            if lost {
                syntax.lost_from = Some(line);
            }
        }
        syntax
    }

    /// Whether what stands in this line is to be believed.
    pub(super) fn trusts(&self, line: usize) -> bool {
        self.lost_from.is_none_or(|lost| line < lost)
            && !self
                .problems
                .iter()
                .any(|problem| problem.line == Some(line))
    }
}

/// The line to name. For something that was not closed it is where it was opened, not the end of the file.
fn line_of(source: &SourceFile, at: usize, error: &toml::de::Error) -> usize {
    let message = error.message();
    let opened = if message.starts_with("unclosed array") {
        source.text.get(..at).and_then(|before| before.rfind("= ["))
    } else if message.starts_with("unclosed inline table") {
        source.text.get(..at).and_then(|before| before.rfind("= {"))
    } else {
        None
    };
    source.line(opened.unwrap_or(at))
}

/// The sentence, and whether everything behind it is lost.
fn sentence(
    source: &SourceFile,
    at: usize,
    line: usize,
    error: &toml::de::Error,
) -> (String, bool) {
    let text = source.line_text(line).trim();
    let message = error.message();
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key.trim(), value.trim()),
        None => ("", ""),
    };
    let kept = |text: String| (text, false);

    if message.starts_with("duplicate key") {
        return kept(duplicate(source, error, line));
    }
    if text.starts_with('[') && message.contains("table") {
        return (
            "this heading is not closed; write [name], or [[hook]] for each hook".to_owned(),
            true,
        );
    }
    if let Some(comment) = ["//", ";", "--", "'", "rem "].into_iter().find(|mark| {
        text.get(..mark.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(mark))
    }) {
        return kept(format!(
            "`{}` begins no comment here; write `#`",
            comment.trim()
        ));
    }
    if in_escaped_text(source, at, line) {
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
    let word = value
        .split([' ', '\t', '#', ','])
        .next()
        .unwrap_or_default();
    for right in ["true", "false"] {
        if word.eq_ignore_ascii_case(right) {
            return kept(format!(
                "write `{right}`, in small letters, instead of `{word}`"
            ));
        }
    }
    if value.starts_with(['“', '”', '„', '‘', '’', '`']) {
        return kept(format!(
            "these are typographic quotes; write {key} = '...' with straight ones"
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
    if message.starts_with("string values must be quoted") && !value.starts_with(['[', '{']) {
        return kept(format!(
            "put the value in quotes: {key} = '{}'",
            value.replace('\'', "")
        ));
    }
    kept(format!("this is not TOML ({message})"))
}

fn name(key: &str) -> String {
    if key.is_empty() {
        "the value".to_owned()
    } else {
        format!("`{key}`")
    }
}

/// Whether the position is behind a backslash inside a double-quoted text of its line.
fn in_escaped_text(source: &SourceFile, at: usize, line: usize) -> bool {
    let before = source
        .text
        .get(source.line_start(line)..at)
        .unwrap_or_default();
    let opened = before
        .split_once('=')
        .map_or("", |(_, value)| value.trim_start());
    opened.trim_start_matches(['[', ' ', '{']).starts_with('"') && before.contains('\\')
}

fn duplicate(source: &SourceFile, error: &toml::de::Error, line: usize) -> String {
    let key = error
        .span()
        .and_then(|span| source.text.get(span))
        .unwrap_or("this")
        .trim();
    let heading = source.line_text(line).trim_start().starts_with('[');
    if heading {
        return format!(
            "[{key}] stands here a second time; write everything of it under one heading"
        );
    }
    format!("`{key}` is set a second time; keep one of the two")
}
