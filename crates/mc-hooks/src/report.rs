//! What became of a hook: reports and outcomes.
//!
//! Programs read these as JSON, so the keys and the words of [`Outcome`] and [`ActionKind`] do not
//! change. A key may be added; none is removed.

use std::fmt;

use mc_process::Captured;
use serde::{Deserialize, Serialize};

use crate::action_kind::ActionKind;
use crate::fault::Fault;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// Done: the program ended with code 0, the request was answered, the page was handed over.
    Ok,
    /// Not done, or the program ended with another code than 0. [`Report::error`] says why.
    Failed,
    /// The request was answered with a status of 400 or more. Not a failure: as with `curl` without
    /// `-f`, the call reached the server and got its answer.
    HttpError,
    /// There was nothing to do: the action begins with a value that this event does not bring.
    Skipped,
    /// The time was up; the program and its children were ended, or the request was given up.
    Timeout,
    /// The program was still up when the watch over it ended, and was left alone, as one leaves the
    /// window of a CRM alone.
    Running,
    /// A value of this event may not go where the template would put it. Nothing was done.
    Refused,
    /// The hook's queue was full, or the runner was being shut down. Nothing was done.
    Dropped,
    /// It was called off, or the runner was shut down: the program and its children were ended, or the request was
    /// given up. Neither a success nor a failure.
    Cancelled,
}

impl Outcome {
    /// The word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::HttpError => "http_error",
            Self::Skipped => "skipped",
            Self::Timeout => "timeout",
            Self::Running => "running",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the hook succeeded.
    pub const fn is_success(self) -> bool {
        matches!(
            self,
            Self::Ok | Self::HttpError | Self::Skipped | Self::Running
        )
    }

    /// Whether it failed. A run that was [`Cancelled`](Self::Cancelled) did neither.
    pub const fn is_failure(self) -> bool {
        !self.is_success() && !matches!(self, Self::Cancelled)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one hook did for one event.
///
/// Every key is always present in the JSON; what does not apply is null. The fault and the output are not in it. Neither `done` nor `error`
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
        write!(f, ", {} ms", self.millis)?;
        if let Some(error) = &self.error {
            write!(f, ": {error}")?;
        }
        Ok(())
    }
}
