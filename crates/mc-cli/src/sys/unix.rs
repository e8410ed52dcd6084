//! Unix: the machine's folder, the terminal, the system's log; no registry.

use std::io::stdin;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::registry::RegistryKey;

/// The folder of the machine's configuration.
#[allow(clippy::unnecessary_wraps, reason = "on Windows it can fail")]
pub(crate) fn machine_folder() -> Option<PathBuf> {
    Some(PathBuf::from("/etc/miniclient"))
}

/// Beside the environment nothing says.
pub(crate) fn speaks_german() -> bool {
    false
}

/// Every terminal does.
pub(crate) fn shows_colours() -> bool {
    true
}

/// There is no registry.
pub(crate) fn policies(_path: &str) -> Vec<RegistryKey> {
    Vec::new()
}

/// An error in syslog, or in journald, which listens at the same place.
pub(crate) fn log_error(program: &str, _code: u8, text: &str) {
    send(Path::new("/dev/log"), program, text);
}

fn send(socket: &Path, program: &str, text: &str) {
    const USER_ERROR: u8 = 8 + 3; // RFC 3164: facility user-level, severity error
    let Ok(sender) = UnixDatagram::unbound() else {
        return;
    };
    // A log that is full must not keep anybody.
    if sender.set_nonblocking(true).is_ok() {
        let line = format!("<{USER_ERROR}>{program}[{}]: {text}", std::process::id());
        let _ = sender.send_to(line.as_bytes(), socket);
    }
}

/// What a terminal keeps of a line that is not read yet: 4096 bytes on Linux, with the line's end (`N_TTY_BUF_SIZE`), and
/// 1024 on others (`MAX_CANON`).
pub(crate) const LONGEST_LINE: Option<usize> = Some(if cfg!(target_os = "linux") {
    4096
} else {
    1024
});

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_sent_as_syslog_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        send(&path, "mc-start", "nobody listens");
        let log = UnixDatagram::bind(&path).unwrap();
        send(&path, "mc-start", "text");
        let mut line = [0; 100];
        let length = log.recv(&mut line).unwrap();
        let expected = format!("<11>mc-start[{}]: text", std::process::id());
        assert_eq!(&line[..length], expected.as_bytes());
    }
}
