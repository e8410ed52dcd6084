//! For whom a program is installed.

#[cfg(unix)]
use std::path::PathBuf;

/// For whom a program is installed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstallScope {
    /// This user alone; no administrator is needed.
    #[default]
    User,
    /// Every user of this machine; only an administrator may.
    Machine,
    /// Every user of the system whose root this folder will be: what packages are made from (`DESTDIR`).
    #[cfg(unix)]
    Staged(PathBuf),
}
