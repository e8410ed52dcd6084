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
