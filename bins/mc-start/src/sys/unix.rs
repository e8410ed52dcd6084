//! Unix.

use std::fs;
use std::path::PathBuf;

/// There are no numbered sessions.
pub(crate) fn session_id() -> Option<u32> {
    None
}

/// The program that a process runs; none where there is no such process, or it is another user's.
pub(crate) fn program_of(process: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{process}/exe")).ok()
}
