//! Unix: the machine's folder, and files for one user alone.

use std::fs::{DirBuilder, OpenOptions, Permissions, set_permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

/// The folder of the machine's configuration.
#[allow(clippy::unnecessary_wraps, reason = "on Windows it can fail")]
pub(crate) fn machine_folder() -> Option<PathBuf> {
    Some(PathBuf::from("/etc/miniclient"))
}

/// Makes a folder, and what is missing above it, that only this user can enter; one of this user's that is open to
/// others is closed.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    if folder.metadata()?.mode() & 0o077 != 0 {
        set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Makes a file that is new one for this user alone.
pub(crate) fn private_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}
