//! The token: where it comes from, and that nobody sees it.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the environment variable that holds the token, as in the vendor's script.
pub(crate) const VARIABLE: &str = "API_TOKEN";

/// The secret that a REST call is authorised with (RFC 6750, bearer token).
///
/// Neither `Debug` nor an error shows it. It knows where it came from, so that whoever gets
/// "401" can be told where to look.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    text: String,
    source: TokenSource,
}

/// Where a token came from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenSource {
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Environment(String),
    /// A credential store, with the store's name.
    Store(String),
    /// The program that uses this library.
    Program,
}

/// A text that is no token, or a token that could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Nothing but white space.
    #[error("{0} is empty; put the token there, from jtel's Client Master Data")]
    Empty(TokenSource),
    /// Something in it that no token can hold: a line break or another control character, a
    /// space, or a letter outside ASCII.
    #[error(
        "{origin} holds {what}, which no token does; put the token there alone, on one line, without \"Bearer\""
    )]
    Invalid {
        /// Where it was found.
        origin: TokenSource,
        /// What is wrong, in words.
        what: &'static str,
    },
    /// The file is there and cannot be read.
    #[error("cannot read the token file {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// None of the places has one.
    #[error("no token: {}", places.join("; "))]
    Nowhere {
        /// Each place that was looked at, and what to do there.
        places: Vec<String>,
    },
}

impl Token {
    /// Takes a token as it was found: white space around it and a byte order mark before it go.
    ///
    /// # Errors
    ///
    /// When nothing remains, or something that cannot stand in a header line.
    pub fn new(text: &str, source: TokenSource) -> Result<Self, TokenError> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let invalid = |what| TokenError::Invalid {
            origin: source.clone(),
            what,
        };
        if text.is_empty() {
            return Err(TokenError::Empty(source));
        }
        if text.contains(['\r', '\n']) {
            return Err(invalid("a line break"));
        }
        if text.chars().any(char::is_control) {
            return Err(invalid("a control character"));
        }
        if text.contains(char::is_whitespace) {
            return Err(invalid("a space"));
        }
        if !text.is_ascii() {
            return Err(invalid("a letter outside ASCII"));
        }
        Ok(Self {
            text: text.to_owned(),
            source,
        })
    }

    /// Reads a token file: UTF-8, or UTF-16 with a byte order mark as Windows PowerShell writes.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds no token.
    pub fn from_file(path: &Path) -> Result<Self, TokenError> {
        let unreadable = |source| TokenError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let bytes = fs::read(path).map_err(unreadable)?;
        let text = decode(&bytes).ok_or_else(|| {
            unreadable(io::Error::new(
                io::ErrorKind::InvalidData,
                "it is not a text file",
            ))
        })?;
        Self::new(&text, TokenSource::File(path.to_owned()))
    }

    /// Where it came from.
    #[must_use]
    pub fn source(&self) -> &TokenSource {
        &self.source
    }

    /// The secret itself, for a request or a store. Not for people, files or logs.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

fn decode(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16(&units).ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Environment(name) => write!(f, "the environment variable {name}"),
            Self::Store(name) => f.write_str(name),
            Self::Program => f.write_str("the program"),
        }
    }
}

/// The places where a token may be, in order: the file, the environment, the credential store.
///
/// A file that does not exist is passed over, so that one config serves computers with and
/// without it; one that exists decides, whatever it holds.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TokenSearch {
    /// The file, where one is configured.
    pub file: Option<PathBuf>,
    /// The value of `API_TOKEN`, where it is set.
    pub environment: Option<String>,
    /// The credential store.
    #[cfg(feature = "store")]
    pub store: Option<crate::TokenStore>,
}

/// A token that was found, and what is to be said about its place.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Found {
    /// The token.
    pub token: Token,
    /// What is not right about where it was, in sentences.
    pub warnings: Vec<String>,
}

impl TokenSearch {
    /// Looks nowhere yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks into a file first.
    #[must_use]
    pub fn file(mut self, path: Option<PathBuf>) -> Self {
        self.file = path;
        self
    }

    /// Then takes `API_TOKEN` from this process's environment. One set to nothing counts as not set.
    #[must_use]
    pub fn environment(mut self) -> Self {
        self.environment = std::env::var(VARIABLE)
            .ok()
            .filter(|value| !value.trim().is_empty());
        self
    }

    /// Then asks a credential store.
    #[cfg(feature = "store")]
    #[must_use]
    pub fn store(mut self, store: crate::TokenStore) -> Self {
        self.store = Some(store);
        self
    }

    /// The token, from the first place that has one. May block on the credential store.
    ///
    /// # Errors
    ///
    /// When a place has something that is no token, or none has anything.
    pub fn find(&self) -> Result<Found, TokenError> {
        let mut places = Vec::new();
        let mut warnings = Vec::new();
        match &self.file {
            Some(path) => match Token::from_file(path) {
                Ok(token) => {
                    warnings.extend(crate::private::exposed(path));
                    return Ok(Found { token, warnings });
                }
                Err(TokenError::Unreadable { source, .. })
                    if source.kind() == io::ErrorKind::NotFound =>
                {
                    places.push(format!("the file {} does not exist", path.display()));
                    warnings.push(format!("the token file {} does not exist", path.display()));
                }
                Err(error) => return Err(error),
            },
            None => places.push("no token_file is configured".to_owned()),
        }
        if let Some(text) = &self.environment {
            let token = Token::new(text, TokenSource::Environment(VARIABLE.to_owned()))?;
            return Ok(Found { token, warnings });
        }
        places.push(format!("{VARIABLE} is not set"));
        #[cfg(feature = "store")]
        if let Some(store) = &self.store {
            match store.get() {
                Ok(Some(token)) => return Ok(Found { token, warnings }),
                Ok(None) => places.push("the credential store has none".to_owned()),
                Err(error) => places.push(format!("the credential store cannot be read ({error})")),
            }
        }
        Err(TokenError::Nowhere { places })
    }
}
