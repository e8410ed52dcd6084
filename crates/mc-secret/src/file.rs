//! Secrets in files of one user's.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::found::Found;
use crate::sys;
use crate::text;
use crate::trust::{self, Trusted};
use crate::{Origin, Secret, SecretError};

/// The secret in a file; `None` when there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Found>, SecretError> {
    let unreadable = |source| unreadable(path, source);
    let file = match trust::open_file(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    must_be_trusted(path, &file)?;
    let readers = sys::others_may_read(&file).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(Secret::LONGEST as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let text = Some(bytes)
        .filter(|bytes| bytes.len() <= Secret::LONGEST)
        .and_then(|bytes| text::decode(&bytes).ok());
    let text = text.ok_or_else(|| {
        unreadable(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is not a text file",
        ))
    })?;
    let mut found = Found::new(&text, Origin::File(path.to_owned()))?;
    found
        .warnings
        .extend(readers.map(|readers| format!("others may read {}: {readers}", path.display())));
    Ok(Some(found))
}

fn must_be_trusted(path: &Path, file: &File) -> Result<(), SecretError> {
    let exposed = trust::others_may_replace(path, file, Trusted::User);
    match exposed.map_err(|source| unreadable(path, source))? {
        None => Ok(()),
        Some(exposed) => Err(SecretError::Untrusted {
            path: exposed.path,
            why: exposed.why,
        }),
    }
}

/// Writes a file that only this user may read, whole or not at all: beside it first, then in its place. Behind a link it is
/// written where the link leads. Where [`read`] would not believe it nothing is changed.
pub(crate) fn write(path: &Path, secret: &Secret) -> Result<Origin, SecretError> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = real
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let beside = real.with_extension(format!("{}.new", std::process::id()));
    let unwritable = |error| unwritable(path, error);
    let prepare = || {
        if let Some(folder) = folder.filter(|folder| !folder.exists()) {
            trust::create_private_folder(folder)?;
        }
        // Never a file that is there already: its rights and its links are somebody else's choice.
        let _ = fs::remove_file(&beside);
        let mut file = sys::create_private_file(&beside)?;
        file.write_all(secret.expose().as_bytes())?;
        file.sync_all()?;
        Ok(file)
    };
    let write = || {
        let file = prepare().map_err(unwritable)?;
        must_be_trusted(path, &file)?;
        // Windows renames no file that is open.
        drop(file);
        fs::rename(&beside, &real).map_err(unwritable)
    };
    match write() {
        Ok(()) => Ok(Origin::File(path.to_owned())),
        Err(error) => {
            let _ = fs::remove_file(&beside);
            Err(error)
        }
    }
}

/// Removes the file; false when there is none.
pub(crate) fn remove(path: &Path) -> Result<bool, SecretError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unwritable(path, error)),
    }
}

fn unreadable(path: &Path, source: io::Error) -> SecretError {
    SecretError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

fn unwritable(path: &Path, source: io::Error) -> SecretError {
    SecretError::Unwritable {
        path: path.to_owned(),
        source,
    }
}
