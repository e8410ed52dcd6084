//! What there is to say of an option.

use crate::draft::{Draft, Mention};
use crate::input::{Input, Piece};

/// One option of curl.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CurlOption {
    /// The long name, without its dashes.
    pub long: &'static str,
    /// The short name.
    pub short: Option<char>,
    /// What it has a say in.
    pub kind: OptionKind,
    /// What it does, for the documentation; of one that is refused, why, and what to write instead where
    /// there is something.
    pub meaning: &'static str,
    pub(crate) does: Does,
}

/// What follows an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argument {
    /// Nothing, and there is no `--no-` form.
    None,
    /// Nothing; `--no-NAME` takes it back.
    Switch,
    /// A literal, here named as in the documentation. It may hold no variable.
    Literal(&'static str),
    /// A text that may hold variables.
    Template(&'static str),
}

impl Argument {
    /// The name of the argument in the documentation.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Literal(name) | Self::Template(name) => Some(name),
            Self::None | Self::Switch => None,
        }
    }
}

/// What an option has a say in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionKind {
    /// The request: method, target, headers, body.
    Request,
    /// How it is sent: connection, time, redirects, retries.
    Sending,
    /// What counts as a failure.
    Outcome,
    /// How the command line is read.
    Reading,
    /// Curl's own output, or something without effect here: accepted, and does nothing.
    Nothing,
    /// Refused by name.
    Refused,
}

impl OptionKind {
    /// The word for it in the documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Sending => "sending",
            Self::Outcome => "outcome",
            Self::Reading => "reading",
            Self::Nothing => "accepted, does nothing",
            Self::Refused => "refused",
        }
    }
}

/// What follows an option, and what it does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Does {
    Alone(fn(&mut Draft, Mention)),
    Switch(fn(&mut Draft, Mention)),
    Literal(&'static str, fn(&mut Draft, &mut Input<'_>, &Piece)),
    /// Its context is known only when all options are.
    Template(&'static str, fn(&mut Draft, Piece)),
    /// The next request begins.
    Next,
    Refuse {
        argument: bool,
    },
}

impl CurlOption {
    /// What follows it.
    pub const fn argument(&self) -> Argument {
        match self.does {
            Does::Alone(_) | Does::Next | Does::Refuse { argument: false } => Argument::None,
            Does::Switch(_) => Argument::Switch,
            Does::Literal(name, _) => Argument::Literal(name),
            Does::Template(name, _) => Argument::Template(name),
            Does::Refuse { argument: true } => Argument::Literal("ARGUMENT"),
        }
    }
}
