//! `xdg-mime`, which knows the desktops' own ways to keep a default program. It is a script that asks others, and no
//! answer of theirs is waited for without end.

use std::env;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use mc_process::resolve;

use super::tool::TOKEN;

/// How long it may take; then it is as if it were not there.
const LIMIT: Duration = Duration::from_secs(5);

/// How often it is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(10);

/// More is no name of an entry.
const LONGEST: u64 = 64 * 1024;

/// What it says to this, if it is there and succeeds.
pub(super) fn xdg_mime(words: &[&str]) -> Option<String> {
    let mut command = Command::new(resolve("xdg-mime", None).ok()?);
    command
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .env_remove(TOKEN);
    // It would ask a session bus for the desktop; without one it does well.
    if env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
        command.env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    }
    said(&mut command, LIMIT)
}

fn said(command: &mut Command, limit: Duration) -> Option<String> {
    let until = Instant::now() + limit;
    let mut child = command.spawn().ok()?;
    let output = child.stdout.take()?;
    let (tell, heard) = mpsc::channel();
    // What it started may hold the other end for longer than it lives.
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = output.take(LONGEST).read_to_end(&mut bytes);
        // Nobody listens any more after the limit.
        let _ = tell.send(bytes);
    });
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < until => thread::sleep(PAUSE),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    };
    let rest = until.saturating_duration_since(Instant::now());
    let bytes = heard.recv_timeout(rest).ok()?;
    status
        .success()
        .then(|| String::from_utf8_lossy(&bytes).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str, limit: Duration) -> Option<String> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line]).stdout(Stdio::piped());
        said(&mut command, limit)
    }

    #[test]
    fn what_does_not_return_is_left() {
        let long = Duration::from_mins(1);
        assert_eq!(shell("echo a.desktop", long).as_deref(), Some("a.desktop"));
        assert_eq!(shell("echo a.desktop; exit 1", long), None);
        let soon = Duration::from_millis(100);
        for line in ["exec sleep 600", "sleep 3 & echo a.desktop"] {
            let started = Instant::now();
            assert_eq!(shell(line, soon), None, "{line}");
            assert!(started.elapsed() < long, "{line}");
        }
    }
}
