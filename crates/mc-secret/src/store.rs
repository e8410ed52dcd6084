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

    /// The secret kept; the system's store is asked first.
    ///
    /// # Errors
    ///
    /// When the store is locked or broken, or what it keeps is no secret.
    pub fn get(&self) -> Result<Option<Found>, SecretError> {
        match self.ask(store::get)?.flatten() {
            Some(text) => Found::new(&text, Origin::Store(store::NAME.to_owned())).map(Some),
            None => file::read(&self.file),
        }
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
        let cleared = self.ask(store::clear)?.unwrap_or(false);
        Ok(file::remove(&self.file)? || cleared)
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
