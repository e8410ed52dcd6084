//! Standard output and standard error: results go to the one, diagnostics to the other.
//!
//! Whoever reads may go away first (`miniclient history | head`). A line that nobody reads any more is not an error,
//! and certainly no panic, which is what `println!` would make of it.

use std::fmt::Display;
use std::io::Write as _;

use serde::Serialize;

use crate::config::Problem;

/// Where a command writes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Output;

impl Output {
    /// The streams of this process.
    pub const fn standard() -> Self {
        Self
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
            Err(error) => self.note(&format!("cannot print the result as JSON: {error}")),
        }
    }

    /// One line of diagnosis, with the program's name before it.
    pub fn note(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "miniclient: {text}");
    }

    /// A diagnosis that brings its own shape.
    pub fn note_text(&self, text: &str) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Something about the configuration that works and is probably not meant.
    pub fn warning(&self, warning: &Problem) {
        let warning = Problem {
            text: format!("warning: {}", warning.text),
            ..warning.clone()
        };
        self.problem(&warning);
    }

    /// A problem with the configuration: `file:line: what to do`.
    pub fn problem(&self, problem: &Problem) {
        let _ = writeln!(std::io::stderr().lock(), "{problem}");
    }
}
