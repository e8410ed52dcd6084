//! Standard output and standard error: results go to the one, diagnostics to the other.

use std::fmt::Display;
use std::io::Write as _;

use serde::Serialize;

use crate::settings::SettingsProblem;

/// Where a program writes.
///
/// Whoever reads may go away first (`... | head`), and a program without a window has nobody who reads at all. A line
/// that cannot be written is no error, and certainly no panic, which is what `println!` would make of it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Output {
    program: &'static str,
}

impl Output {
    /// The streams of this process, for a program of this name.
    pub const fn new(program: &'static str) -> Self {
        Self { program }
    }

    /// One line of result.
    pub fn line(&self, text: impl Display) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// A result that brings its own line ends.
    pub fn text(&self, text: &str) {
        let mut stream = std::io::stdout().lock();
        let _ = stream.write_all(text.as_bytes());
        let _ = stream.flush();
    }

    /// A result for programs: one JSON document on one line.
    pub fn json<T: Serialize + ?Sized>(&self, value: &T) {
        match serde_json::to_string(value) {
            Ok(text) => self.line(text),
            Err(error) => self.note(&format_args!("cannot print the result as JSON: {error}")),
        }
    }

    /// One line of diagnosis, with the program's name before it.
    pub fn note<T: Display + ?Sized>(&self, text: &T) {
        let _ = writeln!(std::io::stderr().lock(), "{}: {text}", self.program);
    }

    /// A diagnosis that brings its own shape and line ends.
    pub fn note_text(&self, text: impl Display) {
        let _ = write!(std::io::stderr().lock(), "{text}");
    }

    /// A problem with the settings: `file:line: what to do`, or the program's name where it is about no file.
    pub fn problem(&self, problem: &SettingsProblem) {
        match problem.file {
            Some(_) => self.note_text(format_args!("{problem}\n")),
            None => self.note(problem),
        }
    }

    /// Something about the settings that works and is probably not meant.
    pub fn warning(&self, warning: &SettingsProblem) {
        self.problem(&SettingsProblem {
            text: format!("warning: {}", warning.text),
            ..warning.clone()
        });
    }
}
