//! Where configuration and state are.

use std::path::PathBuf;

/// The folders, and what the environment says about them. All can be set, so that tests and embedders need no
/// particular machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Folders {
    /// `MINICLIENT_CONFIG`: a configuration file.
    pub config_from_environment: Option<PathBuf>,
    /// `MINICLIENT_HOME`: stands in for the user's configuration and state folders and separates copies side by side.
    pub home: Option<PathBuf>,
    /// The user's configuration folder.
    pub user: Option<PathBuf>,
    /// The folder of the executable.
    pub executable: Option<PathBuf>,
    /// The machine's configuration folder, which only administrators may write. No environment variable moves it.
    pub machine: Option<PathBuf>,
    /// Where the journal and logs are kept.
    pub state: Option<PathBuf>,
}

impl Folders {
    /// The folders of this process's user and machine.
    pub fn of_this_process() -> Self {
        Self::default()
    }
}
