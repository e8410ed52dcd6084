//! Statements with a word of the language.

use crate::parse::{Parser, is_name};
use crate::syntax::{
    Argument, Body, Code, Command, Expr, Flow, Kind, Loop, Parameter, Parameters, Parsed, Stage,
    Statement,
};

const WORDS: &str = "exit throw return break continue if switch while do for foreach try trap function filter param using \
    class enum data workflow configuration";

/// The parts of a function, or of a script, in the order in which they run: once each, when nothing is piped to it.
const PARTS: [&str; 3] = ["begin", "process", "end"];

impl Parser {
    pub(crate) fn kind(&mut self) -> Parsed<Kind> {
        // A loop's label.
        if self.peek() == Some(':') && self.peek_at(1).is_some_and(is_name) {
            self.at += 1;
            self.word();
            self.spaces();
        }
        for (at, part) in PARTS.iter().enumerate() {
            let from = self.at;
            if self.continued(part) && self.opens() {
                let line = self.line();
                let value = Stage::Value(Expr::Variable("true".to_owned()));
                let kind = Kind::Pipeline(vec![value]);
                let arm = (Some(vec![Statement { line, kind }]), self.block()?);
                if PARTS[..at].iter().any(|before| self.continued(before)) {
                    return self.fault("the parts of this stand in another order than they run in");
                }
                return Ok(Kind::If(vec![arm]));
            }
            self.at = from;
        }
        let Some(word) = WORDS.split_whitespace().find(|word| self.keyword(word)) else {
            return self.pipeline_or_assignment();
        };
        match word {
            "exit" => self.flow(Flow::Exit),
            "throw" => self.flow(Flow::Throw),
            "return" => self.flow(Flow::Return),
            "break" | "continue" => {
                self.spaces();
                self.word();
                self.flow(if word == "break" {
                    Flow::Break
                } else {
                    Flow::Continue
                })
            }
            "if" => {
                let mut arms = vec![(Some(self.brackets()?), self.block()?)];
                while self.continued("elseif") {
                    arms.push((Some(self.brackets()?), self.block()?));
                }
                if self.continued("else") {
                    arms.push((None, self.block()?));
                }
                Ok(Kind::If(arms))
            }
            "switch" => self.switch(),
            "while" | "do" | "for" | "foreach" => self.repeat(word),
            "try" => {
                let (body, mut catches) = (self.block()?, Vec::new());
                while self.continued("catch") {
                    self.lines();
                    let all = self.peek() != Some('[');
                    while self.peek() == Some('[') {
                        self.type_name()?;
                        self.lines();
                        self.eat(",");
                        self.lines();
                    }
                    catches.push((all, self.block()?));
                }
                let last = if self.continued("finally") {
                    self.block()?
                } else {
                    Body::new()
                };
                Ok(Kind::Try(body, catches, last))
            }
            "trap" => {
                self.spaces();
                if self.peek() == Some('[') {
                    self.type_name()?;
                }
                let mut body = self.block()?;
                // It goes on with the script, not with a loop.
                body.retain(|one| !matches!(one.kind, Kind::Flow(Flow::Continue, _)));
                Ok(Kind::If(vec![(None, body)]))
            }
            "function" | "filter" => {
                self.spaces();
                let name = self
                    .take(|c| is_name(c) || "-:.".contains(c))
                    .to_lowercase();
                let name = name.rsplit(':').next().unwrap_or_default().to_owned();
                self.lines();
                let mut parameters = if self.peek() == Some('(') {
                    self.parameters()?
                } else {
                    Vec::new()
                };
                let mut body = self.block()?;
                parameters.extend(lift_parameters(&mut body));
                Ok(Kind::Function(name, Code::new(parameters, body)))
            }
            "param" => Ok(Kind::Param(self.parameters()?)),
            "using" => {
                self.spaces();
                if !self.keyword("module") {
                    self.take(|c| c != '\n');
                    return Ok(Kind::Nothing);
                }
                let mut command = Command::plain(self.line(), "import-module");
                self.spaces();
                command.arguments.push(self.argument()?);
                Ok(Kind::Pipeline(vec![Stage::Command(command)]))
            }
            "class" | "enum" => self.declaration(word == "class"),
            _ => self.fault("this part of the language is not read"),
        }
    }

    /// Whether a brace comes next.
    fn opens(&mut self) -> bool {
        self.lines();
        self.peek() == Some('{')
    }

    /// Whether a word that goes on with the statement comes next, maybe some lines below.
    fn continued(&mut self, keyword: &str) -> bool {
        let end = self.at;
        self.lines();
        let found = self.keyword(keyword);
        if !found {
            self.at = end;
        }
        found
    }

    fn flow(&mut self, flow: Flow) -> Parsed<Kind> {
        self.spaces();
        let value = if self.ends_statement() {
            None
        } else {
            Some(Box::new(self.statement()?))
        };
        Ok(Kind::Flow(flow, value))
    }

    /// A `switch`, as a loop over what it looks at; which arm is taken is never known.
    fn switch(&mut self) -> Parsed<Kind> {
        self.spaces();
        let line = self.line();
        let mut file = false;
        while self.eat("-") {
            file |= self.word().eq_ignore_ascii_case("file");
            self.spaces();
        }
        let condition = if file {
            self.argument()?;
            Body::new()
        } else {
            self.brackets()?
        };
        self.require("{", "a block in braces is missing here")?;
        let mut arms = Vec::new();
        loop {
            self.separators();
            if self.eat("}") {
                self.behind = self.at;
                let body = vec![Statement {
                    line,
                    kind: Kind::If(arms),
                }];
                let each = Some("_".to_owned());
                return Ok(Kind::Loop(Loop {
                    condition,
                    each,
                    body,
                    ..Loop::default()
                }));
            }
            let case = match self.argument()? {
                Argument::Value(block @ Expr::Block(..)) => Stage::Command(Command {
                    line,
                    operator: '&',
                    name: block,
                    arguments: Vec::new(),
                    redirected: false,
                }),
                Argument::Value(value) => Stage::Value(value),
                _ => return self.fault("this is not understood"),
            };
            let kind = Kind::Pipeline(vec![case]);
            let mut arm = vec![Statement { line, kind }];
            arm.extend(self.block()?);
            arms.push((None, arm));
        }
    }

    fn repeat(&mut self, keyword: &str) -> Parsed<Kind> {
        let mut found = Loop::default();
        match keyword {
            "do" => {
                found.body = self.block()?;
                found.late = true;
                let until = self.continued("until");
                if !until && !self.continued("while") {
                    return self.fault("`while` or `until` is missing here");
                }
                found.condition = self.brackets()?;
                if until {
                    let line = self.line();
                    let ends = Expr::Group('(', found.condition);
                    let value = Expr::Unary("!".to_owned(), Box::new(ends));
                    let kind = Kind::Pipeline(vec![Stage::Value(value)]);
                    found.condition = vec![Statement { line, kind }];
                }
                return Ok(Kind::Loop(found));
            }
            "while" => found.condition = self.brackets()?,
            "for" => {
                self.require("(", "a bracket is missing here")?;
                for part in [&mut found.first, &mut found.condition, &mut found.step] {
                    self.lines();
                    if !matches!(self.peek(), Some(';' | ')')) {
                        part.push(self.statement()?);
                    }
                    self.lines();
                    self.eat(";");
                }
                self.require(")", "a bracket is not closed")?;
            }
            _ => {
                self.require("(", "a bracket is missing here")?;
                self.lines();
                found.each = self.variable()?;
                if found.each.is_none() || !self.continued("in") {
                    return self.fault("this loop is not understood");
                }
                self.lines();
                found.condition.push(self.statement()?);
                self.require(")", "a bracket is not closed")?;
            }
        }
        found.body = self.block()?;
        Ok(Kind::Loop(found))
    }

    fn parameters(&mut self) -> Parsed<Parameters> {
        self.require("(", "a bracket is missing here")?;
        let mut parameters = Vec::new();
        let mut next = Parameter::default();
        loop {
            self.lines();
            if self.eat(")") {
                return Ok(parameters);
            }
            if self.peek() == Some('[') {
                let kind = self.type_name()?;
                let says = kind.contains("mandatory") && !kind.contains("mandatory=$false");
                next.mandatory |= says && kind.starts_with("parameter(");
                let mut parts = kind.split(['(', ',', ')']);
                let place = parts.find_map(|part| part.strip_prefix("position="));
                next.position = next.position.or(place.and_then(|place| place.parse().ok()));
                let odd = ["parametersetname", "remaining"];
                let odd = odd.iter().any(|word| kind.contains(word))
                    || place.is_some() && next.position.is_none();
                if next.kind == "?" || odd {
                    "?".clone_into(&mut next.kind);
                } else if !kind.contains('(') {
                    next.kind = kind;
                }
                continue;
            }
            next.line = self.line();
            let Some(name) = self.variable()? else {
                return self.fault("this parameter is not understood");
            };
            self.lines();
            if self.eat("=") {
                self.lines();
                self.alone = true;
                next.default = Some(self.expression(0)?);
                self.alone = false;
            }
            next.name = name;
            parameters.push(std::mem::take(&mut next));
            self.lines();
            self.eat(",");
        }
    }
}

/// Takes `param (..)` out of a body.
pub(crate) fn lift_parameters(body: &mut Body) -> Parameters {
    let at = body
        .iter()
        .position(|statement| matches!(statement.kind, Kind::Param(_)));
    match at.map(|at| body.remove(at).kind) {
        Some(Kind::Param(parameters)) => parameters,
        _ => Vec::new(),
    }
}
