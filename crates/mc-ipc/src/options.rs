//! What an instance is called, and where it lives.

use std::path::{Path, PathBuf};

/// Names the program whose instances exclude each other.
///
/// Owner and client must be made from equal options: the address follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    pub(crate) app: String,
    pub(crate) home: Option<PathBuf>,
    pub(crate) build: String,
}

impl Options {
    /// The instance of `app`; `build` is shown to peers (for people, for example `miniclient 0.1.0`), never
    /// compared.
    ///
    /// `app` should be a short plain name: characters other than ASCII letters, digits, `-` and `_` become `_`.
    /// It must not contain a version, or an old and a new copy would run side by side.
    #[must_use]
    pub fn new(app: &str, build: &str) -> Self {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
                c
            } else {
                '_'
            }
        };
        Self {
            app: app.chars().map(plain).take(32).collect(),
            home: None,
            build: build.to_owned(),
        }
    }

    /// Separates this instance from others of the same user: its own lock, its own address. For tests, and for
    /// trying a copy beside the one in use.
    #[must_use]
    pub fn home(mut self, home: Option<&Path>) -> Self {
        self.home = home.map(Path::to_path_buf);
        self
    }
}
