use std::fmt;
use std::path::{Path, PathBuf};

use mc_template::{Names, Scope, Warning};

use super::error::{CurlErrors, RequestError};
use super::request::Request;
use crate::report::PlannedRequest;

/// How a command line is read.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    pub(super) names: Option<&'a Names>,
    pub(super) folder: PathBuf,
    pub(super) user_agent: String,
}

impl<'a> Reading<'a> {
    /// A line whose `$Name`s are variables. Files are relative to the working directory.
    pub fn template(names: &'a Names) -> Self {
        Self { names: Some(names), ..Self::literal() }
    }

    /// A line in which `$` is an ordinary character, as in one that [`CurlCommand::as_curl`] wrote.
    pub fn literal() -> Self {
        Self {
            names: None,
            folder: PathBuf::new(),
            user_agent: concat!("mc-hooks/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The folder at which relative paths of files start: that of the configuration.
    #[must_use = "returns the changed reading"]
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = folder.as_ref().to_owned();
        self
    }

    /// What `User-Agent` says where the command does not: `mc-hooks/` and its version unless set here.
    #[must_use = "returns the changed reading"]
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = text.into();
        self
    }
}

/// A curl command, read once.
#[derive(Clone)]
pub struct CurlCommand {
    warnings: Vec<Warning>,
}

impl CurlCommand {
    /// Reads a command line with variables: [`CurlCommand::read`] with [`Reading::template`].
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::read`].
    pub fn parse(line: &str, names: &Names) -> Result<Self, CurlErrors> {
        Self::read(line, &Reading::template(names))
    }

    /// Reads a command line.
    ///
    /// # Errors
    ///
    /// Everything wrong with it, each fault with its place: options that are not supported or not known,
    /// stray words, a missing URL or argument, a scheme other than http and https, wrong templates.
    pub fn read(line: &str, reading: &Reading<'_>) -> Result<Self, CurlErrors> {
        let _ = (line, reading);
        Ok(Self { warnings: Vec::new() })
    }

    /// The requests for these values, complete and independent of the command.
    ///
    /// # Errors
    ///
    /// A URL that begins with a variable without a value, a value that may not stand where it would, a
    /// file that cannot be read.
    pub fn requests(&self, scope: &Scope<'_>) -> Result<Vec<Request>, RequestError> {
        let _ = scope;
        Ok(Vec::new())
    }

    /// The requests as they would go out, secrets masked.
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::requests`].
    pub fn plan(&self, scope: &Scope<'_>) -> Result<Vec<PlannedRequest>, RequestError> {
        Ok(self.requests(scope)?.iter().map(Request::plan).collect())
    }

    /// The same call as a literal curl command for a POSIX shell, **secrets included**.
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::requests`].
    pub fn as_curl(&self, scope: &Scope<'_>) -> Result<String, RequestError> {
        let _ = scope;
        Ok(String::new())
    }

    /// What is allowed but probably not meant; offsets are bytes from the start of the line.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The canonical names of the variables in it.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// The files that it reads when it is sent, for a check beforehand.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        std::iter::empty()
    }
}

impl fmt::Debug for CurlCommand {
    /// Shows the variables. The rest stays out: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CurlCommand").finish_non_exhaustive()
    }
}
