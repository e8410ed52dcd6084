//! The tree of a script.

use std::rc::Rc;

/// Where and why a text is not understood.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) what: &'static str,
}

/// Of what would take too long to read.
pub(crate) const ENDLESS: &str = "up to here the script makes more steps than are followed; write the call with what it sends, and the start \
    of the client, into a .ps1 of their own, and import that";

pub(crate) type Parsed<T> = Result<T, Fault>;
pub(crate) type Body = Vec<Statement>;
pub(crate) type Parameters = Vec<Parameter>;

#[derive(Debug, Default)]
pub(crate) struct Parameter {
    pub(crate) line: usize,
    pub(crate) name: String,
    /// Its type, and `?` where something decides in another way what it gets.
    pub(crate) kind: String,
    pub(crate) default: Option<Expr>,
    /// It has to be given, whatever stands there for the case that it is not.
    pub(crate) mandatory: bool,
    /// Where it stands when it is given without its name, where the script says so.
    pub(crate) position: Option<u8>,
}

/// A block of code, or a function, with its parameters. It is like no other.
#[derive(Debug, Clone)]
pub(crate) struct Code(Rc<(Parameters, Body)>);

impl Code {
    pub(crate) fn new(parameters: Parameters, body: Body) -> Self {
        Self(Rc::new((parameters, body)))
    }

    pub(crate) fn parts(&self) -> (&[Parameter], &Body) {
        (&self.0.0, &self.0.1)
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Code {}

#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Pipeline(Vec<Stage>),
    Assign(Expr, String, Box<Statement>),
    /// Arms with their conditions; no condition stands for `else`.
    If(Vec<(Option<Body>, Body)>),
    Loop(Loop),
    /// Its handlers, and whether each catches everything.
    Try(Body, Vec<(bool, Body)>, Body),
    Function(String, Code),
    Param(Parameters),
    Flow(Flow, Option<Box<Statement>>),
    Nothing,
}

#[derive(Debug, Default)]
pub(crate) struct Loop {
    pub(crate) first: Body,
    pub(crate) condition: Body,
    pub(crate) step: Body,
    /// `foreach ($name in condition)`, and `_` for a `switch`.
    pub(crate) each: Option<String>,
    pub(crate) body: Body,
    /// `do { body } while (condition)`: the body comes first.
    pub(crate) late: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Exit,
    Throw,
    Return,
    Break,
    Continue,
}

#[derive(Debug)]
pub(crate) enum Stage {
    Value(Expr),
    Command(Command),
}

#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) line: usize,
    /// `&`, `.` or a space for none.
    pub(crate) operator: char,
    pub(crate) name: Expr,
    pub(crate) arguments: Vec<Argument>,
    /// Its output goes into a file.
    pub(crate) redirected: bool,
}

impl Command {
    /// A command of this name, without arguments.
    pub(crate) fn plain(line: usize, name: &str) -> Self {
        Self {
            line,
            operator: ' ',
            name: Expr::Text(vec![Part::Text(name.to_owned())]),
            arguments: Vec::new(),
            redirected: false,
        }
    }
}

#[derive(Debug)]
pub(crate) enum Argument {
    Name(String, Option<Expr>),
    Value(Expr),
    Splat(String),
}

#[derive(Debug)]
pub(crate) enum Expr {
    Text(Vec<Part>),
    Number(String),
    Variable(String),
    Table(Vec<(Expr, Statement)>),
    List(Vec<Expr>),
    /// `(` `$` or `@` for the kind of bracket.
    Group(char, Body),
    Block(Code),
    Type(String),
    Cast(String, Box<Expr>),
    Path(Box<Expr>, Vec<Step>),
    Chain(Box<Expr>, Vec<(String, Expr)>),
    Unary(String, Box<Expr>),
}

#[derive(Debug)]
pub(crate) enum Part {
    Text(String),
    Code(Expr),
    /// An escape that PowerShell 5 reads as a letter, and PowerShell 7 as a character.
    Varies,
}

#[derive(Debug)]
pub(crate) enum Step {
    Member(Expr, Option<Vec<Expr>>),
    Index(Expr),
}

/// The one expression that a block consists of.
pub(crate) fn only(body: &Body) -> Option<&Expr> {
    let [statement] = body.as_slice() else {
        return None;
    };
    match &statement.kind {
        Kind::Pipeline(stages) => match stages.as_slice() {
            [Stage::Value(value)] => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// A text or number as it stands in the script.
pub(crate) fn word(value: &Expr) -> Option<String> {
    match value {
        Expr::Number(number) => Some(number.clone()),
        Expr::Text(parts) => match parts.as_slice() {
            [Part::Text(text)] => Some(text.clone()),
            [Part::Code(inner)] => word(inner),
            _ => None,
        },
        _ => None,
    }
}
