//! Where a secret was found, and why it was not.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Where a secret came from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// A credential store, with the store's name.
    Store(String),
    /// The program that uses this library.
    Program,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::Store(name) => f.write_str(name),
            Self::Program => f.write_str("the program"),
        }
    }
}

/// Why a secret could not be read, kept or forgotten. No message shows any of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Nothing but white space.
    #[error("{0} is empty; put the secret there")]
    Empty(Origin),
    /// A line break or another control character in it: no place where secrets are used takes one.
    #[error("{origin} holds {what}; put the secret there alone, on one line")]
    Invalid {
        /// Where it was found.
        origin: Origin,
        /// What is wrong, in words.
        what: &'static str,
    },
    /// The file is there and cannot be read.
    #[error("cannot read {}: {source}{}", path.display(), advice(source))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others may write the file: what it holds may be anybody's.
    #[error("{} is not trusted: {why}", path.display())]
    Untrusted {
        /// The file.
        path: PathBuf,
        /// Who may write it, and what to do.
        why: String,
    },
    /// None of the places has one.
    #[error("no {name}: {}", places.join("; "))]
    Nowhere {
        /// What was looked for.
        name: String,
        /// Each place that was looked at, and what is there.
        places: Vec<String>,
    },
    /// The system's store is there and refused.
    #[error("{store} {reason}")]
    Store {
        /// The store's name.
        store: &'static str,
        /// What it said, and what to do.
        reason: String,
    },
    /// The file cannot be written or removed.
    #[error("cannot change {}: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// An environment variable is set by whoever starts the program.
    #[error(
        "the environment variable {0} cannot be changed from here; use a file or the credential store"
    )]
    Environment(String),
}

fn advice(error: &io::Error) -> &'static str {
    if error.kind() == io::ErrorKind::PermissionDenied {
        "; let the user who runs this program read it, and nobody else"
    } else {
        ""
    }
}
