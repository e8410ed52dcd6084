//! Reads a template's text: what is text, what is a variable, what is neither and wrong.

use std::borrow::Cow;
use std::ops::Range;

use super::modifier::{Modifier, PLAIN, Reference};
use crate::error::{TemplateError, TemplateFault, Warning};
use crate::names::{Names, leading_identifier};
use crate::suggest;

pub(super) enum Token<'t> {
    /// The template's own text, which stands for itself.
    Text(&'t str),
    Value(Reference),
}

pub(super) struct Scanner<'t> {
    text: &'t str,
    names: &'t Names,
    at: usize,
    warnings: Vec<Warning>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, names: &'t Names) -> Self {
        Self {
            text,
            names,
            at: 0,
            warnings: Vec::new(),
        }
    }

    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    /// The next token and where it begins.
    pub(super) fn token(&mut self) -> Result<Option<(usize, Token<'t>)>, TemplateError> {
        let start = self.at;
        let rest = &self.text[start..];
        if rest.is_empty() {
            return Ok(None);
        }
        let Some(after) = rest.strip_prefix('$') else {
            return Ok(Some((
                start,
                self.take(rest.find('$').unwrap_or(rest.len())),
            )));
        };
        if after.starts_with('{') {
            return Ok(Some((start, Token::Value(self.braced()?))));
        }
        if let Some(after) = after.strip_prefix('$') {
            if after.starts_with('{') || self.names.leading(after).is_some() {
                self.at += 1;
                return Ok(Some((start, self.take(1))));
            }
            self.warn(start, 2);
            return Ok(Some((start, self.take(2))));
        }
        if let Some((name, length)) = self.names.leading(after) {
            self.at += 1 + length;
            return Ok(Some((
                start,
                Token::Value(Reference {
                    name,
                    modifiers: Box::default(),
                    raw: false,
                    hidden: false,
                }),
            )));
        }
        if self.names.begins_hidden(after) {
            let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
            let end = after.find(|c| !inner(c)).unwrap_or(after.len());
            let name = shortened(after[..end].trim_end_matches('.'));
            return Err(TemplateError {
                offset: start,
                fault: TemplateFault::HiddenWithoutBraces { name },
            });
        }
        self.warn(start, 1);
        Ok(Some((start, self.take(1))))
    }

    fn take(&mut self, length: usize) -> Token<'t> {
        let start = self.at;
        self.at += length;
        Token::Text(&self.text[start..self.at])
    }

    /// Reads `${Name:mod}` or `${{Name:mod}}`; `at` is on its `$`.
    fn braced(&mut self) -> Result<Reference, TemplateError> {
        let start = self.at;
        let raw = self.text[start..].starts_with("${{");
        self.at += if raw { 3 } else { 2 };
        let (close, not_closed) = if raw {
            ("}}", TemplateFault::RawNotClosed)
        } else {
            ("}", TemplateFault::NotClosed)
        };
        let written = self.word(&[':', '}']);
        if self.at == self.text.len() {
            return Err(TemplateError {
                offset: start,
                fault: not_closed,
            });
        }
        if written.is_empty() {
            return Err(TemplateError {
                offset: start,
                fault: TemplateFault::NoName,
            });
        }
        let hidden = self.names.hidden_name(written);
        let own = hidden.map(|name| Cow::Owned(name.to_owned()));
        let Some(name) = own.or_else(|| self.names.owned(written)) else {
            let name = shortened(written);
            let fault = if self.names.begins_hidden(written) {
                let nearest = self.names.nearest_hidden(written).map(str::to_owned);
                TemplateFault::UnknownHidden { name, nearest }
            } else {
                let nearest = self.names.nearest(written).map(str::to_owned);
                TemplateFault::UnknownName { name, nearest }
            };
            return Err(TemplateError {
                offset: start,
                fault,
            });
        };
        let mut modifiers = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            if rest.starts_with(close) {
                self.at += close.len();
                return Ok(Reference {
                    name,
                    modifiers: modifiers.into(),
                    raw,
                    hidden: hidden.is_some(),
                });
            }
            if !rest.starts_with(':') || rest.len() == 1 {
                return Err(TemplateError {
                    offset: start,
                    fault: not_closed,
                });
            }
            self.at += 1;
            modifiers.push(self.modifier()?);
        }
    }

    /// Reads a modifier; `at` is behind its colon.
    fn modifier(&mut self) -> Result<Modifier, TemplateError> {
        let offset = self.at;
        let wrong = |fault| Err(TemplateError { offset, fault });
        let written = self.word(&[':', '}', '(']);
        let text = self.text[self.at..].strip_prefix('(');
        if written.eq_ignore_ascii_case("default") {
            let Some(text) = text else {
                return wrong(TemplateFault::DefaultWithoutText);
            };
            let Some((text, length)) = default_text(text) else {
                return wrong(TemplateFault::DefaultNotClosed);
            };
            self.at += 1 + length;
            self.warn_of_names_in(&text, offset);
            return Ok(Modifier::Default(text.into()));
        }
        let found = PLAIN
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(written));
        match (found, text) {
            (Some((_, modifier)), None) => Ok(modifier.clone()),
            (Some((modifier, _)), Some(_)) => wrong(TemplateFault::NoTextTaken { modifier }),
            (None, _) => {
                let all = PLAIN.iter().map(|(name, _)| *name).chain(["default"]);
                let nearest = suggest::nearest(written, all).map(str::to_owned);
                wrong(TemplateFault::UnknownModifier {
                    modifier: shortened(written),
                    nearest,
                })
            }
        }
    }

    /// What stands before the first of these characters, or before the end.
    fn word(&mut self, ends: &[char]) -> &'t str {
        let rest = &self.text[self.at..];
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// Warns of so many dollar signs that stand for themselves.
    fn warn(&mut self, offset: usize, dollars: usize) {
        let identifier = leading_identifier(&self.text[offset + dollars..]);
        let sign = if dollars == 1 {
            "this `$` is an ordinary character"
        } else {
            "these two `$` are ordinary characters"
        };
        let shown = shortened(identifier);
        let text = if identifier.is_empty() {
            format!("{sign}: no name follows")
        } else if let Some(name) = self.glued(identifier) {
            let rest = shortened(&identifier[name.len()..]);
            format!(
                "{sign}: `{shown}` is not a known name; for the value and `{rest}` after it write `${{{name}}}{rest}`"
            )
        } else if let Some(name) = self.names.nearest(identifier) {
            format!("{sign}: `{shown}` is not a known name; did you mean `${name}`?")
        } else {
            format!(
                "{sign}: `{shown}` is not a known name; if events bring it, declare it under `Variables`"
            )
        };
        self.warnings.push(Warning { offset, text });
    }

    /// Warns if a default's text looks as if it were a template itself.
    fn warn_of_names_in(&mut self, text: &str, offset: usize) {
        let named = |after: &str| after.starts_with('{') || self.names.leading(after).is_some();
        if text
            .match_indices('$')
            .any(|(at, _)| named(&text[at + 1..]))
        {
            let text = "the text of `default(..)` is taken as it is: a `$` in it names no variable"
                .to_owned();
            self.warnings.push(Warning { offset, text });
        }
    }

    /// The longest known name with which an identifier begins.
    fn glued(&self, identifier: &str) -> Option<&'t str> {
        self.names
            .iter()
            .filter(|name| {
                identifier
                    .get(..name.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(name))
            })
            .max_by_key(|name| name.len())
    }
}

/// The text of `default(`: up to the first `)` without a backslash before it; and its length with the `)`.
fn default_text(text: &str) -> Option<(String, usize)> {
    let mut out = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            ')' => return Some((out, at + 1)),
            '\\' => {
                let escaped = characters.next_if(|(_, next)| matches!(next, ')' | '\\'));
                out.push(escaped.map_or('\\', |(_, next)| next));
            }
            _ => out.push(character),
        }
    }
    None
}

/// Enough of a word to recognise it.
fn shortened(word: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = word
        .chars()
        .take(SHOWN)
        .map(|next| if next.is_control() { ' ' } else { next })
        .collect();
    if word.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// The parts of a text that stand outside every variable: ranges of bytes, in order, none empty.
///
/// For syntax around templates, as in `name=value`: nothing in a `$Name` or `${..}`, a modifier's text included,
/// is mistaken for it. A `${` that begins nothing [`Template::parse`](crate::Template::parse) accepts counts as
/// outside, and so does each `$` of `$$`.
///
/// ```
/// use mc_template::{Names, outside_variables};
///
/// let text = "${ANumber:default(a=b)}=$GroupName;";
/// let parts: Vec<_> = outside_variables(text, &Names::call()).map(|part| &text[part]).collect();
/// assert_eq!(parts, ["=", ";"]);
/// ```
pub fn outside_variables<'t>(
    text: &'t str,
    names: &'t Names,
) -> impl Iterator<Item = Range<usize>> + 't {
    let mut scanner = Scanner::new(text, names);
    std::iter::from_fn(move || {
        loop {
            let start = scanner.at;
            match scanner.token() {
                Ok(None) => return None,
                Ok(Some((_, Token::Value(_)))) => {}
                Ok(Some((_, Token::Text(_)))) => return Some(start..scanner.at),
                Err(_) => {
                    scanner.at = start + "${".len();
                    return Some(start..scanner.at);
                }
            }
        }
    })
}
