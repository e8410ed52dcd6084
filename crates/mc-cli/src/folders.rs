//! Where configuration and state are, asked of the system in one place.

use std::path::{Path, PathBuf};

#[cfg(feature = "store")]
use mc_secret::Store;

use crate::sys;

/// The folders, and what the environment says about them. All can be set, so that tests and embedders need no
/// particular machine.
///
/// A user without `HOME` still has a home folder in the system's list of users, and that one counts; where there is
/// none at all, the user's folders are `None`, and nothing is guessed.
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
        let variable = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(|value| absolute(Path::new(&value)))
        };
        let base = directories::BaseDirs::new();
        let base = base.as_ref();
        let home = variable("MINICLIENT_HOME");
        let own = |folder: &Path| folder.join("miniclient");
        Self {
            config_from_environment: variable("MINICLIENT_CONFIG"),
            user: home
                .clone()
                .or_else(|| base.map(|base| own(base.config_dir()))),
            state: match &home {
                Some(home) => Some(home.join("state")),
                None => {
                    base.map(|base| own(base.state_dir().unwrap_or_else(|| base.data_local_dir())))
                }
            },
            home,
            executable: std::env::current_exe()
                .ok()
                .and_then(|file| file.parent().map(Path::to_owned)),
            machine: sys::machine_folder(),
        }
    }

    /// Where this file is in the user's configuration folder, whether it is there or not.
    pub fn user_file(&self, name: &str) -> Option<PathBuf> {
        self.user.as_ref().map(|folder| folder.join(name))
    }

    /// The store that keeps this user's secret of this name; the file, relative to the user's configuration folder, serves
    /// where the system has none. No store where no folder of the user's is known.
    ///
    /// `MINICLIENT_HOME` keeps copies apart that run side by side: there it is the file.
    #[cfg(feature = "store")]
    pub fn store(&self, name: &str, file: impl AsRef<Path>) -> Option<Store> {
        let file = self.user.as_ref()?.join(file);
        Some(match self.home {
            Some(_) => Store::file(file),
            None => Store::system("miniclient", name, file),
        })
    }

    /// The store that keeps the token of the telephone system's REST side: one for all programs of this user.
    #[cfg(feature = "store")]
    pub fn token_store(&self) -> Option<Store> {
        self.store("api-token", "token")
    }

    /// Where this file is in the machine's configuration folder, whether it is there or not.
    pub fn machine_file(&self, name: &str) -> Option<PathBuf> {
        self.machine.as_ref().map(|folder| folder.join(name))
    }

    /// The places where a configuration of this name is looked for: the one that is named, by the command line or by
    /// `MINICLIENT_CONFIG`, alone; else the user's folder, the executable's, the machine's.
    pub fn candidates(&self, name: &str, named: Option<&Path>) -> Vec<Candidate> {
        let one = |file: &Path, place| {
            let file = absolute(file);
            vec![Candidate { file, place }]
        };
        if let Some(file) = named {
            return one(file, ConfigPlace::CommandLine);
        }
        if let Some(file) = &self.config_from_environment {
            return one(file, ConfigPlace::Environment);
        }
        [
            (&self.user, ConfigPlace::User),
            (&self.executable, ConfigPlace::Executable),
            (&self.machine, ConfigPlace::Machine),
        ]
        .into_iter()
        .filter_map(|(folder, place)| {
            let file = folder.as_ref()?.join(name);
            Some(Candidate { file, place })
        })
        .collect()
    }
}

/// A place where a configuration may be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// The file, absolute.
    pub file: PathBuf,
    /// Why it is looked for there.
    pub place: ConfigPlace,
}

/// Why a configuration file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ConfigPlace {
    /// `--config` names it.
    CommandLine,
    /// `MINICLIENT_CONFIG` names it.
    Environment,
    /// It is in the user's configuration folder.
    #[default]
    User,
    /// It is beside the executable.
    Executable,
    /// It is the machine's.
    Machine,
    /// There is none, only a policy.
    Nowhere,
}

impl ConfigPlace {
    /// Whether somebody named this very file, so that it must be there.
    pub const fn is_named(self) -> bool {
        matches!(self, Self::CommandLine | Self::Environment)
    }

    /// The reason, as the end of a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CommandLine => "named with --config",
            Self::Environment => "named by MINICLIENT_CONFIG",
            Self::User => "in the user's configuration folder",
            Self::Executable => "beside the program",
            Self::Machine => "in the machine's configuration folder",
            Self::Nowhere => "nowhere",
        }
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
