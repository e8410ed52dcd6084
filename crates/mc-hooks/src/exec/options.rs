//! How a program is found and started.

use std::path::Path;

/// The parameters of a program.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Parameters<'a> {
    /// One line, which is split by the rules of Windows on every system; each piece is then a template.
    Line(&'a str),
    /// Each a template of its own.
    List(&'a [&'a str]),
}

impl<'a> From<&'a str> for Parameters<'a> {
    fn from(line: &'a str) -> Self {
        Self::Line(line)
    }
}

impl<'a> From<&'a String> for Parameters<'a> {
    fn from(line: &'a String) -> Self {
        Self::Line(line)
    }
}

impl<'a> From<&'a [&'a str]> for Parameters<'a> {
    fn from(list: &'a [&'a str]) -> Self {
        Self::List(list)
    }
}

impl<'a, const N: usize> From<&'a [&'a str; N]> for Parameters<'a> {
    fn from(list: &'a [&'a str; N]) -> Self {
        Self::List(list)
    }
}

/// How a program is found and started.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ExecOptions<'a> {
    /// Where a relative program starts, and the working directory: the folder of a configuration.
    pub folder: Option<&'a Path>,
    /// Whether script files, interpreters of Windows, and programs that open or fetch what they are given may be started.
    pub allow_scripts: bool,
    /// Whether a value at the beginning of a parameter may begin with `-` (on Windows also `/`). For an interpreter this
    /// holds behind the script alone, where it is the script that reads the value.
    pub allow_option_values: bool,
    /// What the program reads on standard input.
    pub stdin: ExecStdin,
    /// Variables for the program's environment: names, and templates of their values.
    pub env: &'a [(&'a str, &'a str)],
    /// How many bytes of the program's standard output and error are kept for [`Report::output`](crate::Report::output);
    /// none by default.
    pub capture: Option<usize>,
}

/// What a program reads on standard input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExecStdin {
    /// Nothing.
    #[default]
    None,
    /// The call event as one line of JSON: the safe way to give values to a script.
    Json,
}
