//! Unix: the machine's folder; no registry.

use std::path::PathBuf;

use crate::registry::RegistryKey;

/// The folder of the machine's configuration.
#[allow(clippy::unnecessary_wraps, reason = "on Windows it can fail")]
pub(crate) fn machine_folder() -> Option<PathBuf> {
    Some(PathBuf::from("/etc/miniclient"))
}

/// There is no registry.
pub(crate) fn policies(_path: &str) -> Vec<RegistryKey> {
    Vec::new()
}
