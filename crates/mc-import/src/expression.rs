//! Expressions, and what stands behind a command.

use crate::names::has;
use crate::parse::{Parser, is_name};
use crate::statement::lift_parameters;
use crate::syntax::{Argument, Code, Expr, Parsed, Part, Step};

const COMPARING: &str =
    "eq ne gt ge lt le like notlike match notmatch contains notcontains in notin replace split";

/// Operators, from those that bind least.
const LEVELS: [&str; 7] = [
    "and or xor ?? ? :",
    "band bor bxor",
    "eq ne gt ge lt le like notlike match notmatch contains notcontains in notin replace split join is isnot as",
    "+ -",
    "* / % shl shr",
    "f",
    "..",
];

impl Parser {
    pub(crate) fn argument(&mut self) -> Parsed<Argument> {
        match (self.peek(), self.peek_at(1)) {
            (Some('-'), Some(c)) if c.is_alphabetic() => {
                self.at += 1;
                let mut name = self.word();
                while self.eat("-") {
                    name = format!("{name}-{}", self.word());
                }
                let value = if self.eat(":") {
                    self.spaces();
                    Some(self.argument_list()?)
                } else {
                    None
                };
                Ok(Argument::Name(name.to_lowercase(), value))
            }
            (Some('@'), Some(c)) if is_name(c) => {
                self.at += 1;
                Ok(Argument::Splat(self.word().to_lowercase()))
            }
            _ => Ok(Argument::Value(self.argument_list()?)),
        }
    }

    pub(crate) fn argument_list(&mut self) -> Parsed<Expr> {
        self.list(Self::argument_value)
    }

    /// Values with commas between them; one alone is no list.
    fn list(&mut self, read: impl Fn(&mut Self) -> Parsed<Expr>) -> Parsed<Expr> {
        let mut values = vec![read(self)?];
        loop {
            let end = self.at;
            self.spaces();
            if !self.eat(",") {
                self.at = end;
                return Ok(if values.len() == 1 {
                    values.remove(0)
                } else {
                    Expr::List(values)
                });
            }
            self.lines();
            values.push(read(self)?);
        }
    }

    pub(crate) fn argument_value(&mut self) -> Parsed<Expr> {
        let from = self.at;
        let bracket = matches!(self.peek(), Some('(' | '{' | '@'));
        if matches!(self.peek(), Some('$' | '"' | '\'' | '(' | '{'))
            || self.peek() == Some('@') && matches!(self.peek_at(1), Some('{' | '(' | '"' | '\''))
        {
            let value = self.path()?;
            // What stands directly behind a bracket is another, or a comment.
            if self.ends_argument() || bracket {
                return Ok(value);
            }
            self.at = from;
        }
        let mut parts = Vec::new();
        let mut quoted = false;
        while !self.ends_argument() {
            match self.peek() {
                Some('$') => self.embedded(&mut parts)?,
                Some('"' | '\'') => {
                    quoted = true;
                    parts.push(Part::Code(self.primary()?));
                }
                // A bracket begins the next argument, without a space before it too.
                Some('(' | '{') => break,
                Some('`') => {
                    self.at += 1;
                    self.literal(&mut parts);
                }
                _ => self.literal(&mut parts),
            }
        }
        if self.at == from {
            return self.fault("this is not understood");
        }
        match parts.as_slice() {
            // `007` is handed on as it is written.
            [Part::Text(text)]
                if !quoted && text.parse().is_ok_and(|n: i64| n.to_string() == *text) =>
            {
                Ok(Expr::Number(text.clone()))
            }
            _ => Ok(Expr::Text(parts)),
        }
    }

    pub(crate) fn ends_argument(&self) -> bool {
        self.peek()
            .is_none_or(|c| c.is_whitespace() || ";|)},&>".contains(c))
    }

    /// An expression of operators that bind at least this strongly.
    pub(crate) fn expression(&mut self, level: usize) -> Parsed<Expr> {
        if level == LEVELS.len() {
            if self.alone {
                return self.nested(Self::unary);
            }
            return self.list(|parser| parser.nested(Self::unary));
        }
        let first = self.expression(level + 1)?;
        let mut rest = Vec::new();
        loop {
            let end = self.at;
            self.spaces();
            let Some(operator) = self
                .operator()
                .filter(|operator| has(LEVELS[level], operator))
            else {
                self.at = end;
                break;
            };
            self.lines();
            rest.push((operator, self.expression(level + 1)?));
        }
        Ok(if rest.is_empty() {
            first
        } else {
            Expr::Chain(Box::new(first), rest)
        })
    }

    pub(crate) fn operator(&mut self) -> Option<String> {
        if self.eat("..") {
            return Some("..".to_owned());
        }
        let c = self.peek()?;
        let next = self.peek_at(1);
        // `$a ?? $b`, `$a ? $b : $c`; but `$a ??= $b` sets.
        if c == '?' && next == Some('?') && self.peek_at(2) != Some('=') {
            self.at += 2;
            return Some("??".to_owned());
        }
        if "?:".contains(c) && next.is_some_and(char::is_whitespace) {
            self.at += 1;
            return Some(c.to_string());
        }
        if c == '-' && self.peek_at(1).is_some_and(char::is_alphabetic) {
            self.at += 1;
            let word = self.word().to_lowercase();
            let bare = word
                .strip_prefix(['i', 'c'])
                .filter(|bare| has(COMPARING, bare));
            return Some(bare.unwrap_or(&word).to_owned());
        }
        if "+-*/%".contains(c) && self.peek_at(1) != Some('=') {
            self.at += 1;
            return Some(c.to_string());
        }
        None
    }

    pub(crate) fn unary(&mut self) -> Parsed<Expr> {
        self.spaces();
        let operator = match (self.peek(), self.peek_at(1)) {
            (Some('!' | ','), _) => {
                let operator = self.peek().unwrap_or_default().to_string();
                self.at += 1;
                operator
            }
            (Some('+'), Some('+')) | (Some('-'), Some('-')) => {
                self.at += 2;
                "++".to_owned()
            }
            (Some('-'), Some(c)) if c.is_alphabetic() => {
                self.at += 1;
                self.word().to_lowercase()
            }
            (Some(sign @ ('-' | '+')), _) => {
                self.at += 1;
                sign.to_string()
            }
            (Some('['), _) => {
                let name = self.type_name()?;
                if self.peek() == Some(':') {
                    return self.steps(Expr::Type(name));
                }
                self.spaces();
                let casts = self
                    .peek()
                    .is_some_and(|c| "$@\"'([{".contains(c) || c.is_ascii_digit());
                return Ok(if casts {
                    Expr::Cast(name, Box::new(self.nested(Self::unary)?))
                } else {
                    Expr::Type(name)
                });
            }
            _ => return self.path(),
        };
        Ok(Expr::Unary(operator, Box::new(self.nested(Self::unary)?)))
    }

    pub(crate) fn path(&mut self) -> Parsed<Expr> {
        let value = self.primary()?;
        self.steps(value)
    }

    pub(crate) fn steps(&mut self, value: Expr) -> Parsed<Expr> {
        let mut steps = Vec::new();
        loop {
            if self.peek() == Some('[') {
                self.at += 1;
                self.lines();
                let index = self.nested(|parser| parser.expression(0))?;
                self.require("]", "a bracket is not closed")?;
                steps.push(Step::Index(index));
            } else if self.peek() == Some('.')
                && self
                    .peek_at(1)
                    .is_some_and(|c| is_name(c) || "$'\"(".contains(c))
                || self.peek() == Some(':') && self.peek_at(1) == Some(':')
            {
                self.at += if self.peek() == Some('.') { 1 } else { 2 };
                let name = if self.peek().is_some_and(is_name) {
                    Expr::Text(vec![Part::Text(self.word())])
                } else {
                    self.primary()?
                };
                let arguments = if self.eat("(") {
                    let mut arguments = Vec::new();
                    loop {
                        self.lines();
                        if self.eat(")") {
                            break;
                        }
                        // A comma separates here; it makes no list.
                        let value = self.nested(|parser| parser.expression(0))?;
                        match value {
                            Expr::List(values) => arguments.extend(values),
                            value => arguments.push(value),
                        }
                        self.lines();
                        if self.peek() != Some(')') {
                            return self.fault("this is not understood");
                        }
                    }
                    Some(arguments)
                } else if self.peek() == Some('{') {
                    Some(vec![self.primary()?])
                } else {
                    None
                };
                steps.push(Step::Member(name, arguments));
            } else {
                let value = if steps.is_empty() {
                    value
                } else {
                    Expr::Path(Box::new(value), steps)
                };
                let end = self.at;
                self.spaces();
                let apart = self.at > end;
                if self.eat("++") || self.eat("--") {
                    let behind = self.at;
                    self.spaces();
                    let ends = self.ends_statement();
                    self.at = behind;
                    if !apart || ends {
                        return Ok(Expr::Unary("++".to_owned(), Box::new(value)));
                    }
                }
                self.at = end;
                return Ok(value);
            }
        }
    }

    /// A type in square brackets, as one text without spaces.
    pub(crate) fn type_name(&mut self) -> Parsed<String> {
        let (mut depth, mut name) = (0, String::new());
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                name.remove(0);
                return Ok(name.to_lowercase());
            }
            if !c.is_whitespace() {
                name.push(c);
            }
        }
        self.fault("a bracket is not closed")
    }

    pub(crate) fn primary(&mut self) -> Parsed<Expr> {
        let from = self.at;
        match (self.peek(), self.peek_at(1)) {
            (Some('('), _) => Ok(Expr::Group('(', self.brackets()?)),
            (Some(kind @ ('$' | '@')), Some('(')) => {
                self.at += 1;
                Ok(Expr::Group(kind, self.brackets()?))
            }
            (Some('@'), Some('{')) => {
                self.at += 1;
                let alone = std::mem::replace(&mut self.alone, false);
                let table = self.nested(Self::table)?;
                self.alone = alone;
                Ok(table)
            }
            (Some('@'), Some(quote @ ('"' | '\''))) => self.here(quote),
            (Some('{'), _) => {
                let mut body = self.block()?;
                self.behind = 0;
                Ok(Expr::Block(Code::new(lift_parameters(&mut body), body)))
            }
            (Some(quote @ ('"' | '\'')), _) => self.quoted(quote),
            (Some('$'), _) => match self.variable()? {
                Some(name) => Ok(Expr::Variable(name)),
                None => self.fault("this is not understood"),
            },
            (Some(c), _) if c.is_ascii_digit() => {
                while self.peek().is_some_and(is_name)
                    || self.peek() == Some('.')
                        && self.peek_at(1).is_some_and(|c| c.is_ascii_digit())
                {
                    self.at += 1;
                }
                Ok(Expr::Number(self.chars[from..self.at].iter().collect()))
            }
            _ => self.fault("this is not understood"),
        }
    }

    pub(crate) fn table(&mut self) -> Parsed<Expr> {
        self.require("{", "a table in braces is missing here")?;
        let mut entries = Vec::new();
        loop {
            self.separators();
            if self.eat("}") {
                return Ok(Expr::Table(entries));
            }
            let key = if self.peek().is_some_and(is_name) {
                Expr::Text(vec![Part::Text(self.take(|c| is_name(c) || c == '-'))])
            } else {
                self.path()?
            };
            self.require("=", "`=` is missing here")?;
            self.lines();
            entries.push((key, self.statement()?));
        }
    }
}
