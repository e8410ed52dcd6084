//! The kinds of action, as reports name them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which action a hook has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ActionKind {
    /// A program is started.
    Exec,
    /// A REST call is made.
    Rest,
    /// A web page is opened in the person's browser.
    Open,
    /// An action of the embedding program's own.
    Custom,
}

impl ActionKind {
    /// The word used in JSON and in configuration files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exec => "exec",
            Self::Rest => "rest",
            Self::Open => "open",
            Self::Custom => "custom",
        }
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
