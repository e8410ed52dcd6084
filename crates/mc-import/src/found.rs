//! The calls and starts that a script may make.

use crate::script::ScriptToken;
use crate::value::{Entry, Value};

/// Where a call goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A routing application.
    Run(String),
    /// Something else for certain.
    Other,
    Unknown,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) line: usize,
    /// The line under whose condition it is made.
    pub(crate) under: Option<usize>,
    pub(crate) target: Target,
    /// Why it is none that the launcher makes.
    pub(crate) problem: Option<(usize, String)>,
    /// What it is authorised with, or why that is not certain.
    pub(crate) token: Result<ScriptToken, (usize, String)>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) proxy: Option<String>,
    pub(crate) losses: Vec<(usize, String)>,
}

impl Call {
    /// It is none that the launcher makes, unless something said so before.
    pub(crate) fn refuse(&mut self, line: usize, why: impl Into<String>) {
        self.problem.get_or_insert_with(|| (line, why.into()));
    }
}

#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) line: usize,
    pub(crate) under: Option<usize>,
    pub(crate) program: Value,
    pub(crate) arguments: Option<Value>,
    pub(crate) losses: Vec<String>,
}
