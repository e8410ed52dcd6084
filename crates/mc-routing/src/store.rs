//! Keeps the token where the system keeps secrets.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::sys::{self, SystemError};
use crate::token::TokenSource;
use crate::{Token, TokenError, private};

/// The place where a user's token is kept.
///
/// The system's credential store: the Credential Manager on Windows, the Secret Service (GNOME
/// Keyring, `KWallet`, `KeePassXC`) on Linux. Where there is none, as on a server without a desktop, a file
/// that only the user can read.
///
/// Every call may block, while a store starts or is asked over D-Bus, for a few seconds.
#[derive(Debug, Clone)]
pub struct TokenStore {
    /// The name of the entry in the system's store; `None` when that is not to be used.
    entry: Option<String>,
    file: PathBuf,
}

/// A place where a token is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stored {
    /// The system's store, by its name for people.
    System(&'static str),
    /// A file.
    File(PathBuf),
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(name) => f.write_str(name),
            Self::File(path) => write!(f, "the file {}", path.display()),
        }
    }
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// What is kept there is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The system's store is there and refused.
    #[error("{} {reason}", sys::NAME)]
    System {
        /// What it said, and what to do.
        reason: String,
    },
    /// The file cannot be written or removed.
    #[error("cannot change the token file {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl TokenStore {
    /// The system's store with an entry of this name; `file` serves where the system has none.
    #[must_use]
    pub fn system(entry: impl Into<String>, file: PathBuf) -> Self {
        Self {
            entry: Some(entry.into()),
            file,
        }
    }

    /// The file alone.
    #[must_use]
    pub fn file(file: PathBuf) -> Self {
        Self { entry: None, file }
    }

    /// The token kept; the system's store is asked first.
    ///
    /// # Errors
    ///
    /// When the store is locked or broken, or what it keeps is no token.
    pub fn get(&self) -> Result<Option<Token>, StoreError> {
        if let Some(text) = self.system_call(sys::get)?.flatten() {
            return Ok(Some(Token::new(
                &text,
                TokenSource::Store(sys::NAME.to_owned()),
            )?));
        }
        match Token::from_file(&self.file) {
            Ok(token) => Ok(Some(token)),
            Err(TokenError::Unreadable { source, .. })
                if source.kind() == io::ErrorKind::NotFound =>
            {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps a token in place of any other, and says where.
    ///
    /// # Errors
    ///
    /// When neither place takes it.
    pub fn set(&self, token: &Token) -> Result<Stored, StoreError> {
        if self
            .system_call(|entry| sys::set(entry, token.reveal()))?
            .is_some()
        {
            // One token in one place: an older one in the file would be a second truth.
            self.remove_file()?;
            return Ok(Stored::System(sys::NAME));
        }
        private::write(&self.file, token.reveal().as_bytes())
            .map_err(|source| self.failed(source))?;
        Ok(Stored::File(self.file.clone()))
    }

    /// Forgets the token everywhere; false when there was none.
    ///
    /// # Errors
    ///
    /// When a place cannot be changed.
    pub fn clear(&self) -> Result<bool, StoreError> {
        let cleared = self.system_call(sys::clear)?.unwrap_or(false);
        Ok(self.remove_file()? || cleared)
    }

    /// Where a token is kept; `None` when there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn show(&self) -> Result<Option<Stored>, StoreError> {
        Ok(self.get()?.map(|token| match token.source() {
            TokenSource::Store(_) => Stored::System(sys::NAME),
            _ => Stored::File(self.file.clone()),
        }))
    }

    /// Where [`set`](Self::set) falls back to.
    #[must_use]
    pub fn fallback(&self) -> &Path {
        &self.file
    }

    /// Asks the system's store; `None` when there is none to ask.
    fn system_call<T>(
        &self,
        call: impl FnOnce(&str) -> Result<T, SystemError>,
    ) -> Result<Option<T>, StoreError> {
        let Some(entry) = &self.entry else {
            return Ok(None);
        };
        match call(entry) {
            Ok(value) => Ok(Some(value)),
            Err(SystemError::None) => Ok(None),
            Err(SystemError::Refused(reason)) => Err(StoreError::System { reason }),
        }
    }

    fn remove_file(&self) -> Result<bool, StoreError> {
        match std::fs::remove_file(&self.file) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(source) => Err(self.failed(source)),
        }
    }

    fn failed(&self, source: io::Error) -> StoreError {
        StoreError::File {
            path: self.file.clone(),
            source,
        }
    }
}
