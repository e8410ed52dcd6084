//! A line as somebody copied it, made into one that a configuration can hold.

use std::ops::Range;

use mc_template::Names;
use mc_template::words::{SplitError, Word, quote_posix};

use crate::error::{CurlError, Problem};
use crate::shell::{Construct, Shell, ShellVariable, for_powershell};

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
}

/// Why a text is no curl line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasteError {
    /// It is longer than any line.
    #[error("the text is longer than {} KiB; send a large body from a file, with -d @FILE", LONGEST / 1024)]
    TooLong,
    /// No command in it is curl.
    #[error("there is no curl command in it: begin with the line that starts with `curl`")]
    NoCommand,
    /// The command is one word, in quotes.
    #[error("{}", QUOTED)]
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
        let start = command_start(text);
        let line = without_fence(text, start);
        let unsure = shell.is_none() && Shell::shown(line).is_none();
        let shell = shell.unwrap_or_else(|| Shell::guess(line));
        let split = match shell.split(line, Some(names)) {
            Ok(split) => split,
            Err(error) => {
                return Err(before_curl(text, start).unwrap_or(PasteError::Quote { shell, error }));
            }
        };
        // What stands in the program's path is not carried over.
        let behind = split.words.get(1).map_or(0, |word| word.start);
        let texts = |words: Vec<Word>| words.into_iter().map(|word| word.text).collect::<Vec<_>>();
        let mut arguments = texts(split.words);
        let first = arguments.first().map_or("", String::as_str);
        if is_quoted_command(first) {
            return Err(PasteError::Quoted);
        }
        if !is_curl(first) {
            return Err(before_curl(text, start).unwrap_or(PasteError::NoCommand));
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
        self.unsure.then(|| sentence.to_owned())
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
    match for_powershell(word) {
        Some((_, written)) => {
            let outside: String = written
                .chars()
                .map(|c| if c == '"' { "'\\\"'" } else { "\\" })
                .collect();
            quote_posix(word).replace(written, &outside)
        }
        None => quote_posix(word),
    }
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

/// Where the command begins: behind a prompt and the words that run another command.
fn command_start(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        at += rest.len() - trimmed.len();
        if let Some(length) = beside(trimmed) {
            at += length;
            continue;
        }
        let skipped = [
            "$ ", "% ", "> ", "# ", "❯ ", "➜ ", "@", "sudo ", "call ", "exec ", "time ", "nohup ",
            "command ", "PS> ", "& ", "cmd ", "cmd.exe ", "/c ", "start ", "\"\" ", "/b ", "/min ",
            "/wait ", "`curl ",
        ]
        .into_iter()
        .find(|prefix| {
            trimmed.len() > prefix.len()
                && trimmed
                    .get(..prefix.len())
                    .is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
        })
        .map(|prefix| {
            if prefix.starts_with('`') {
                1
            } else {
                prefix.len()
            }
        })
        .or_else(|| prompt(trimmed));
        match skipped {
            Some(length) => at += length,
            None => return at,
        }
    }
}

/// The length of a line that belongs to no command: the fence of a block in Markdown, or what says nothing.
fn beside(text: &str) -> Option<usize> {
    let (line, _) = text.split_once('\n')?;
    let fence = line
        .trim()
        .strip_prefix("```")
        .is_some_and(|language| language.chars().all(|c| c.is_ascii_alphanumeric()));
    fence.then_some(line.len() + 1).or_else(|| comment(text))
}

/// The length of a line that says nothing to a shell: a comment, `@echo off`.
fn comment(text: &str) -> Option<usize> {
    let (line, below) = text.split_once('\n')?;
    let lower = line.trim().to_ascii_lowercase();
    let quiet = ["@echo off", "echo off", "setlocal", "rem"].contains(&lower.as_str());
    let others = ["//", "rem ", "@rem ", "::", "#!"];
    let comment = others.iter().any(|mark| lower.starts_with(mark));
    // `# curl ..` is what root types, unless the command itself comes below.
    let first = |line: &str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        is_curl(word) || word == "sudo"
    };
    let hash = lower
        .strip_prefix('#')
        .is_some_and(|rest| !first(rest.trim_start_matches('#')) || below.lines().any(first));
    (quiet || comment || hash).then_some(line.len() + 1)
}

/// The comments before the command in a line of a configuration, each with its place, and where they end.
pub(crate) fn comments(line: &str) -> (Vec<(usize, &str)>, usize) {
    let (mut found, mut at) = (Vec::new(), 0);
    loop {
        let rest = &line[at..];
        let begin = at + rest.len() - rest.trim_start().len();
        let Some(length) = comment(&line[begin..]) else {
            return (found, at);
        };
        at = begin + length;
        found.push((begin, line[begin..at].trim_end()));
    }
}

/// The command from `start` on, without what closes a block or a piece of code in Markdown.
fn without_fence(text: &str, start: usize) -> &str {
    let line = text[start..].trim_end();
    let before = text[..start].trim_end();
    let line = if before.contains("```") {
        line.strip_suffix("```").unwrap_or(line)
    } else if before.ends_with('`') {
        line.strip_suffix('`').unwrap_or(line)
    } else {
        line
    };
    line.trim_end()
}

/// The curl further on in a text, and what stands before it.
fn before_curl(text: &str, start: usize) -> Option<PasteError> {
    let rest = &text[start..];
    let ends = |c: char| c.is_whitespace() || "$(`'\";|&=<>{}[],".contains(c);
    let mut from = 0;
    let at = loop {
        let at = from + rest[from..].to_ascii_lowercase().find("curl")?;
        let begins = rest[..at]
            .chars()
            .next_back()
            .is_none_or(|c| ends(c) || "/\\".contains(c));
        let word = rest[at..]
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default();
        if begins && at > 0 && is_curl(word) {
            break at;
        }
        from = at + 4;
    };
    let line = text[..start + at].matches('\n').count() + 1;
    // A mark alone where no word stands: `(curl ..)`.
    let before = rest[..at].trim();
    let word = before.split(ends).find(|word| !word.is_empty());
    Some(PasteError::Before {
        line,
        word: word.unwrap_or(before).chars().take(20).collect(),
    })
}

/// The length of a prompt with a path: `PS C:\>`, `C:\Users\me>`, `me@host:~$`.
fn prompt(text: &str) -> Option<usize> {
    let first = text.lines().next()?;
    let end = first.find(['>', '$', '#'])?;
    let before = &first[..end];
    let windows = before.strip_prefix("PS ").unwrap_or(before);
    let path = windows.get(1..3) == Some(":\\") && first.as_bytes()[end] == b'>';
    let host = before.contains('@') && before.contains(':') && !before.contains([' ', '"', '\'']);
    (path || (host && first.as_bytes()[end] != b'>')).then_some(end + 1)
}

/// What is said of a command that is one word.
pub(crate) const QUOTED: &str = "the whole command stands in quotes: take them away";

/// Whether a word is a command, which stood in quotes.
pub(crate) fn is_quoted_command(word: &str) -> bool {
    word.split_once(' ')
        .is_some_and(|(first, _)| is_curl(first))
}

/// `curl`, `curl.exe`, or a path to it, in any letter case.
pub(crate) fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.eq_ignore_ascii_case("curl") || name.eq_ignore_ascii_case("curl.exe")
}

/// What stands before the command in a line of a configuration, where nothing is left out unsaid.
pub(crate) fn before_command(line: &str) -> Option<Construct> {
    let start = command_start(line);
    let before = line[..start].trim();
    let rest = &line[start..];
    let in_quotes = rest
        .strip_prefix('"')
        .and_then(|rest| rest.split('"').next());
    let first = in_quotes.or_else(|| rest.split_whitespace().next());
    let first = first.unwrap_or_default();
    (!before.is_empty()
        && (is_curl(first.trim_matches(['"', '\'', '^'])) || is_quoted_command(first)))
    .then(|| Construct::Before {
        word: before.to_owned(),
    })
}
