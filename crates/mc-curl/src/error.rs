//! What can be wrong with a command, with its values, and with a sender.

use std::fmt;
use std::path::PathBuf;

use mc_template::{RenderError, TemplateError};

use crate::shell::Construct;

/// Everything that is wrong with a curl command, in the order of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurlErrors(Vec<CurlError>);

impl CurlErrors {
    pub(crate) fn new(mut errors: Vec<CurlError>) -> Self {
        errors.sort_by_key(|error| error.offset);
        Self(errors)
    }

    /// The faults, in the order of the line. There is at least one.
    pub fn iter(&self) -> impl Iterator<Item = &CurlError> {
        self.0.iter()
    }
}

impl fmt::Display for CurlErrors {
    /// One line for each fault.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CurlErrors {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.first().map(|first| first as _)
    }
}

/// The place of a byte as a person counts: characters, the first being 1.
pub(crate) fn column(line: &str, offset: usize) -> usize {
    line.char_indices()
        .take_while(|(at, _)| *at < offset)
        .count()
        + 1
}

/// One fault of a curl command, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {problem}")]
#[non_exhaustive]
pub struct CurlError {
    /// Where it stands: bytes from the start of the command.
    pub offset: usize,
    /// Where it stands: characters from the start of the command, the first being 1.
    pub column: usize,
    /// What it is and what to write instead.
    #[source]
    pub problem: Problem,
}

impl CurlError {
    pub(crate) fn new(line: &str, offset: usize, problem: Problem) -> Self {
        Self {
            offset,
            column: column(line, offset),
            problem,
        }
    }
}

/// The faults of a curl command. None holds more of it than names, schemes and operators: the rest may
/// be a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A quote is opened and not closed.
    #[error(
        "the quote {quote} is not closed; close it, or write \\{quote} for the character itself"
    )]
    OpenQuote {
        /// The quote.
        quote: char,
    },
    /// An option that curl has and that is not supported here.
    #[error("{option} is not supported: {reason}")]
    Unsupported {
        /// The option.
        option: String,
        /// Why, and what to write instead.
        reason: &'static str,
    },
    /// An option that curl does not have.
    #[error("{option} is not an option of curl{}", suggest(*suggestion))]
    Unknown {
        /// The option as written.
        option: String,
        /// One that may have been meant.
        suggestion: Option<&'static str>,
    },
    /// `--option=value`.
    #[error("curl's options take no `=`; write `{option} VALUE`, with a space")]
    EqualSign {
        /// The option.
        option: String,
    },
    /// `--no-` before an option that has no such form.
    #[error("{option} has no `--no-` form")]
    NotASwitch {
        /// The option.
        option: String,
    },
    /// The option stands last, and its argument is missing.
    #[error("{option} needs its argument: {argument}")]
    MissingArgument {
        /// The option.
        option: String,
        /// What should follow.
        argument: &'static str,
    },
    /// The option's argument is not one.
    #[error("{option}: {reason}")]
    BadArgument {
        /// The option.
        option: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A variable where none may stand.
    #[error("{option}: no variable may stand in {place}")]
    Variable {
        /// The option.
        option: String,
        /// Where.
        place: &'static str,
    },
    /// A shell's redirection, pipe or second command.
    #[error("`{operator}` is a shell's, and no shell reads this; leave it and what follows out")]
    Shell {
        /// The operator, with the word behind it.
        operator: String,
    },
    /// Something that the line's shell would have acted upon; it is never sent as text.
    #[error(transparent)]
    Construct(#[from] Construct),
    /// A word that is neither an option nor a URL.
    #[error("`{word}` is neither an option nor a URL; {hint}")]
    Stray {
        /// How it begins.
        word: String,
        /// What may be the cause.
        hint: &'static str,
    },
    /// There is no URL.
    #[error("there is no URL")]
    MissingUrl,
    /// The URL's scheme is neither http nor https.
    #[error("{scheme}: only http and https are spoken")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// The URL is not one.
    #[error("the URL {reason}")]
    Url {
        /// What is wrong with it.
        reason: String,
    },
    /// Two options that ask for different methods, or exclude each other.
    #[error("{first} and {second} exclude each other")]
    Conflict {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// A template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

fn suggest(suggestion: Option<&'static str>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean --{name}?"))
}

/// Why a command makes no requests for these values. Nothing has been sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A value that nobody may see is not to be had.
    #[error(transparent)]
    Hidden(#[from] mc_secret::Unavailable),
    /// The URL begins with a variable that this call does not bring: there is nothing to do.
    #[error("this call brings no {variable}, with which the URL begins")]
    Skipped {
        /// The variable's canonical name.
        variable: String,
    },
    /// A value may not go where the command would put it.
    #[error(transparent)]
    Refused(#[from] RenderError),
    /// A value would be more than the one thing it stands for.
    #[error("{option}: a value holds `{character}`, which would {effect}")]
    Separator {
        /// The option.
        option: &'static str,
        /// The character.
        character: char,
        /// What it would do.
        effect: &'static str,
    },
    /// What the command adds to an address would stand behind its `#`, and not be sent.
    #[error(
        "{variable} has a `#`, behind which nothing is sent: what the command adds to it would be lost"
    )]
    Fragment {
        /// The variable's canonical name.
        variable: String,
    },
    /// The URL that the values make is not one.
    #[error("the URL is not one: {reason}")]
    Url {
        /// What is wrong with it.
        reason: String,
    },
    /// A file that the command sends cannot be read, or is too large.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The request cannot be written as a command line: its body is not text, or holds a NUL.
    #[error("the body is not text, so that it cannot be written into a command line")]
    NotText,
}

impl RequestError {
    /// Curl's exit code for it: 26 for a file, 3 for a URL, else 2.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::File { .. } => 26,
            Self::Url { .. } => 3,
            _ => 2,
        }
    }
}

/// Why a [`Sender`](crate::Sender) cannot be made ready.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SenderError {
    /// A file of certificates cannot be read, or holds none.
    #[error(transparent)]
    Certificates(#[from] mc_http::CaFileError),
    /// A client certificate cannot be used.
    #[error("{}: {reason}", path.display())]
    Identity {
        /// The certificate's file.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// A proxy's address is not one.
    #[error("the proxy's address is not one; write it as http://HOST:PORT")]
    Proxy,
    /// `--connect-to` cannot be done here.
    #[error("{0}")]
    Route(&'static str),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] reqwest::Error),
}
