//! What is wrong with settings: the file, the line, and a sentence that says what to do.

use std::fmt;
use std::path::{Path, PathBuf};

/// One problem, or one warning.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingsProblem {
    /// The file it is in; none when it is about no file in particular.
    pub file: Option<PathBuf>,
    /// The line, counted from 1; none when it is about the file as a whole.
    pub line: Option<usize>,
    /// A sentence that says what to do.
    pub text: String,
}

impl SettingsProblem {
    /// A problem with a file as a whole.
    pub fn in_file(file: &Path, text: impl Into<String>) -> Self {
        Self {
            file: Some(file.to_owned()),
            line: None,
            text: text.into(),
        }
    }

    /// A problem with no file in particular.
    pub fn general(text: impl Into<String>) -> Self {
        Self {
            file: None,
            line: None,
            text: text.into(),
        }
    }

    /// The same in this line.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
}

impl fmt::Display for SettingsProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(formatter, "{}:{line}: ", file.display()),
            (Some(file), None) => write!(formatter, "{}: ", file.display()),
            (None, _) => Ok(()),
        }?;
        formatter.write_str(&self.text)
    }
}

/// All problems of a configuration; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<SettingsProblem>);

impl Problems {
    /// These problems; none if there is not one.
    pub fn of(problems: Vec<SettingsProblem>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// The problems, in the order of the files' lines.
    pub fn iter(&self) -> std::slice::Iter<'_, SettingsProblem> {
        self.0.iter()
    }
}

impl From<SettingsProblem> for Problems {
    fn from(problem: SettingsProblem) -> Self {
        Self(vec![problem])
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a SettingsProblem;
    type IntoIter = std::slice::Iter<'a, SettingsProblem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            formatter.write_str(if index == 0 { "" } else { "\n" })?;
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
