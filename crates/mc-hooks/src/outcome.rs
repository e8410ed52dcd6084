//! How runs end, in words that programs read.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// Done: the program ended with code 0, the request was answered, the page was handed over.
    Ok,
    /// Not done, or the program ended with another code than 0. [`error`](crate::Report::error) says why.
    Failed,
    /// The request was answered with a status of 400 or more. Not a failure: as with `curl` without
    /// `-f`, the call reached the server and got its answer.
    HttpError,
    /// There was nothing to do: the action begins with a value that this event does not bring, or it comes after
    /// another hook and its turn did not come.
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
