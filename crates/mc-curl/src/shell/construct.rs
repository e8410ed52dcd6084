//! What a shell would have acted upon.

use mc_secret::text::{is_no_space, straight_quote};
use mc_template::Names;
use mc_template::foreign::identifier;

use crate::shell::environment::{as_secret, is_shell_variable};

/// How a text over several lines begins in PowerShell.
pub(super) const HERE_STRINGS: [&str; 4] = ["@\"\n", "@\"\r", "@'\n", "@'\r"];

/// Something in a line that a shell acts upon, or that looks like syntax and is none. It is never sent as text.
///
/// Displays as what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Construct {
    /// `$NAME` or `${NAME}`.
    #[error(
        "`${name}` is a shell's variable, and no shell reads this: {}write what it stands for; if calls bring it, declare \
         it under `Variables`",
        as_secret(name)
    )]
    Variable {
        /// Its name.
        name: String,
    },
    /// The same in the name of a file, where neither a secret nor a variable of ours may stand.
    #[error("`${name}` is a shell's variable, and no shell reads this: write the path itself")]
    PathVariable {
        /// Its name.
        name: String,
    },
    /// `%NAME%`.
    #[error(
        "`%{name}%` is a variable of the Windows command prompt, which does not read this: {}write what it stands for",
        as_secret(name)
    )]
    Environment {
        /// Its name.
        name: String,
    },
    /// `%1` in a batch file.
    #[error(
        "`{written}` is a parameter of the batch file, which nobody gives here: write what it stands for, such as `$ANumber`"
    )]
    Parameter {
        /// As written.
        written: String,
    },
    /// `$(command)`, or the command in backticks.
    #[error(
        "`{mark}` begins a command whose output a shell would put here, and no shell reads this: write the text, or start \
         the command as a hook of its own"
    )]
    Substitution {
        /// How it begins.
        mark: &'static str,
    },
    /// A pipe, a redirection or a second command.
    #[error(
        "`{operator}` ends a command or redirects it in a shell, and no shell reads this: put the text around it into \
         quotes if it belongs to it, else leave it and what follows out"
    )]
    Operator {
        /// The operator.
        operator: String,
    },
    /// The same behind a `\"`, by which only the program knows a quote in a text.
    #[error(
        "`{operator}` ends the command, for `\\\"` is a quote like others to the Windows command prompt: write `^` before it, or read the line as bash does (`--shell bash`)"
    )]
    QuotedOperator {
        /// The operator.
        operator: String,
    },
    /// A line that the one before it does not go on with.
    #[error(
        "`{word}` begins another command, for the line above it ends there: leave what follows out, or let the line above \
         end in the character that continues it"
    )]
    NextLine {
        /// The line's first word.
        word: String,
    },
    /// The same, behind a line that ends in a mark and a blank.
    #[error(
        "`{word}` begins another command, for behind the last character of the line above it stands a blank: take that away"
    )]
    BlankBehindMark {
        /// The line's first word.
        word: String,
    },
    /// A line that goes on in the middle of a word, in one that begins with an option.
    #[error(
        "`{option}` belongs to the last word of the line above it: write a space before the character that continues \
         it"
    )]
    Glued {
        /// The option.
        option: String,
    },
    /// `\"` in a text in double quotes of PowerShell.
    #[error(
        "`\\\"` ends a text in \"..\" in PowerShell, where a backslash is an ordinary character: write the text in '..'"
    )]
    BackslashQuote,
    /// `@"`, and a line's end behind it.
    #[error("`@\"` begins a text over several lines in PowerShell: write it as one text in '..'")]
    HereString,
    /// `#` where a word begins.
    #[error("`#` begins a comment in a shell: leave it and the rest of its line out")]
    Comment,
    /// A backslash or another escape that a shell would take away.
    #[error(
        "`{escape}` is {} to a shell: write it alone, and the text in quotes",
        spelled(*character)
    )]
    Escape {
        /// As written.
        escape: String,
        /// What a shell makes of it.
        character: char,
    },
    /// `\0` in `$'..'`.
    #[error(
        "`{escape}` ends the text in a shell, and no command line can hold it: leave it and the rest of this text out"
    )]
    Nul {
        /// As written.
        escape: String,
    },
    /// `\xFC` in `$'..'`, which is no character of its own.
    #[error("`{escape}` is no character in UTF-8: write the character itself")]
    NotUtf8 {
        /// As written.
        escape: String,
    },
    /// A text in quotes that takes in the next line's option.
    #[error(
        "the text that this {quote} begins goes on over the line's end and what stands there: a quote is missing in this line"
    )]
    MissingQuote {
        /// The quote.
        quote: char,
    },
    /// Two of the characters that continue a line.
    #[error("`{mark}{mark}` at a line's end is a character: one `{mark}` continues the line")]
    DoubledMark {
        /// The character.
        mark: char,
    },
    /// `%%`.
    #[error("`%%` is how a batch file writes a percent sign: write `%`")]
    DoublePercent,
    /// `\"` or `""` between single quotes.
    #[error("`{written}` between '..' is how PowerShell hands a quote to a program: write `\"`")]
    PowerShellQuote {
        /// As written.
        written: &'static str,
    },
    /// A backtick before a quote, a `$` or the letter of a line's end.
    #[error("`{escape}` is how PowerShell writes {meant}")]
    PowerShellEscape {
        /// As written.
        escape: &'static str,
        /// What it is, and what to write.
        meant: &'static str,
    },
    /// `` `e `` and `` `u{..} ``, which one version of PowerShell knows.
    #[error(
        "`{escape}` is a character to PowerShell 7 and text to Windows PowerShell 5: write the character itself"
    )]
    PowerShellCharacter {
        /// As written.
        escape: String,
    },
    /// `(..)`, `{..}`, `@{..}`.
    #[error(
        "`{mark}` outside quotes begins an expression of PowerShell, and no shell reads this: write the text itself, in quotes"
    )]
    Expression {
        /// How it begins.
        mark: &'static str,
    },
    /// `''` in the middle of a text in single quotes.
    #[error(
        "`''` in '..' is an apostrophe to PowerShell and nothing to other shells: write `'\\''` for an apostrophe, or leave it \
         out"
    )]
    DoubledQuote,
    /// `'..'word'..'`, as of a text with apostrophes that somebody put between single quotes.
    #[error(
        "this `'` ends a text in '..', which goes on behind the next one: write `'\\''` for each apostrophe in it"
    )]
    LostQuotes,
    /// `"..^\^"`, as Chrome copied lines for the command prompt before 2024.
    #[error(
        "a browser copied this wrongly for the command prompt, to which `^` in \"..\" is a character: copy it \"as cURL (bash)\""
    )]
    WrongCopy,
    /// `--%`.
    #[error(
        "`--%` stops PowerShell from reading on: leave it out, and write '..' around what has quotes in it"
    )]
    StopParsing,
    /// `~/`.
    #[error("`~` is the home folder to a shell: write the folder's path")]
    Home,
    /// `{a,b}` outside quotes.
    #[error(
        "`{{..,..}}` outside quotes is several words to a shell: write each of them, or quotes around it"
    )]
    Braces,
    /// A quote, dash or space that a word processor or a web page made of a plain one.
    #[error("write {plain} here: U+{:04X} is a typographic {kind} and no syntax", u32::from(*character))]
    Typographic {
        /// The character.
        character: char,
        /// What it is.
        kind: &'static str,
        /// What to write.
        plain: &'static str,
    },
    /// `<password>` outside quotes.
    #[error("`{written}` is a placeholder; write what you have in its place")]
    Placeholder {
        /// As written.
        written: String,
    },
    /// `<https://..>` outside quotes.
    #[error("`<..>` around an address is how mails and pages mark a link: leave both out")]
    Link,
    /// Something before `curl`.
    #[error("`{word}` stands before the command and is not part of it: begin with `curl`")]
    Before {
        /// The word.
        word: String,
    },
}

/// Whether a text is a URL, and no more.
fn is_address(text: &str) -> bool {
    let scheme = ["http://", "https://"];
    scheme.iter().any(|scheme| text.starts_with(scheme)) && !text.contains(char::is_whitespace)
}

/// A character for a sentence.
fn spelled(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        other => other.to_string(),
    }
}

/// A construct and where it stands: bytes from the start of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) at: usize,
    pub(crate) construct: Construct,
}

impl Construct {
    /// The placeholder in angle brackets with which a text begins. Files of a redirection are not closed so.
    pub(super) fn placeholder(text: &str) -> Option<&str> {
        let (name, _) = text.strip_prefix('<')?.split_once('>')?;
        let is_name = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
        let named = name.starts_with(char::is_alphabetic) && name.ends_with(char::is_alphanumeric);
        let is_placeholder = named && name.chars().all(is_name);
        (is_placeholder || is_address(name)).then(|| &text[..name.len() + 2])
    }

    pub(super) fn of_placeholder(written: &str) -> Self {
        if is_address(&written[1..]) {
            return Self::Link;
        }
        let written = written.to_owned();
        Self::Placeholder { written }
    }

    /// What a backtick of PowerShell escapes with which a text begins, and how much of the text that is.
    pub(super) fn powershell_escape(text: &str) -> Option<(usize, Self)> {
        const ENDS: &str = "the end of a line: leave it out";
        const ALL: [(&str, &str, &str); 5] = [
            ("`\"", "", "a quote in \"..\": write `\\\"`"),
            ("`$", "", "`$`: write `$`"),
            ("`n", "\"", ENDS),
            ("`n", "`", ENDS),
            ("`r", "`", ENDS),
        ];
        ALL.into_iter().find_map(|(escape, behind, meant)| {
            let rest = text.strip_prefix(escape)?;
            rest.starts_with(behind).then_some(())?;
            let length = if escape == "`$" { 1 } else { escape.len() };
            Some((length, Self::PowerShellEscape { escape, meant }))
        })
    }

    /// The escape with which a text begins and that Windows PowerShell 5 does not know.
    pub(super) fn powershell_character(text: &str) -> Option<Self> {
        let length = if text.starts_with("`u{") {
            1 + text.find('}')?
        } else {
            text.starts_with("`e").then_some(2)?
        };
        let escape = text[..length].to_owned();
        Some(Self::PowerShellCharacter { escape })
    }

    /// What stands outside quotes and is no syntax, though it looks like it.
    pub(super) fn typographic(character: char, begins_word: bool) -> Option<Self> {
        let (kind, plain) = match character {
            _ if straight_quote(character) == Some('"') => ("quote", "`\"`"),
            _ if straight_quote(character).is_some() => ("quote", "`'`"),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
                if begins_word =>
            {
                ("dash", "`-` or `--`")
            }
            _ if is_no_space(character) && !character.is_ascii() => ("space", "a plain space"),
            _ => return None,
        };
        Some(Self::Typographic {
            character,
            kind,
            plain,
        })
    }

    /// `$` at `at` of a line, as a shell with such variables reads it; `None` for an ordinary character or one of
    /// `names`, of which a shell reads no beginnings.
    pub(super) fn dollar_of_shell(line: &str, at: usize, names: Option<&Names>) -> Option<Self> {
        let ours = |name: &str| names.is_some_and(|names| names.known(name).is_some());
        Self::dollar_unless(line, at, ours)
    }

    /// The same in a template, where a name ends with the longest one that is known.
    pub(crate) fn dollar(line: &str, at: usize, names: Option<&Names>) -> Option<Self> {
        let known = |name: &str| names.is_some_and(|names| names.known(name).is_some());
        let ours = |name: &str| (1..=name.len()).any(|end| known(&name[..end]));
        Self::dollar_unless(line, at, ours)
    }

    /// A variable of a shell in the name of a file, and where: in capitals, or with which the name begins.
    pub(crate) fn in_path(path: &str, names: Option<&Names>) -> Option<(usize, Self)> {
        let variable = |(at, _)| match Self::dollar(path, at, names) {
            Some(Self::Variable { name })
                if at == 0 || is_shell_variable(&name) || name.contains(':') =>
            {
                Some((at, Self::PathVariable { name }))
            }
            _ => None,
        };
        names.and_then(|_| path.match_indices('$').find_map(variable))
    }

    fn dollar_unless(line: &str, at: usize, ours: impl Fn(&str) -> bool) -> Option<Self> {
        let rest = &line[at + 1..];
        if rest.starts_with('(') {
            return Some(Self::Substitution { mark: "$(" });
        }
        let braces = rest.strip_prefix('{');
        let inner = braces.unwrap_or(rest);
        let name = identifier(inner);
        if name.is_empty() {
            // `$1`, `$@`, `$?` and their like have no name, and are variables all the same; `${{` is ours.
            let special = braces.is_none()
                && rest.starts_with(|c: char| c.is_ascii_digit() || "@*#?!".contains(c));
            return special.then(|| Self::Variable {
                name: rest.chars().take(1).collect(),
            });
        }
        if ours(name) {
            return None;
        }
        // `$env:NAME` of PowerShell.
        let own = inner[name.len()..].strip_prefix(':').map(identifier);
        if let Some(own) = own
            && name.eq_ignore_ascii_case("env")
            && !own.is_empty()
        {
            let name = inner[..name.len() + 1 + own.len()].to_owned();
            return Some(Self::Variable { name });
        }
        Some(Self::Variable {
            name: name.to_owned(),
        })
    }
}
