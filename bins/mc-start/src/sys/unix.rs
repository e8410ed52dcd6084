//! Unix.

use std::fs;
use std::io::stdin;
use std::path::PathBuf;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// There are no numbered sessions.
pub(crate) fn session_id() -> Option<u32> {
    None
}

/// The program that a process runs; none where there is no such process, or it is another user's.
pub(crate) fn program_of(process: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{process}/exe")).ok()
}

/// While it lives, the terminal does not show what is typed. Without a terminal it does nothing.
pub(crate) struct EchoOff(Option<Termios>);

impl EchoOff {
    pub(crate) fn new() -> Self {
        let before = tcgetattr(stdin()).ok();
        if let Some(mut now) = before.clone() {
            now.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(stdin(), OptionalActions::Now, &now);
        }
        Self(before)
    }
}

impl Drop for EchoOff {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(stdin(), OptionalActions::Now, before);
        }
    }
}
