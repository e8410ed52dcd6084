//! What is wrong with a configuration: the file, the line, and a sentence that says what to do.

use std::fmt;
use std::path::{Path, PathBuf};

/// One problem, or one warning.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The file it is in; none when it is about no file in particular.
    pub file: Option<PathBuf>,
    /// The line, counted from 1; none when it is about the file as a whole.
    pub line: Option<usize>,
    /// A sentence that says what to do.
    pub text: String,
}

impl Problem {
    /// A problem with a file as a whole.
    pub(super) fn in_file(file: &Path, text: String) -> Self {
        Self {
            file: Some(file.to_owned()),
            line: None,
            text,
        }
    }

    /// A problem with no file in particular.
    pub(super) fn general(text: String) -> Self {
        Self {
            file: None,
            line: None,
            text,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => {
                write!(formatter, "{}:{line}: {}", file.display(), self.text)
            }
            (Some(file), None) => write!(formatter, "{}: {}", file.display(), self.text),
            (None, _) => write!(formatter, "miniclient: {}", self.text),
        }
    }
}

/// All problems of a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// The problems, in the order of the files' lines.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
