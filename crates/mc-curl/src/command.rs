//! A curl command, read once.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use mc_template::words::SplitError;
use mc_template::{Names, Scope};

use crate::around::{before_command, comments};
use crate::error::{CurlError, CurlErrors, Problem, RequestError};
use crate::files::Files;
use crate::input::{CurlWarning, Input, Reading};
use crate::operation::Operation;
use crate::parse;
use crate::plan::PlannedRequest;
use crate::print;
use crate::request::Request;
use crate::shell::Split;
use crate::stand_ins::{StandIns, shell_name};
use crate::target::other_program;
use crate::text::Text;

/// What is said of `"a\\\\b"`, which a line from Windows means otherwise than one from elsewhere.
const DOUBLED: &str = "`\\\\` is two backslashes here, as Windows reads it, and one to bash: write one if the line was \
                       written for bash";

/// What is said of `https://h/?q='a'`, which Windows sends with its quotes.
const IN_URL: &str = "`'` is a quote here, which is not sent: if it belongs to the URL, write double quotes around the whole of it";

/// What is said of `"a^&b"`.
const CARET: &str =
    "`^` in quotes is an ordinary character, to the Windows command prompt as well: leave it out";

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
        // A literal line has neither comments nor another program before it, nor doubts.
        let template = reading.names.is_some();
        // In their place stands as much space, so that what follows keeps its place.
        let (comments, begin) = if template {
            comments(line)
        } else {
            Default::default()
        };
        for (at, comment) in comments {
            let begin: String = comment.chars().take(20).collect();
            input.warn_line(at, &format!("`{begin}` is a comment, which is left out"));
        }
        let rest = &line[begin..];
        let command = rest.trim_start();
        let start = line.len() - command.len();
        if template {
            let construct = before_command(rest).map(|construct| (begin, construct.into()));
            let other = || other_program(command, input.has_curl()).map(|other| (start, other));
            if let Some((at, problem)) = construct.or_else(other) {
                input.error(at, problem);
                return Err(CurlErrors::new(input.errors));
            }
        }
        let blank = " ".repeat(begin) + rest;
        let operations = match reading.shell.split(&blank, reading.names) {
            // What follows from them would be told as faults of its own.
            Ok(split) if !split.found.is_empty() => {
                for found in split.found {
                    input.error(found.at, found.construct.into());
                }
                Vec::new()
            }
            Ok(split) => {
                if template {
                    doubts(&mut input, line, &split);
                }
                parse::operations(&mut input, &split.words)
            }
            Err(SplitError { quote, offset, .. }) => {
                input.error(offset, Problem::OpenQuote { quote });
                Vec::new()
            }
        };
        // Of a command that is none the rest says nothing.
        let none = |error: &CurlError| {
            error.offset == start && matches!(error.problem, Problem::Stray { .. })
        };
        if let Some(at) = input.errors.iter().position(none) {
            input.errors = vec![input.errors.swap_remove(at)];
        }
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
        self.requests_with(scope, &Files::default())
    }

    /// The requests with files that were read.
    pub(crate) fn requests_with(
        &self,
        scope: &Scope<'_>,
        files: &Files,
    ) -> Result<Vec<Request>, RequestError> {
        self.check_skipped(scope)?;
        let mut requests = self.rendered(scope, files)?;
        if self.hidden().next().is_some() {
            let (shown, stand_ins) = self.shown(scope, files)?;
            let stand_ins = Arc::new(stand_ins);
            for (request, shown) in requests.iter_mut().zip(shown) {
                request.shown = Some(Arc::new((shown, Arc::clone(&stand_ins))));
            }
        }
        Ok(requests)
    }

    fn rendered(&self, scope: &Scope<'_>, files: &Files) -> Result<Vec<Request>, RequestError> {
        let requests: Vec<_> = self
            .operations
            .iter()
            .map(|operation| operation.requests(scope, files))
            .collect::<Result<_, _>>()?;
        Ok(requests.concat())
    }

    /// The requests as they may be shown, with what stands in them for hidden values.
    pub(crate) fn shown(
        &self,
        scope: &Scope<'_>,
        files: &Files,
    ) -> Result<(Vec<Request>, StandIns), RequestError> {
        self.check_skipped(scope)?;
        let stand_ins = StandIns::new(self.hidden());
        let requests = self.rendered(&scope.with_stand_ins(&stand_ins.values), files)?;
        Ok((requests, stand_ins))
    }

    fn check_skipped(&self, scope: &Scope<'_>) -> Result<(), RequestError> {
        let mut operations = self.operations.iter();
        match operations.find_map(|operation| operation.skipped(scope)) {
            Some(variable) => Err(RequestError::Skipped {
                variable: variable.to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// The requests as they would go out, secrets masked; see [`Request::plan`]. The values of [`CurlCommand::hidden`] are
    /// not needed: their names stand in their places.
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::requests`].
    pub fn plan(&self, scope: &Scope<'_>) -> Result<Vec<PlannedRequest>, RequestError> {
        let (requests, stand_ins) = self.shown(scope, &Files::default())?;
        let plan = |request: &Request| request.plan_as_is().with(&stand_ins);
        Ok(requests.iter().map(plan).collect())
    }

    /// The same call as a literal curl command, quoted for a POSIX shell (sh, bash, zsh), with the secrets that its text
    /// or its values hold. Pasted into a terminal, or read with [`Reading::literal`], it makes the same requests.
    ///
    /// A value of [`CurlCommand::hidden`] is a variable of the shell: `secret.my-crm` is `$MY_CRM`, to be set to the
    /// value as it goes out, encoded where the command encodes it.
    ///
    /// # Errors
    ///
    /// As for [`CurlCommand::requests`]; and a body that no command line can hold.
    pub fn as_curl(&self, scope: &Scope<'_>) -> Result<String, RequestError> {
        let (requests, stand_ins) = self.shown(scope, &Files::default())?;
        print::command(&requests, &stand_ins)
    }

    /// What is allowed but probably not meant, in the order in which it was found.
    pub fn warnings(&self) -> &[CurlWarning] {
        &self.warnings
    }

    /// The canonical names of the variables in it, each once.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let templates = self.texts().filter_map(Text::template);
        once_each(templates.flat_map(mc_template::Template::variables))
    }

    /// The names of the values in it that nobody may see (`secret.NAME`), each once.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        once_each(self.texts().flat_map(Text::hidden))
    }

    /// For each of [`CurlCommand::hidden`] the variable of a shell that [`CurlCommand::as_curl`] writes for it.
    pub fn shell_variables(&self) -> impl Iterator<Item = (&str, String)> {
        self.hidden().map(|name| (name, shell_name(name)))
    }

    fn texts(&self) -> impl Iterator<Item = &Text> {
        self.operations.iter().flat_map(Operation::texts)
    }

    /// The files that it reads when it is sent, for a check beforehand.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.operations.iter().flat_map(Operation::files)
    }

    /// The files of cookies (`-b FILE`): one that is not there brings none.
    pub fn cookie_files(&self) -> impl Iterator<Item = &Path> {
        self.operations.iter().flat_map(Operation::cookie_files)
    }

    /// What it reads for each call: the files that it sends, and those of cookies.
    pub(crate) fn read_per_call(&self) -> impl Iterator<Item = &Path> {
        let sent = self.operations.iter().flat_map(Operation::sent);
        sent.chain(self.cookie_files())
    }

    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }
}

/// Warns of what a line may mean otherwise where it was written.
fn doubts(input: &mut Input<'_>, line: &str, split: &Split) {
    let windows = ["^\n", "^\r", "curl.exe"];
    if let Some(at) = split.doubled
        && !windows.iter().any(|one| line.contains(one))
    {
        input.warn_line(at, DOUBLED);
    }
    if let Some(at) = split.in_url {
        input.warn_line(at, IN_URL);
    }
    for word in &split.words {
        for (at, _) in word.text.match_indices("^&") {
            input.warn_line(word.position(at), CARET);
        }
    }
}

fn once_each<'n>(all: impl Iterator<Item = &'n str>) -> impl Iterator<Item = &'n str> {
    let mut names: Vec<&str> = Vec::new();
    for name in all {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter()
}

impl fmt::Debug for CurlCommand {
    /// Shows the variables. The rest stays out: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CurlCommand")
            .field("variables", &self.variables().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
