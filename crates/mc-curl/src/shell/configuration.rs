//! The rules of a configuration file.
//!
//! Windows' quotes, and `'..'` without escapes; a backslash or caret at a line's end continues it. Beside them what lines
//! of other shells have and no rule of these reads otherwise: `$'..'`, a backtick at a line's end, a backslash at a line's
//! end inside double quotes, `--%`, and whole lines in which the command prompt's caret stands before quotes (`^"`), as
//! browsers copy them.

use mc_template::words::{BLANKS, SplitError};

use crate::shell::cmd;
use crate::shell::construct::{Construct, HERE_STRINGS};
use crate::shell::escape::ansi_c;
use crate::shell::lines::{doubled_mark, lost_quotes, next_line};
use crate::shell::split::Split;

/// `written` says that a person wrote the line, or copied it from elsewhere.
pub(super) fn split(line: &str, written: bool) -> Result<Split, SplitError> {
    if for_the_command_prompt(line) {
        return cmd::split(line, false);
    }
    let mut reader = Reader {
        line,
        written,
        at: 0,
        split: Split::default(),
    };
    let read = reader.read();
    reader.split.end();
    reader.split.unless_lost(read)
}

/// Whether a caret stands before a double quote where both are outside quotes. At a line's end it stands before the quote
/// with which the next line begins, which shows where the text in it goes on in the same way.
fn for_the_command_prompt(line: &str) -> bool {
    // A line's end in a text between quotes, as Firefox copies it.
    if line.contains("\"^\n\n\"") || line.contains("\"^\r\n\r\n\"") {
        return true;
    }
    let mut quote = None;
    let mut before = ' ';
    let (mut broken, mut goes_on) = (false, false);
    for c in line.chars().filter(|c| *c != '\r') {
        match (quote, c) {
            (None, '"') if before == '^' => return true,
            (None, '"' | '\'') if before != '\\' => (quote, goes_on) = (Some(c), broken),
            (Some('"'), '\n') if before == '^' && goes_on => return true,
            (Some(open), _) if open == c && !(c == '"' && before == '\\') => quote = None,
            _ => {}
        }
        broken = before == '^' && c == '\n';
        before = c;
    }
    false
}

/// Where a text in single quotes has double ones as Windows PowerShell needs them and nobody else: each behind a
/// backslash, or the names of a JSON object in two of them.
pub(crate) fn for_powershell(text: &str) -> Option<(usize, &'static str)> {
    let escaped = text.matches("\\\"").count();
    if escaped > 0 && escaped == text.matches('"').count() {
        return Some((text.find("\\\"")?, "\\\""));
    }
    let name = text.match_indices("{\"\"").find(|(at, found)| {
        text[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
    });
    name.map(|(at, _)| (at + 1, "\"\""))
}

struct Reader<'l> {
    line: &'l str,
    written: bool,
    at: usize,
    split: Split,
}

impl<'l> Reader<'l> {
    fn rest(&self) -> &'l str {
        &self.line[self.at..]
    }

    fn keep(&mut self, length: usize) {
        let at = self.at;
        let text = &self.line[at..at + length];
        self.split.push(text, at);
        self.at += length;
    }

    fn read(&mut self) -> Result<(), SplitError> {
        while let Some(next) = self.rest().chars().next() {
            match next {
                '\'' => self.single()?,
                '"' => self.double()?,
                '$' if self.rest().starts_with("$'") => {
                    let open = self.at;
                    self.split.begin(open);
                    let end = ansi_c(&mut self.split, self.line, open + 2);
                    self.at = end.ok_or_else(|| SplitError::new(self.line, '\'', open + 1))? + 1;
                    self.split.closed(self.line, open + 1, self.at)?;
                }
                '$' if self.rest().starts_with("$\"") => {
                    let (escape, character) = ("$\"".to_owned(), '"');
                    self.split
                        .found(self.at, Construct::Escape { escape, character });
                    self.at += 1;
                }
                // Braces of a template: what a default text holds is no syntax of a shell.
                '$' if self.rest().starts_with("${") => {
                    let end = self
                        .rest()
                        .find(|c: char| c == '}' || c.is_whitespace() || c == '"' || c == '\'');
                    self.keep(end.unwrap_or(2).max(2));
                }
                '\\' | '^' | '`' if blank_before_break(&self.rest()[1..]).is_some() => {
                    let blank = blank_before_break(&self.rest()[1..]).unwrap_or_default();
                    let (place, construct) = next_line(self.line, self.at + 1 + blank);
                    self.split.found(place, construct);
                    return Ok(());
                }
                '@' if self.split.text().is_none()
                    && HERE_STRINGS
                        .iter()
                        .any(|begin| self.rest().starts_with(begin)) =>
                {
                    self.split.found(self.at, Construct::HereString);
                    return Ok(());
                }
                '<' if let Some(written) = Construct::placeholder(self.rest()) => {
                    self.split
                        .found(self.at, Construct::of_placeholder(written));
                    self.keep(written.len());
                }
                '\\' | '^' => self.escapes(next),
                '`' if line_break(&self.rest()[1..]).is_some() => {
                    self.at += 1 + line_break(&self.rest()[1..]).unwrap_or_default();
                }
                ' ' | '\t' | '\r' | '\n' => {
                    // In quotes it is a word like others.
                    if self.split.text() == Some("--%") && self.line[..self.at].ends_with("--%") {
                        return self.verbatim();
                    }
                    self.split.end();
                    self.at += 1;
                }
                '#' if self.split.text().is_none() => {
                    self.split.found(self.at, Construct::Comment);
                    let rest = self.rest();
                    self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
                }
                _ => {
                    self.notice(next);
                    self.keep(next.len_utf8());
                }
            }
        }
        Ok(())
    }

    fn single(&mut self) -> Result<(), SplitError> {
        let open = self.at;
        let bare = |url: &str| url.contains("://") && self.line[..open].ends_with(url);
        if self.split.text().is_some_and(bare) {
            self.split.in_url.get_or_insert(open);
        }
        self.split.begin(open);
        let inner = &self.line[open + 1..];
        let end = inner
            .find('\'')
            .ok_or_else(|| SplitError::new(self.line, '\'', open))?;
        self.at += 1;
        self.keep(end);
        let powershell = for_powershell(&inner[..end]).filter(|_| self.written);
        if let Some((at, written)) = powershell {
            self.split
                .found(open + 1 + at, Construct::PowerShellQuote { written });
        }
        if self.line[self.at + 1..].starts_with('\'') {
            self.split.found(self.at, Construct::DoubledQuote);
        }
        if let Some(construct) = lost_quotes(self.line, self.at) {
            self.split.found(self.at, construct);
        }
        self.at += 1;
        self.split.closed(self.line, open, self.at)
    }

    fn double(&mut self) -> Result<(), SplitError> {
        let open = self.at;
        self.split.begin(open);
        self.at += 1;
        // Between backticks, the second of which may stand before the last quote.
        let mut in_command = false;
        loop {
            let rest = self.rest();
            let Some(next) = rest.chars().next() else {
                return Err(SplitError::new(self.line, '"', open));
            };
            match next {
                '"' if rest.starts_with("\"\"") => {
                    self.at += 1;
                    self.keep(1);
                }
                '"' => {
                    self.at += 1;
                    return self.split.closed(self.line, open, self.at);
                }
                '\\' => {
                    if let Some(escape) = ["\\$", "\\`"]
                        .into_iter()
                        .find(|escape| rest.starts_with(escape))
                    {
                        let character = escape.chars().last().unwrap_or_default();
                        let escape = escape.to_owned();
                        self.split
                            .found(self.at, Construct::Escape { escape, character });
                    }
                    self.backslashes(true);
                }
                '`' => {
                    let escape = Construct::powershell_escape(rest).filter(|_| !in_command);
                    in_command ^= escape.is_none();
                    let (length, construct) =
                        escape.unwrap_or((1, Construct::Substitution { mark: "`" }));
                    self.split.found(self.at, construct);
                    self.keep(length);
                }
                '$' if rest.starts_with("$(") => {
                    self.split
                        .found(self.at, Construct::Substitution { mark: "$(" });
                    self.keep(1);
                }
                _ => self.keep(next.len_utf8()),
            }
        }
    }

    /// Backslashes or carets outside quotes.
    fn escapes(&mut self, mark: char) {
        if mark == '\\' {
            return self.backslashes(false);
        }
        let rest = self.rest();
        let count = rest.len() - rest.trim_start_matches('^').len();
        if let Some(length) = line_break(&rest[count..]).filter(|_| count % 2 == 1) {
            if count > 1 {
                self.keep(count - 1);
            }
            self.at += 1 + length;
            self.split.goes_on(self.line, self.at);
        } else {
            self.doubled_mark(&rest[count..]);
            self.keep(count);
        }
    }

    /// A run of backslashes, and the quote or line break that it is about, if one follows.
    fn backslashes(&mut self, quoted: bool) {
        let rest = self.rest();
        let count = rest.len() - rest.trim_start_matches('\\').len();
        let after = &rest[count..];
        let odd = count % 2 == 1;
        if after.starts_with('"') || (!quoted && after.starts_with('\'')) {
            // Each pair is one; the quote, if it is not a character, is read next.
            self.split.begin(self.at);
            for _ in 0..count / 2 {
                self.at += 1;
                self.keep(1);
            }
            if odd {
                self.at += 1;
                self.keep(1);
            }
        } else if let Some(length) = line_break(after).filter(|_| odd) {
            if count > 1 {
                self.keep(count - 1);
            }
            self.at += 1 + length;
            if !quoted {
                self.split.goes_on(self.line, self.at);
            }
        } else if count == 1 && !quoted && self.split.text().is_none() && after.trim().is_empty() {
            // Nothing goes on behind the last line.
            self.at += 1;
        } else {
            if !quoted {
                self.doubled_mark(after);
            }
            let escaped = if !quoted && odd {
                self.unquoted_escape(count, after)
            } else {
                0
            };
            // A path to another machine begins so.
            let begins = |word: &str| word.is_empty() || word.ends_with(['@', '=', '<']);
            if count > 1 && !self.split.text().is_none_or(begins) {
                self.split.doubled.get_or_insert(self.at);
            }
            self.keep(count + escaped);
        }
    }

    /// Notes marks of which one too many stands before what follows them, if that is a line's end.
    fn doubled_mark(&mut self, after: &str) {
        let end = self.line.len() - after.len() + line_break(after).unwrap_or(1) - 1;
        if let Some((at, construct)) = line_break(after).and_then(|_| doubled_mark(self.line, end))
        {
            self.split.found(at, construct);
        }
    }

    /// A backslash outside quotes that a shell would take away: before what is special to one, in a word that is no path
    /// of Windows. Gives the length of that.
    fn unquoted_escape(&mut self, count: usize, after: &str) -> usize {
        let special = |c: &char| "?&=$%#[]{}()!*;<>|~ ".contains(*c);
        let path = self
            .split
            .text()
            .is_some_and(|text| text.contains(":\\") || text.starts_with('\\'));
        if let Some(character) = after.chars().next().filter(special).filter(|_| !path) {
            let escape = format!("\\{character}");
            self.split
                .found(self.at + count - 1, Construct::Escape { escape, character });
            // No operator either.
            return character.len_utf8();
        }
        0
    }

    /// What a shell would act upon where a word is not quoted. (Operators at the start of a word are the command's own
    /// business: it says what to leave out.)
    fn notice(&mut self, next: char) {
        let rest = self.rest();
        let word = self.split.text();
        let construct = match next {
            '`' => Some(Construct::Substitution { mark: "`" }),
            '$' if rest.starts_with("$(") => Some(Construct::Substitution { mark: "$(" }),
            '~' if word.is_none() && rest[1..].starts_with('/') => Some(Construct::Home),
            ';' | '|' | '&' | '<' | '>'
                if word.is_some_and(|word| {
                    let begun = word.trim_start_matches(|c: char| c.is_ascii_digit());
                    !begun.is_empty() && !begun.starts_with([';', '|', '&', '<', '>'])
                }) =>
            {
                Some(Construct::Operator {
                    operator: next.to_string(),
                })
            }
            _ => Construct::typographic(next, word.is_none()),
        };
        if let Some(construct) = construct {
            self.split.found(self.at, construct);
        }
    }

    /// What follows PowerShell's `--%`, which goes to the program as it is.
    fn verbatim(&mut self) -> Result<(), SplitError> {
        let start = self.at;
        self.split.forget();
        let text: Vec<_> = self
            .line
            .char_indices()
            .skip_while(|(at, _)| *at < start)
            .collect();
        self.at = self.line.len();
        cmd::runtime_words(self.line, &text, &BLANKS, &mut self.split)
    }
}

/// The length of the blanks with which a text begins, if a line break follows them and more behind it.
fn blank_before_break(text: &str) -> Option<usize> {
    let blank = |c: char| c.is_whitespace() && !matches!(c, '\r' | '\n');
    let behind = text.trim_start_matches(blank);
    let length = text.len() - behind.len();
    (length > 0 && !behind.trim().is_empty())
        .then(|| line_break(behind))
        .flatten()
        .map(|end| length + end - 1)
}

/// The length of the line break with which a text begins.
fn line_break(text: &str) -> Option<usize> {
    ["\r\n", "\n", "\r"]
        .into_iter()
        .find(|end| text.starts_with(end))
        .map(str::len)
}
