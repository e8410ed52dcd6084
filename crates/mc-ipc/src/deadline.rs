//! How long things may take, and how to wait between two attempts.

use crate::error::IpcError;
use std::{io, time::Duration};
use tokio::{
    runtime::Handle,
    time::{Instant, sleep_until},
};

/// How long a request may take, in two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadlines {
    /// Until the owner confirmed that it took the request: finding it, connecting, hello, ACCEPTED.
    pub accepted: Duration,
    /// From then until the result.
    pub result: Duration,
}

impl Default for Deadlines {
    /// 5 s until the request is accepted, 30 s more until its result.
    fn default() -> Self {
        Self {
            accepted: Duration::from_secs(5),
            result: Duration::from_secs(30),
        }
    }
}

impl Deadlines {
    /// Other times.
    #[must_use]
    pub fn new(accepted: Duration, result: Duration) -> Self {
        Self { accepted, result }
    }
}

/// The pauses between attempts: growing, and of random length, so that many waiters do not come at once.
#[derive(Debug)]
pub(crate) struct Backoff {
    deadline: Instant,
    step: u64,
    /// The most telling of the errors so far.
    error: Option<IpcError>,
}

impl Backoff {
    /// The longest pause is between this and twice this, in milliseconds.
    const LONGEST: u64 = 80;

    pub(crate) fn until(deadline: Instant) -> Self {
        Self {
            deadline,
            step: 10,
            error: None,
        }
    }

    /// Waits for the next attempt after one that ended with `error`. An error when the deadline is reached: this one,
    /// or an earlier one that says more than that there was no answer.
    pub(crate) async fn pause_after(&mut self, error: IpcError) -> Result<(), IpcError> {
        let said_more = match &self.error {
            None | Some(IpcError::NoAnswer { pid: None }) => false,
            Some(_) => matches!(error, IpcError::NoAnswer { .. }),
        };
        if !said_more {
            self.error = Some(error);
        }
        if self.pause().await {
            return Ok(());
        }
        self.error.take().map_or(Ok(()), Err)
    }

    /// Waits for the next attempt. False when the deadline is reached.
    pub(crate) async fn pause(&mut self) -> bool {
        let mut byte = [0];
        // Without randomness all wait equally long.
        let _ = getrandom::fill(&mut byte);
        let jitter = self.step * u64::from(byte[0]) / 256;
        let next = Instant::now() + Duration::from_millis(self.step + jitter);
        self.step = (self.step * 2).min(Self::LONGEST);
        sleep_until(next.min(self.deadline)).await;
        next < self.deadline
    }
}

/// The end of so long a time from now; of one that no clock can hold, thirty years.
pub(crate) fn within(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time)
        .unwrap_or_else(|| now + Duration::from_hours(24 * 365 * 30))
}

/// An error in place of tokio's panic where there is no runtime.
pub(crate) fn require_runtime() -> Result<(), IpcError> {
    Handle::try_current()
        .map(drop)
        .map_err(|e| IpcError::system("work outside a tokio runtime", io::Error::other(e)))
}
