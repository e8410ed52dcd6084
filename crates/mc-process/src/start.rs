//! The start of a program, and what is said when there is none.

use std::io;
use std::path::PathBuf;

use crate::exit::Exit;
use crate::launch::Launch;
use crate::sys;

#[cfg(target_os = "linux")]
use crate::service::leave as leave_service;
/// Only systemd binds the life of programs to that of a service.
#[cfg(not(target_os = "linux"))]
fn leave_service(_: u32) {}

impl Launch {
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
        sys::detach(self, leave_service).map_err(|error| self.explain(error))
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
