//! What became of a hook: reports, outcomes, and plans for a dry run.
//!
//! Programs read these as JSON, so the keys and the words of [`Outcome`] and [`ActionKind`] do not
//! change. A key may be added; none is removed.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which of the three actions a hook has.
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
}

impl ActionKind {
    /// The word used in JSON and in configuration files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exec => "exec",
            Self::Rest => "rest",
            Self::Open => "open",
        }
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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
    /// The hook's queue was full. Nothing was done.
    Dropped,
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
        }
    }

    /// Whether the hook succeeded: everything but [`Failed`](Self::Failed),
    /// [`Timeout`](Self::Timeout), [`Refused`](Self::Refused) and [`Dropped`](Self::Dropped).
    pub const fn is_success(self) -> bool {
        matches!(
            self,
            Self::Ok | Self::HttpError | Self::Skipped | Self::Running
        )
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one hook did for one event.
///
/// Every key is always present in the JSON; what does not apply is null. Neither `done` nor `error`
/// holds a query string, a password or a token: addresses are shown as `scheme://host/path`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

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

/// What a hook would do for an event: the answer of a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Plan {
    /// The hook's name.
    pub hook: String,
    /// What kind of action it has.
    pub action: ActionKind,
    /// The program or request it comes to, or why nothing would be done.
    #[serde(flatten)]
    pub would: Would,
}

/// What a [`Plan`] comes to. In JSON its keys stand beside `hook` and `action`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Would {
    /// A program would be started.
    #[non_exhaustive]
    Start {
        /// Its full path.
        program: PathBuf,
        /// Its parameters, each as the program receives it.
        arguments: Vec<String>,
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
    /// Nothing would be done.
    #[non_exhaustive]
    Nothing {
        /// The outcome a run would have.
        outcome: Outcome,
        /// Why.
        error: String,
    },
}
