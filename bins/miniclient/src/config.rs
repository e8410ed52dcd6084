//! The configuration: found, read, checked as a whole, and turned into what the agent runs on.

pub mod locate;
pub mod model;
pub mod problem;

pub use locate::Folders;
pub use model::{Config, Dial, DialAction, Journal, Jtel, Keep, Listen, Register};
pub use problem::{Problem, Problems};

use std::path::Path;

/// A configuration that was read, with what is worth saying about it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// What works but is probably not meant.
    pub warnings: Vec<Problem>,
}

/// Finds, reads and checks the configuration.
///
/// # Errors
///
/// Every problem there is, in the order of the files' lines.
pub fn load(folders: &Folders, config_file: Option<&Path>) -> Result<Loaded, Problems> {
    let _ = (folders, config_file);
    Ok(Loaded {
        config: Config::default(),
        warnings: Vec::new(),
    })
}
