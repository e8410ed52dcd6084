//! PowerShell, as far as launcher scripts use it, as a tree.
//!
//! What is no PowerShell, or a part of it that no launcher needs (workflows, classes that are used), is a fault with its
//! line: a script that is not understood as a whole is not understood.

use std::ops::Range;

use crate::named::Named;
use crate::syntax::{Body, Command, ENDLESS, Expr, Fault, Kind, Parsed, Stage, Statement};

/// How deeply brackets may be nested.
const DEEPEST: usize = 40;

/// How much is read, what is read twice included: for an argument that goes on behind `$(..)`, all that is in it.
const MOST: usize = 2_000_000;

/// Reads a script.
pub(crate) fn parse(text: &str) -> Parsed<Body> {
    let chars: Vec<char> = text.chars().collect();
    let newlines = (0..chars.len()).filter(|at| chars[*at] == '\n').collect();
    let mut parser = Parser {
        chars,
        newlines,
        at: 0,
        depth: 0,
        work: 0,
        classes: Named::default(),
        alone: false,
        behind: 0,
        comment: None,
    };
    let body = parser.body();
    if let Some(from) = parser.comment {
        parser.at = from;
        return parser.fault("a comment is not closed");
    }
    let body = body?;
    if parser.peek().is_some() {
        return parser.fault("a bracket closes that none opened");
    }
    if parser.uses_class() {
        return parser.fault("a class of the script is used here, and what its members do is not read; write that without a class");
    }
    Ok(body)
}

/// Quotes and dashes that word processors put in place of the plain ones count as those, as in PowerShell.
fn plain(c: char) -> char {
    match c {
        '\u{2018}'..='\u{201B}' => '\'',
        '\u{201C}'..='\u{201E}' => '"',
        '\u{2013}'..='\u{2015}' => '-',
        c => c,
    }
}

pub(crate) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

pub(crate) struct Parser {
    pub(crate) chars: Vec<char>,
    pub(crate) newlines: Vec<usize>,
    pub(crate) at: usize,
    pub(crate) depth: usize,
    work: usize,
    /// The classes of the script, and where they stand.
    pub(crate) classes: Named<Range<usize>>,
    /// A comma ends a value here, as between parameters.
    pub(crate) alone: bool,
    /// Where the last block of a statement ended.
    pub(crate) behind: usize,
    /// Where a comment begins that nothing closes: what seems to be wrong is only that, then.
    comment: Option<usize>,
}

impl Parser {
    pub(crate) fn line(&self) -> usize {
        self.newlines.partition_point(|newline| *newline < self.at) + 1
    }

    pub(crate) fn fault<T>(&self, what: &'static str) -> Parsed<T> {
        Err(Fault {
            line: self.line(),
            what,
        })
    }

    pub(crate) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied().map(plain)
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    pub(crate) fn eat(&mut self, text: &str) -> bool {
        let found = text
            .chars()
            .enumerate()
            .all(|(ahead, c)| self.peek_at(ahead) == Some(c));
        if found {
            self.at += text.chars().count();
        }
        found
    }

    pub(crate) fn require(&mut self, text: &str, what: &'static str) -> Parsed<()> {
        self.lines();
        if self.eat(text) {
            Ok(())
        } else {
            self.fault(what)
        }
    }

    /// Goes past spaces, comments and continued lines.
    pub(crate) fn spaces(&mut self) {
        loop {
            match (self.peek(), self.peek_at(1)) {
                (Some('`'), Some('\n')) => self.at += 2,
                (Some('`'), Some('\r')) if self.peek_at(2) == Some('\n') => self.at += 3,
                (Some('<'), Some('#')) => {
                    let from = self.at;
                    while !self.eat("#>") {
                        if self.peek().is_none() {
                            self.comment = Some(from);
                            break;
                        }
                        self.at += 1;
                    }
                }
                (Some('#'), _) => {
                    self.take(|c| c != '\n');
                }
                (Some(c), _) if c != '\n' && c.is_whitespace() => self.at += 1,
                _ => return,
            }
        }
    }

    pub(crate) fn lines(&mut self) {
        self.spaces();
        while self.eat("\n") {
            self.spaces();
        }
    }

    pub(crate) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fault("brackets are nested too deeply");
        }
        self.work += 1;
        if self.work > MOST {
            return self.fault(ENDLESS);
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Goes past what is of this kind.
    pub(crate) fn take(&mut self, part: impl Fn(char) -> bool) -> String {
        let from = self.at;
        while self.peek().is_some_and(&part) {
            self.at += 1;
        }
        self.chars[from..self.at].iter().collect()
    }

    pub(crate) fn word(&mut self) -> String {
        self.take(is_name)
    }

    /// A line's end, a semicolon, or the end of a block.
    pub(crate) fn ends_statement(&self) -> bool {
        matches!(self.peek(), None | Some('\n' | ';' | '}' | ')'))
    }

    /// Goes past lines' ends and semicolons.
    pub(crate) fn separators(&mut self) {
        self.lines();
        while self.eat(";") {
            self.lines();
        }
    }

    /// Whether a word that means something to the language comes next; goes past it then.
    pub(crate) fn keyword(&mut self, keyword: &str) -> bool {
        let from = self.at;
        if self.word().eq_ignore_ascii_case(keyword)
            && self
                .peek()
                .is_none_or(|c| c != '-' && c != '.' && c != '\\')
        {
            return true;
        }
        self.at = from;
        false
    }

    pub(crate) fn body(&mut self) -> Parsed<Body> {
        let mut body = Vec::new();
        loop {
            self.separators();
            if matches!(self.peek(), None | Some('}' | ')')) {
                return Ok(body);
            }
            let statement = self.statement()?;
            // Parameters, and what is said about them, may stand in one line with what follows.
            let heads = match &statement.kind {
                Kind::Param(_) => true,
                Kind::Pipeline(stages) => matches!(stages[..], [Stage::Value(Expr::Type(_))]),
                _ => false,
            };
            body.push(statement);
            self.spaces();
            if !self.ends_statement() && !self.after_block() && !heads {
                return self.fault("this is not understood");
            }
        }
    }

    /// Behind the brace of a block the next statement may stand in the same line.
    pub(crate) fn after_block(&self) -> bool {
        let between = self.chars[..self.at].iter().skip(self.behind);
        (1..=self.at).contains(&self.behind) && between.copied().all(char::is_whitespace)
    }

    /// What stands in braces.
    pub(crate) fn block(&mut self) -> Parsed<Body> {
        let body = self.enclosed("{", "}");
        self.behind = self.at;
        body
    }

    /// What stands in round brackets.
    pub(crate) fn brackets(&mut self) -> Parsed<Body> {
        self.enclosed("(", ")")
    }

    fn enclosed(&mut self, open: &str, close: &str) -> Parsed<Body> {
        self.require(open, "a bracket or brace is missing here")?;
        let alone = std::mem::replace(&mut self.alone, false);
        let body = self.nested(Self::body)?;
        self.alone = alone;
        self.require(close, "a bracket or brace is not closed")?;
        Ok(body)
    }

    pub(crate) fn statement(&mut self) -> Parsed<Statement> {
        self.spaces();
        let line = self.line();
        let kind = self.nested(Self::kind)?;
        Ok(Statement { line, kind })
    }

    pub(crate) fn pipeline_or_assignment(&mut self) -> Parsed<Kind> {
        let mut stages = Vec::new();
        loop {
            self.lines();
            let stage = self.stage()?;
            self.spaces();
            let stage = match stage {
                Stage::Value(target) if stages.is_empty() => {
                    let operators = ["=", "+=", "-=", "*=", "/=", "%=", "??="];
                    if let Some(operator) = operators.into_iter().find(|one| self.eat(one)) {
                        self.lines();
                        let value = Box::new(self.statement()?);
                        return Ok(Kind::Assign(target, operator.to_owned(), value));
                    }
                    Stage::Value(target)
                }
                stage => stage,
            };
            let is_value = matches!(stage, Stage::Value(_));
            stages.push(stage);
            if is_value && self.peek() == Some('>') {
                stages.push(self.written()?);
            }
            let end = self.at;
            self.lines();
            if self.peek() == Some('|') && self.peek_at(1) != Some('|') {
                self.at += 1;
            } else if self.eat("&&") || self.eat("||") {
                self.lines();
                let next = self.statement()?;
                let (line, kind) = (next.line, Kind::Pipeline(stages));
                // Whether it comes to the next is not a matter of what the first gives.
                let first = [kind, Kind::Nothing].map(|kind| Statement { line, kind });
                return Ok(Kind::If(vec![(Some(first.into()), vec![next])]));
            } else {
                self.at = end;
                return Ok(Kind::Pipeline(stages));
            }
        }
    }

    pub(crate) fn stage(&mut self) -> Parsed<Stage> {
        let line = self.line();
        let next = self.peek_at(1);
        let operator = match self.peek() {
            Some('&') => '&',
            Some('.') if next.is_some_and(|c| c.is_whitespace() || "$\"'({".contains(c)) => '.',
            Some(c) if c.is_alphabetic() || "?%_.\\/~".contains(c) => ' ',
            _ => return Ok(Stage::Value(self.expression(0)?)),
        };
        if operator != ' ' {
            self.at += 1;
            self.spaces();
        }
        let short = operator == ' '
            && matches!(self.peek(), Some('?' | '%'))
            && matches!(self.peek_at(1), Some(' ' | '{'));
        let name = if short {
            let mut parts = Vec::new();
            self.literal(&mut parts);
            Expr::Text(parts)
        } else {
            self.argument_value()?
        };
        let mut command = Command {
            line,
            operator,
            name,
            arguments: Vec::new(),
            redirected: false,
        };
        loop {
            self.spaces();
            match (self.peek(), self.peek_at(1)) {
                (None | Some('\n' | ';' | '}' | ')' | '|'), _) | (Some('&'), Some('&')) => {
                    return Ok(Stage::Command(command));
                }
                (Some('&'), _) => return self.fault("`&` behind a command is not read"),
                (Some('>'), _) => self.redirection(&mut command)?,
                (Some(c), Some('>')) if c.is_ascii_digit() || c == '*' => {
                    self.at += 1;
                    self.redirection(&mut command)?;
                }
                _ => {
                    let argument = self.argument()?;
                    command.arguments.push(argument);
                }
            }
        }
    }

    /// `>`, or `>>`, behind an expression.
    fn written(&mut self) -> Parsed<Stage> {
        let mut command = Command::plain(self.line(), "out-null");
        self.redirection(&mut command)?;
        self.spaces();
        Ok(Stage::Command(command))
    }

    pub(crate) fn redirection(&mut self, command: &mut Command) -> Parsed<()> {
        self.at += 1;
        self.eat(">");
        self.spaces();
        if self.eat("&") {
            if !self.eat("1") && !self.eat("2") {
                return self.fault("this is not understood");
            }
        } else if !matches!(self.argument_value()?, Expr::Variable(name) if name == "null") {
            command.redirected = true;
        }
        Ok(())
    }
}
