//! Places where secrets are, and the search through several.

use std::env;
use std::path::PathBuf;

use crate::file;
use crate::found::Found;
#[cfg(feature = "store")]
use crate::store::Store;
use crate::{Origin, Secret, SecretError};

/// One place where a secret is kept.
///
/// ```no_run
/// use mc_secret::{Secret, Source};
///
/// # fn main() -> Result<(), mc_secret::SecretError> {
/// let source = Source::File("crm-password".into());
/// source.set(&Secret::new("geheim"))?;
/// assert!(source.find()?.is_some());
/// source.clear()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// A file that holds it and nothing else: UTF-8, or UTF-16 with a byte order mark as Windows PowerShell writes.
    File(PathBuf),
    /// An environment variable of this process. One that is empty counts as not set.
    Env(String),
    /// The system's credential store.
    #[cfg(feature = "store")]
    Store(Store),
}

impl Source {
    /// The secret, as it is there now; `None` when there is none. May block on a credential store.
    ///
    /// # Errors
    ///
    /// When something is there that is no secret, cannot be read, or may be written by others.
    pub fn find(&self) -> Result<Option<Found>, SecretError> {
        match self {
            Self::File(path) => file::read(path),
            Self::Env(name) => match env::var(name) {
                Ok(text) if !text.trim().is_empty() => {
                    Found::new(&text, Origin::Env(name.clone())).map(Some)
                }
                Err(env::VarError::NotUnicode(_)) => Err(SecretError::Invalid {
                    origin: Origin::Env(name.clone()),
                    what: "what is not text",
                }),
                _ => Ok(None),
            },
            #[cfg(feature = "store")]
            Self::Store(store) => store.get(),
        }
    }

    /// What there is to say where [`find`](Self::find) finds none.
    #[must_use]
    pub fn absent(&self) -> String {
        match self {
            Self::File(path) => format!("the file {} does not exist", path.display()),
            Self::Env(name) => format!("the environment variable {name} is not set"),
            #[cfg(feature = "store")]
            Self::Store(_) => "the credential store does not have it".to_owned(),
        }
    }

    /// Keeps a secret in place of any other, for this user alone, and says where.
    ///
    /// # Errors
    ///
    /// When the place does not take it; an environment variable never does.
    pub fn set(&self, secret: &Secret) -> Result<Origin, SecretError> {
        match self {
            Self::File(path) => file::write(path, secret),
            Self::Env(name) => Err(SecretError::Environment(name.clone())),
            #[cfg(feature = "store")]
            Self::Store(store) => store.set(secret),
        }
    }

    /// Forgets the secret; false when there was none.
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set).
    pub fn clear(&self) -> Result<bool, SecretError> {
        match self {
            Self::File(path) => file::remove(path),
            Self::Env(name) => Err(SecretError::Environment(name.clone())),
            #[cfg(feature = "store")]
            Self::Store(store) => store.clear(),
        }
    }
}

/// The places where a secret may be, in order.
///
/// A file that does not exist is passed over, so that one configuration serves computers with and
/// without it; one that exists decides, whatever it holds. So does a variable that is set. A store that is locked or
/// broken is passed over and named when nothing else has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Search {
    /// What is looked for, for messages: `token`.
    pub name: String,
    /// The places.
    pub sources: Vec<Source>,
}

impl Search {
    /// Looks nowhere yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            sources: Vec::new(),
        }
    }

    /// Then looks into a file, where one is configured.
    #[must_use]
    pub fn file(self, path: Option<PathBuf>) -> Self {
        match path {
            Some(path) => self.source(Source::File(path)),
            None => self,
        }
    }

    /// Then into an environment variable.
    #[must_use]
    pub fn env(self, variable: impl Into<String>) -> Self {
        self.source(Source::Env(variable.into()))
    }

    /// Then into another place.
    #[must_use]
    pub fn source(mut self, source: Source) -> Self {
        self.sources.push(source);
        self
    }

    /// The secret, from the first place that has one. May block on the credential store.
    ///
    /// # Errors
    ///
    /// When a place has something that is no secret, or none has anything.
    pub fn find(&self) -> Result<Found, SecretError> {
        let mut places = Vec::new();
        let mut warnings = Vec::new();
        if !self
            .sources
            .iter()
            .any(|source| matches!(source, Source::File(_)))
        {
            places.push(format!("no {} file is configured", self.name));
        }
        for source in &self.sources {
            match (source, source.find()) {
                (_, Ok(Some(mut found))) => {
                    found.warnings.splice(..0, warnings);
                    return Ok(found);
                }
                (Source::File(path), Ok(None)) => {
                    let path = path.display();
                    places.push(format!("the file {path} does not exist"));
                    warnings.push(format!("the {} file {path} does not exist", self.name));
                }
                (Source::Env(name), Ok(None)) => places.push(format!("{name} is not set")),
                #[cfg(feature = "store")]
                (Source::Store(_), Ok(None)) => {
                    places.push("the credential store has none".to_owned());
                }
                #[cfg(feature = "store")]
                (Source::Store(_), Err(error)) => {
                    places.push(format!("the credential store cannot be read ({error})"));
                }
                (_, Err(error)) => return Err(error),
            }
        }
        Err(SecretError::Nowhere {
            name: self.name.clone(),
            places,
        })
    }
}
