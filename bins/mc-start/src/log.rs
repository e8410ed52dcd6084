//! What the last starts did, in a file: a logon entry has no window in which its failure could be read.
//!
//! One line per step. The file is begun anew when it has grown to 64 KiB; it never holds the token.

use std::fs::{File, OpenOptions, create_dir_all};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The size in bytes beyond which the file is begun anew: some months of logons.
const LIMIT: u64 = 64 * 1024;

/// The file, or nothing where no folder is known: then nothing is noted, which must not keep the client from
/// starting.
#[derive(Debug, Clone, Default)]
pub struct Log {
    path: Option<PathBuf>,
}

impl Log {
    /// `mc-start.log` in the folder that miniclient keeps its state in: `%LOCALAPPDATA%\miniclient`,
    /// `$XDG_STATE_HOME/miniclient`, or `state` in `$MINICLIENT_HOME`.
    pub fn of_this_user() -> Self {
        let variable = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let folder = variable("MINICLIENT_HOME")
            .map(|home| home.join("state"))
            .or_else(|| {
                let base = if cfg!(windows) {
                    variable("LOCALAPPDATA")
                } else {
                    variable("XDG_STATE_HOME")
                        .or_else(|| variable("HOME").map(|home| home.join(".local/state")))
                };
                base.filter(|base| base.is_absolute())
                    .map(|base| base.join("miniclient"))
            });
        Self {
            path: folder.map(|folder| folder.join("mc-start.log")),
        }
    }

    /// The file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Adds a line. What cannot be noted is not.
    pub fn note(&self, text: &str) {
        if let Some(mut file) = self.path.as_deref().and_then(open) {
            let text = text.replace(['\r', '\n'], " ");
            let _ = writeln!(file, "{} {text}", timestamp(SystemTime::now()));
        }
    }

    /// The last line, if there is one.
    pub fn last(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.path.as_deref()?).ok()?;
        text.lines().next_back().map(str::to_owned)
    }
}

fn open(path: &Path) -> Option<File> {
    create_dir_all(path.parent()?).ok()?;
    let full = std::fs::metadata(path).is_ok_and(|data| data.len() > LIMIT);
    if full {
        let _ = std::fs::remove_file(path);
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).ok()
}

/// A time as RFC 3339 writes it, in UTC and seconds.
fn timestamp(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The date of a day counted from 1970-01-01. Years are taken to begin in March, so that the leap day is a year's
/// last and every month's start is a plain fraction.
fn civil(day: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097; // days in 400 years
    let day = day + 719_468; // from 0000-03-01
    let (era, day) = (day / ERA, day % ERA);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_written_as_calendars_have_them() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_795_392_000, "2026-11-23T00:00:00Z"),
        ] {
            assert_eq!(timestamp(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn the_last_line_is_kept_and_the_file_stays_small() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log {
            path: Some(folder.path().join("state/mc-start.log")),
        };
        assert_eq!(log.last(), None);
        for _ in 0..2000 {
            log.note(&"x".repeat(100));
        }
        log.note("two\nlines");
        assert!(log.last().unwrap().ends_with(" two lines"));
        assert!(std::fs::metadata(log.path().unwrap()).unwrap().len() <= LIMIT + 200);
    }
}
