//! What the operating systems do otherwise: a file that is known to be the one at its path, the time zone, and TLS.

#[cfg(feature = "broker")]
pub(crate) mod tls;

use std::fs::File;
use std::io;
use std::path::Path;

/// Opens a file to read and write, and makes it, for this user alone, if it is not there. What is no file is an error.
#[cfg(unix)]
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let other = || io::Error::other("there is something else than a file");
    // What is behind a link would be lost with the link.
    if path.is_symlink() {
        return Err(other());
    }
    let file = mc_secret::trust::open_private_file(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(other())
    }
}

/// Opens a file to read and write, and makes it if it is not there. While it is open nobody can remove, rename or replace
/// it.
#[cfg(windows)]
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    use std::os::windows::fs::OpenOptionsExt as _;
    const FILE_SHARE_READ: u32 = 1;
    const FILE_SHARE_WRITE: u32 = 2;
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
        .open(path)
}

/// Whether the open file is what stands at the path now.
#[cfg(unix)]
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Whether the open file is what stands at the path now: as long as there is something, for nothing else can be.
#[cfg(windows)]
pub(crate) fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// The time zone of the clock on the wall, by the system's rules.
#[cfg(not(windows))]
pub fn local_zone(_: jiff::Timestamp) -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::system()
}

/// The time zone of the clock on the wall as it was at that time: the system tells it without its rules.
#[cfg(windows)]
pub fn local_zone(at: jiff::Timestamp) -> jiff::tz::TimeZone {
    use jiff::tz::{Offset, TimeZone};
    let offset = time::OffsetDateTime::from_unix_timestamp(at.as_second())
        .ok()
        .and_then(|at| time::UtcOffset::local_offset_at(at).ok())
        .and_then(|offset| Offset::from_seconds(offset.whole_seconds()).ok());
    offset.map_or(TimeZone::UTC, TimeZone::fixed)
}

#[cfg(test)]
mod tests {
    #[cfg(not(windows))]
    #[test]
    fn time_zones_are_known_by_name() {
        // `TZ` may say nothing but a name; without the rules behind it, times would be UTC.
        if std::path::Path::new("/usr/share/zoneinfo").is_dir() {
            assert!(jiff::tz::TimeZone::get("America/New_York").is_ok());
        }
    }

    #[cfg(windows)]
    #[test]
    fn the_time_is_that_of_the_clock_on_the_wall() {
        let now = jiff::Timestamp::now();
        let clock = time::OffsetDateTime::now_local().unwrap();
        let shown = super::local_zone(now).to_datetime(now);
        assert_eq!(
            (shown.hour(), shown.day()),
            (clock.hour().cast_signed(), clock.day().cast_signed())
        );
    }
}
