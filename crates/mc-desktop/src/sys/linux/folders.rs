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

    /// Written beside and moved into place: half a list would lose other choices in it. A link stays one, and a file keeps
    /// its rights.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<(), InstallError> {
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let beside = real.with_extension("new");
        let write = || {
            real.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(&beside, text)?;
            if let Ok(before) = fs::metadata(&real) {
                fs::set_permissions(&beside, before.permissions())?;
            }
            fs::rename(&beside, &real)
        };
        write().map_err(|source| {
            let _ = fs::remove_file(&beside);
            self.denied(path, source)
        })
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

/// A list that is not there is empty, and so is one that cannot be read, for whoever only looks.
pub(super) fn read(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The same to be written back, so every byte of it counts.
pub(super) fn read_to_change(path: &Path) -> Result<String, InstallError> {
    let source = match fs::read_to_string(path) {
        Ok(text) => return Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            let why = "a line of it is not UTF-8; save it as UTF-8";
            io::Error::new(error.kind(), why)
        }
        Err(error) => error,
    };
    Err(InstallError::Denied {
        place: path.display().to_string(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_cannot_be_read_whole_is_not_written_anew() {
        let folder = std::env::temp_dir().join(format!("mc-desktop-list-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let list = folder.join("mimeapps.list");
        assert_eq!(read_to_change(&list).unwrap(), "");
        fs::write(&list, b"[Added Associations]\ntext/x-m\xFC=a.desktop\n").unwrap();
        let said = read_to_change(&list).unwrap_err().to_string();
        assert!(said.contains("mimeapps.list: a line of it"), "{said}");
        assert!(read(&list).contains("a.desktop"));
        assert!(read_to_change(&folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_written_anew_keeps_its_link_and_its_rights() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = std::env::temp_dir().join(format!("mc-desktop-link-{}", std::process::id()));
        fs::create_dir_all(folder.join("dotfiles")).unwrap();
        let real = folder.join("dotfiles/mimeapps.list");
        let link = folder.join("mimeapps.list");
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
        symlink("dotfiles/mimeapps.list", &link).unwrap();
        Folders::of_all(&folder).write(&link, "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(
            fs::metadata(&real).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
