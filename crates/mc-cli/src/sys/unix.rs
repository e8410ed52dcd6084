//! Unix: the machine's folder.

use std::path::PathBuf;

/// The folder of the machine's configuration.
#[allow(clippy::unnecessary_wraps, reason = "on Windows it can fail")]
pub(crate) fn machine_folder() -> Option<PathBuf> {
    Some(PathBuf::from("/etc/miniclient"))
}
