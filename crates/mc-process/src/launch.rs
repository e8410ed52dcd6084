//! What is started, and with what.

use std::path::{Path, PathBuf};

/// What a program reads on its standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stdin {
    /// Nothing: the input ends at once.
    #[default]
    Null,
    /// These bytes, then the end. A program that does not read them is not held up.
    Bytes(Vec<u8>),
}

/// A program with its parameters, ready to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "nothing starts before `spawn` or `detach`"]
pub struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) remove: Vec<String>,
    pub(crate) set: Vec<(String, String)>,
    pub(crate) stdin: Stdin,
    pub(crate) capture: Option<usize>,
    pub(crate) end_on_drop: bool,
}

impl Launch {
    /// The program by its full path, as [`resolve`](crate::resolve) gives it.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            directory: None,
            remove: Vec::new(),
            set: Vec::new(),
            stdin: Stdin::Null,
            capture: None,
            end_on_drop: false,
        }
    }

    /// Adds one parameter. The program receives it exactly so, whatever it holds.
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds parameters in their order.
    pub fn args<I>(mut self, arguments: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// The working directory. Without one, the program gets the starter's.
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Keeps a variable out of the program's environment: a secret of the starter's, for one.
    pub fn env_remove(mut self, name: impl Into<String>) -> Self {
        self.remove.push(name.into());
        self
    }

    /// Sets a variable in the program's environment.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set.push((name.into(), value.into()));
        self
    }

    /// What the program reads on standard input. [`detach`](Launch::detach) takes no notice of it.
    pub fn stdin(mut self, stdin: Stdin) -> Self {
        self.stdin = stdin;
        self
    }

    /// Keeps what the program writes to its standard output and error, this many bytes of each; more is read and
    /// thrown away. Without it, both go nowhere. [`detach`](Launch::detach) takes no notice of it.
    pub fn capture(mut self, limit: usize) -> Self {
        self.capture = Some(limit);
        self
    }

    /// Ends the program's tree when its [`Child`](crate::Child) is dropped before the program has ended; on Windows also
    /// when this process ends, in whatever way.
    pub fn end_on_drop(mut self, end: bool) -> Self {
        self.end_on_drop = end;
        self
    }

    /// The program's path.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The parameters.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }
}
