//! A line as somebody copied it, made into one that a configuration can hold.

use std::ops::Range;

use mc_template::Names;
use mc_template::words::{SplitError, Word, quote_posix};

use crate::around::{
    before_curl, command_start, is_curl, is_quoted_command, without_fence, without_prompts,
};
use crate::error::{CurlError, Problem};
use crate::shell::{Shell, ShellVariable, for_powershell};

/// What is said of `'..'` in a line for the command prompt.
const SINGLE: &str = "`'` is an ordinary character to the Windows command prompt: if quotes are meant, read the line as bash \
                      does (`--shell bash`), or write it into the setting as it is";

/// The longest text that is read: a request with a body of this size belongs into a file.
const LONGEST: usize = 256 * 1024;

/// A curl line as it was copied from a terminal, a script, a page or a browser.
///
/// ```
/// use mc_curl::{Names, Paste, Shell};
///
/// let paste = Paste::read("$ curl -s https://crm.example/ \\\n  -d 'it'\\''s $ANumber'", None, &Names::call())?;
/// assert_eq!(paste.shell(), Shell::Bash);
/// assert_eq!(paste.arguments(), ["-s", "https://crm.example/", "-d", "it's $ANumber"]);
/// assert_eq!(paste.line(), r"curl -s https://crm.example/ -d 'it'\''s $ANumber'");
/// assert!(paste.open().is_empty());
/// # Ok::<(), mc_curl::PasteError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Paste {
    shell: Shell,
    arguments: Vec<String>,
    open: Vec<CurlError>,
    /// The Windows command prompt would read other words, and nothing shows for which of the two the line was written.
    unsure: bool,
    /// An option of `OData` that its shell would have taken for a variable.
    odata: Option<&'static str>,
}

/// Why a text is no curl line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasteError {
    /// It is longer than any line.
    #[error("the text is longer than {} KiB; send a large body from a file, with -d @FILE", LONGEST / 1024)]
    TooLong,
    /// No command in it is curl.
    #[error(
        "there is no curl command in it: begin with the line that starts with `curl`; a request of another program is written \
         with curl's options, `-X METHOD`, `-H 'Name: value'`, `-d BODY`, and its URL"
    )]
    NoCommand,
    /// The command is one word, in quotes.
    #[error("{}", crate::around::QUOTED)]
    Quoted,
    /// Something else stands before curl.
    #[error(
        "in line {line} `{word}` stands before curl: begin with curl, and write into its command what stood there for it (the \
         value of a variable, the text that a command hands on)"
    )]
    Before {
        /// The line that curl is in.
        line: usize,
        /// The word before it.
        word: String,
    },
    /// A quote is opened and not closed.
    #[error("as {shell:?} reads it, {error}")]
    Quote {
        /// The shell.
        shell: Shell,
        /// The quote and its place.
        #[source]
        error: SplitError,
    },
}

impl PasteError {
    fn before(text: &str, start: usize) -> Option<Self> {
        before_curl(text, start).map(|(line, word)| Self::Before { line, word })
    }
}

impl Paste {
    /// Reads a text by the rules of a shell, or of the one that it was probably written for. `names` are variables that
    /// stay in the text.
    ///
    /// A prompt, `sudo`, `call`, `@` or the like before the command are left out.
    ///
    /// # Errors
    ///
    /// [`PasteError`].
    pub fn read(text: &str, shell: Option<Shell>, names: &Names) -> Result<Self, PasteError> {
        if text.len() > LONGEST {
            return Err(PasteError::TooLong);
        }
        let bare = without_prompts(text);
        let text = bare.as_deref().unwrap_or(text);
        let start = command_start(text);
        let line = without_fence(text, start);
        let unsure = shell.is_none() && Shell::shown(line).is_none();
        let shell = shell.unwrap_or_else(|| Shell::guess(line));
        let split = match shell.split(line, Some(names)) {
            Ok(split) => split,
            Err(error) => {
                return Err(
                    PasteError::before(text, start).unwrap_or(PasteError::Quote { shell, error })
                );
            }
        };
        let odata = split.odata;
        // What stands in the program's path is not carried over.
        let behind = split.words.get(1).map_or(0, |word| word.start);
        let texts = |words: Vec<Word>| words.into_iter().map(|word| word.text).collect::<Vec<_>>();
        let mut arguments = texts(split.words);
        // What is found may leave no word that is certain.
        let named = line.split_whitespace().next();
        if let Some(name) = named.filter(|_| arguments.is_empty() && !split.found.is_empty()) {
            arguments.push(name.to_owned());
        }
        let first = arguments.first().map_or("", String::as_str);
        if is_quoted_command(first) {
            return Err(PasteError::Quoted);
        }
        if !is_curl(first) {
            return Err(PasteError::before(text, start).unwrap_or(PasteError::NoCommand));
        }
        let other = unsure
            .then(|| Shell::Cmd.split(line, Some(names)).ok())
            .flatten();
        let unsure = split.found.is_empty()
            && other.is_some_and(|other| texts(other.words).get(1..) != arguments.get(1..));
        arguments.remove(0);
        let open = split
            .found
            .into_iter()
            .filter(|found| found.at >= behind)
            .map(|found| {
                CurlError::new(text, start + found.at, Problem::Construct(found.construct))
            })
            .collect();
        Ok(Self {
            shell,
            arguments,
            open,
            unsure,
            odata,
        })
    }

    /// The shell by whose rules it was read.
    pub fn shell(&self) -> Shell {
        self.shell
    }

    /// What to look at if nothing shows for which shell the line was written, and another reads it otherwise.
    pub(crate) fn other_shell(&self) -> Option<String> {
        let sentence = "the Windows command prompt reads other words in this line: if it was written for that, read it so \
                        (`--shell cmd`)";
        if self.unsure {
            return Some(sentence.to_owned());
        }
        let single = |one: &String| one.starts_with('\'') || one.ends_with('\'');
        let cmd = matches!(self.shell, Shell::Cmd | Shell::Batch);
        (cmd && self.arguments.iter().filter(|one| single(one)).count() > 0)
            .then(|| SINGLE.to_owned())
    }

    /// What to look at if an option of `OData` stands where a shell has variables.
    pub(crate) fn odata(&self) -> Option<String> {
        let option = self.odata?;
        Some(format!(
            "`{option}` is OData's here; a shell takes it for a variable in \"..\", so that the line sent less than it says"
        ))
    }

    /// What that shell would hand to curl, without the program's name.
    pub fn arguments(&self) -> &[String] {
        &self.arguments
    }

    /// What that shell would have acted upon and what therefore stands in the arguments as text, or is missing in them:
    /// it has to be replaced before the line can be used.
    pub fn open(&self) -> &[CurlError] {
        &self.open
    }

    /// The shell's variables that are open, each once.
    pub(crate) fn variables(&self) -> Vec<ShellVariable> {
        let mut all: Vec<ShellVariable> = Vec::new();
        for error in &self.open {
            if let Problem::Construct(construct) = &error.problem
                && let Some(variable) = ShellVariable::of(construct)
                && !all.contains(&variable)
            {
                all.push(variable);
            }
        }
        all
    }

    /// Puts a text in the place of a variable, which is open no more.
    pub(crate) fn resolve(&mut self, variable: &ShellVariable, text: &str) {
        for argument in &mut self.arguments {
            *argument = variable.replaced(argument, text);
        }
        self.open.retain(|error| match &error.problem {
            Problem::Construct(construct) => {
                ShellVariable::of(construct).as_ref() != Some(variable)
            }
            _ => true,
        });
    }

    /// Puts a text in the place of a part of an argument.
    pub(crate) fn replace(&mut self, argument: usize, range: Range<usize>, text: &str) {
        self.arguments[argument].replace_range(range, text);
    }

    /// Adds arguments.
    pub(crate) fn add(&mut self, arguments: &[&str]) {
        self.arguments
            .extend(arguments.iter().map(|&argument| argument.to_owned()));
    }

    /// The command as a configuration takes it: what [`Shell::Configuration`] reads are these arguments.
    pub fn line(&self) -> String {
        let words = self.arguments.iter().map(|argument| quoted(argument));
        ["curl".to_owned()]
            .into_iter()
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The command as a TOML string, over several lines when it is long.
    pub fn toml(&self) -> String {
        const WIDE: usize = 100;
        let mut line = self.line();
        if line.len() > WIDE {
            line = String::from("curl");
            let mut after_option = false;
            for argument in &self.arguments {
                let option = argument.starts_with('-');
                line.push_str(if option || !after_option {
                    " \\\n  "
                } else {
                    " "
                });
                line.push_str(&quoted(argument));
                after_option = option;
            }
        }
        let literal = !line.contains("'''")
            && !line.ends_with('\'')
            && !line.contains(|c: char| c.is_control() && c != '\n');
        match (literal, line.contains(['\n', '\''])) {
            (true, false) => format!("'{line}'"),
            (true, true) => format!("'''\n{line}'''"),
            (false, _) => basic_string(&line),
        }
    }
}

/// A word for a configuration: a double quote that looks like one of PowerShell's stands outside the single ones.
fn quoted(word: &str) -> String {
    // Without quotes it would be PowerShell's, after which everything stands as it is.
    if word == "--%" {
        return format!("'{word}'");
    }
    // Each text between apostrophes is one in quotes of its own.
    let parts: Vec<_> = word.split('\'').collect();
    if parts.iter().all(|part| for_powershell(part).is_none()) {
        return quote_posix(word);
    }
    let part = |part: &&str| {
        let quoted = quote_posix(part);
        let Some((_, written)) = for_powershell(part) else {
            return quoted;
        };
        let outside = |c| if c == '"' { "'\\\"'" } else { "\\" };
        quoted.replace(written, &written.chars().map(outside).collect::<String>())
    };
    parts.iter().map(part).collect::<Vec<_>>().join("\\'")
}

/// A TOML basic string.
fn basic_string(text: &str) -> String {
    use std::fmt::Write as _;
    let mut written = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            c if c.is_control() => {
                // Writing to a String does not fail.
                let _ = write!(written, "\\u{:04X}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written.push('"');
    written
}
