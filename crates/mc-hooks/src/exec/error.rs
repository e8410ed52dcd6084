//! Why a program cannot be configured so, and why it is not started for a call.

use mc_process::ResolveError;
use mc_template::words::SplitError;
use mc_template::{RenderError, TemplateError};

/// What is wrong with a program or its parameters in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
#[non_exhaustive]
pub struct ExecError {
    /// Where: bytes from the start of the parameters; none if it is about the program.
    pub offset: Option<usize>,
    /// What it is.
    pub fault: ExecFault,
}

/// The faults of a program or its parameters. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExecFault {
    /// The program was not found.
    #[error(transparent)]
    Program(#[from] ResolveError),
    /// A script file, without permission.
    #[error(
        "`{program}` is a script: values could be read as commands by {interpreter}; name a program, \
         or write AllowScripts = true, best with stdin = \"json\""
    )]
    Script {
        /// The program as named.
        program: String,
        /// What would run it.
        interpreter: &'static str,
    },
    /// A shortcut, without permission.
    #[error(
        "`{program}` is a shortcut, which hides what it starts; name the program that it points at, \
         or write AllowScripts = true"
    )]
    Shortcut {
        /// The program as named.
        program: String,
    },
    /// An interpreter, without permission.
    #[error(
        "`{program}` is {interpreter}, which reads its parameters as commands; name the program itself, \
         or write AllowScripts = true"
    )]
    Interpreter {
        /// The program as named.
        program: String,
        /// What it is.
        interpreter: &'static str,
    },
    /// A quote is not closed.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// A parameter is not a template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A variable stands in code text.
    #[error(
        "parameter {parameter} is code for `{program}`, and a variable may not stand in code; \
         use stdin = \"json\", or pass the value as a parameter of a script"
    )]
    VariableInCode {
        /// Which parameter, the first being 1.
        parameter: usize,
        /// The program as named.
        program: String,
    },
}

/// Why a program is not started for these values. Holds no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// A template refused a value.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A value at the beginning of a parameter could be taken for an option.
    #[error(
        "parameter {parameter} begins with {variables}, whose value begins with `{character}`: the program \
         could take it for an option; AllowOptionValues = true permits it"
    )]
    Option {
        /// Which parameter, the first being 1.
        parameter: usize,
        /// The variable that it begins with.
        variables: String,
        /// What the value begins with.
        character: char,
    },
    /// A value at the beginning of a parameter could be taken for an option by an interpreter.
    #[error(
        "parameter {parameter} begins with {variables}, whose value begins with `{character}`: the interpreter \
         could take it for an option; put the parameter behind the script's name"
    )]
    InterpreterOption {
        /// Which parameter, the first being 1.
        parameter: usize,
        /// The variable that it begins with.
        variables: String,
        /// What the value begins with.
        character: char,
    },
    /// A value holds a metacharacter of the interpreter that is permitted to run.
    #[error(
        "the value of {variable} holds `{character}`, which {interpreter} could read as a command"
    )]
    Metacharacter {
        /// The variable.
        variable: String,
        /// The metacharacter.
        character: char,
        /// The interpreter.
        interpreter: &'static str,
    },
}
