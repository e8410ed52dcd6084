//! A log of bounded size, for the helpdesk: a logon entry has no window in which its failure could be read.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use mc_secret::trust;

/// A file that becomes the older one (`NAME.old.log`) when it has grown to its limit: at most twice that much lies on
/// the disk. Folder and file are the user's alone; several processes may write it.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
    size: u64,
    limit: u64,
    error: Option<io::Error>,
}

impl Log {
    /// Opens or makes the file, and the folder it is in.
    ///
    /// # Errors
    ///
    /// The system's, where it cannot be made or written.
    pub fn open(path: impl Into<PathBuf>, limit: u64) -> io::Result<Self> {
        let path = path.into();
        trust::create_private_folder(path.parent().unwrap_or(Path::new("")))?;
        let file = trust::append_to_private_file(&path)?;
        let size = file.metadata()?.len();
        Ok(Self {
            path,
            file,
            size,
            limit,
            error: None,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line with the time before it. What cannot be noted is not: a log is not worth a missed call.
    pub fn note(&mut self, text: impl Display) {
        let text = text.to_string().replace(|c: char| c.is_control(), " ");
        let line = format!("{} {text}\n", timestamp(SystemTime::now()));
        if let Err(error) = self.write_all(line.as_bytes()) {
            self.error = Some(error);
        }
    }

    /// Why a line was not noted.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    fn turn_over(&mut self) -> io::Result<()> {
        let older = self.path.with_extension("old.log");
        match fs::remove_file(&older) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(&self.path, &older)?;
        self.file = trust::append_to_private_file(&self.path)?;
        self.size = 0;
        Ok(())
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.size + line.len() as u64 > self.limit && self.turn_over().is_err() {
            // Rather no log than a full disk.
            return Ok(line.len());
        }
        self.file.write_all(line)?;
        self.size += line.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A time as RFC 3339 writes it, in UTC and seconds.
pub fn timestamp(time: SystemTime) -> String {
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
}
