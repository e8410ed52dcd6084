//! The start of a program, and what is said when there is none.

use std::io;
use std::path::PathBuf;

use crate::best_fit::{BestFit, best_fit};
use crate::child::Child;
use crate::exit::Ended;
use crate::launch::Launch;
use crate::output::Capture;
use crate::sys;

#[cfg(target_os = "linux")]
use crate::service::leave as leave_service;
/// Only systemd binds the life of programs to that of a service.
#[cfg(not(target_os = "linux"))]
fn leave_service(_: u32) {}

impl Launch {
    /// Starts the program under supervision, in a session of its own (Windows: in a job of its own).
    ///
    /// Dropping the [`Child`] leaves the program alone, unless [`end_on_drop`](Self::end_on_drop) says otherwise. One that may
    /// be left alone leaves a systemd service's control group as in [`detach`](Self::detach), which may take as long.
    ///
    /// # Errors
    ///
    /// [`LaunchError`] if it did not start; outside a tokio runtime it never does.
    ///
    /// # Panics
    ///
    /// On Unix, within a tokio runtime whose I/O is not enabled.
    pub fn spawn(&self) -> Result<Child, LaunchError> {
        self.spawn_settled(leave_service)
    }

    /// `settle` gets the process id of a program that may outlive the starter.
    fn spawn_settled(&self, settle: impl FnOnce(u32)) -> Result<Child, LaunchError> {
        self.check()?;
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(LaunchError::NoRuntime);
        }
        let captured = self.capture.map(Capture::new).transpose();
        let (capture, writers) = captured.map_err(|error| self.explain(error))?.unzip();
        let program = sys::spawn(self, writers).map_err(|error| self.explain(error))?;
        if !self.end_on_drop {
            settle(program.id());
        }
        Ok(Child {
            program,
            capture,
            end_on_drop: self.end_on_drop,
        })
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
    /// [`LaunchError`] if it did not start.
    pub fn detach(&self) -> Result<u32, LaunchError> {
        self.check()?;
        sys::detach(self, leave_service, None).map_err(|error| self.explain(error))
    }

    /// The same; `ended` is called when the program ends, on a thread of its own, if the starter is still there then.
    ///
    /// # Errors
    ///
    /// [`LaunchError`] if it did not start.
    pub fn detach_and_watch(
        &self,
        ended: impl FnOnce(Ended) + Send + 'static,
    ) -> Result<u32, LaunchError> {
        self.check()?;
        sys::detach(self, leave_service, Some(Box::new(ended))).map_err(|error| self.explain(error))
    }

    fn check(&self) -> Result<(), LaunchError> {
        if !self.program.is_absolute() {
            return Err(LaunchError::Relative {
                program: self.program.clone(),
            });
        }
        if self
            .arguments
            .iter()
            .any(|argument| argument.contains('\0'))
        {
            return Err(LaunchError::Nul {
                program: self.program.clone(),
            });
        }
        if let Some(fit) = self
            .arguments
            .iter()
            .find_map(|argument| best_fit(argument))
        {
            return Err(LaunchError::BestFit {
                program: self.program.clone(),
                fit,
            });
        }
        if let Some((name, _)) = self.set.iter().find(|(name, value)| {
            name.is_empty() || name.contains(['=', '\0']) || value.contains('\0')
        }) {
            return Err(LaunchError::Variable { name: name.clone() });
        }
        if let Some(directory) = &self.directory
            && !directory.is_dir()
        {
            return Err(LaunchError::Directory {
                directory: directory.clone(),
            });
        }
        Ok(())
    }

    fn explain(&self, source: io::Error) -> LaunchError {
        let program = self.program.clone();
        match sys::reason(&source) {
            // It is there: then what runs it, as its `#!` line says, is not.
            sys::Reason::NotFound if program.exists() => {
                LaunchError::NotAProgram { program, source }
            }
            sys::Reason::NotFound => LaunchError::NotFound { program },
            sys::Reason::Denied => LaunchError::Denied { program, source },
            sys::Reason::NotAProgram => LaunchError::NotAProgram { program, source },
            sys::Reason::Policy => LaunchError::Policy { program, source },
            sys::Reason::Elevation => LaunchError::Elevation { program },
            sys::Reason::Other => LaunchError::Other { program, source },
        }
    }
}

/// Why a program did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LaunchError {
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
    /// A parameter holds a character that a program which reads the ANSI command line would read as another (Windows).
    #[error(
        "a parameter for {} holds U+{:04X}, which some programs read as `{}`", .program.display(), u32::from(.fit.character), .fit.becomes
    )]
    BestFit {
        /// The program.
        program: PathBuf,
        /// The character.
        fit: BestFit,
    },
    /// A variable for the environment has no name, or holds what no system can pass on.
    #[error(
        "the environment variable `{name}` cannot be passed on: it holds a NUL character, or its name is not one"
    )]
    Variable {
        /// Its name.
        name: String,
    },
    /// There is no tokio runtime here to supervise the program.
    #[error("a program can be supervised only within a tokio runtime")]
    NoRuntime,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_may_outlive_the_starter_leaves_its_service() {
        let dump = testkit::ArgDump::new();
        let folder = tempfile::tempdir().unwrap();
        let program = dump.install(&folder.path().join("crm"), &[]);
        for bound in [false, true] {
            let mut left = None;
            let launch = Launch::new(&program).end_on_drop(bound);
            let mut child = launch.spawn_settled(|id| left = Some(id)).unwrap();
            assert_eq!(left, (!bound).then(|| child.id()));
            child.wait().await.unwrap();
        }
    }
}
