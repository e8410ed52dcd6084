//! What a hook would do: the answer of a dry run.
//!
//! Programs read plans as JSON, so the keys do not change. A key may be added; none is removed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::action_kind::ActionKind;
use crate::hook::After;
use crate::outcome::Outcome;

/// What a hook would do for an event: the answer of a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The hook's name.
    pub hook: String,
    /// What kind of action it has.
    pub action: ActionKind,
    /// The hook after which it would run: in JSON `after` or `after_failed` with its name, and neither where there is none.
    #[serde(flatten)]
    pub after: Option<After>,
    /// The conditions on values that an answer brings, which nobody knows yet. Not in JSON where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, String>,
    /// The program or request it comes to, or why nothing would be done.
    #[serde(flatten)]
    pub planned: Planned,
}

/// What a [`Plan`] comes to. In JSON its keys stand beside `hook` and `action`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Planned {
    /// A program would be started.
    #[non_exhaustive]
    Start {
        /// Its full path.
        program: PathBuf,
        /// Its parameters, each as the program receives it.
        arguments: Vec<String>,
        /// What is set in its environment, with the names of values that nobody may see in their places.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        env: Vec<(String, String)>,
        /// What it reads on standard input, if anything.
        stdin: Option<serde_json::Value>,
    },
    /// Requests would be made, in this order.
    #[cfg(feature = "rest")]
    #[non_exhaustive]
    Send {
        /// The requests as they would go out, secrets masked.
        requests: Vec<mc_curl::PlannedRequest>,
    },
    /// A page would be opened.
    #[non_exhaustive]
    Open {
        /// Its address.
        url: String,
    },
    /// An action of the embedding program's own would be carried out.
    #[non_exhaustive]
    Custom {
        /// What it would do, in its own words.
        description: String,
    },
    /// Nothing would be done.
    #[non_exhaustive]
    Nothing {
        /// The outcome a run would have.
        outcome: Outcome,
        /// Why.
        error: String,
    },
}
