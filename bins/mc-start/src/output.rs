//! Standard output and standard error: results go to the one, diagnostics to the other.
//!
//! Whoever reads may go away first, and the windowless twin has nobody who reads at all. A line that cannot be
//! written is no error, and certainly no panic, which is what `println!` would make of it.

use std::fmt::Display;
use std::io::Write as _;

/// One line of result.
pub fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// A result that brings its own line ends.
pub fn text(text: &str) {
    let mut stream = std::io::stdout().lock();
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.flush();
}

/// One line of diagnosis, with the program's name before it.
pub fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "mc-start: {text}");
}

/// A diagnosis that brings its own shape: a problem with its file and line, or clap's explanation.
pub fn note_text(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
