//! Where each setting came from, for whoever has to find out why a workstation behaves as it does.

use std::fmt;
use std::path::PathBuf;

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingOrigin {
    /// A line of a file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// Something else that has a name: a flag, a variable of the environment.
    Named(String),
    /// Not set; this is what applies then.
    Default,
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line } => write!(formatter, "{}:{line}", path.display()),
            Self::Named(name) => formatter.write_str(name),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// Where every setting that is given came from. Values are not in it: some are secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// By name. Of a few dozen a list is as quick as a tree, and its code takes less room in a program.
    settings: Vec<(String, SettingOrigin)>,
}

impl Provenance {
    pub(super) fn insert(&mut self, setting: String, origin: SettingOrigin) {
        match self.place(&setting) {
            Ok(at) => self.settings[at].1 = origin,
            Err(at) => self.settings.insert(at, (setting, origin)),
        }
    }

    /// Where a setting is, or where it belongs.
    fn place(&self, setting: &str) -> Result<usize, usize> {
        self.settings
            .binary_search_by(|(name, _)| name.as_str().cmp(setting))
    }

    /// Where a setting came from: `UsersUID`, `jtel.base_url`, `hook.zammad.rest`.
    pub fn of(&self, setting: &str) -> &SettingOrigin {
        match self.place(setting) {
            Ok(at) => &self.settings[at].1,
            Err(_) => &SettingOrigin::Default,
        }
    }

    /// Every setting that is given, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SettingOrigin)> {
        self.settings
            .iter()
            .map(|(name, origin)| (name.as_str(), origin))
    }
}
