//! Windows PowerShell 5 and PowerShell 7.
//!
//! They hand a quote in an argument to a program in two ways: version 5 leaves it to the program to understand `\"`, version
//! 7.3 writes that itself. A text whose quotes are all written for version 5 is read so; one with plain quotes is read as
//! version 7 hands it on. One with both is refused.

use mc_template::Names;
use mc_template::words::{BLANKS, SplitError};

use crate::shell::cmd::runtime_words;
use crate::shell::construct::{Construct, HERE_STRINGS};
use crate::shell::environment::environment_variable;
use crate::shell::lines::next_line;
use crate::shell::split::Split;

pub(super) fn split(line: &str, names: Option<&Names>) -> Result<Split, SplitError> {
    let mut split = Split::default();
    let mut argument: Option<Argument> = None;
    let mut at = 0;
    while let Some(next) = line[at..].chars().next() {
        let rest = &line[at..];
        match next {
            ' ' | '\t' | '\r' => {
                finish(&mut split, argument.take());
                at += 1;
            }
            '`' if rest[1..].starts_with(['\n', '\r']) => {
                at += 1 + rest[1..].len() - rest[1..].trim_start_matches('\r').len();
                at += usize::from(line[at..].starts_with('\n'));
            }
            '\n' if rest.trim().is_empty() || (split.words.is_empty() && argument.is_none()) => {
                at += 1;
            }
            '\n' | '|' | '&' | ';' | '<' | '>'
                if !(split.words.is_empty() && argument.is_none() && next == '&') =>
            {
                finish(&mut split, argument.take());
                if next == '\n' {
                    let (place, construct) = next_line(line, at);
                    split.found(place, construct);
                    return Ok(split);
                }
                let operator = rest
                    .trim_start()
                    .chars()
                    .next()
                    .map(String::from)
                    .unwrap_or_default();
                split.found(at, Construct::Operator { operator });
                return Ok(split);
            }
            // The call operator.
            '&' => at += 1,
            '#' if argument.is_none() => {
                split.found(at, Construct::Comment);
                at += rest.find('\n').unwrap_or(rest.len());
            }
            '-' if argument.is_none() && rest.starts_with("--%") => {
                let text: Vec<_> = line
                    .char_indices()
                    .skip_while(|(place, _)| *place < at + 3)
                    .collect();
                for (place, c) in &text {
                    if *c == '%'
                        && let Some(name) = environment_variable(line, *place)
                    {
                        split.found(
                            *place,
                            Construct::Environment {
                                name: name.to_owned(),
                            },
                        );
                    }
                }
                runtime_words(line, &text, &BLANKS, &mut split)?;
                return Ok(split);
            }
            c if is_single(c) => {
                let open = at;
                at = argument.get_or_insert_default().single(line, open)?;
                if split.closed(line, open, at).is_err() {
                    return Ok(split);
                }
            }
            '@' if argument.is_none()
                && HERE_STRINGS.iter().any(|start| rest.starts_with(start)) =>
            {
                split.found(at, Construct::HereString);
                return Ok(split);
            }
            '(' | '{' | '@' if let Some(mark) = expression(rest, argument.is_none()) => {
                split.found(at, Construct::Expression { mark });
                finish(&mut split, argument);
                return Ok(split);
            }
            c if is_double(c) => {
                let open = at;
                at = argument
                    .get_or_insert_default()
                    .double(&mut split, line, open, names)?;
                if split.closed(line, open, at).is_err() {
                    return Ok(split);
                }
            }
            _ => {
                if matches!(next, '$' | '@') && argument.is_none() || next == '$' {
                    at = expansion(
                        &mut split,
                        line,
                        at,
                        names,
                        argument.get_or_insert_default(),
                    );
                    continue;
                }
                let (c, length) = backtick(&mut split, line, at);
                argument.get_or_insert_default().text.push((c, at));
                at += length;
            }
        }
    }
    finish(&mut split, argument);
    Ok(split)
}

/// How an expression begins with which a text does: in parentheses everywhere, in braces where an argument begins.
fn expression(text: &str, begins: bool) -> Option<&'static str> {
    ["(", "{", "@{", "@("]
        .into_iter()
        .filter(|mark| begins || *mark == "(")
        .find(|mark| text.starts_with(mark))
}

/// Quotes that word processors write count as the plain ones; of two beside each other inside a text the second stays.
fn is_single(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201B}')
}

fn is_double(c: char) -> bool {
    matches!(c, '"' | '\u{201C}'..='\u{201E}')
}

/// An argument under way: its characters with their places.
#[derive(Default)]
struct Argument {
    text: Vec<(char, usize)>,
}

impl Argument {
    fn single(&mut self, line: &str, open: usize) -> Result<usize, SplitError> {
        let mut at = open + line[open..].chars().next().map_or(1, char::len_utf8);
        loop {
            let Some(next) = line[at..].chars().next() else {
                return Err(SplitError::new(line, '\'', open));
            };
            at += next.len_utf8();
            let kept = if is_single(next) {
                let Some(second) = line[at..].chars().next().filter(|c| is_single(*c)) else {
                    return Ok(at);
                };
                at += second.len_utf8();
                second
            } else {
                next
            };
            self.text.push((kept, at - kept.len_utf8()));
        }
    }

    fn double(
        &mut self,
        split: &mut Split,
        line: &str,
        open: usize,
        names: Option<&Names>,
    ) -> Result<usize, SplitError> {
        let mut at = open + line[open..].chars().next().map_or(1, char::len_utf8);
        loop {
            let rest = &line[at..];
            let Some(next) = rest.chars().next() else {
                return Err(SplitError::new(line, '"', open));
            };
            let length = next.len_utf8();
            match next {
                _ if is_double(next) => {
                    let Some(second) = rest[length..].chars().next().filter(|c| is_double(*c))
                    else {
                        // Other shells would go on here.
                        let behind = rest[length..].chars().next();
                        if line[open..at].ends_with('\\')
                            && behind.is_some_and(|c| !c.is_whitespace() && !"|;&)".contains(c))
                        {
                            split.found(at - 1, Construct::BackslashQuote);
                        }
                        return Ok(at + length);
                    };
                    self.text.push((second, at + length));
                    at += length + second.len_utf8();
                }
                '$' => at = expansion(split, line, at, names, self),
                _ => {
                    let (c, length) = backtick(split, line, at);
                    self.text.push((c, at));
                    at += length;
                }
            }
        }
    }
}

/// `$` and what follows it: a variable, unless it is one of ours; gives where the line goes on.
fn expansion(
    split: &mut Split,
    line: &str,
    at: usize,
    names: Option<&Names>,
    argument: &mut Argument,
) -> usize {
    if let Some(construct) = line[at..]
        .starts_with('$')
        .then(|| Construct::dollar_of_shell(line, at, names))
        .flatten()
    {
        let text: String = argument.text.iter().map(|(c, _)| c).collect();
        split.variable(line, at, &text, construct);
    }
    let next = line[at..].chars().next().unwrap_or('$');
    argument.text.push((next, at));
    at + next.len_utf8()
}

/// The character at `at` of the line, and how much of it that takes: two with a backtick before it.
fn backtick(split: &mut Split, line: &str, at: usize) -> (char, usize) {
    if let Some(construct) = Construct::powershell_character(&line[at..]) {
        split.found(at, construct);
    }
    let mut characters = line[at..].chars();
    let first = characters.next().unwrap_or('`');
    let Some(escaped) = characters.next().filter(|_| first == '`') else {
        return (first, first.len_utf8());
    };
    let meant = match escaped {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{C}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{B}',
        other => other,
    };
    (meant, 1 + escaped.len_utf8())
}

/// Hands an argument on as PowerShell does.
fn finish(split: &mut Split, argument: Option<Argument>) {
    let Some(Argument { text }) = argument else {
        return;
    };
    let quotes = text.iter().filter(|(c, _)| *c == '"').count();
    let follows = |written: char| {
        let mut count = 0;
        let mut at = 0;
        while at + 1 < text.len() {
            if text[at].0 == written && text[at + 1].0 == '"' {
                count += 1;
                at += 1;
            }
            at += 1;
        }
        count
    };
    let (escaped, doubled) = (follows('\\'), follows('"'));
    split.begin(text.first().map_or(0, |(_, at)| *at));
    let for_version_5 = quotes > 0 && (escaped == quotes || 2 * doubled == quotes);
    if escaped > 0 && escaped < quotes {
        let at = text[0].1;
        split.found(at, Construct::PowerShellQuote { written: "\\\"" });
    }
    let mut skip = false;
    for (index, &(c, at)) in text.iter().enumerate() {
        let before_quote = text.get(index + 1).is_some_and(|(next, _)| *next == '"');
        if for_version_5 && !skip && before_quote && (c == '\\' || c == '"') {
            skip = true;
            continue;
        }
        skip = false;
        split.push(c.encode_utf8(&mut [0; 4]), at);
    }
    split.end();
}
