//! The program that a call starts: this one again, under a word of its own. It writes its parameters down.

use std::path::PathBuf;
use std::process::ExitCode;

/// The first parameter that makes this program the other one.
pub(crate) const NAME: &str = "screen-pop";

/// The first parameter is the file to write, the others are what the call brought.
pub(crate) fn main(mut parameters: Vec<String>) -> ExitCode {
    if parameters.is_empty() {
        return ExitCode::from(2);
    }
    let file = PathBuf::from(parameters.remove(0));
    // Renamed into place: whoever waits for the file never sees half of it.
    let unfinished = file.with_extension("part");
    let written = std::fs::write(&unfinished, serde_json::json!(parameters).to_string());
    match written.and_then(|()| std::fs::rename(&unfinished, &file)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
