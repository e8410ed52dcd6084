//! Command lines as shells read them.
//!
//! A curl line is written for a shell. Each shell here has a reader that gives the words which that shell would hand to
//! curl, and names what the shell would have acted upon (variables, substitutions, pipes, a second command), for nothing
//! of that is ever sent as text.
//!
//! Sources: POSIX.1-2017, Shell Command Language 2.2 and 2.6; the Bash Reference Manual, 3.1.2.4 "ANSI-C Quoting";
//! Microsoft Learn, "cmd", "Parsing C command-line arguments", "`about_Quoting_Rules`", "`about_Parsing`" and
//! "`about_Special_Characters`".

mod bash;
mod cmd;
mod configuration;
mod construct;
mod environment;
mod escape;
mod heredoc;
mod lines;
mod powershell;
mod split;
mod variable;

use mc_template::Names;
use mc_template::words::SplitError;

pub(crate) use configuration::for_powershell;
pub use construct::Construct;
pub(crate) use environment::{environment_variable, is_shell_variable};
pub(crate) use split::Split;
pub(crate) use variable::ShellVariable;

/// Whose rules a line was written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shell {
    /// The rules of a configuration file: Windows' quotes, and what other shells' lines have that no rule of these reads
    /// otherwise.
    Configuration,
    /// bash, sh, zsh, and what browsers copy "as cURL (bash)".
    Bash,
    /// The Windows command prompt, and what browsers copy "as cURL (cmd)".
    Cmd,
    /// A `.bat` or `.cmd` file: the command prompt, with `%%` for a percent sign.
    Batch,
    /// Windows PowerShell 5 and PowerShell 7.
    PowerShell,
}

impl Shell {
    /// Those that a line can be copied from.
    pub const COPIED: [Self; 4] = [Self::Bash, Self::Cmd, Self::Batch, Self::PowerShell];

    /// Its name in small letters, as on a command line: `bash`, `cmd`, `batch`, `powershell`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Bash => "bash",
            Self::Cmd => "cmd",
            Self::Batch => "batch",
            Self::PowerShell => "powershell",
        }
    }

    /// The words that this shell would hand to the program, and what it would have acted upon.
    ///
    /// `names` are variables that stay in the text, in shells where `$` begins one.
    pub(crate) fn split(self, line: &str, names: Option<&Names>) -> Result<Split, SplitError> {
        match self {
            Self::Configuration => configuration::split(line, names.is_some()),
            Self::Bash => bash::split(line, names),
            Self::Cmd => cmd::split(line, false),
            Self::Batch => cmd::split(line, true),
            Self::PowerShell => powershell::split(line, names),
        }
    }

    /// The shell that a line was probably written for, by what only one of them has.
    pub fn guess(line: &str) -> Self {
        Self::shown(line).unwrap_or(Self::Bash)
    }

    /// The shell that something in a line shows.
    pub(crate) fn shown(line: &str) -> Option<Self> {
        let ends_with = |mark: char| line.lines().rev().skip(1).any(|line| line.ends_with(mark));
        let lower = line.to_ascii_lowercase();
        let single = line.contains('\'');
        let exe = lower.contains("curl.exe");
        let prompt = if line.contains("%%") {
            Self::Batch
        } else {
            Self::Cmd
        };
        if line.contains("^\"") || ends_with('^') {
            return Some(prompt);
        }
        let powershell = ["--%", "$env:", "{`\"", "{\\`\"", "[`\"", "[\\`\""];
        let powershell = powershell.iter().any(|one| lower.contains(one));
        if ends_with('`')
            || powershell
            || exe && (single || line.contains("$(") || line.contains("`\""))
        {
            return Some(Self::PowerShell);
        }
        if ends_with('\\') || line.contains("$'") || single {
            return Some(Self::Bash);
        }
        let percent = line
            .match_indices('%')
            .any(|(at, _)| environment_variable(line, at).is_some());
        if line.contains("%%") || percent || exe {
            return Some(prompt);
        }
        by_escapes(line)
    }
}

/// The shell whose escapes a line has: what a POSIX shell would take away and nobody writes for it (`DOMAIN\name`, `^&`,
/// `{""name"":`), or what only such a shell reads (`\&`).
fn by_escapes(line: &str) -> Option<Shell> {
    let mut quoted = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        let after = line[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        match c {
            '\\' if !quoted && before.is_alphanumeric() && after.is_alphanumeric() => {
                return Some(Shell::Cmd);
            }
            '\\' if !quoted && " ?&=$();!#".contains(after) => return Some(Shell::Bash),
            '\\' if quoted && before != '\\' && "$`".contains(after) => return Some(Shell::Bash),
            '^' if !quoted && "&|<>%".contains(after) => return Some(Shell::Cmd),
            '"' if before == '"'
                && "{[,:\"".contains(last_but(line, at))
                && after.is_alphanumeric() =>
            {
                return Some(Shell::Cmd);
            }
            '"' if before != '\\' => quoted = !quoted,
            _ => {}
        }
        before = c;
    }
    None
}

/// The last character but one before a place.
fn last_but(line: &str, at: usize) -> char {
    line[..at].chars().rev().nth(1).unwrap_or(' ')
}
