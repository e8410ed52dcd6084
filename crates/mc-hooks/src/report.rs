//! What became of a hook.
//!
//! Programs read reports as JSON, so the keys do not change. A key may be added; none is removed.

use std::collections::BTreeMap;
use std::fmt;

use mc_process::Captured;
use mc_template::Values;
use serde::{Deserialize, Serialize};

use crate::action_kind::ActionKind;
use crate::fault::Fault;
use crate::outcome::Outcome;

/// What one hook did for one event.
///
/// Every key is always present in the JSON; what does not apply is null. The fault, the values and the output are not in it. Neither `done` nor `error`
/// holds a query string, a password or a token: addresses are shown as `scheme://host/path`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The id that the event got when it was accepted.
    pub id: String,
    /// The hook's name.
    pub hook: String,
    /// What kind of action it has.
    pub action: ActionKind,
    /// What was done, in one line: the program's path, or the method and the address.
    pub done: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The program's exit code; null where none ended, or a signal ended it.
    pub exit_code: Option<i32>,
    /// The status of the last HTTP answer.
    pub status: Option<u16>,
    /// From the start of the action to its outcome, without the time in the queue.
    pub millis: u64,
    /// Why it did not succeed, in one sentence.
    pub error: Option<String>,
    /// The names of the values that were taken from the answer, each with whether it had one; null where none were to be
    /// taken, or it gave none.
    #[serde(default)]
    pub answer: Option<BTreeMap<String, bool>>,
    /// Those values; an absent one is empty. None in a report that was read from JSON.
    #[serde(skip)]
    pub values: Values,
    /// Why it did not succeed, for code: with its source. None in a report that was read from JSON.
    #[serde(skip)]
    pub fault: Option<Fault>,
    /// What the program wrote, if that was to be [kept](crate::ExecOptions::capture).
    #[serde(skip)]
    pub output: Option<Captured>,
}

impl PartialEq for Report {
    /// Compares what is in the JSON.
    fn eq(&self, other: &Self) -> bool {
        let keys = |report: &Self| {
            (
                report.action,
                report.outcome,
                report.exit_code,
                report.status,
                report.millis,
            )
        };
        keys(self) == keys(other)
            && self.id == other.id
            && self.hook == other.hook
            && self.done == other.done
            && self.error == other.error
            && self.answer == other.answer
    }
}

impl Eq for Report {}

impl fmt::Display for Report {
    /// One line for a person: hook, outcome, what was done, how long it took, and why it failed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.hook, self.outcome)?;
        if !self.done.is_empty() {
            write!(f, ": {}", self.done)?;
        }
        if let Some(status) = self.status {
            write!(f, ", status {status}")?;
        }
        if let Some(code) = self.exit_code {
            write!(f, ", exit code {code}")?;
        }
        for (name, there) in self.answer.iter().flatten() {
            write!(f, ", {}{name}", if *there { "" } else { "no " })?;
        }
        write!(f, ", {} ms", self.millis)?;
        if let Some(error) = &self.error {
            write!(f, ": {error}")?;
        }
        Ok(())
    }
}
