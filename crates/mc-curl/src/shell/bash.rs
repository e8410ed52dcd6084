//! bash, sh and zsh.

use mc_template::Names;
use mc_template::foreign::identifier;
use mc_template::words::SplitError;

use crate::shell::construct::Construct;
use crate::shell::escape::ansi_c;
use crate::shell::heredoc::{self, Mark};
use crate::shell::lines::{lost_quotes, next_line};
use crate::shell::split::Split;

pub(super) fn split(line: &str, names: Option<&Names>) -> Result<Split, SplitError> {
    let mut split = Split::default();
    let mut string = None;
    let read = read(&mut split, line, names, &mut string);
    split.end();
    // What stands behind `<<<`, and where.
    if let Some((at, number)) = string.filter(|_| read.is_ok())
        && heredoc::string(&mut split, number).is_none()
    {
        let operator = "<<<".to_owned();
        split.found(at, Construct::Operator { operator });
    }
    split.unless_lost(read)
}

fn read(
    split: &mut Split,
    line: &str,
    names: Option<&Names>,
    string: &mut Option<(usize, usize)>,
) -> Result<(), SplitError> {
    let mut at = 0;
    // The `<<EOF` whose lines follow at the end of this one.
    let mut below: Option<Mark<'_>> = None;
    while let Some(next) = line[at..].chars().next() {
        let rest = &line[at..];
        let length = next.len_utf8();
        match next {
            '\'' => at = single(split, line, at)?,
            '"' => at = double(split, line, at, names)?,
            '$' if rest.starts_with("$'") => {
                split.begin(at);
                let end = ansi_c(split, line, at + 2)
                    .ok_or_else(|| SplitError::new(line, '\'', at + 1))?;
                split.closed(line, at + 1, end + 1)?;
                at = end + 1;
            }
            '$' if rest.starts_with("$\"") => at += 1,
            '$' if rest.starts_with("$$") => at = process(split, line, at),
            '$' | '`' => {
                split.substitution(line, at, names);
                split.push(&rest[..1], at);
                at += 1;
            }
            '\\' => match rest[1..].chars().next() {
                Some('\n') => {
                    at += 2;
                    split.goes_on(line, at);
                }
                Some('\r') if rest[2..].starts_with('\n') => {
                    at += 3;
                    split.goes_on(line, at);
                }
                Some(escaped) => {
                    split.push(escaped.encode_utf8(&mut [0; 4]), at + 1);
                    at += 1 + escaped.len_utf8();
                }
                None => at += 1,
            },
            ' ' | '\t' | '\r' => {
                split.end();
                at += 1;
            }
            '\n' if let Some(mark) = below.take() => {
                split.end();
                let end = heredoc::take(split, line, &mark, at + 1, names);
                let Some(end) = end.or_else(|| unread(split, &mark)) else {
                    return Ok(());
                };
                at = end;
            }
            // A line break ends the command; one at the end of the text, or before it began, ends nothing.
            '\n' if split.words.is_empty() && split.text().is_none() || rest.trim().is_empty() => {
                split.end();
                at += 1;
            }
            '\n' => {
                split.end();
                let (place, construct) = next_line(line, at);
                split.found(place, construct);
                return Ok(());
            }
            '#' if split.text().is_none() => {
                split.found(at, Construct::Comment);
                at += rest.find('\n').unwrap_or(rest.len());
            }
            '~' if rest[1..].starts_with(['/', ' ']) && split.text().is_none_or(is_assignment) => {
                split.found(at, Construct::Home);
                split.push("~", at);
                at += 1;
            }
            '<' if let Some(written) = Construct::placeholder(rest) => {
                split.push(written, at);
                split.found(at, Construct::of_placeholder(written));
                at += written.len();
            }
            '|' | '&' | ';' | '<' | '>' | '(' | ')' => {
                let digits = split
                    .text()
                    .is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()));
                // `2>` names what is redirected.
                if digits && matches!(next, '<' | '>') {
                    split.forget();
                }
                split.end();
                if below.is_none() && string.is_none() {
                    if rest.starts_with("<<<") {
                        *string = Some((at, split.words.len()));
                        at += 3;
                        continue;
                    }
                    if let Some((mark, end)) = heredoc::mark(line, at) {
                        (below, at) = (Some(mark), end);
                        continue;
                    }
                }
                let end = rest.len() - rest.trim_start_matches(['|', '&', ';', '<', '>']).len();
                let operator = rest[..end.max(1)].to_owned();
                split.found(at, Construct::Operator { operator });
                if let Some(mark) = below {
                    let lines = rest.find('\n').map(|end| at + end + 1);
                    lines
                        .and_then(|lines| heredoc::take(split, line, &mark, lines, names))
                        .or_else(|| unread(split, &mark));
                }
                return Ok(());
            }
            '{' if !line[..at].ends_with('$') && is_list(rest) => {
                split.found(at, Construct::Braces);
                split.push("{", at);
                at += 1;
            }
            _ => {
                if let Some(construct) = Construct::typographic(next, split.text().is_none()) {
                    split.found(at, construct);
                }
                split.push(&rest[..length], at);
                at += length;
            }
        }
    }
    if let Some(mark) = below {
        unread(split, &mark);
    }
    Ok(())
}

/// Notes a `<<EOF` whose lines nothing certain reads.
fn unread(split: &mut Split, mark: &Mark<'_>) -> Option<usize> {
    let operator = "<<".to_owned();
    split.found(mark.at, Construct::Operator { operator });
    None
}

/// Whether a word is an assignment up to here: bash puts the home folder behind its `=` too.
fn is_assignment(word: &str) -> bool {
    word.strip_suffix('=')
        .is_some_and(|name| !name.is_empty() && identifier(name) == name)
}

/// Whether a text begins with braces that are several words: `{a,b}`, `{1..3}`, with what is quoted in them.
fn is_list(text: &str) -> bool {
    let (mut depth, mut several) = (0, false);
    let mut quote = None;
    let mut before = ' ';
    for c in text.chars() {
        match (quote, c) {
            _ if before == '\\' && quote != Some('\'') => {}
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth == 1 => return several,
            (None, '}') => depth -= 1,
            (None, ',') => several = true,
            (None, '.') => several |= before == '.',
            (None, _) if c.is_whitespace() || ";|&<>()".contains(c) => return false,
            _ => {}
        }
        before = if before == '\\' { ' ' } else { c };
    }
    false
}

/// `$$`, the shell's own number, whatever name follows it; gives where the line goes on.
fn process(split: &mut Split, line: &str, at: usize) -> usize {
    let name = "$".to_owned();
    split.found(at, Construct::Variable { name });
    split.push(&line[at..at + 2], at);
    at + 2
}

/// A text in single quotes, which has no escapes; gives where the line goes on.
fn single(split: &mut Split, line: &str, at: usize) -> Result<usize, SplitError> {
    split.begin(at);
    let inner = &line[at + 1..];
    let end = inner
        .find('\'')
        .ok_or_else(|| SplitError::new(line, '\'', at))?;
    split.push(&inner[..end], at + 1);
    split.closed(line, at, at + end + 2)?;
    if let Some(construct) = lost_quotes(line, at + end + 1) {
        split.found(at + end + 1, construct);
    }
    Ok(at + end + 2)
}

/// A text in double quotes; gives where the line goes on.
fn double(
    split: &mut Split,
    line: &str,
    open: usize,
    names: Option<&Names>,
) -> Result<usize, SplitError> {
    split.begin(open);
    let mut at = open + 1;
    loop {
        let rest = &line[at..];
        let Some(next) = rest.chars().next() else {
            return Err(SplitError::new(line, '"', open));
        };
        let after = rest[next.len_utf8()..].chars().next();
        match (next, after) {
            ('"', _) => {
                split.closed(line, open, at + 1)?;
                return Ok(at + 1);
            }
            ('\\', Some('\n')) => at += 2,
            ('\\', Some('\r')) if rest[2..].starts_with('\n') => at += 3,
            ('\\', Some(escaped @ ('$' | '`' | '"' | '\\'))) => {
                split.push(escaped.encode_utf8(&mut [0; 4]), at + 1);
                at += 2;
            }
            ('$', Some('$')) => at = process(split, line, at),
            ('$', Some('(')) if let Some(end) = heredoc::printed(split, line, at, names) => {
                at = end;
            }
            _ => {
                if matches!(next, '$' | '`') {
                    split.substitution(line, at, names);
                }
                split.push(&rest[..next.len_utf8()], at);
                at += next.len_utf8();
            }
        }
    }
}
