//! The program's place on a desktop: started at logon, and asked when a `tel:` or `callto:` link is clicked. For this
//! user alone, so no administrator is needed.
//!
//! Which program opens a link is the user's choice. Registering makes this one eligible, and the one that is asked
//! where nothing else was chosen before; it never takes a link away from another program.

#[cfg(unix)]
mod linux;
#[cfg(windows)]
mod windows;

use std::env;
use std::io;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use linux as imp;
#[cfg(windows)]
use windows as imp;

/// The kinds of link: RFC 3966's `tel:`, and `callto:`, which many web pages use for the same.
pub const SCHEMES: [&str; 2] = ["tel", "callto"];

/// What is started at logon and for a link.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Installed {
    /// The program.
    pub program: PathBuf,
    /// The configuration it is to use, when that is not one of those it finds by itself.
    pub config: Option<PathBuf>,
}

impl Installed {
    /// This program: on Windows its windowless twin where that is beside it, so that nothing flashes.
    ///
    /// # Errors
    ///
    /// When the system does not tell where this program is.
    pub fn this_program(config: Option<&Path>) -> io::Result<Self> {
        let program = env::current_exe()?;
        let twin = program.with_file_name("miniclientw.exe");
        let program = if cfg!(windows) && twin.is_file() {
            twin
        } else {
            program
        };
        let config = config.map(std::path::absolute).transpose()?;
        Ok(Self { program, config })
    }

    /// The program and the parameters that always stand first, then these.
    fn words<'a>(&'a self, more: &[&'a str]) -> Vec<String> {
        let mut words = vec![self.program.display().to_string()];
        if let Some(config) = &self.config {
            words.extend(["--config".to_owned(), config.display().to_string()]);
        }
        words.extend(more.iter().map(|&word| word.to_owned()));
        words
    }
}

/// Why registering did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// A file or registry key cannot be written or removed.
    #[error("cannot change {place}: {source}")]
    Denied {
        /// What.
        place: String,
        /// What the system says.
        source: io::Error,
    },
    /// The user has no folder for such settings.
    #[error("there is no folder for desktop entries: set HOME")]
    NoFolder,
    /// A path that cannot be written into a command line of the system.
    #[error("{} cannot be registered: its path holds a character that a command line cannot hold", .path.display())]
    Path {
        /// The path.
        path: PathBuf,
    },
}

/// Registers the program; gives a sentence for each thing done.
///
/// # Errors
///
/// [`LinkError`]; what was done before it stays, and registering again completes it.
pub fn register(installed: &Installed) -> Result<Vec<String>, LinkError> {
    let fit = |path: &Path| {
        path.to_str()
            .is_some_and(|path| !path.contains(|c: char| c.is_control() || c == '"'))
    };
    for path in [Some(&installed.program), installed.config.as_ref()]
        .into_iter()
        .flatten()
    {
        if !fit(path) {
            return Err(LinkError::Path { path: path.clone() });
        }
    }
    imp::register(installed)
}

/// Undoes [`register`], whoever did it; gives a sentence for each thing undone, none when there was nothing.
///
/// # Errors
///
/// [`LinkError`]; what could be undone was.
pub fn unregister() -> Result<Vec<String>, LinkError> {
    imp::unregister()
}

/// Which program opens links of this scheme now, in words; `None` when there is none.
pub fn owner(scheme: &str) -> Option<String> {
    imp::owner(scheme)
}

/// Whether links of this scheme come to a program that [`register`] registered.
pub fn is_ours(scheme: &str) -> bool {
    imp::is_ours(scheme)
}
