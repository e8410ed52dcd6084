//! The token: where it comes from, and that nobody sees it.

use std::fmt;
use std::path::{Path, PathBuf};

use mc_secret::{Found, Origin, Search, Secret, SecretError, Source};

/// The secret that a REST call is authorised with (RFC 6750, bearer token).
///
/// Neither `Debug` nor an error shows it. It knows where it came from, so that whoever gets
/// "401" can be told where to look.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    secret: Secret,
    origin: Origin,
    warnings: Vec<String>,
}

/// A text that is no token, or a token that could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Nothing but white space.
    #[error("{0} is empty; put the token there, from jtel's Client Master Data")]
    Empty(Origin),
    /// Something in it that no token can hold: a line break or another control character, quotes, a
    /// space, or a letter outside ASCII.
    #[error(
        "{origin} holds {what}, which no token does; put the token there alone, on one line, without \"Bearer\" and without quotes"
    )]
    Invalid {
        /// Where it was found.
        origin: Origin,
        /// What is wrong, in words.
        what: &'static str,
    },
    /// It cannot be read, is not to be trusted, or is nowhere.
    #[error(transparent)]
    Secret(SecretError),
}

impl From<SecretError> for TokenError {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::Empty(origin) => Self::Empty(origin),
            SecretError::Invalid { origin, what } => Self::Invalid { origin, what },
            error => Self::Secret(error),
        }
    }
}

impl TryFrom<Found> for Token {
    type Error = TokenError;

    fn try_from(found: Found) -> Result<Self, TokenError> {
        let text = found.secret.expose();
        let what = if text.contains(['"', '\'']) {
            "quotes"
        } else if text.contains(char::is_whitespace) {
            "a space"
        } else if !text.is_ascii() {
            "a letter outside ASCII"
        } else {
            return Ok(Self {
                secret: found.secret,
                origin: found.origin,
                warnings: found.warnings,
            });
        };
        Err(TokenError::Invalid {
            origin: found.origin,
            what,
        })
    }
}

impl Token {
    /// The environment variable that holds it.
    pub const VARIABLE: &str = "API_TOKEN";

    /// The places where it is looked for: the file, where one is configured, [`VARIABLE`](Self::VARIABLE), another place.
    #[must_use]
    pub fn search(file: Option<PathBuf>, kept: Option<Source>) -> Search {
        let search = Search::new("token").file(file).env(Self::VARIABLE);
        match kept {
            Some(source) => search.source(source),
            None => search,
        }
    }

    /// Takes a token as it was found: white space around it and a byte order mark before it go.
    ///
    /// # Errors
    ///
    /// When nothing remains, or something that is no token.
    pub fn new(text: &str, origin: Origin) -> Result<Self, TokenError> {
        Found::new(text, origin)?.try_into()
    }

    /// Reads a token file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, may be written by others or holds no token.
    pub fn from_file(path: &Path) -> Result<Self, TokenError> {
        let found = Source::File(path.to_owned()).find()?;
        let missing = || SecretError::Unreadable {
            path: path.to_owned(),
            source: std::io::ErrorKind::NotFound.into(),
        };
        found.ok_or_else(missing)?.try_into()
    }

    /// Looks for the token where it may be. May block on the credential store.
    ///
    /// # Errors
    ///
    /// When a place has something that is no token, or none has anything.
    pub fn find(search: &Search) -> Result<Self, TokenError> {
        search.find()?.try_into()
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What is not right about the places where it was looked for, in sentences.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The value, to keep it somewhere.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}
