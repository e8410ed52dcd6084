//! Why a program cannot be configured so, and why it is not started for a call.

use mc_process::ResolveError;
use mc_template::words::SplitError;
use mc_template::{RenderError, TemplateError};

use crate::action_kind::ActionKind;

/// What is wrong with a program, its parameters or its environment, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
#[non_exhaustive]
pub struct ExecError {
    /// What it is about.
    pub part: ExecPart,
    /// Where in that part: bytes from its start.
    pub offset: usize,
    /// What it is.
    pub fault: ExecFault,
}

/// A part of what is given for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExecPart {
    /// The program itself.
    Program,
    /// The line of parameters.
    Line,
    /// A parameter of a list, the first being 0.
    Parameter(usize),
    /// The value of a variable of the environment, the first being 0.
    Variable(usize),
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
        "`{program}` is a script: values could be read as commands by {interpreter}; name a program, or give the event \
         to the script on its standard input"
    )]
    Script {
        /// The program as named.
        program: String,
        /// What would run it.
        interpreter: &'static str,
    },
    /// A shortcut, without permission.
    #[error(
        "`{program}` is a shortcut, which hides what it starts; name the program that it points at"
    )]
    Shortcut {
        /// The program as named.
        program: String,
    },
    /// An interpreter, without permission.
    #[error(
        "`{program}` is {interpreter}, which reads its parameters as commands; name the program itself"
    )]
    Interpreter {
        /// The program as named.
        program: String,
        /// What it is.
        interpreter: &'static str,
    },
    /// A program that opens or starts what it is given, without permission.
    #[error(
        "`{program}` is a program that opens or starts whatever it is given, other programs included; to open a page, \
         use the action `open`, and to start a program, name that program"
    )]
    Opener {
        /// The program as named.
        program: String,
    },
    /// A program that fetches or sends what it is told, without permission.
    #[error(
        "`{program}` is a program that fetches and sends whatever it is told, files of this computer included; use the \
         action `rest`"
    )]
    Fetcher {
        /// The program as named.
        program: String,
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
         give the event on standard input, or pass the value as a parameter of a script"
    )]
    VariableInCode {
        /// Which parameter, the first being 1.
        parameter: usize,
        /// The program as named.
        program: String,
    },
    /// A value would choose the script, or a file or module that is run.
    #[error(
        "a value in parameter {parameter} would choose which code `{program}` runs; name the script or module itself, and \
         pass the value behind it"
    )]
    ValueChoosesCode {
        /// Which parameter, the first being 1.
        parameter: usize,
        /// The program as named.
        program: String,
    },
    /// A value would decide what is opened, fetched or sent.
    #[error(
        "a value in parameter {parameter} would decide what `{program}` opens, fetches or sends; use the action `{instead}`"
    )]
    ValueDecides {
        /// Which parameter, the first being 1.
        parameter: usize,
        /// The program as named.
        program: String,
        /// The action that is safe.
        instead: ActionKind,
    },
    /// A character that cmd would not leave as it is stands in a parameter of a batch file or shortcut.
    #[error(
        "parameter {parameter} holds {}, which cannot be given to a batch file or shortcut; leave it out, or name a program",
        character.escape_default()
    )]
    BatchText {
        /// Which parameter, the first being 1.
        parameter: usize,
        /// The character.
        character: char,
    },
    /// A value that nobody may see stands in a parameter.
    #[error(
        "`${{{name}}}` may not stand in a program's parameters, which every user of the computer can see: give it to the \
         program in its environment, with env = {{ NAME = '${{{name}}}' }}"
    )]
    Hidden {
        /// Its name.
        name: String,
    },
    /// The name of a variable for the environment is not one.
    #[error("`{name}` cannot be the name of an environment variable")]
    VariableName {
        /// The name, fit to be shown.
        name: String,
    },
}

/// Why a program is not started for these values. Holds no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExecRefusal {
    /// A template refused a value.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A value at the beginning of a parameter could be taken for an option.
    #[error(
        "parameter {parameter} begins with {variables}, whose value begins with `{character}`: the program \
         could take it for an option"
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
    /// A character that a program which reads the ANSI command line would read as another (Windows).
    #[error(
        "parameter {parameter} holds U+{:04X}, which programs that read the ANSI command line get as `{becomes}`",
        u32::from(*.character)
    )]
    BestFit {
        /// Which parameter, the first being 1.
        parameter: usize,
        /// The character.
        character: char,
        /// What it becomes.
        becomes: char,
    },
}
