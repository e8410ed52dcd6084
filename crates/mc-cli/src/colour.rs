//! Colours on a terminal, for whoever wants them.

use std::borrow::Cow;
use std::env;
use std::io::{IsTerminal as _, stdout};

use crate::sys;

/// What a colour says beside the text, which says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Colour {
    /// All is well.
    Good,
    /// Somebody should know.
    Notable,
    /// It does not work.
    Bad,
}

impl Colour {
    /// The text in this colour, where standard output shows any: on a terminal, unless `NO_COLOR` is set
    /// (<https://no-color.org>).
    pub(crate) fn paint(self, text: &str) -> Cow<'_, str> {
        if !shown() {
            return Cow::Borrowed(text);
        }
        let code = match self {
            Self::Good => 32,
            Self::Notable => 33,
            Self::Bad => 31,
        };
        Cow::Owned(format!("\x1b[{code}m{text}\x1b[0m"))
    }
}

fn shown() -> bool {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none()
        && set("TERM").is_none_or(|terminal| terminal != "dumb")
        && stdout().is_terminal()
        && sys::shows_colours()
}
