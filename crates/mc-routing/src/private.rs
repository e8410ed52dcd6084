//! Files that are for one user only.

use std::path::Path;

/// A sentence about a secret's file that others may read too.
#[cfg(unix)]
pub(crate) fn exposed(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;

    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        let path = path.display();
        format!(
            "others may read the token file {path} (mode {:03o}): chmod 600 {path}",
            mode & 0o777
        )
    })
}

/// On Windows the rights come from the folder: a file in the user's profile is the user's, and a
/// file beside the programs is on purpose for all who may start them.
#[cfg(not(unix))]
pub(crate) fn exposed(_path: &Path) -> Option<String> {
    None
}

/// Writes a file that only this user may read, whole or not at all: beside it first, then in its place.
#[cfg(feature = "store")]
pub(crate) fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;

    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    create_folder(folder)?;
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let written = create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let moved = written.and_then(|()| std::fs::rename(&beside, path));
    if moved.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    moved
}

#[cfg(all(feature = "store", unix))]
fn create_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(all(feature = "store", unix))]
fn create(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;

    // Never a file that is there already: its rights and its links are somebody else's choice.
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(all(feature = "store", not(unix)))]
fn create_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(all(feature = "store", not(unix)))]
fn create(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
}
