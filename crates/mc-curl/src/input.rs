//! What is read, piece by piece: each with its place in the line, its option, and how it is read.

use std::fmt;
use std::path::{Path, PathBuf};

use mc_template::foreign::identifier;
use mc_template::words::Word;
use mc_template::{Context, Names, TemplateFault};

use crate::around::is_curl;
use crate::error::{CurlError, Problem, column};
use crate::shell::{self, Construct, Shell};
use crate::text::{self, Marked, Text};

/// What is said of `<!-- $ANumber -->`.
const COMMENT: &str = "no variable may stand in a comment of XML, which a value could end: take it or the comment out";

/// How a command line is read.
#[derive(Clone)]
pub struct Reading<'a> {
    pub(crate) names: Option<&'a Names>,
    folder: PathBuf,
    file_name: Option<FileName<'a>>,
    pub(crate) user_agent: String,
    pub(crate) shell: Shell,
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

    /// A line in which `$` is an ordinary character, as in one that [`CurlCommand::as_curl`](crate::CurlCommand::as_curl) wrote.
    pub fn literal() -> Self {
        Self {
            names: None,
            folder: PathBuf::new(),
            file_name: None,
            user_agent: concat!("mc-curl/", env!("CARGO_PKG_VERSION")).to_owned(),
            shell: Shell::Configuration,
        }
    }

    /// Whose rules the line was written by: [`Shell::Configuration`] unless set here.
    #[must_use = "returns the changed reading"]
    pub fn shell(mut self, shell: Shell) -> Self {
        self.shell = shell;
        self
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

    pub(crate) fn path(&self, path: &str) -> Result<PathBuf, String> {
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

/// An argument, or a URL: a piece of a word with its place in it.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// The option as written, or empty for a URL that stands alone.
    pub(crate) option: String,
    word: Word,
    /// Where the piece begins in the word.
    from: usize,
}

impl Piece {
    /// A word from a place in it to its end.
    pub(crate) fn new(option: &str, word: Word, from: usize) -> Self {
        Self {
            text: word.text[from..].to_owned(),
            option: option.to_owned(),
            word,
            from,
        }
    }

    /// Where a place in the piece stands in the line.
    pub(crate) fn position(&self, offset: usize) -> usize {
        self.word.position(self.from + offset)
    }

    /// Another text in the piece's place.
    pub(crate) fn other(&self, text: &str, option: &str) -> Self {
        Self {
            text: text.to_owned(),
            option: option.to_owned(),
            ..self.clone()
        }
    }

    /// The piece from a place in it to another.
    pub(crate) fn part(&self, from: usize, to: usize) -> Self {
        Self {
            text: self.text[from..to].to_owned(),
            from: self.from + from,
            ..self.clone()
        }
    }
}

/// What is being read, and what was found wrong with it.
pub(crate) struct Input<'r> {
    line: &'r str,
    pub(crate) reading: &'r Reading<'r>,
    pub(crate) errors: Vec<CurlError>,
    pub(crate) warnings: Vec<CurlWarning>,
}

impl<'r> Input<'r> {
    pub(crate) fn new(line: &'r str, reading: &'r Reading<'r>) -> Self {
        Self {
            line,
            reading,
            errors: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(crate) fn error(&mut self, offset: usize, problem: Problem) {
        self.errors.push(CurlError::new(self.line, offset, problem));
    }

    pub(crate) fn bad(&mut self, piece: &Piece, reason: impl Into<String>) {
        self.error(
            piece.position(0),
            Problem::BadArgument {
                option: piece.option.clone(),
                reason: reason.into(),
            },
        );
    }

    pub(crate) fn warn(&mut self, piece: &Piece, text: &str) {
        self.warn_at(piece, 0, text);
    }

    pub(crate) fn warn_at(&mut self, piece: &Piece, offset: usize, text: &str) {
        self.warn_line(piece.position(offset), text);
    }

    /// Warns of a place in the line.
    pub(crate) fn warn_line(&mut self, offset: usize, text: &str) {
        self.warnings.push(CurlWarning {
            offset,
            column: column(self.line, offset),
            text: text.to_owned(),
        });
    }

    /// A piece as a template for its context.
    pub(crate) fn text(&mut self, piece: &Piece, context: Context) -> Option<Text> {
        self.no_environment(piece);
        let xml = matches!(
            context,
            Context::Xml | Context::XmlInForm | Context::XmlInQuery
        );
        if xml && let Some(at) = text::in_comment(&self.marked(piece)) {
            let reason = COMMENT.to_owned();
            let option = piece.option.clone();
            self.error(piece.position(at), Problem::BadArgument { option, reason });
        }
        self.template(piece, context)
    }

    /// Names in percent signs are variables in files' names alone.
    pub(crate) fn no_environment(&mut self, piece: &Piece) {
        let templates = self.reading.names.is_some();
        for (at, _) in piece.text.match_indices('%').filter(|_| templates) {
            if let Some(name) = shell::environment_variable(&piece.text, at) {
                let name = name.to_owned();
                self.error(piece.position(at), Construct::Environment { name }.into());
            }
            let more = &piece.text[at + 1..];
            let digits =
                |text: &str| text.len() > 1 && text.bytes().take(2).all(|b| b.is_ascii_hexdigit());
            match more.strip_prefix('%') {
                Some(after) if digits(after) || !identifier(after).is_empty() => {
                    self.error(piece.position(at), Construct::DoublePercent.into());
                }
                Some(after) if !after.starts_with('%') && !piece.text[..at].ends_with('%') => {
                    self.warn_at(
                        piece,
                        at,
                        "`%%` is two percent signs here, and one in a batch file",
                    );
                }
                _ => {}
            }
        }
    }

    /// A word that begins with a variable of a shell, whatever its name.
    pub(crate) fn no_shell_variable(&mut self, piece: &Piece) {
        let names = self.reading.names;
        if names.is_some()
            && piece.text.starts_with('$')
            && let Some(construct) = Construct::dollar(&piece.text, 0, names)
        {
            self.error(piece.position(0), construct.into());
        }
    }

    /// Whether a piece begins outside quotes, as it stands.
    pub(crate) fn is_bare(&self, piece: &Piece) -> bool {
        let rest = self.line.get(piece.word.start + piece.from..);
        let first = piece.text.chars().next();
        rest.is_some_and(|rest| first.is_some_and(|first| rest.starts_with(first)))
    }

    /// Whether a piece is the first of its line, and not of the first one.
    pub(crate) fn begins_line(&self, piece: &Piece) -> bool {
        let before = self.line.get(..piece.word.start).unwrap_or_default();
        let blank = before.trim_end_matches([' ', '\t']);
        blank.ends_with('\n') && !blank.trim().is_empty()
    }

    /// Whether curl stands further on in the line.
    pub(crate) fn has_curl(&self) -> bool {
        let mut words = self
            .line
            .split(|c: char| c.is_whitespace() || "\"'(`>".contains(c));
        words.any(is_curl)
    }

    fn template(&mut self, piece: &Piece, context: Context) -> Option<Text> {
        match Text::parse(&piece.text, context, self.reading.names) {
            Ok(text) => {
                self.take_warnings(piece, &text, 0);
                Some(text)
            }
            Err(error) => {
                let at = piece.position(error.offset);
                let problem = match &error.fault {
                    TemplateFault::UnknownName {
                        name,
                        nearest: None,
                    } if shell::is_shell_variable(name) => {
                        Construct::Variable { name: name.clone() }.into()
                    }
                    _ => Problem::Template(error),
                };
                self.error(at, problem);
                None
            }
        }
    }

    /// A piece that is a document of its own, and may be JSON or XML: that, if it reads so, else what it is there.
    pub(crate) fn content(&mut self, piece: &Piece, else_it_is: Context) -> Option<Text> {
        let skeleton = self.marked(piece).skeleton(0, piece.text.len());
        // `[$GroupName]` in a header is a text in brackets, and one in angles an address.
        let document = text::document(&skeleton).filter(|document| {
            else_it_is != Context::Header || *document == Context::Json && skeleton.contains('"')
        });
        self.text(piece, document.unwrap_or(else_it_is))
    }

    /// Passes on what a template warns of; `before` bytes of its text are not the piece's own. A name in capitals is a
    /// shell's variable, and an error.
    pub(crate) fn take_warnings(&mut self, piece: &Piece, text: &Text, before: usize) {
        let warnings = text.template().map(mc_template::Template::warnings);
        for warning in warnings.unwrap_or_default() {
            let offset = warning.offset.saturating_sub(before).min(piece.text.len());
            // What is warned of is a `$`; where a URL's template is of what its braces expand to, it stands further on here.
            let from = piece.text.floor_char_boundary(offset);
            let offset = from + piece.text[from..].find('$').unwrap_or(0);
            match self.shell_variable(piece, offset) {
                Some(construct) => self.error(piece.position(offset), construct.into()),
                None => self.warn_at(piece, offset, &warning.text),
            }
        }
    }

    /// The variable of a shell that stands at a place of a piece: `$TOKEN`, and `$env:token` of PowerShell. Other names
    /// may be text.
    fn shell_variable(&self, piece: &Piece, at: usize) -> Option<Construct> {
        let found = piece.text[at..].starts_with('$');
        let construct = found.then(|| Construct::dollar(&piece.text, at, self.reading.names))??;
        match &construct {
            Construct::Variable { name }
                if shell::is_shell_variable(name) || name.contains(':') =>
            {
                Some(construct)
            }
            _ => None,
        }
    }

    /// A piece in which no variable may stand.
    pub(crate) fn literal(&mut self, piece: &Piece, place: &'static str) -> Option<String> {
        self.no_environment(piece);
        self.fixed(piece, place)
    }

    fn fixed(&mut self, piece: &Piece, place: &'static str) -> Option<String> {
        let text = self.template(piece, Context::Plain)?;
        let fixed = text.fixed().map(str::to_owned);
        if fixed.is_none() {
            self.error(
                piece.position(0),
                Problem::Variable {
                    option: piece.option.clone(),
                    place,
                },
            );
        }
        fixed
    }

    /// Tells of a variable of a shell in the name of a file; whether there is one.
    pub(crate) fn path_variable(&mut self, piece: &Piece) -> bool {
        let found = Construct::in_path(&piece.text, self.reading.names);
        found
            .map(|(at, construct)| self.error(piece.position(at), construct.into()))
            .is_some()
    }

    /// A file's path: relative ones start at the configuration's folder.
    pub(crate) fn file(&mut self, piece: &Piece) -> Option<PathBuf> {
        if self.path_variable(piece) {
            return None;
        }
        let name = self.fixed(piece, "a file's name")?;
        if name.starts_with('{') && name.contains('=') {
            self.bad(
                piece,
                "this is a table of PowerShell, and no shell reads this: write the text itself",
            );
            return None;
        }
        self.path(piece, &name)
    }

    pub(crate) fn path(&mut self, piece: &Piece, name: &str) -> Option<PathBuf> {
        match name {
            "" => self.bad(piece, "the file's name is missing"),
            "-" | "." => self.bad(piece, "there is no standard input to read; name a file"),
            _ => match self.reading.path(name) {
                Ok(path) => return Some(path),
                Err(reason) => self.bad(piece, reason),
            },
        }
        None
    }

    pub(crate) fn marked<'p>(&self, piece: &'p Piece) -> Marked<'p> {
        Marked::new(&piece.text, self.reading.names)
    }
}
