//! A curl command, read once.

use std::fmt;
use std::path::Path;

use mc_template::words::SplitError;
use mc_template::{Names, Scope};

use crate::error::{CurlErrors, Problem, RequestError};
use crate::input::{CurlWarning, Input, Reading};
use crate::operation::Operation;
use crate::parse;
use crate::paste::before_command;
use crate::plan::PlannedRequest;
use crate::print;
use crate::request::Request;
use crate::text::Text;

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
    /// Files of headers (`-H @FILE`) are read here. No other is opened: they are read for every call, and
    /// [`CurlCommand::files`] lists them.
    ///
    /// # Errors
    ///
    /// Everything wrong with it, each fault with its place: options that are not supported or not known,
    /// stray words, a missing URL or argument, a scheme other than http and https, wrong templates.
    pub fn read(line: &str, reading: &Reading<'_>) -> Result<Self, CurlErrors> {
        let mut input = Input::new(line, reading);
        if let Some(construct) = reading.names.and_then(|_| before_command(line)) {
            input.error(0, construct.into());
            return Err(CurlErrors::new(input.errors));
        }
        let operations = match reading.shell.split(line, reading.names) {
            // What follows from them would be told as faults of its own.
            Ok(split) if !split.found.is_empty() => {
                for found in split.found {
                    input.error(found.at, found.construct.into());
                }
                Vec::new()
            }
            Ok(split) => parse::operations(&mut input, split.words),
            Err(SplitError { quote, offset, .. }) => {
                input.error(offset, Problem::OpenQuote { quote });
                Vec::new()
            }
        };
        if !input.errors.is_empty() {
            return Err(CurlErrors::new(input.errors));
        }
        Ok(Self {
            operations,
            warnings: input.warnings,
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

    pub(crate) fn operations(&self) -> &[Operation] {
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
