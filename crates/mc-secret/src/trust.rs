//! Whether a file may be believed: who else can write it, and who else can read it.

use std::fs::{File, FileType};
use std::io;
use std::path::{Path, PathBuf};

use crate::sys;

pub use crate::trusted::Trusted;

/// Who else may write this file or folder, as the end of a sentence that says what to do; `None` if nobody.
///
/// It is asked of the open file, so that nobody can put another in its place in between. A file in a folder that
/// others may write can still be replaced: [`others_may_replace`] asks of the folder, too.
///
/// # Errors
///
/// When the system does not tell its rights.
pub fn others_may_write(file: &File, trusted: Trusted) -> io::Result<Option<String>> {
    sys::others_may_write(file, trusted)
}

/// What lets others change what a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exposed {
    /// The file, or a folder in which another can be put in its place.
    pub path: PathBuf,
    /// Who may write it, as the end of a sentence that says what to do.
    pub why: String,
}

/// Whether others may write this file, which was opened at `path`, or put another in its place; `None` if nobody. The
/// folder that counts is the one in `path`, and behind a link the one where the file really is, too.
///
/// # Errors
///
/// When the system does not tell the rights of the file or of a folder.
pub fn others_may_replace(
    path: &Path,
    file: &File,
    trusted: Trusted,
) -> io::Result<Option<Exposed>> {
    let exposed = |path: &Path, why| Exposed {
        path: path.to_owned(),
        why,
    };
    if let Some(why) = others_may_write(file, trusted)? {
        return Ok(Some(exposed(path, why)));
    }
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut folders: Vec<&Path> = [path.parent(), real.parent()]
        .into_iter()
        .flatten()
        .filter(|folder| !folder.as_os_str().is_empty())
        .collect();
    folders.dedup();
    for folder in folders {
        if let Some(why) = others_may_write(&sys::open_folder(folder)?, trusted)? {
            return Ok(Some(exposed(folder, why)));
        }
    }
    Ok(None)
}

/// Opens a file to read it. A pipe or a device that stands at its place, which may have nothing to say for ever, is
/// refused, but for those below `/dev` and `/proc`: they are what whoever starts a program gives it.
///
/// # Errors
///
/// When it does not exist, may not be read, or is no file.
pub fn open_file(path: &Path) -> io::Result<File> {
    let file = sys::open_file(path)?;
    // What a folder is called depends on who wanted a file.
    let other = |kind: FileType| !kind.is_file() && !kind.is_dir();
    let metadata = file.metadata();
    if metadata.is_ok_and(|metadata| other(metadata.file_type())) && !sys::is_given(path) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is a pipe or a device, not a file",
        ));
    }
    Ok(file)
}

/// Makes a folder, and what is missing above it, that only this user can enter; one of this user's that is open to
/// others is closed. On Windows new folders inherit who may enter: below the user's profile, the user alone.
///
/// # Errors
///
/// When it cannot be made.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    sys::create_private_folder(folder)
}

/// Opens a file to write at its end, whoever else does so meanwhile, and makes it, for this user alone, if it is not there.
///
/// # Errors
///
/// When it cannot be made or opened.
pub fn append_to_private_file(file: &Path) -> io::Result<File> {
    sys::append_to_private_file(file)
}

/// Opens a file to read and write, and makes it, for this user alone, if it is not there.
///
/// # Errors
///
/// When it cannot be made or opened.
pub fn open_private_file(file: &Path) -> io::Result<File> {
    sys::open_private_file(file)
}
