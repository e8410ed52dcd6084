use std::fmt;
use std::path::PathBuf;

use mc_template::RenderError;

/// Everything that is wrong with a curl command, in the order of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurlErrors(Vec<CurlError>);

impl CurlErrors {
    pub(super) fn new(errors: Vec<CurlError>) -> Self {
        Self(errors)
    }

    /// The faults, in the order of the line. There is at least one.
    pub fn iter(&self) -> impl Iterator<Item = &CurlError> {
        self.0.iter()
    }
}

impl fmt::Display for CurlErrors {
    /// One line for each fault.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CurlErrors {}

/// One fault of a curl command, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {problem}")]
#[non_exhaustive]
pub struct CurlError {
    /// Where it stands: bytes from the start of the line.
    pub offset: usize,
    /// Where it stands: characters from the start of the line, the first being 1.
    pub column: usize,
    /// What it is and what to write instead.
    pub problem: Problem,
}

/// The faults of a curl command. None holds more of the line than names and operators: the rest may be
/// a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// There is no URL.
    #[error("there is no URL")]
    MissingUrl,
}

/// Why a command makes no requests for these values. Nothing has been sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The URL begins with a variable that this call does not bring: there is nothing to do.
    #[error("this call brings no {variable}, with which the URL begins")]
    Skipped {
        /// The variable's canonical name.
        variable: String,
    },
    /// A value may not go where the command would put it.
    #[error(transparent)]
    Refused(#[from] RenderError),
    /// A file that the command sends cannot be read.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
}

/// Why a [`Sender`](super::Sender) cannot be made ready.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SenderError {
    /// A file of certificates cannot be read, or holds none.
    #[error("{}: {reason}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}
