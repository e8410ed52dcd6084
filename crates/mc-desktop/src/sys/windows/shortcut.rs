//! The shortcut in the Start menu: where Explorer looks for keys that start something.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::line::command_line;
use crate::application::{Application, Shortcut};
use crate::change::InstallError;
use crate::hotkey::Hotkey;
use crate::scope::InstallScope;
use crate::sys::windows::system::{programs_folder, write_shortcut};

pub(super) fn write(
    application: &Application,
    scope: &InstallScope,
    shortcut: &Shortcut,
    hotkey: Hotkey,
) -> Result<(), InstallError> {
    let file = file(scope, shortcut)?;
    let words = application.words(shortcut.parameters.iter().map(String::as_str));
    let arguments = command_line(words.get(1..).unwrap_or_default());
    let written = write_shortcut(
        &file,
        &application.program,
        &arguments,
        &shortcut.summary,
        hotkey.number(),
    );
    written.map_err(|source| denied(scope, &file, source))
}

/// Whether it was there.
pub(super) fn remove(scope: &InstallScope, shortcut: &Shortcut) -> Result<bool, InstallError> {
    let file = file(scope, shortcut)?;
    match fs::remove_file(&file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(denied(scope, &file, source)),
    }
}

fn file(scope: &InstallScope, shortcut: &Shortcut) -> Result<PathBuf, InstallError> {
    let folder = programs_folder(*scope == InstallScope::Machine).map_err(|source| {
        InstallError::Denied {
            place: "the Start menu".to_owned(),
            source,
        }
    })?;
    Ok(folder.join(format!("{}.lnk", shortcut.name)))
}

fn denied(scope: &InstallScope, file: &Path, source: io::Error) -> InstallError {
    let place = file.display().to_string();
    if *scope == InstallScope::Machine && source.kind() == io::ErrorKind::PermissionDenied {
        return InstallError::NotAdministrator {
            place,
            how: "as administrator",
        };
    }
    InstallError::Denied { place, source }
}
