use std::fmt;
use std::path::{Path, PathBuf};

use mc_template::{Names, Scope};

use super::error::{CurlErrors, RequestError};
use super::operation::Operation;
use super::print;
use super::reader::Reader;
use super::request::Request;
use super::text::Text;
use crate::plan::PlannedRequest;

/// How a command line is read.
#[derive(Clone)]
pub struct Reading<'a> {
    pub(super) names: Option<&'a Names>,
    folder: PathBuf,
    file_name: Option<FileName<'a>>,
    pub(super) user_agent: String,
}

type FileName<'a> = &'a dyn Fn(&str) -> Result<String, String>;

impl<'a> Reading<'a> {
    /// A line whose `$Name`s are variables. Files are relative to the working directory.
    pub fn template(names: &'a Names) -> Self {
        Self {
            names: Some(names),
            ..Self::literal()
        }
    }

    /// A line in which `$` is an ordinary character, as in one that [`CurlCommand::as_curl`] wrote.
    pub fn literal() -> Self {
        Self {
            names: None,
            folder: PathBuf::new(),
            file_name: None,
            user_agent: concat!("mc-curl/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The folder at which relative paths of files start: that of the configuration.
    #[must_use = "returns the changed reading"]
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        folder.as_ref().clone_into(&mut self.folder);
        self
    }

    /// What `User-Agent` says where the command does not: `mc-curl/` and its version unless set here.
    #[must_use = "returns the changed reading"]
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = text.into();
        self
    }

    /// What a file's name in the command stands for: `%NAME%` replaced, say. The error is a sentence, and
    /// becomes a fault of the command.
    #[must_use = "returns the changed reading"]
    pub fn file_names(mut self, meant: &'a dyn Fn(&str) -> Result<String, String>) -> Self {
        self.file_name = Some(meant);
        self
    }

    pub(super) fn path(&self, path: &str) -> Result<PathBuf, String> {
        let meant = self
            .file_name
            .map_or_else(|| Ok(path.to_owned()), |meant| meant(path))?;
        Ok(self.folder.join(meant))
    }
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading")
            .field("names", &self.names)
            .field("folder", &self.folder)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

/// Something in a command that is allowed but probably not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CurlWarning {
    /// Where it stands: bytes from the start of the command.
    pub offset: usize,
    /// Where it stands: characters from the start of the command, the first being 1.
    pub column: usize,
    /// What it is and what to write instead.
    pub text: String,
}

impl fmt::Display for CurlWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.text)
    }
}

impl CurlWarning {
    pub(super) fn new(line: &str, offset: usize, text: String) -> Self {
        Self {
            offset,
            column: column(line, offset),
            text,
        }
    }
}

/// The place of a byte as a person counts: characters, the first being 1.
pub(super) fn column(line: &str, offset: usize) -> usize {
    line.char_indices()
        .take_while(|(at, _)| *at < offset)
        .count()
        + 1
}

/// A curl command, read once.
#[derive(Clone)]
pub struct CurlCommand {
    operations: Vec<Operation>,
    warnings: Vec<CurlWarning>,
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

    /// Reads a command line. The program's name may be missing: `curl`, `curl.exe` or a path to it.
    ///
    /// No file is opened: those that it names are read for every call. [`CurlCommand::files`] lists them.
    ///
    /// # Errors
    ///
    /// Everything wrong with it, each fault with its place: options that are not supported or not known,
    /// stray words, a missing URL or argument, a scheme other than http and https, wrong templates.
    pub fn read(line: &str, reading: &Reading<'_>) -> Result<Self, CurlErrors> {
        let mut reader = Reader::new(line, reading);
        let operations = reader.read();
        if !reader.errors.is_empty() {
            return Err(CurlErrors::new(reader.errors));
        }
        Ok(Self {
            operations,
            warnings: reader.warnings,
        })
    }

    /// The requests for these values, complete and independent of the command.
    ///
    /// Their number depends on the command alone.
    ///
    /// # Errors
    ///
    /// A URL that begins with a variable without a value, a value that may not stand where it would, a
    /// file that cannot be read.
    pub fn requests(&self, scope: &Scope<'_>) -> Result<Vec<Request>, RequestError> {
        if let Some(variable) = self
            .operations
            .iter()
            .find_map(|operation| operation.skipped(scope))
        {
            return Err(RequestError::Skipped {
                variable: variable.to_owned(),
            });
        }
        let requests: Vec<_> = self
            .operations
            .iter()
            .map(|operation| operation.requests(scope))
            .collect::<Result<_, _>>()?;
        Ok(requests.concat())
    }

    /// The requests as they would go out, secrets masked; see [`Request::plan`].
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::requests`].
    pub fn plan(&self, scope: &Scope<'_>) -> Result<Vec<PlannedRequest>, RequestError> {
        Ok(self.requests(scope)?.iter().map(Request::plan).collect())
    }

    /// The same call as a literal curl command, quoted for a POSIX shell (sh, bash, zsh), **secrets
    /// included**. Pasted into a terminal, or read with [`Reading::literal`], it makes the same requests.
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::requests`]; and a body that no command line can hold.
    pub fn as_curl(&self, scope: &Scope<'_>) -> Result<String, RequestError> {
        print::command(&self.requests(scope)?)
    }

    /// What is allowed but probably not meant, in the order in which it was found.
    pub fn warnings(&self) -> &[CurlWarning] {
        &self.warnings
    }

    /// The canonical names of the variables in it, each once.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = Vec::new();
        for template in self
            .operations
            .iter()
            .flat_map(Operation::texts)
            .filter_map(Text::template)
        {
            for name in template.variables() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names.into_iter()
    }

    /// The files that it reads when it is sent, for a check beforehand.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.operations.iter().flat_map(Operation::files)
    }

    pub(super) fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

impl fmt::Debug for CurlCommand {
    /// Shows the variables. The rest stays out: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CurlCommand")
            .field("variables", &self.variables().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
