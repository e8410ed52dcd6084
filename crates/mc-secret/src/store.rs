//! The credential store of the system.

use std::path::{Path, PathBuf};

use crate::found::Found;
use crate::sys::store::{self, StoreFailure};
use crate::{Origin, Secret, SecretError, file};

/// The place where the system keeps a user's secrets: the Credential Manager on Windows, the Secret Service (GNOME
/// Keyring, `KWallet`, `KeePassXC`) on Linux. Where there is none, as on a server without a desktop, a file
/// that only the user can read.
///
/// Every call may block, while a store starts or is asked over D-Bus, for a few seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Service and name of the entry; `None` when the system's store is not to be used.
    entry: Option<(String, String)>,
    file: PathBuf,
}

impl Store {
    /// The system's store, with the entry of this name that belongs to a service, which is usually the program;
    /// `file` serves where the system has no store.
    #[must_use]
    pub fn system(service: impl Into<String>, name: impl Into<String>, file: PathBuf) -> Self {
        Self {
            entry: Some((service.into(), name.into())),
            file,
        }
    }

    /// The file alone.
    #[must_use]
    pub fn file(file: PathBuf) -> Self {
        Self { entry: None, file }
    }

    /// The secret kept. Where both places have one, that of the file: storing removes the file, so it was written later,
    /// while the store was out of reach, as it is for a remote command.
    ///
    /// # Errors
    ///
    /// When the store is locked or broken, or what it keeps is no secret.
    pub fn get(&self) -> Result<Option<Found>, SecretError> {
        choose(file::read(&self.file), || {
            let text = self.ask(store::get)?.flatten();
            text.map(|text| Found::new(&text, Origin::Store(store::NAME.to_owned())))
                .transpose()
        })
    }

    /// Keeps a secret in place of any other, and says where.
    ///
    /// # Errors
    ///
    /// When neither place takes it.
    pub fn set(&self, secret: &Secret) -> Result<Origin, SecretError> {
        let kept = self.ask(|service, name| store::set(service, name, secret.expose()))?;
        if kept.is_none() {
            return file::write(&self.file, secret);
        }
        // One secret in one place: an older one in the file would be a second truth.
        file::remove(&self.file)?;
        Ok(Origin::Store(store::NAME.to_owned()))
    }

    /// Forgets the secret everywhere; false when there was none.
    ///
    /// # Errors
    ///
    /// When a place cannot be changed.
    pub fn clear(&self) -> Result<bool, SecretError> {
        // A store that refuses keeps nobody from the file.
        let cleared = self.ask(store::clear);
        let removed = file::remove(&self.file)?;
        Ok(cleared?.unwrap_or(false) || removed)
    }

    /// Where [`set`](Self::set) falls back to.
    #[must_use]
    pub fn fallback(&self) -> &Path {
        &self.file
    }

    /// Asks the system's store; `None` when there is none to ask.
    fn ask<T>(
        &self,
        call: impl FnOnce(&str, &str) -> Result<T, StoreFailure>,
    ) -> Result<Option<T>, SecretError> {
        let Some((service, name)) = &self.entry else {
            return Ok(None);
        };
        match call(service, name) {
            Ok(value) => Ok(Some(value)),
            Err(StoreFailure::Absent) => Ok(None),
            Err(StoreFailure::Refused(reason)) => Err(SecretError::Store {
                store: store::NAME,
                reason,
            }),
        }
    }
}

/// Which of the two it is. The other is named, as who set that one will look for it.
fn choose(
    file: Result<Option<Found>, SecretError>,
    stored: impl FnOnce() -> Result<Option<Found>, SecretError>,
) -> Result<Option<Found>, SecretError> {
    match file {
        Ok(None) => stored(),
        Ok(Some(mut found)) => {
            if let Ok(Some(other)) = stored()
                && other.secret != found.secret
            {
                found.warnings.push(format!(
                    "{} has another one, which is not used; set it anew, and only one is kept",
                    other.origin
                ));
            }
            Ok(Some(found))
        }
        Err(error) => match stored() {
            Ok(Some(mut found)) => {
                found.warnings.push(error.to_string());
                Ok(Some(found))
            }
            _ => Err(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_was_written_later_than_what_the_store_keeps() {
        let in_file = |text: &str| Found::new(text, Origin::File("token".into()));
        let stored = |text: &str| Found::new(text, Origin::Store("the store".to_owned()));
        let refused = || {
            Err(SecretError::Store {
                store: "the store",
                reason: "is locked".to_owned(),
            })
        };
        let untrusted = || {
            Err(SecretError::Untrusted {
                path: "token".into(),
                why: "others may write it".to_owned(),
            })
        };
        for (file, store, text, warnings) in [
            (Ok(in_file("new").ok()), Ok(stored("old").ok()), "new", 1),
            (Ok(in_file("new").ok()), Ok(stored("new").ok()), "new", 0),
            (Ok(in_file("new").ok()), Ok(None), "new", 0),
            (Ok(in_file("new").ok()), refused(), "new", 0),
            (Ok(None), Ok(stored("old").ok()), "old", 0),
            (untrusted(), Ok(stored("old").ok()), "old", 1),
        ] {
            let found = choose(file, || store).unwrap().unwrap();
            assert_eq!(found.secret.expose(), text);
            assert_eq!(found.warnings.len(), warnings, "{:?}", found.warnings);
        }
        assert!(matches!(choose(Ok(None), || Ok(None)), Ok(None)));
        assert!(choose(Ok(None), refused).is_err());
        assert!(matches!(
            choose(untrusted(), refused),
            Err(SecretError::Untrusted { .. })
        ));
    }
}
