//! What to start, and how.

use std::io;
use std::path::{Path, PathBuf};

use crate::sys;

/// Variables that are never handed to a program that is started: they hold the token of the telephone
/// system, and a CRM has no business with it.
const SECRETS: &[&str] = &["API_TOKEN"];

/// What a program reads on its standard input. Its standard output and error go nowhere.
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
}

impl Launch {
    /// The program by its full path, as [`resolve`](super::resolve) gives it.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            directory: None,
            remove: SECRETS.iter().map(|&name| name.to_owned()).collect(),
            set: Vec::new(),
            stdin: Stdin::Null,
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

    /// Keeps a variable out of the program's environment. `API_TOKEN` is always kept out.
    pub fn env_remove(mut self, name: impl Into<String>) -> Self {
        self.remove.push(name.into());
        self
    }

    /// Sets a variable in the program's environment.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set.push((name.into(), value.into()));
        self
    }

    /// What the program reads on standard input. [`detach`](Self::detach) takes no notice of it.
    pub fn stdin(mut self, stdin: Stdin) -> Self {
        self.stdin = stdin;
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

    /// Starts the program under supervision, in a session of its own (Windows: in a job of its own).
    ///
    /// Must be called within a tokio runtime with I/O enabled. Dropping the [`Child`] leaves the
    /// program alone.
    ///
    /// # Errors
    ///
    /// [`StartError`] if it did not start.
    pub fn spawn(&self) -> Result<Child, StartError> {
        self.check()?;
        sys::spawn(self)
            .map(Child)
            .map_err(|error| self.explain(error))
    }

    /// Starts the program on its own: it outlives the starter and its terminal, holds none of the
    /// starter's pipes open, and reads nothing. Returns its process id.
    ///
    /// On Windows it leaves the starter's job object where the job lets it. On Linux it leads a new
    /// session, and where the starter is a systemd service, the person's service manager is asked for up
    /// to two seconds to take it out of the service's control group.
    ///
    /// # Errors
    ///
    /// [`StartError`] if it did not start.
    pub fn detach(&self) -> Result<u32, StartError> {
        self.check()?;
        sys::detach(self).map_err(|error| self.explain(error))
    }

    fn check(&self) -> Result<(), StartError> {
        if !self.program.is_absolute() {
            return Err(StartError::Relative {
                program: self.program.clone(),
            });
        }
        if self
            .arguments
            .iter()
            .any(|argument| argument.contains('\0'))
        {
            return Err(StartError::Nul {
                program: self.program.clone(),
            });
        }
        if let Some(directory) = &self.directory
            && !directory.is_dir()
        {
            return Err(StartError::Directory {
                directory: directory.clone(),
            });
        }
        Ok(())
    }

    fn explain(&self, source: io::Error) -> StartError {
        let program = self.program.clone();
        match sys::reason(&source) {
            // It is there: then what runs it, as its `#!` line says, is not.
            sys::Reason::NotFound if program.exists() => {
                StartError::NotAProgram { program, source }
            }
            sys::Reason::NotFound => StartError::NotFound { program },
            sys::Reason::Denied => StartError::Denied { program, source },
            sys::Reason::NotAProgram => StartError::NotAProgram { program, source },
            sys::Reason::Policy => StartError::Policy { program, source },
            sys::Reason::Elevation => StartError::Elevation { program },
            sys::Reason::Other => StartError::Other { program, source },
        }
    }
}

/// Why a program did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The path given was not a full one.
    #[error("`{}` is not a full path", .program.display())]
    Relative {
        /// The path given.
        program: PathBuf,
    },
    /// A parameter holds a NUL character, which no system can pass on.
    #[error("a parameter for {} holds a NUL character", .program.display())]
    Nul {
        /// The program.
        program: PathBuf,
    },
    /// The working directory is not there.
    #[error("the working directory {} does not exist", .directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
    },
    /// The file is not there (any more).
    #[error("{} was not found", .program.display())]
    NotFound {
        /// The program.
        program: PathBuf,
    },
    /// This user may not execute the file.
    #[error("{} may not be executed by this user", .program.display())]
    Denied {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a program of this system.
    #[error("{} is not a program that this system can start", .program.display())]
    NotAProgram {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A policy of this computer or its virus scanner forbids the program.
    #[error("{} is blocked by a policy of this computer (AppLocker, Defender or the like); ask for it to be allowed", .program.display())]
    Policy {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The program asks for administrator rights when it starts.
    #[error("{} asks for administrator rights and cannot be started without", .program.display())]
    Elevation {
        /// The program.
        program: PathBuf,
    },
    /// Anything else.
    #[error("{} could not be started: {source}", .program.display())]
    Other {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exit {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it (Unix).
    pub signal: Option<i32>,
}

impl Exit {
    pub(crate) const fn new(code: Option<i32>, signal: Option<i32>) -> Self {
        Self { code, signal }
    }

    /// Whether it ended with code 0.
    pub fn success(self) -> bool {
        self.code == Some(0)
    }
}

/// A program under supervision.
#[derive(Debug)]
pub struct Child(sys::Child);

impl Child {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits for it to end. Its own children may go on. Cancel safe.
    ///
    /// # Errors
    ///
    /// An I/O error if the system cannot say.
    pub async fn wait(&mut self) -> io::Result<Exit> {
        self.0.wait().await
    }

    /// Ends it and everything it started, at once. On Unix that is its session's process group: a
    /// program that made a session of its own has left the tree.
    ///
    /// # Errors
    ///
    /// An I/O error if the system refuses. That it has ended already is none.
    pub fn kill_tree(&mut self) -> io::Result<()> {
        self.0.kill_tree()
    }
}
