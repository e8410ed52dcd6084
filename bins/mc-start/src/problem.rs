//! What is wrong with a configuration, said so that it can be mended.

use std::fmt;
use std::path::{Path, PathBuf};

/// One problem: where, what, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The file; none for the command line.
    pub file: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// A sentence that says what to do.
    pub text: String,
}

impl Problem {
    /// A problem at a line of a file.
    pub fn at(file: &Path, line: usize, text: impl Into<String>) -> Self {
        Self {
            file: Some(file.to_owned()),
            line: Some(line),
            text: text.into(),
        }
    }

    /// A problem with a file as a whole.
    pub fn of(file: &Path, text: impl Into<String>) -> Self {
        Self {
            file: Some(file.to_owned()),
            line: None,
            text: text.into(),
        }
    }

    /// A problem with the command line.
    pub fn of_flags(text: impl Into<String>) -> Self {
        Self {
            file: None,
            line: None,
            text: text.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{}:{line}: {}", file.display(), self.text),
            (Some(file), None) => write!(f, "{}: {}", file.display(), self.text),
            (None, _) => f.write_str(&self.text),
        }
    }
}
