//! Texts and answers of system calls.

use std::ffi::OsStr;
use std::io;
use std::os::windows::ffi::OsStrExt;

/// A text as the system takes it, with its NUL.
pub(super) fn wide(text: &OsStr) -> io::Result<Vec<u16>> {
    let mut wide: Vec<u16> = text.encode_wide().collect();
    if wide.contains(&0) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a NUL character cannot be passed to Windows",
        ));
    }
    wide.push(0);
    Ok(wide)
}

/// The system's answer to a call that says whether it was done.
pub(super) fn check(done: i32) -> io::Result<()> {
    if done == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
