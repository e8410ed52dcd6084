//! Where a desktop looks (freedesktop.org: Base Directories, Autostart, Association between MIME types and applications).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::list;
use crate::change::InstallError;
use crate::scope::InstallScope;

/// The folders that are changed.
pub(super) struct Folders {
    /// What starts at logon.
    autostart: PathBuf,
    /// Entries, and the lists of default programs that come with packages.
    data: PathBuf,
    /// The list of default programs that is changed.
    pub(super) defaults: PathBuf,
    /// The distribution's, where there are no users' own.
    distribution: Option<PathBuf>,
    /// What will be `/`.
    root: PathBuf,
}

impl Folders {
    pub(super) fn of(scope: &InstallScope) -> Result<Self, InstallError> {
        match scope {
            InstallScope::User => {
                let base = directories::BaseDirs::new().ok_or(InstallError::NoFolder)?;
                Ok(Self {
                    autostart: base.config_dir().join("autostart"),
                    data: base.data_dir().to_owned(),
                    defaults: base.config_dir().join("mimeapps.list"),
                    distribution: None,
                    root: PathBuf::from("/"),
                })
            }
            InstallScope::Machine => Ok(Self::of_all(Path::new("/"))),
            InstallScope::Staged(root) => Ok(Self::of_all(root)),
        }
    }

    fn of_all(root: &Path) -> Self {
        Self {
            autostart: root.join("etc/xdg/autostart"),
            data: root.join("usr/local/share"),
            defaults: root.join("etc/xdg/mimeapps.list"),
            distribution: Some(root.join("usr/share/applications/mimeapps.list")),
            root: root.to_owned(),
        }
    }

    pub(super) fn entry(&self, id: &str) -> PathBuf {
        self.data.join("applications").join(format!("{id}.desktop"))
    }

    pub(super) fn autostart(&self, id: &str) -> PathBuf {
        self.autostart.join(format!("{id}.desktop"))
    }

    /// The script that stands in an entry for words which the entry cannot hold.
    pub(super) fn script(&self, id: &str) -> PathBuf {
        self.data.join(id).join("open-link")
    }

    /// A path as it will be.
    pub(super) fn in_use(&self, path: &Path) -> PathBuf {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        Path::new("/").join(below)
    }

    /// The program that opens such links where a user chose none.
    pub(super) fn default_of_all(&self, scheme: &str) -> Option<String> {
        let packages = self.data.join("applications/mimeapps.list");
        [&self.defaults, &packages]
            .into_iter()
            .chain(&self.distribution)
            .find_map(|list| list::default(&read(list), scheme))
    }

    /// Written beside and moved into place: half a list would lose other choices in it.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<(), InstallError> {
        let written = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| {
                let beside = path.with_extension("new");
                fs::write(&beside, text)?;
                fs::rename(&beside, path)
            });
        written.map_err(|source| self.denied(path, source))
    }

    /// Whether it was there.
    pub(super) fn remove(&self, path: &Path) -> Result<bool, InstallError> {
        match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(self.denied(path, source)),
        }
    }

    fn denied(&self, path: &Path, source: io::Error) -> InstallError {
        let place = path.display().to_string();
        let not_allowed = matches!(
            source.kind(),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
        );
        if self.distribution.is_some() && not_allowed {
            return InstallError::NotAdministrator {
                place,
                how: "with sudo",
            };
        }
        InstallError::Denied { place, source }
    }
}

/// A list that is not there is empty.
pub(super) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
