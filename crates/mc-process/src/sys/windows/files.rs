//! Which files are programs, and why one did not start.

use std::io;
use std::path::Path;

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_ACCESS_DISABLED_BY_POLICY, ERROR_BAD_EXE_FORMAT,
    ERROR_ELEVATION_REQUIRED, ERROR_EXE_MACHINE_TYPE_MISMATCH, ERROR_FILE_NOT_FOUND,
    ERROR_PATH_NOT_FOUND, ERROR_VIRUS_INFECTED,
};

use crate::sys::reason::Reason;

pub(crate) fn is_separator(character: char) -> bool {
    matches!(character, '\\' | '/')
}

/// A file, or the alias of an app from the Store, which cannot be opened as a file but can be started.
pub(crate) fn is_executable(path: &Path) -> bool {
    path.is_file() || path.symlink_metadata().is_ok_and(|file| file.is_file())
}

pub(crate) fn reason(error: &io::Error) -> Reason {
    let Some(code) = error
        .raw_os_error()
        .and_then(|code| u32::try_from(code).ok())
    else {
        return Reason::Other;
    };
    match code {
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND => Reason::NotFound,
        ERROR_ACCESS_DENIED => Reason::Denied,
        ERROR_BAD_EXE_FORMAT | ERROR_EXE_MACHINE_TYPE_MISMATCH => Reason::NotAProgram,
        ERROR_ACCESS_DISABLED_BY_POLICY | ERROR_VIRUS_INFECTED => Reason::Policy,
        ERROR_ELEVATION_REQUIRED => Reason::Elevation,
        _ => Reason::Other,
    }
}
