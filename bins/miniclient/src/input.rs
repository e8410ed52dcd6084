//! A document that is named on the command line.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use mc_cli::settings::cannot_read;

/// Reads a file, `-` for standard input, but no more bytes than `limit`.
///
/// # Errors
///
/// A sentence that names it and says what is wrong, for standard error.
pub(crate) fn read(file: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let done = match source(file) {
        None => io::stdin().lock().take(limit).read_to_end(&mut bytes),
        Some(file) => File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    done.map(|_| bytes)
        .map_err(|error| format!("{}: {}", shown(file), cannot_read(&error)))
}

/// How it is called in sentences about it.
pub(crate) fn shown(file: &Path) -> String {
    source(file).map_or_else(
        || "standard input".to_owned(),
        |file| file.display().to_string(),
    )
}

/// The file, or none for standard input.
fn source(file: &Path) -> Option<&Path> {
    (file != Path::new("-")).then_some(file)
}
