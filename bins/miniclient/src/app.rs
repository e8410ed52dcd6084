//! What every command gets.

use std::io;
use std::path::PathBuf;

use mc_agent::RESERVED_KINDS;
use mc_cli::{Exit, Folders, Language, Output};
use mc_ipc::InstanceOptions;

use crate::config::{self, Loaded};

/// Where this program writes.
pub(crate) static OUTPUT: Output = Output::new("miniclient");

/// What every command gets: where things are, and where to write.
#[derive(Debug)]
#[non_exhaustive]
pub(crate) struct App {
    /// The folders in which configuration and state are found.
    pub(crate) folders: Folders,
    /// The file given with `--config`.
    pub(crate) config_file: Option<PathBuf>,
    /// The language given with `--lang`.
    pub(crate) language: Option<Language>,
    /// Standard output and standard error.
    pub(crate) output: &'static Output,
}

impl App {
    /// An app with these folders, writing to this process's own standard streams.
    pub(crate) fn new(folders: Folders, config_file: Option<PathBuf>) -> Self {
        Self {
            folders,
            config_file,
            language: None,
            output: &OUTPUT,
        }
    }

    /// Which instance its folders belong to.
    pub(crate) fn instance(&self) -> InstanceOptions {
        let build = concat!("miniclient ", env!("CARGO_PKG_VERSION"));
        InstanceOptions::new("miniclient", build)
            .home(self.folders.home.as_deref())
            .reserved_kinds(RESERVED_KINDS)
    }

    /// What stands before the command where this program is started anew, now or at logon: the same configuration, the same
    /// language.
    ///
    /// # Errors
    ///
    /// The system's, where the configuration's whole path cannot be found out.
    pub(crate) fn options(&self) -> io::Result<Vec<String>> {
        let mut options = Vec::new();
        if let Some(config) = &self.config_file {
            let config = std::path::absolute(config)?;
            options.extend(["--config".to_owned(), config.display().to_string()]);
        }
        if let Some(language) = self.language {
            options.extend([Language::OPTION.to_owned(), language.name().to_owned()]);
        }
        Ok(options)
    }

    /// Reads the configuration as the agent does. Problems are written to standard error, all of them, one per line;
    /// warnings are not, they are what `check` is for.
    ///
    /// # Errors
    ///
    /// [`Exit::Config`] when there is no configuration or it has problems; they have been reported by then.
    pub(crate) fn load(&self) -> Result<Loaded, Exit> {
        config::load(&self.folders, self.config_file.as_deref()).map_err(|problems| {
            for problem in &problems {
                self.output.problem(problem);
            }
            Exit::Config
        })
    }
}
