//! Texts in quotes, and the variables inside them.

use crate::parse::{Parser, is_name};
use crate::syntax::{Expr, Parsed, Part};

impl Parser {
    pub(crate) fn literal(&mut self, parts: &mut Vec<Part>) {
        if let Some(c) = self.chars.get(self.at) {
            match parts.last_mut() {
                Some(Part::Text(text)) => text.push(*c),
                _ => parts.push(Part::Text(c.to_string())),
            }
            self.at += 1;
        }
    }

    /// A text over several lines, which ends with its quote at the beginning of one.
    pub(crate) fn here(&mut self, quote: char) -> Parsed<Expr> {
        let from = self.at;
        self.at += 2;
        self.take(|c| c != '\n');
        self.eat("\n");
        let mut parts = vec![Part::Text(String::new())];
        loop {
            if self.peek().is_none() {
                self.at = from;
                return self.fault("a quote is not closed");
            }
            if self.chars[self.at - 1] == '\n'
                && self.peek() == Some(quote)
                && self.peek_at(1) == Some('@')
            {
                self.at += 2;
                // The last line's end belongs to the closing quote.
                if let Some(Part::Text(text)) = parts.last_mut() {
                    let kept = text.strip_suffix('\n').unwrap_or(text);
                    *text = kept.strip_suffix('\r').unwrap_or(kept).to_owned();
                }
                return Ok(Expr::Text(parts));
            }
            if quote == '"' {
                self.expandable(&mut parts)?;
            } else {
                self.literal(&mut parts);
            }
        }
    }

    /// A text in quotes; two of them inside it stand for one.
    pub(crate) fn quoted(&mut self, quote: char) -> Parsed<Expr> {
        let from = self.at;
        let mut parts = Vec::new();
        self.at += 1;
        loop {
            match (self.peek(), self.peek_at(1)) {
                (None, _) => {
                    self.at = from;
                    return self.fault("a quote is not closed");
                }
                (Some(c), Some(next)) if c == quote && next == quote => {
                    self.at += 1;
                    self.literal(&mut parts);
                }
                (Some(c), _) if c == quote => {
                    self.at += 1;
                    return Ok(Expr::Text(parts));
                }
                _ if quote == '"' => self.expandable(&mut parts)?,
                _ => self.literal(&mut parts),
            }
        }
    }

    /// One piece of a text in double quotes.
    pub(crate) fn expandable(&mut self, parts: &mut Vec<Part>) -> Parsed<()> {
        match self.peek() {
            Some('`') => {
                self.at += 1;
                let meant = match self.peek() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('0') => '\0',
                    Some('a') => '\u{7}',
                    Some('b') => '\u{8}',
                    Some('f') => '\u{c}',
                    Some('v') => '\u{b}',
                    Some('e' | 'u') => {
                        self.at += 1;
                        if self.peek() == Some('{') {
                            self.take(|c| c == '{' || c.is_ascii_hexdigit());
                            self.eat("}");
                        }
                        parts.push(Part::Varies);
                        return Ok(());
                    }
                    _ => {
                        self.literal(parts);
                        return Ok(());
                    }
                };
                self.chars[self.at] = meant;
                self.literal(parts);
                Ok(())
            }
            Some('$') => self.embedded(parts),
            _ => {
                self.literal(parts);
                Ok(())
            }
        }
    }

    /// A variable or `$(..)` inside a text; a `$` before anything else is itself.
    pub(crate) fn embedded(&mut self, parts: &mut Vec<Part>) -> Parsed<()> {
        if self.peek_at(1) == Some('(') {
            self.at += 1;
            let body = self.brackets()?;
            parts.push(Part::Code(Expr::Group('$', body)));
        } else if let Some(name) = self.variable()? {
            parts.push(Part::Code(Expr::Variable(name)));
        } else {
            self.literal(parts);
        }
        Ok(())
    }

    /// `$name`, `$scope:name` or `${name}`, in small letters.
    pub(crate) fn variable(&mut self) -> Parsed<Option<String>> {
        let from = self.at;
        if !self.eat("$") {
            return Ok(None);
        }
        if self.eat("{") {
            let name = self.take(|c| c != '}');
            if !self.eat("}") {
                self.at = from;
                return self.fault("a bracket or brace is not closed");
            }
            return Ok(Some(name.to_lowercase()));
        }
        let start = self.at;
        if matches!(self.peek(), Some('$' | '^')) {
            self.at += 1;
        } else {
            let part = |c| is_name(c) || c == '?';
            while self.peek().is_some_and(part)
                || self.peek() == Some(':') && self.peek_at(1).is_some_and(part)
            {
                self.at += 1;
            }
        }
        if self.at == start {
            self.at = from;
            return Ok(None);
        }
        let name: String = self.chars[start..self.at].iter().collect();
        Ok(Some(name.to_lowercase()))
    }
}
